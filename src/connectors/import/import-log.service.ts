import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database.js';
import { limits } from '../../platform/limits.js';
import { tellImport } from './import.queries.js';
import { type Counts, type Fault, nothingYet, type Progress } from './import-run.js';

/** Whose import it is, and what it is called. */
export interface ImportStart {
  readonly workspace: number;
  readonly startedBy: string;
  readonly name: string | null;
  readonly isBackfill: boolean;
}

/** Where one import is written down as it goes. */
export interface ImportEntry {
  readonly id: string;
  add(progress: Progress): Promise<void>;
  /** @param failure what broke it off */
  finish(failure: Fault | null): Promise<void>;
}

/** Keeps what has become of imports. */
@Injectable()
export class ImportLog {
  constructor(private readonly database: Database) {}

  async begin(start: ImportStart): Promise<ImportEntry> {
    const id = randomUUID().replaceAll('-', '');
    let before = nothingYet;
    const tell = (counts: Counts, more: { refusals?: string; isFinished?: boolean; failure?: Fault | null } = {}) => {
      const { refusals = '[]', isFinished = false, failure = null } = more;
      const news = { ...start, id, at: new Date(), counts, refusals, isFinished, failure };
      return this.database.inWorkspace(start.workspace, (db) =>
        tellImport(db, start.workspace, news, limits.refusalsPerImportMax),
      );
    };
    await tell(nothingYet);
    return {
      id,
      add: async ({ counts, refused }) => {
        const lines = refused.flatMap(({ line, faults }) => faults.map((fault) => ({ line, ...storable(fault) })));
        const refusals = JSON.stringify(lines.slice(0, limits.refusalsPerImportMax));
        await tell(difference(counts, before), { refusals });
        before = counts;
      },
      finish: (failure) => tell(nothingYet, { isFinished: true, failure: failure && storable(failure) }),
    };
  }
}

function difference(now: Counts, before: Counts): Counts {
  return {
    rows: now.rows - before.rows,
    created: now.created - before.created,
    updated: now.updated - before.updated,
    duplicates: now.duplicates - before.duplicates,
    skipped: now.skipped - before.skipped,
    refused: now.refused - before.refused,
  };
}

/** The name of a field may be what somebody sent: text that no database holds is taken out. */
function storable({ reason, message, field }: Fault): Fault {
  const clean = (text: string) => text.replaceAll('\0', '').toWellFormed();
  return { reason, message: clean(message), field: field === null ? null : clean(field), limit: null };
}
