import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import type { RawPerson } from '../../src/identity/match/person.js';
import { placeOf, storedKeys } from '../../src/identity/match/stored-keys.js';
import { walkIndexes } from '../../src/identity/merge.queries.js';
import { personOf, type StoredPerson, storedPersonOf } from '../../src/identity/suggestions/customer-person.js';
import { bringUpToDate, type UpkeepRules } from '../../src/identity/suggestions/upkeep.js';
import { contextOf, modelOf, shippedWeights } from '../../src/identity/suggestions/weight-set.js';
import { fitWeights, sampleCustomers } from '../../src/identity/suggestions/weights-estimate.js';
import { readConfig } from '../../src/platform/config.js';
import { appConnection, Database } from '../../src/platform/database.js';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.js';
import { migrate } from '../../src/platform/migrate.js';
import { madeRecords } from './made-people.js';
import { rowsRead } from './rows-read.js';

/**
 * How long it takes to compare one new customer with a million: everything that a round of upkeep does for it, from
 * reading its traits to writing its suggestions, one transaction each. The million are made people (`shop`), stored as the
 * service stores them, on an embedded Postgres in a throw-away folder (some 3 GB), or in --data-dir, for the next run.
 */
const { values: options } = parseArgs({
  options: {
    customers: { type: 'string', default: '1000000' },
    probes: { type: 'string', default: '500' },
    'data-dir': { type: 'string' },
  },
});
const customers = Number(options.customers);
const probes = Number(options.probes);
const workspace = 1;
const customersPerInsert = 5_000;
const types = { email: new Set(['email']), phone: new Set(['phone']), unique: new Set(['user_id']) };

const seconds = (began: number) => ((performance.now() - began) / 1000).toFixed(1);
const tell = (line: string) => process.stderr.write(`${line}\n`);
const traitsOf = (raw: RawPerson) => Object.entries(raw).filter(([, value]) => value !== '');

/** As the service would store it; an address or number that somebody has already leads to him, and is left out. */
function storedOf(raw: RawPerson, taken: Set<string>): StoredPerson | null {
  const traits = traitsOf(raw).filter(([, value]) => !taken.has(value as string));
  for (const value of [raw.email, raw.phone]) if (value) taken.add(value);
  return storedPersonOf({ traits, identifiers: [] }, types, 'day-first');
}

async function fill(db: pg.Client, records: Iterator<{ raw: RawPerson }>, taken: Set<string>): Promise<void> {
  await db.query('alter table match_key drop constraint match_key_pkey');
  await db.query('alter table match_person drop constraint match_person_pkey');
  for (let start = 1; start <= customers; start += customersPerInsert) {
    const rows: { customer: number; place: string; person: StoredPerson; keys: string[] }[] = [];
    for (let customer = start; customer < start + customersPerInsert && customer <= customers; customer++) {
      const stored = storedOf(records.next().value.raw, taken);
      if (!stored) continue;
      const person = personOf(stored);
      rows.push({ customer, place: placeOf(person), person: stored, keys: storedKeys(person) });
    }
    await db.query(
      `with n as (
         select * from json_to_recordset($2::json) n(customer bigint, place bigint, person json, keys bigint[])
       ), k as (
         insert into match_key (workspace_id, key, place, customer_id)
         select $1, key, place, customer from n cross join unnest(keys) key
       ), p as (
         insert into profile (workspace_id, id, canonical_id) select $1, customer, customer from n
       )
       insert into match_person (workspace_id, customer_id, place, person, keys)
       select $1, customer, place, person, keys from n`,
      [workspace, JSON.stringify(rows)],
    );
    if (start % 100_000 === 1) tell(`${start - 1} customers …`);
  }
  await db.query('alter table match_key add primary key (workspace_id, key, place, customer_id)');
  await db.query('alter table match_person add primary key (workspace_id, customer_id)');
  for (const table of ['match_key', 'match_person', 'profile']) await db.query(`vacuum analyze ${table}`);
}

async function isFilled(db: pg.Client): Promise<boolean> {
  const { rows } = await db.query('select exists (select from match_person where customer_id = $1) as filled', [
    customers,
  ]);
  return rows[0].filled;
}

/** What an earlier run in the same folder added. */
async function forgetProbes(db: pg.Client): Promise<void> {
  for (const [table, column] of [
    ['profile', 'id'],
    ['trait', 'profile_id'],
    ['match_key', 'customer_id'],
    ['match_person', 'customer_id'],
    ['match_suggestion', 'customer_b'],
  ]) {
    await db.query(`delete from ${table} where ${column} > $1`, [customers]);
  }
}

