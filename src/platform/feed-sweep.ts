import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CONFIG, type Config } from './config.js';
import { Database } from './database.js';
import { Log } from './log.js';
import { always, type IsGoingOn, Recurring } from './recurring.js';

const tickMs = 60_000;
const sweepEverySeconds = 600;
const rowsPerSweep = 5_000;

/** Lets go of changes that were kept long enough, always the first ones. Instances share the work. */
@Injectable()
export class FeedSweep extends Recurring {
  constructor(
    private readonly database: Database,
    log: Log,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    super(log, 'Old changes could not be let go.');
  }

  protected get pauseMs(): number {
    return tickMs;
  }

  /** Sweeps every workspace that is due, and answers with how many rows went. */
  async tick(isGoingOn: IsGoingOn = always): Promise<number> {
    await this.database.inSystem((db) =>
      db.query('insert into feed_sweep (workspace_id) select id from workspace on conflict do nothing'),
    );
    let gone = 0;
    for (;;) {
      const count = await this.sweepOne();
      if (count === null || !isGoingOn()) return gone;
      gone += count;
    }
  }

  /** Of the workspace that has been due longest; null when none is. One with more to let go stays due. */
  private sweepOne(): Promise<number | null> {
    return this.database.inSystem(async (db) => {
      const workspace = await claimSweep(db);
      if (workspace === null) return null;
      await db.query(`select set_config('app.scope', '', true), set_config('app.workspace', $1, true)`, [workspace]);
      return sweepFeed(db, workspace, this.config.feedRetentionHours);
    });
  }
}

async function claimSweep(db: EntityManager): Promise<number | null> {
  const [row] = await db.query(
    `select workspace_id
     from feed_sweep
     where due_at <= now()
     order by due_at
     limit 1
     for update skip locked`,
  );
  return row?.workspace_id ?? null;
}

/**
 * Removes the first rows, up to one that is still to be kept, and remembers up to where they are gone: a reader whose
 * place lies before it is told so.
 */
async function sweepFeed(db: EntityManager, workspace: number, hours: number): Promise<number> {
  const [rows] = await db.query(
    `with head as (
       select transaction_id, id, bool_or(at >= now() - $2::int * interval '1 hour') over (order by transaction_id, id) as stays
       from (
         select transaction_id, id, at
         from feed
         where workspace_id = $1::int
         order by transaction_id, id
         limit $3::int
       ) f
     ), gone as (
       delete from feed f
       using head h
       where f.workspace_id = $1::int and f.transaction_id = h.transaction_id and f.id = h.id and not h.stays
       returning f.transaction_id, f.id
     ), last as (
       select transaction_id, id
       from gone
       order by transaction_id desc, id desc
       limit 1
     )
     update feed_sweep s
     set transaction_id = coalesce((select transaction_id from last), s.transaction_id),
       id = coalesce((select id from last), s.id),
       due_at = case when (select count(*) from gone) = $3::int then now() else now() + $4::int * interval '1 second' end
     where s.workspace_id = $1::int
     returning (select count(*)::int from gone) as count`,
    [workspace, hours, rowsPerSweep, sweepEverySeconds],
  );
  return rows[0].count;
}
