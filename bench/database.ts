import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type pg from 'pg';
import { startEmbeddedPostgres } from '../src/platform/embedded-postgres.js';
import { migrate } from '../src/platform/migrate.js';
import { connectOwner, type DataSize, existingSize, generate } from './data.js';
import { postmasterOf } from './measure.js';

export interface BenchDatabase {
  readonly ownerUrl: string;
  /** Connects as the app role, where there is a password for it; else the owner takes the role. */
  readonly appUrl: string | undefined;
  readonly db: pg.Client;
  readonly size: DataSize;
  /** Null when Postgres runs on another machine: then CPU cannot be read, nor bound to a core. */
  readonly postmaster: number | null;
  readonly version: string;
  stop(): Promise<void>;
}

/** The database to measure on: `DATABASE_URL`, or the embedded Postgres in a folder; migrated and filled. */
export async function openDatabase(
  size: DataSize,
  dataDir: string | undefined,
  name: string,
  tell: (line: string) => void,
): Promise<BenchDatabase> {
  const server = await serverFor(size, dataDir, name);
  await migrate(server.ownerUrl);
  const db = await connectOwner(server.ownerUrl);
  const known = await existingSize(db);
  if (known && (known.customers !== size.customers || known.touchpoints !== size.touchpoints))
    throw new Error(
      `The database holds the data of --customers ${known.customers} --touchpoints ${known.touchpoints}: ` +
        'ask for that size, or choose another folder or database.',
    );
  if (!known) {
    tell(`Making ${size.customers} customers with ${size.touchpoints} touchpoints …`);
    await generate(db, size, tell);
  }
  // An older database may have everybody wait to be compared anew: hours of work beside what is measured.
  await db.query('truncate match_due');
  const { rows } = await db.query('show server_version');
  return {
    ...server,
    db,
    size,
    postmaster: await postmasterOf(db),
    version: rows[0].server_version,
    stop: async () => {
      await db.end();
      await server.stop();
    },
  };
}

async function serverFor(size: DataSize, dataDir: string | undefined, name: string) {
  const given = process.env['DATABASE_URL'];
  if (given) {
    const url = new URL(given);
    if (name !== 'throughline') url.pathname += `_${name}`;
    return { ownerUrl: url.href, appUrl: process.env['DATABASE_APP_URL'], stop: async () => undefined };
  }
  const folder = dataDir ? path.resolve(dataDir) : mkdtempSync(path.join(tmpdir(), 'throughline-bench-'));
  const isLarge = size.touchpoints > 1_000_000;
  const embedded = await startEmbeddedPostgres({
    dir: folder,
    database: name,
    settings: {
      shared_buffers: isLarge ? '3GB' : '512MB',
      max_wal_size: isLarge ? '8GB' : '2GB',
      checkpoint_timeout: '15min',
      max_connections: '100',
    },
  });
  return {
    ownerUrl: embedded.ownerUrl,
    appUrl: embedded.appUrl,
    stop: async () => {
      await embedded.stop();
      if (!dataDir) rmSync(folder, { recursive: true, force: true });
    },
  };
}
