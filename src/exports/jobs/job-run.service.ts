import { createHash, type Hash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Caller } from '../../access/caller.js';
import { CONFIG, type Config } from '../../platform/config.js';
import { Database } from '../../platform/database.js';
import { tellProgress } from '../export.queries.js';
import { ExportLog } from '../export-log.service.js';
import { ExportReader } from '../export-reader.service.js';
import type { RowWish } from '../export-wish.js';
import { fileBytes, fileFormats, packedFile, readsOf } from '../formats/file-formats.js';
import { ExportFiles } from './export-files.service.js';
import { EXPORT_PACE, type ExportPace } from './export-pace.js';
import {
  beginJob,
  type Claim,
  holdOn,
  insertPart,
  type Job,
  type Part,
  planNext,
  readJob,
  readParts,
  removeParts,
  setExpiry,
} from './job.queries.js';

/** What an attempt has so far, and what it goes on from. */
interface Written {
  hash: Hash;
  parts: number;
  rows: number;
  bytes: number;
  /** The key of the last row that is on the disk. */
  after: string | null;
}

const heldMs = 60_000;

/** Somebody cancelled it, or it is another's by now. */
export class JobLost extends Error {}

/** Writes one job: part after part, each noted down once it is whole, so that another attempt goes on behind it. */
@Injectable()
export class JobRuns {
  constructor(
    private readonly database: Database,
    private readonly reader: ExportReader,
    private readonly files: ExportFiles,
    private readonly exports: ExportLog,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(EXPORT_PACE) private readonly pace: ExportPace,
  ) {}

  heldUntil(): Date {
    return new Date(this.pace.now().getTime() + heldMs);
  }

  /** @throws JobLost, a Refusal, or whatever broke it off */
  async run(claim: Claim, stop: AbortSignal): Promise<void> {
    const { workspace, id } = claim;
    const lost = new AbortController();
    const signal = AbortSignal.any([stop, lost.signal]);
    const job = await this.database.inWorkspace(workspace, (db) => readJob(db, workspace, id));
    const caller = new Caller(workspace, job.actor, new Set(), null, job.isMasked);
    const written: Written = { hash: createHash('sha256'), parts: 0, rows: 0, bytes: 0, after: null };
    const seen = { rows: () => 0, bytes: 0 };
    let keeping: Promise<unknown> = Promise.resolve();
    const watch = setInterval(() => {
      keeping = this.keep(claim, { rows: written.rows + seen.rows(), bytes: seen.bytes }).then(
        (isOurs) => isOurs || lost.abort(new JobLost('The job is over, or another’s.')),
        // The database is away for a moment: the hold lasts longer than that, and what is written names the attempt.
        () => undefined,
      );
    }, this.pace.tellMs);
    try {
      const estimate = await this.reader.estimate(caller, readsOf(job.wish)[0] as RowWish);
      await this.database.inWorkspace(workspace, (db) => beginJob(db, workspace, id, this.pace.now(), estimate));
      await this.files.prepare(claim);
      const isDone = await this.goOnFrom(claim, written, signal);
      seen.bytes = written.bytes;
      if (!isDone) await this.write(claim, job, caller, written, seen, signal);
      await this.complete(claim, job, written);
    } catch (error) {
      // What the rows or the file say of it when they are stopped is not why.
      throw signal.aborted ? signal.reason : error;
    } finally {
      clearInterval(watch);
      // Else it would hold what is given back.
      await keeping;
    }
  }

  /** Reads again what an earlier attempt left, unless some of it is gone: then all is written anew. */
  private async goOnFrom(claim: Claim, written: Written, signal: AbortSignal): Promise<boolean> {
    const { workspace, id } = claim;
    const parts = await this.database.inWorkspace(workspace, (db) => readParts(db, workspace, id));
    const again = createHash('sha256');
    for (const [n, part] of parts.entries()) {
      const found = await this.files.look({ workspace, id, n }, signal, (piece) => again.update(piece));
      if (found?.bytes === part.bytes && found.sha256.equals(part.sha256)) continue;
      await this.asHolder(claim, (db) => removeParts(db, workspace, id));
      return false;
    }
    written.hash = again;
    for (const part of parts) add(written, part);
    return parts.length > 0 && written.after === null;
  }

  private async write(
    claim: Claim,
    { wish }: Job,
    caller: Caller,
    written: Written,
    seen: { rows: () => number; bytes: number },
    signal: AbortSignal,
  ): Promise<void> {
    const { workspace, id, attempt } = claim;
    const { form, isPartable } = fileFormats[wish.format];
    const reading = { form, after: written.after, isOneSnapshot: !isPartable, signal };
    const stretches = this.reader.read(caller, readsOf(wish), reading);
    try {
      do {
        const rows = fileBytes(wish, stretches, {
          hasHeader: written.parts === 0,
          bytesMin: this.pace.partBytesMin,
        });
        seen.rows = () => rows.rows;
        const place = { workspace, id, attempt, n: written.parts };
        const file = await this.files.write(place, packedFile(wish, rows), signal, (piece) => {
          written.hash.update(piece);
          seen.bytes += piece.length;
        });
        const part = { ...file, rows: rows.rows, end: rows.end };
        seen.rows = () => 0;
        add(written, part);
        await this.note(claim, place.n, part, written);
      } while (written.after !== null);
    } finally {
      await stretches.return(undefined).catch(() => undefined);
    }
  }

  /** Holds the job for longer and tells how far it is; false when it is no longer ours. */
  private keep(claim: Claim, progress: { rows: number; bytes: number }): Promise<boolean> {
    const { workspace, id } = claim;
    return this.database.inWorkspace(workspace, async (db) => {
      if (!(await holdOn(db, claim, this.heldUntil()))) return false;
      await tellProgress(db, workspace, id, this.pace.now(), progress);
      return true;
    });
  }

  private async note(claim: Claim, n: number, part: Part, { rows, bytes }: Written): Promise<void> {
    const { workspace, id } = claim;
    await this.asHolder(claim, async (db) => {
      await this.files.keep({ ...claim, n });
      await insertPart(db, workspace, id, n, part);
      await tellProgress(db, workspace, id, this.pace.now(), { rows, bytes });
    });
  }

  /**
   * Acts as the one who holds the job: until the end of the transaction nobody else can take it.
   * @throws JobLost when it is no longer ours
   */
  private async asHolder(claim: Claim, act: (db: EntityManager) => Promise<void>): Promise<void> {
    const isOurs = await this.database.inWorkspace(claim.workspace, async (db) => {
      if (!(await holdOn(db, claim, this.heldUntil()))) return false;
      await act(db);
      return true;
    });
    if (!isOurs) throw new JobLost('The job is over, or another’s.');
  }

  private async complete(claim: Claim, { wish }: Job, { hash, rows, bytes }: Written): Promise<void> {
    const { workspace, id } = claim;
    const expiresAt = new Date(this.pace.now().getTime() + this.config.exportRetentionHours * 3_600_000);
    const ending = { state: 'COMPLETED', rows, bytes, sha256: hash.digest(), failure: null } as const;
    await this.exports.finish(workspace, id, wish.format, ending, async (db) => {
      if (!(await planNext(db, claim, 'REMOVE', expiresAt))) return false;
      await setExpiry(db, workspace, id, expiresAt);
      return true;
    });
  }
}

function add(written: Written, part: Part): void {
  written.parts += 1;
  written.rows += part.rows;
  written.bytes += part.bytes;
  written.after = part.end;
}
