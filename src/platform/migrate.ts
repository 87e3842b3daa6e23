import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';

/** One lock for all migrators of a database: the second waits, then finds nothing left to do. */
const MIGRATION_LOCK = 7_413_550_012;

/** The folder of the hand-written SQL, from source and from `dist` alike. */
export const migrationsFolder = ['../../migrations', '../../../migrations']
  .map((relative) => path.resolve(path.dirname(fileURLToPath(import.meta.url)), relative))
  .find((folder) => {
    try {
      return readdirSync(folder).some((file) => file.endsWith('.sql'));
    } catch {
      return false;
    }
  });

/** Splits a file at the semicolons that end a line: one command per call, which distributed engines ask for. */
export function statementsOf(sql: string): string[] {
  return sql
    .split(/;[ \t]*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement.replace(/^\s*--.*$/gm, '').trim() !== '');
}

function migrationOf(folder: string, file: string): new () => MigrationInterface {
  const [, time, name] = /^(\d{13})-([a-z-]+)\.sql$/.exec(file) ?? [];
  if (!time || !name) throw new Error(`Migration ${file} must be named <13 digits>-<domain>.sql.`);
  const statements = statementsOf(readFileSync(path.join(folder, file), 'utf8'));
  return class implements MigrationInterface {
    name = `${name}${time}`;

    async up(runner: QueryRunner): Promise<void> {
      for (const statement of statements) await runner.query(statement);
    }

    async down(): Promise<void> {
      throw new Error('Migrations only go forward: restore a backup to go back.');
    }
  };
}

/** The owner's view of the migrations, not yet connected. */
function migrationSource(ownerUrl: string): DataSource {
  if (!migrationsFolder) throw new Error('The folder migrations/ is missing from this installation.');
  const folder = migrationsFolder;
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort();
  return new DataSource({
    type: 'postgres',
    url: ownerUrl,
    migrations: files.map((file) => migrationOf(folder, file)),
    migrationsTableName: 'migration',
    migrationsTransactionMode: 'each',
    poolSize: 2,
    logging: false,
  });
}

/**
 * Brings a database to this version and answers with the names of the migrations that ran. Each migration is one
 * transaction: a kill leaves it wholly done or not at all.
 */
export async function migrate(ownerUrl: string): Promise<string[]> {
  const source = migrationSource(ownerUrl);
  const lock = new pg.Client({ connectionString: ownerUrl });
  await lock.connect();
  try {
    await lock.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await ensureAppRole(lock);
    await source.initialize();
    return (await source.runMigrations()).map((migration) => migration.name);
  } finally {
    if (source.isInitialized) await source.destroy();
    await lock.end();
  }
}

/** Names of the migrations that this version has and the database has not. */
export async function pendingMigrations(ownerUrl: string): Promise<string[]> {
  const source = migrationSource(ownerUrl);
  await source.initialize();
  try {
    const [{ exists }] = await source.query(`select to_regclass('public.migration') is not null as exists`);
    const ran: { name: string }[] = exists ? await source.query('select name from migration') : [];
    const names = source.migrations.map((migration) => migration.name ?? '');
    return names.filter((name) => !ran.some((one) => one.name === name));
  } finally {
    await source.destroy();
  }
}

/** Roles belong to the whole cluster, so they are not a migration of one database. */
async function ensureAppRole(db: pg.Client): Promise<void> {
  const { rows } = await db.query(`select from pg_roles where rolname = 'throughline_app'`);
  if (rows.length === 0) {
    try {
      await db.query('create role throughline_app nologin nosuperuser nobypassrls nocreatedb nocreaterole');
    } catch (error) {
      // Another database's migrator was first.
      if (!['42710', '23505'].includes((error as pg.DatabaseError).code ?? '')) throw error;
    }
  }
  await db.query('grant throughline_app to current_user');
  await db.query('grant usage on schema public to throughline_app');
}
