import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config.js';
import { Refusal } from '../../platform/refusal.js';

/** What a file holds. */
export interface Written {
  readonly bytes: number;
  readonly sha256: Buffer;
}

/** The files of jobs: a folder a job, a file a part. */
@Injectable()
export class ExportFiles {
  readonly #root: string;

  constructor(@Inject(CONFIG) config: Config) {
    this.#root = path.resolve(config.exportDir);
  }

  /** Makes the folder, and removes what earlier attempts were in the midst of. */
  async prepare({ workspace, id, attempt }: AttemptPlace): Promise<void> {
    const folder = this.folder(workspace, id);
    await mkdir(folder, { recursive: true, mode: 0o700 }).catch(ifDiskFull);
    const left = (await readdir(folder)).filter((name) => {
      const of = /^\d+\.(\d+)\.new$/.exec(name)?.[1];
      return of !== undefined && Number(of) < attempt;
    });
    await Promise.all(left.map((name) => rm(path.join(folder, name), { force: true })));
  }

  /**
   * Writes a part, and returns once it is on the disk. Each piece is shown to `seen` too. It is this attempt’s alone until
   * it is kept: an instance that stood still and does not know yet that its job is another’s spoils nothing of it.
   * @throws Refusal DISK_FULL
   */
  async write(
    place: NewPartPlace,
    pieces: AsyncIterable<Buffer>,
    signal: AbortSignal,
    seen: (piece: Buffer) => void,
  ): Promise<Written> {
    const hash = createHash('sha256');
    let bytes = 0;
    const observed = async function* () {
      for await (const piece of pieces) {
        hash.update(piece);
        seen(piece);
        bytes += piece.length;
        yield piece;
      }
    };
    const name = this.newFile(place);
    const file = createWriteStream(name, { mode: 0o600, flush: true, highWaterMark: 1024 * 1024 });
    try {
      await pipeline(observed, file, { signal });
    } catch (error) {
      await rm(name, { force: true });
      ifDiskFull(error as NodeJS.ErrnoException);
    }
    return { bytes, sha256: hash.digest() };
  }

  /** What was written becomes the part: to be called only by whoever holds the job, for as long as nobody can take it. */
  async keep(place: NewPartPlace): Promise<void> {
    await rename(this.newFile(place), this.file(place));
  }

  /** Reads a part again, and says what it holds; null when it is not there. Each piece is shown to `seen` too. */
  async look(place: PartPlace, signal: AbortSignal, seen: (piece: Buffer) => void): Promise<Written | null> {
    const hash = createHash('sha256');
    let bytes = 0;
    try {
      for await (const piece of createReadStream(this.file(place), { signal })) {
        hash.update(piece);
        seen(piece);
        bytes += piece.length;
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
    return { bytes, sha256: hash.digest() };
  }

  /** Whether a part is there, with so many bytes. */
  async has(place: PartPlace, bytes: number): Promise<boolean> {
    const found = await stat(this.file(place)).catch(() => null);
    return found !== null && found.size === bytes;
  }

  /** From a byte up to and with another. */
  read(place: PartPlace, start: number, end: number): Readable {
    return createReadStream(this.file(place), { start, end });
  }

  async remove(workspace: number, id: string): Promise<void> {
    await rm(this.folder(workspace, id), { recursive: true, force: true });
  }

  private folder(workspace: number, id: string): string {
    return path.join(this.#root, String(workspace), id.replaceAll('-', ''));
  }

  private file({ workspace, id, n }: PartPlace): string {
    return path.join(this.folder(workspace, id), `${String(n).padStart(6, '0')}.part`);
  }

  private newFile({ workspace, id, n, attempt }: NewPartPlace): string {
    return path.join(this.folder(workspace, id), `${String(n).padStart(6, '0')}.${attempt}.new`);
  }
}

/** A job, and which attempt at it. */
export interface AttemptPlace {
  readonly workspace: number;
  readonly id: string;
  readonly attempt: number;
}

export interface PartPlace {
  readonly workspace: number;
  readonly id: string;
  /** From 0. */
  readonly n: number;
}

type NewPartPlace = PartPlace & AttemptPlace;

function ifDiskFull(error: NodeJS.ErrnoException): never {
  if (!['ENOSPC', 'EDQUOT'].includes(error.code ?? '')) throw error;
  const sentence = 'There is no room left for the files of exports: the operator must make some, then begin it again.';
  throw new Refusal('DISK_FULL', sentence, { cause: error });
}
