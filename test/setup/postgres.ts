import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres.js';
import { migrate } from '../../src/platform/migrate.js';

const template = 'throughline_template';

/** One Postgres for the whole run: the embedded one, or the one that DATABASE_URL names. */
export async function startTestPostgres(): Promise<{ ownerUrl: string; stop: () => Promise<void> }> {
  const given = process.env['DATABASE_URL'];
  if (given) {
    await makeTemplate(given);
    return { ownerUrl: given, stop: async () => dropAll(given) };
  }
  const dir = mkdtempSync(path.join(tmpdir(), 'throughline-test-'));
  const embedded = await startEmbeddedPostgres({
    dir,
    settings: { max_connections: '300', fsync: 'off', shared_buffers: '128MB' },
  });
  await makeTemplate(embedded.ownerUrl);
  return {
    ownerUrl: embedded.ownerUrl,
    stop: async () => {
      await embedded.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function makeTemplate(ownerUrl: string): Promise<void> {
  await admin(ownerUrl, async (db) => {
    await db.query(`drop database if exists ${template} with (force)`);
    await db.query(`create database ${template}`);
  });
  await migrate(databaseUrl(ownerUrl, template));
}

async function dropAll(ownerUrl: string): Promise<void> {
  await admin(ownerUrl, async (db) => {
    const { rows } = await db.query(`select datname from pg_database where datname like 'throughline\\_test\\_%'`);
    for (const { datname } of rows) await db.query(`drop database if exists ${datname} with (force)`);
    await db.query(`drop database if exists ${template} with (force)`);
  });
}

export interface TestDatabase {
  readonly ownerUrl: string;
  /** A superuser's connection, which row-level security does not bind: to look behind the scenes. */
  readonly owner: pg.Client;
  drop(): Promise<void>;
}

/** A database of its own for one test file, migrated. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = serverUrl();
  const name = `throughline_test_${randomBytes(6).toString('hex')}`;
  await admin(server, async (db) => {
    // Only one database can be copied from a template at a time.
    await db.query('select pg_advisory_lock(7413)');
    await db.query(`create database ${name} template ${template}`);
  });
  const ownerUrl = databaseUrl(server, name);
  const owner = new pg.Client({ connectionString: ownerUrl });
  owner.on('error', () => undefined);
  await owner.connect();
  return {
    ownerUrl,
    owner,
    drop: async () => {
      await owner.end();
      await admin(server, (db) => db.query(`drop database if exists ${name} with (force)`));
    },
  };
}

export function databaseUrl(url: string, database: string): string {
  const parsed = new URL(url);
  parsed.pathname = `/${database}`;
  return parsed.toString();
}

async function admin<T>(url: string, act: (db: pg.Client) => Promise<T>): Promise<T> {
  const db = new pg.Client({ connectionString: databaseUrl(url, 'postgres') });
  await db.connect();
  try {
    return await act(db);
  } finally {
    await db.end();
  }
}

/** The global setup's server; workers inherit its environment. */
function serverUrl(): string {
  const url = process.env['TEST_POSTGRES_URL'];
  if (!url) throw new Error('Tests run through vitest, whose global setup starts Postgres.');
  return url;
}