async function addCustomer(db: pg.Client, id: number, raw: RawPerson, taken: Set<string>): Promise<void> {
  const traits = traitsOf(raw).filter(([, value]) => !taken.has(value as string));
  await db.query('insert into profile (workspace_id, id, canonical_id) values ($1, $2, $2)', [workspace, id]);
  await db.query(
    `insert into trait (workspace_id, profile_id, key, value, occurred_at)
     select $1, $2, t.key, to_jsonb(t.value), now() from unnest($3::text[], $4::text[]) t(key, value)`,
    [workspace, id, traits.map(([key]) => key), traits.map(([, value]) => value)],
  );
}

async function measure(database: Database, ids: readonly number[], rules: UpkeepRules) {
  const times: number[] = [];
  let pairs = 0;
  for (const id of ids) {
    const before = performance.now();
    const done = await database.inWorkspace(workspace, async (db) => {
      await walkIndexes(db);
      return bringUpToDate(db, workspace, [{ profile: String(id), ticket: '0', isForced: true }], rules);
    });
    times.push(performance.now() - before);
    pairs += done.pairs;
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => `${(times[Math.floor(times.length * share)] as number).toFixed(1)} ms`;
  return `p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}; ${Math.round(pairs / ids.length)} pairs compared on average`;
}

const kept = options['data-dir'];
const folder = kept ? path.resolve(kept) : mkdtempSync(path.join(tmpdir(), 'throughline-match-'));
const embedded = await startEmbeddedPostgres({
  dir: folder,
  settings: { shared_buffers: '1GB', max_wal_size: '8GB', checkpoint_timeout: '30min', maintenance_work_mem: '512MB' },
});
try {
  await migrate(embedded.ownerUrl);
  const db = new pg.Client({ connectionString: embedded.ownerUrl });
  // What ends the run is told by the query that failed.
  db.on('error', () => undefined);
  await db.connect();
  await db.query(`insert into workspace (key, name) values ('bench', 'bench') on conflict do nothing`);
  const records = madeRecords('shop', 71);
  const taken = new Set<string>();
  const began = performance.now();
  if (await isFilled(db)) {
    for (let n = 0; n < customers; n++) storedOf(records.next().value?.raw as RawPerson, taken);
    await forgetProbes(db);
  } else await fill(db, records, taken);
  tell(`Made ${customers} customers in ${Math.round((performance.now() - began) / 1000)} s.`);
  const { rows } = await db.query(
    `select pg_size_pretty(pg_total_relation_size('match_key')) as keys,
       pg_size_pretty(pg_total_relation_size('match_person')) as persons`,
  );
  const fresh = Array.from({ length: probes + 50 }, (_, n) => customers + 1 + n);
  for (const id of fresh) await addCustomer(db, id, records.next().value?.raw as RawPerson, taken);
  await db.query('analyze trait');
  const database = new Database(
    appConnection(embedded.ownerUrl, true),
    readConfig({ LOG_LEVEL: 'silent', POOL_SIZE: '2' }),
  );
  await database.connect();
  const rules = { types, dateOrder: 'day-first', context: contextOf(shippedWeights), model: modelOf(null) } as const;
  // The first ones find no plan and no page in memory.
  await measure(database, fresh.slice(0, 50), rules);
  const shipped = await measure(database, fresh.slice(50), rules);
  const read: number[] = [];
  for (const id of fresh.slice(50, 100)) read.push(await rowsRead(database, workspace, id, rules));
  const meanRead = Math.round(read.reduce((sum, one) => sum + one, 0) / read.length);
  process.stdout.write(
    `${customers} customers; keys ${rows[0].keys}, persons ${rows[0].persons}.\nOne new customer: ${shipped}; ` +
      `${meanRead} rows read on average.\n`,
  );
  const estimateBegan = performance.now();
  const sampled = await database.inWorkspace(workspace, async (manager) => {
    await walkIndexes(manager);
    return sampleCustomers(manager, workspace);
  });
  const readSeconds = seconds(estimateBegan);
  const weights = await fitWeights(sampled, async () => undefined);
  const prior = Math.log2(weights?.prior ?? 1).toFixed(1);
  process.stdout.write(
    `Weights of ${sampled.pairs.length} pairs: ${readSeconds} s to read, ${seconds(estimateBegan)} s in all; prior 2^${prior}.\n`,
  );
  await database.onApplicationShutdown();
  await db.end();
} finally {
  await embedded.stop();
  if (!kept) rmSync(folder, { recursive: true, force: true });
}
