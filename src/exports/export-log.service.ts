import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Caller } from '../access/caller.js';
import { Database } from '../platform/database.js';
import { limits } from '../platform/limits.js';
import { Metrics } from '../platform/metrics.js';
import { Refusal } from '../platform/refusal.js';
import { workspaceLocks } from '../platform/workspace-locks.js';
import {
  countRunning,
  type Ending,
  finishExport,
  insertExport,
  type Progress,
  tellProgress,
} from './export.queries.js';
import type { ExportWish } from './export-wish.js';

/** One that says nothing for so long runs no more, and holds no other up. */
export const silenceMsMax = 60_000;

export interface Beginning {
  readonly wish: ExportWish;
  /** What the rows need that whoever takes them is allowed to read. */
  readonly scopes: readonly string[];
  readonly isStream: boolean;
  /** What is stored in the same transaction. */
  readonly also?: (db: EntityManager, id: string, at: Date) => Promise<void>;
}

/** Keeps who took what, for which purpose, and how many rows; and how many exports a workspace runs at once. */
@Injectable()
export class ExportLog {
  readonly #exports;
  readonly #rows;

  constructor(
    private readonly database: Database,
    metrics: Metrics,
  ) {
    this.#exports = metrics.counter('throughline_exports_total', 'Exports that ended, by outcome.', ['outcome']);
    this.#rows = metrics.counter('throughline_exported_rows_total', 'Rows that left by exports.', ['format']);
  }

  /** @throws Refusal when the workspace runs as many as it may */
  async begin(caller: Caller, { wish, scopes, isStream, also }: Beginning): Promise<string> {
    const { workspace, actor, isMasked } = caller;
    const id = randomUUID().replaceAll('-', '');
    const at = new Date();
    await this.database.inWorkspace(workspace, async (db) => {
      await db.query('select pg_advisory_xact_lock($1, $2)', [workspaceLocks.exportBeginning, workspace]);
      const running = await countRunning(db, workspace, new Date(at.getTime() - silenceMsMax));
      if (running >= limits.exportsRunningMax) {
        throw new Refusal('EXPORTS_RUNNING', 'Other exports of this workspace are running: wait until one is done.', {
          limit: limits.exportsRunningMax,
        });
      }
      const state = isStream ? 'RUNNING' : 'QUEUED';
      await insertExport(db, workspace, { id, at, state, isStream, isMasked, actor, wish, scopes });
      await also?.(db, id, at);
    });
    return id;
  }

  async tell(workspace: number, id: string, progress: Progress): Promise<void> {
    await this.database.inWorkspace(workspace, (db) => tellProgress(db, workspace, id, new Date(), progress));
  }

  /**
   * False when it is not the caller’s to finish.
   * @param also what is stored in the same transaction, and says whether any of it counts
   */
  async finish(
    workspace: number,
    id: string,
    format: string,
    ending: Ending,
    also: (db: EntityManager) => Promise<boolean> = async () => true,
  ): Promise<boolean> {
    const isOurs = await this.database.inWorkspace(workspace, async (db) => {
      if (!(await also(db))) return false;
      await finishExport(db, workspace, id, new Date(), ending);
      return true;
    });
    if (isOurs) {
      this.#exports.inc({ outcome: ending.state.toLowerCase() });
      this.#rows.inc({ format }, ending.rows);
    }
    return isOurs;
  }
}
