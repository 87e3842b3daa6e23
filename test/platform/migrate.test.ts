import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate, pendingMigrations } from '../../src/platform/migrate.js';
import { createTestDatabase, databaseUrl, type TestDatabase } from '../setup/postgres.js';
import { eventually } from '../setup/service.js';
import { run } from './child.js';

let migrated: TestDatabase;
const made: string[] = [];

beforeAll(async () => {
  migrated = await createTestDatabase();
});

afterAll(async () => {
  for (const name of made) await migrated?.owner.query(`drop database if exists ${name} with (force)`);
  await migrated?.drop();
});

const files = readdirSync('migrations')
  .filter((file) => file.endsWith('.sql'))
  .sort();
const names = files.map((file) => file.replace(/^(\d+)-(.*)\.sql$/, '$2$1'));

/** The URL of a database with nothing in it, and a connection of its owner. */
async function emptyDatabase(): Promise<{ url: string; name: string }> {
  const name = `throughline_test_${randomBytes(6).toString('hex')}`;
  await migrated.owner.query(`create database ${name} template template0`);
  made.push(name);
  return { url: databaseUrl(migrated.ownerUrl, name), name };
}

async function withOwner<T>(url: string, act: (db: pg.Client) => Promise<T>): Promise<T> {
  const db = new pg.Client({ connectionString: url });
  db.on('error', () => undefined);
  await db.connect();
  try {
    return await act(db);
  } finally {
    await db.end();
  }
}

/** Everything that migrations make: columns with their types, indexes, policies, rights, settings. */
const shapeOf = (url: string) =>
  withOwner(url, async (db) => {
    const { rows } = await db.query(`
      select 'column' as what, format('%s.%s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
        a.attnotnull, pg_get_expr(d.adbin, d.adrelid)) as text
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
      where c.relnamespace = 'public'::regnamespace
      union all
      select 'table', format('%s %s %s %s %s %s', relname, relkind, relrowsecurity, relforcerowsecurity, relacl, reloptions)
      from pg_class where relnamespace = 'public'::regnamespace
      union all
      select 'index', indexdef from pg_indexes where schemaname = 'public'
      union all
      select 'policy', format('%s %s %s %s %s', tablename, policyname, cmd, qual, with_check) from pg_policies
      order by 1, 2`);
    return rows.map((row) => `${row.what} ${row.text}`);
  });

const ran = (url: string) =>
  withOwner(url, async (db) => {
    const { rows } = await db.query(`select to_regclass('public.migration') is not null as exists`);
    if (!rows[0].exists) return [];
    return (await db.query('select name from migration order by id')).rows.map((row) => row.name as string);
  });

/** Tables that a migration file makes. */
const tablesOf = (file: string) =>
  [...readFileSync(`migrations/${file}`, 'utf8').matchAll(/^create table (\w+)/gm)].map(([, table]) => table as string);

/**
 * Somebody is about to make a table of that name too: the migration that makes it waits in its midst. Resolves once it
 * waits; the answer lets it go on.
 */
async function stopAt(url: string, table: string): Promise<{ isWaiting(): Promise<boolean>; letGo(): Promise<void> }> {
  const holder = new pg.Client({ connectionString: url });
  holder.on('error', () => undefined);
  await holder.connect();
  await holder.query('begin');
  await holder.query(`create table ${table} (x int)`);
  return {
    isWaiting: async () => {
      const { rowCount } = await migrated.owner.query(
        `select from pg_stat_activity
         where datname = $1 and wait_event_type = 'Lock' and query ilike $2`,
        [new URL(url).pathname.slice(1), `%create table ${table}%`],
      );
      return (rowCount ?? 0) > 0;
    },
    letGo: async () => {
      await holder.query('rollback');
      await holder.end();
    },
  };
}

/** Nobody but the caller is connected: what a dead migrator had begun is undone. */
const isQuiet = async (name: string) =>
  (await migrated.owner.query('select from pg_stat_activity where datname = $1', [name])).rowCount === 0;

describe('migrations', () => {
  test('run once when two migrators start at once, and both succeed', async () => {
    const { url } = await emptyDatabase();
    const [one, two, three] = await Promise.all([migrate(url), migrate(url), migrate(url)]);
    expect([...one, ...two, ...three].sort()).toEqual([...names].sort());
    expect([one.length, two.length, three.length].sort()).toEqual([0, 0, names.length]);
    expect(await ran(url)).toEqual(names);
    expect(await pendingMigrations(url)).toEqual([]);
    expect(await migrate(url)).toEqual([]);
  });

  test('give the same database whoever ran them', async () => {
    const { url } = await emptyDatabase();
    await migrate(url);
    expect(await shapeOf(url)).toEqual(await shapeOf(migrated.ownerUrl));
  });

  test.each(files.filter((file) => tablesOf(file).length > 0))(
    'cut off in the midst of %s leave the earlier ones whole and nothing of it, and a rerun completes them',
    async (file) => {
      const { url, name } = await emptyDatabase();
      const tables = tablesOf(file);
      const stop = await stopAt(url, tables.at(-1) as string);
      const migrating = migrate(url).then(
        () => 'done',
        () => 'failed',
      );
      await eventually(stop.isWaiting);
      await migrated.owner.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and wait_event_type = 'Lock'`,
        [name],
      );
      expect(await migrating).toBe('failed');
      await stop.letGo();
      await eventually(() => isQuiet(name));
      expect(await ran(url)).toEqual(names.slice(0, files.indexOf(file)));
      await withOwner(url, async (db) => {
        for (const table of tables) {
          expect((await db.query('select to_regclass($1) as found', [`public.${table}`])).rows, table).toEqual([
            { found: null },
          ]);
        }
      });
      expect(await migrate(url)).toEqual(names.slice(files.indexOf(file)));
      expect(await shapeOf(url)).toEqual(await shapeOf(migrated.ownerUrl));
    },
  );

  test('killed with their process leave whole ones only, hold no lock, and a rerun completes them', async () => {
    const { url, name } = await emptyDatabase();
    const stop = await stopAt(url, 'conversation');
    const child = run('dist/src/cli/main.js', ['migrate'], { DATABASE_URL: url });
    await eventually(stop.isWaiting);
    child.process.kill('SIGKILL');
    expect(await child.ended).toBe('SIGKILL');
    await stop.letGo();
    await eventually(() => isQuiet(name));
    const before = names.findIndex((migration) => migration.startsWith('touchpoints'));
    expect(await ran(url)).toEqual(names.slice(0, before));
    expect(await pendingMigrations(url)).toEqual(names.slice(before));
    const again = run('dist/src/cli/main.js', ['migrate', '--json'], { DATABASE_URL: url });
    expect(await again.ended, again.output()).toBe(0);
    expect(JSON.parse(again.output())).toEqual({ ran: names.slice(before) });
    expect(await shapeOf(url)).toEqual(await shapeOf(migrated.ownerUrl));
  });

  test('that a later version made are no reason not to start', async () => {
    const { url } = await emptyDatabase();
    await migrate(url);
    await withOwner(url, (db) =>
      db.query(`insert into migration (timestamp, name) values (9999999999999, 'later9999999999999')`),
    );
    expect(await migrate(url)).toEqual([]);
  });
});
