import pg from 'pg';
import { identitySteps } from './data-identity.js';
import { storySteps } from './data-stories.js';
import { planSteps, touchpointSteps } from './data-touchpoints.js';

/** How much to generate. Customers are clusters; there are some 14 % more profiles. */
export interface DataSize {
  readonly customers: number;
  readonly touchpoints: number;
}

/** One statement of the generator, told while it runs. */
export interface Step {
  readonly title: string;
  readonly sql: string;
}

/** Customers that the benchmarks look for by kind. */
export type CustomerKind = 'regular' | 'long' | 'whale' | 'fifty' | 'cluster20' | 'single500';

export interface BenchCustomer {
  readonly id: string;
  readonly phone: string;
  readonly kind: CustomerKind;
  readonly touchpoints: number;
}

export const dataWorkspace = 'bench';
export const ingestWorkspace = 'bench-ingest';

const seed = 20_260_101;

/** Connects as the owner with the settings that bulk work wants. */
export async function connectOwner(url: string): Promise<pg.Client> {
  const db = new pg.Client({ connectionString: url, options: '-c timezone=UTC -c jit=off', application_name: 'bench' });
  await db.connect();
  return db;
}

/** The size of the data that is there already, or null. */
export async function existingSize(db: pg.Client): Promise<DataSize | null> {
  const { rows } = await db.query(`select to_regclass('bench.meta') is not null as there`);
  if (!rows[0].there) return null;
  const meta = await db.query('select customers, touchpoints::int from bench.meta where finished_at is not null');
  return meta.rows[0] ?? null;
}

/**
 * Fills a migrated database: the same size gives the same data, but for the times, which end at the present hour.
 * Secondary indexes are built after the rows. Two workspaces: one to read, and one a tenth as large to write into.
 */
export async function generate(db: pg.Client, size: DataSize, tell: (line: string) => void): Promise<void> {
  const used = await db.query('select from touchpoint limit 1');
  if (used.rows.length > 0)
    throw new Error('The database holds touchpoints that the benchmark did not make: give it an empty one.');
  const workspaces = [await ensureWorkspace(db, dataWorkspace), await ensureWorkspace(db, ingestWorkspace)] as const;
  await db.query(`set work_mem = '${size.touchpoints > 1_000_000 ? '1GB' : '64MB'}'`);
  await db.query(`set maintenance_work_mem = '${size.touchpoints > 1_000_000 ? '1GB' : '64MB'}'`);
  await db.query('set synchronous_commit = off');
  const steps = [
    ...planSteps(size, workspaces, seed),
    ...touchpointSteps(),
    ...identitySteps(),
    ...storySteps(),
    { title: 'finished', sql: 'update bench.meta set finished_at = now()' },
  ];
  const isLarge = size.touchpoints > 200_000;
  const indexes = isLarge ? await dropIndexes(db, 'touchpoint') : [];
  for (const step of steps) {
    const started = Date.now();
    await db.query(step.sql);
    if (step.title === 'touchpoints') for (const index of indexes) await db.query(index);
    const seconds = (Date.now() - started) / 1000;
    if (seconds > 1) tell(`  ${step.title}: ${seconds.toFixed(1)} s`);
  }
  await db.query('vacuum analyze');
}

async function ensureWorkspace(db: pg.Client, key: string): Promise<number> {
  const found = await db.query('select id from workspace where key = $1', [key]);
  if (found.rows[0]) return found.rows[0].id;
  const made = await db.query(`insert into workspace (key, name) values ($1, 'Benchmark') returning id`, [key]);
  return made.rows[0].id;
}

/** Drops what can be built faster afterwards and answers with the statements that build it again. */
async function dropIndexes(db: pg.Client, table: string): Promise<string[]> {
  const { rows } = await db.query(
    `select c.relname as name, pg_get_indexdef(c.oid) as definition, k.conname as constraint_name,
            pg_get_constraintdef(k.oid) as constraint_definition
     from pg_index i
     join pg_class c on c.oid = i.indexrelid
     left join pg_constraint k on k.conindid = c.oid
     where i.indrelid = $1::regclass`,
    [table],
  );
  for (const row of rows)
    await db.query(
      row.constraint_name ? `alter table ${table} drop constraint ${row.constraint_name}` : `drop index ${row.name}`,
    );
  return rows.map((row) =>
    row.constraint_name
      ? `alter table ${table} add constraint ${row.constraint_name} ${row.constraint_definition}`
      : row.definition,
  );
}

/** Some customers of a kind, with at least so many touchpoints, in a fixed shuffled order. */
export async function pickCustomers(
  db: pg.Client,
  kinds: readonly CustomerKind[],
  atLeast: number,
  limit: number,
): Promise<BenchCustomer[]> {
  const { rows } = await db.query(
    `select profile_id::text as id, phone, kind, touchpoints
     from bench.customer
     where kind = any($1) and touchpoints >= $2
     order by hashint8extended(profile_id, 5)
     limit $3`,
    [kinds, atLeast, limit],
  );
  return rows;
}
