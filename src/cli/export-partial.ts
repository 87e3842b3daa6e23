import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { z } from 'zod';

const noteForm = z.object({ id: z.string(), of: z.string() });

/** A file that is not whole yet: beside it stands which export it is of, so that the same command goes on with it. */
export class PartialFile {
  constructor(
    private readonly file: string,
    /** What was asked for, and where. */
    private readonly of: string,
  ) {}

  /** The export that an earlier call began, or null. */
  async known(): Promise<string | null> {
    try {
      const note = noteForm.safeParse(JSON.parse(await readFile(this.#note, 'utf8')));
      return note.success && note.data.of === this.of ? note.data.id : null;
    } catch {
      return null;
    }
  }

  async remember(id: string): Promise<void> {
    await rm(this.#part, { force: true });
    await writeFile(this.#note, JSON.stringify({ id, of: this.of }));
  }

  async forget(): Promise<void> {
    await Promise.all([rm(this.#part, { force: true }), rm(this.#note, { force: true })]);
  }

  /** What is there already, and its hash so far. */
  async begun(): Promise<{ bytes: number; hash: Hash }> {
    const hash = createHash('sha256');
    let bytes = 0;
    try {
      for await (const piece of createReadStream(this.#part)) {
        hash.update(piece);
        bytes += piece.length;
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    return { bytes, hash };
  }

  /** Writes behind what is there, or anew. */
  open(isAnew: boolean): Writable {
    return createWriteStream(this.#part, { flags: isAnew ? 'w' : 'a', flush: true });
  }

  async close(to: Writable): Promise<void> {
    to.end();
    await finished(to);
  }

  /** It is whole: it gets its name. */
  async complete(): Promise<void> {
    await rename(this.#part, this.file);
    await rm(this.#note, { force: true });
  }

  get #part(): string {
    return `${this.file}.part`;
  }

  get #note(): string {
    return `${this.file}.part.json`;
  }
}
