import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { initialiseCluster, programOptions, usableBinaries } from './embedded-binaries.js';
import {
  type DataFolder,
  hasCluster,
  openDataFolder,
  readOrMakeSecrets,
  readOwnerMark,
  writeOwnerMark,
} from './embedded-folder.js';
import { isMarkAlive, markOfThisProcess, withFolderLock } from './file-lock.js';
import {
  launchPostmaster,
  type Postmaster,
  runningPostmaster,
  settledPostmaster,
  stopPostmaster,
} from './postmaster.js';

const ownerRole = 'postgres';
const appRole = 'throughline_app';
const serverAttemptsMax = 5;
const connectWaitMsMax = 30_000;
const connectPollMs = 50;

/** Sized for a laptop that does other things too; the caller's settings win over these. */
const laptopSettings: Record<string, string> = {
  shared_buffers: '256MB',
  max_connections: '60',
  max_wal_size: '2GB',
  timezone: 'UTC',
  fsync: 'on',
};

/** Nobody but this machine may connect, and the path of a socket file may be too long: so neither can be changed. */
const privacySettings: Record<string, string> = { listen_addresses: '127.0.0.1', unix_socket_directories: '' };

/** A Postgres server on this machine that needs no installation. */
export interface EmbeddedPostgres {
  /** Connects as the superuser that owns the tables: migrations only. */
  readonly ownerUrl: string;
  /** Connects as the role `throughline_app`, which neither owns tables nor bypasses row-level security. */
  readonly appUrl: string;
  readonly port: number;
  /** True when the server was running already: left by a process that died, or kept by one that lives. */
  readonly attached: boolean;
  /**
   * Stops the server when this handle owns it, or when its owner has died; else does nothing.
   * End your own connections first.
   */
  stop(): Promise<void>;
}

/** Where the data lies and how the server is to be. */
export interface EmbeddedPostgresOptions {
  /** A folder of its own on this machine; made when missing. Holds the data, two secrets and a few small files. */
  dir: string;
  /** Taken when it is free, else another one is; without it any free one. A running server keeps the port it has. */
  port?: number;
  /** Made when missing; `throughline` by default. */
  database?: string;
  /** Further server settings, as in postgresql.conf; a running server keeps the settings it has. */
  settings?: Record<string, string>;
  /** A folder with `bin`, `lib` and `share` of Postgres, instead of the installed package's. */
  binaries?: string;
  /** Receives what the server writes to its log, while this process lives. */
  log?: (line: string) => void;
}

/**
 * Starts a Postgres server on `dir`, or attaches to the one that runs there.
 *
 * One process owns the server: the one that started it or, when that one has died (`kill -9` leaves the server
 * running, and no data is lost), the next one that attaches. Any number of others may attach meanwhile, but they live on
 * the owner's server: when the owner stops it their connections end, new ones are refused, and it is up to them to
 * call this function again, which makes one of them the new owner. Their own `stop()` does nothing.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const folder = openDataFolder(options.dir);
  const database = options.database ?? 'throughline';
  const handleMark = `${markOfThisProcess()}-${randomBytes(6).toString('hex')}`;

  return withFolderLock(folder.dir, async () => {
    try {
      const secrets = readOrMakeSecrets(folder);
      const { server, attached, client } = await startOrAttach(folder, options, handleMark, secrets.owner);
      await ensureDatabaseAndAppRole(client, database, secrets.app);
      let stopping: Promise<void> | undefined;
      return {
        ownerUrl: connectionUrl(ownerRole, secrets.owner, server.port, database),
        appUrl: connectionUrl(appRole, secrets.app, server.port, database),
        port: server.port,
        attached,
        stop: () => {
          // A throw-away folder may be gone already, and its server with it.
          stopping ??= fs.existsSync(folder.dir)
            ? withFolderLock(folder.dir, () => stopIfOwned(folder, handleMark, options.binaries))
            : Promise.resolve();
          return stopping;
        },
      };
    } catch (error) {
      // Nobody gets a handle to stop the server with. Should this fail too, the first error says more.
      await stopIfOwned(folder, handleMark, options.binaries).catch(() => {});
      throw error;
    }
  });
}

interface Attachment {
  server: Postmaster;
  attached: boolean;
  client: pg.Client;
}

/** Gives a connection to the server that runs, or else to one that it starts. */
async function startOrAttach(
  folder: DataFolder,
  options: EmbeddedPostgresOptions,
  handleMark: string,
  secret: string,
): Promise<Attachment> {
  for (let attempt = 1; attempt <= serverAttemptsMax; attempt++) {
    const running = await settledPostmaster(folder.data);
    const server = running ?? (await startServer(folder, options));
    if (!running || !isMarkAlive(readOwnerMark(folder))) writeOwnerMark(folder, handleMark);
    const client = await connectAsOwner(folder, server, secret);
    if (client) return { server, attached: running !== undefined, client };
  }
  throw new Error(`Postgres on ${folder.data} ended ${serverAttemptsMax} times before a connection to it was made.`);
}

