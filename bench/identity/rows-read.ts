import type { EntityManager } from 'typeorm';
import { walkIndexes } from '../../src/identity/merge.queries.js';
import { bringUpToDate, type UpkeepRules } from '../../src/identity/suggestions/upkeep.js';
import type { Database } from '../../src/platform/database.js';

/**
 * How many rows Postgres reads to compare one customer with all others, index-only ones left out: says how the work grows
 * with the number of customers, also where a machine is too busy to tell it by time.
 */
export function rowsRead(database: Database, workspace: number, customer: number, rules: UpkeepRules): Promise<number> {
  return database.inWorkspace(workspace, async (db) => {
    await walkIndexes(db);
    const before = await counted(db);
    await bringUpToDate(db, workspace, [{ profile: String(customer), ticket: '0', isForced: true }], rules);
    return (await counted(db)) - before;
  });
}

async function counted(db: EntityManager): Promise<number> {
  const [row] = await db.query(
    'select coalesce(sum(seq_tup_read + idx_tup_fetch), 0)::int as rows from pg_stat_xact_user_tables',
  );
  return row.rows;
}
