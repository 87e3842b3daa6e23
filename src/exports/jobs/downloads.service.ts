import { randomUUID } from 'node:crypto';
import type { Writable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../../access/caller.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { Database } from '../../platform/database.js';
import { Refusal } from '../../platform/refusal.js';
import { requireScopes } from '../export-rights.js';
import { writePatiently } from '../patient-writer.js';
import { type ByteRange, piecesOf } from './byte-range.js';
import { ExportFiles } from './export-files.service.js';
import { EXPORT_PACE, type ExportPace } from './export-pace.js';
import { insertDownload, type Part, readExport, readParts, type StoredExport } from './job.queries.js';

/** A file that is there to be taken. */
export interface ExportFile extends StoredExport {
  readonly id: string;
  readonly sha256: Buffer;
  readonly expiresAt: Date;
  readonly finishedAt: Date;
  readonly parts: readonly Part[];
}

/** Files of jobs, handed out. */
@Injectable()
export class Downloads {
  constructor(
    private readonly database: Database,
    private readonly files: ExportFiles,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(EXPORT_PACE) private readonly pace: ExportPace,
  ) {}

  /** @throws Refusal when there is none for this caller */
  async find(caller: Caller, id: string): Promise<ExportFile> {
    const { workspace } = caller;
    const [found, parts] = await this.database.inWorkspace(
      workspace,
      async (db) => [await readExport(db, workspace, id), await readParts(db, workspace, id)] as const,
    );
    if (!found) throw new Refusal('NOT_FOUND', 'There is no export with this id.');
    requireScopes(caller, found.scopes);
    if (caller.isMasked && !found.isMasked) {
      throw new Refusal('EXPORT_UNMASKED', 'This export holds personal data, which this key is not shown.');
    }
    return { ...this.requireWhole(found), id, parts };
  }

  /** Whether all of it lies where it should. */
  async requireFiles(workspace: number, { id, parts }: ExportFile): Promise<void> {
    const there = await Promise.all(parts.map((part, n) => this.files.has({ workspace, id, n }, part.bytes)));
    if (there.every(Boolean)) return;
    const sentence =
      'The file is not where this instance looks for it: every instance needs the same EXPORT_DIR. Tell the operator.';
    throw new Refusal('EXPORT_FILES_MISSING', sentence);
  }

  /** Writes the bytes as fast as they are read, and notes down who took how many. */
  async send(caller: Caller, { id, parts }: ExportFile, range: ByteRange, to: Writable): Promise<void> {
    const { workspace, actor } = caller;
    let bytes = 0;
    try {
      const lengths = parts.map((part) => part.bytes);
      for (const { part, start, end } of piecesOf(range, lengths)) {
        for await (const piece of this.files.read({ workspace, id, n: part }, start, end)) {
          await writePatiently(to, piece, this.config.exportStallMs);
          bytes += piece.length;
        }
      }
    } finally {
      const download = { id: randomUUID(), at: this.pace.now(), from: range.start, bytes, actor };
      await this.database.inWorkspace(workspace, (db) => insertDownload(db, workspace, id, download));
    }
  }

  private requireWhole(found: StoredExport): Omit<ExportFile, 'id' | 'parts'> {
    const { isStream, state, sha256, expiresAt, finishedAt } = found;
    if (isStream) throw new Refusal('NOT_FOUND', 'This export went out within its request: there is no file of it.');
    if (state !== 'COMPLETED' || !sha256 || !expiresAt || !finishedAt) {
      const isOn = state === 'QUEUED' || state === 'RUNNING';
      const sentence = isOn
        ? 'This export is not done yet.'
        : `This export is ${state.toLowerCase()}: there is no file.`;
      throw new Refusal('EXPORT_UNFINISHED', sentence);
    }
    if (expiresAt <= this.pace.now()) throw new Refusal('EXPORT_EXPIRED', 'The file of this export was let go.');
    return { ...found, sha256, expiresAt, finishedAt };
  }
}