async function startServer(folder: DataFolder, options: EmbeddedPostgresOptions): Promise<Postmaster> {
  const native = await usableBinaries(folder.dir, folder.user, options.binaries);
  if (!hasCluster(folder.data)) await initialiseCluster(native, { ...folder, ownerRole });
  return launchPostmaster({
    native,
    data: folder.data,
    program: programOptions(folder.dir, folder.user),
    port: options.port,
    settings: { ...laptopSettings, ...options.settings, ...privacySettings },
    log: options.log ?? (() => {}),
  });
}

function connectionUrl(role: string, secret: string, port: number, database: string): string {
  return `postgres://${role}:${secret}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}

/** Connects to the server; undefined when that one ends meanwhile, as one does that got a kill -9 a moment ago. */
async function connectAsOwner(folder: DataFolder, server: Postmaster, secret: string): Promise<pg.Client | undefined> {
  const connectionString = connectionUrl(ownerRole, secret, server.port, 'postgres');
  const giveUpAtMs = performance.now() + connectWaitMsMax;
  for (;;) {
    const client = new pg.Client({ connectionString, connectionTimeoutMillis: connectWaitMsMax });
    // Without a listener a connection that breaks later would end the whole process.
    client.on('error', () => {});
    try {
      await client.connect();
      return client;
    } catch (cause) {
      await client.end().catch(() => {});
      const code = (cause as { code?: string }).code;
      if (code === '28P01') {
        throw new Error(`Postgres refuses the password in ${folder.ownerSecretFile}: put the right one back.`, {
          cause,
        });
      }
      if (runningPostmaster(folder.data)?.pid !== server.pid) return undefined;
      // 57P03: it recovers from the crash of one of its children. The others: it is just ending.
      const isPassing = code === undefined || ['57P03', 'ECONNREFUSED', 'ECONNRESET'].includes(code);
      if (!isPassing || performance.now() > giveUpAtMs) {
        throw new Error(`Postgres runs on ${folder.data} but takes no connection.`, { cause });
      }
      await pause(connectPollMs);
    }
  }
}

async function ensureDatabaseAndAppRole(client: pg.Client, database: string, appSecret: string): Promise<void> {
  try {
    const { rows } = await client.query<{ hasDatabase: boolean; hasRole: boolean }>(
      `select exists(select from pg_database where datname = $1) as "hasDatabase",
              exists(select from pg_roles where rolname = $2) as "hasRole"`,
      [database, appRole],
    );
    const databaseName = client.escapeIdentifier(database);
    if (!rows[0]?.hasDatabase) await client.query(`create database ${databaseName}`);
    if (!rows[0]?.hasRole) await client.query(`create role ${appRole}`);
    // Said at each start, so that a role that was widened by hand is narrowed again.
    await client.query(
      `alter role ${appRole} with login nosuperuser nobypassrls nocreatedb nocreaterole noreplication
       password ${client.escapeLiteral(appSecret)}`,
    );
    await client.query(`grant connect on database ${databaseName} to ${appRole}`);
  } finally {
    await client.end();
  }
}

async function stopIfOwned(folder: DataFolder, handleMark: string, binaries: string | undefined): Promise<void> {
  const ownerMark = readOwnerMark(folder);
  if (ownerMark !== handleMark && isMarkAlive(ownerMark)) return;
  await stopPostmaster(folder.data, () => usableBinaries(folder.dir, folder.user, binaries));
  fs.rmSync(folder.ownerMarkFile, { force: true });
}
