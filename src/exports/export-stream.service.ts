import { createHash } from 'node:crypto';
import type { Writable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import { CONFIG, type Config } from '../platform/config.js';
import { Log } from '../platform/log.js';
import { refusalOfError } from '../platform/problems.js';
import { ExportLog } from './export-log.service.js';
import { ExportReader } from './export-reader.service.js';
import { requireRights } from './export-rights.js';
import type { ExportWish, RowWish } from './export-wish.js';
import { fileBytes, fileFormats, packedFile, readsOf } from './formats/file-formats.js';
import { requirePacking } from './formats/packing.js';
import { writePatiently } from './patient-writer.js';

const tellEveryMs = 10_000;

/** What a whole stream was, to hold what arrived against. */
export interface Whole {
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: Buffer;
}

/** Exports within one request: rows go out as they are read, as they were at one instant. */
@Injectable()
export class ExportStreams {
  constructor(
    private readonly reader: ExportReader,
    private readonly exports: ExportLog,
    private readonly log: Log,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Checks the wish and the rights, and enters the export into the audit trail. */
  async begin(caller: Caller, wish: ExportWish): Promise<string> {
    requirePacking(wish.compression);
    const scopes = await requireRights(this.reader, caller, wish);
    return this.exports.begin(caller, { wish, scopes, isStream: true });
  }

  /** How many rows it will be, roughly. */
  estimate(caller: Caller, wish: ExportWish): Promise<number> {
    return this.reader.estimate(caller, readsOf(wish)[0] as RowWish);
  }

  /** Writes all of it, or breaks off and tells why in the trail. The end of the response is left to the caller. */
  async send(
    caller: Caller,
    wish: ExportWish,
    id: string,
    to: Writable,
    tellRows: (rows: number) => void = () => undefined,
  ): Promise<Whole> {
    const { form } = fileFormats[wish.format];
    const reading = { form, after: null, isOneSnapshot: true };
    const rows = fileBytes(wish, this.reader.read(caller, readsOf(wish), reading));
    const hash = createHash('sha256');
    let bytes = 0;
    const tell = setInterval(() => {
      this.exports
        .tell(caller.workspace, id, { rows: rows.rows, bytes })
        .catch((error: unknown) => this.log.warn({ err: error }, 'How far an export is could not be written down.'));
    }, tellEveryMs);
    try {
      for await (const part of packedFile(wish, rows)) {
        hash.update(part);
        bytes += part.length;
        await writePatiently(to, part, this.config.exportStallMs);
        tellRows(rows.rows);
      }
      const sha256 = hash.digest();
      const ending = { state: 'COMPLETED', rows: rows.rows, bytes, sha256, failure: null } as const;
      await this.exports.finish(caller.workspace, id, wish.format, ending);
      return { rows: rows.rows, bytes, sha256 };
    } catch (error) {
      const { reason, message } = refusalOfError(error);
      const failure = { reason, message };
      const ending = { state: 'FAILED', rows: rows.rows, bytes, sha256: null, failure } as const;
      await this.exports.finish(caller.workspace, id, wish.format, ending).catch(() => undefined);
      throw error;
    } finally {
      clearInterval(tell);
    }
  }
}
