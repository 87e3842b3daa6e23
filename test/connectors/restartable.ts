import net from 'node:net';
import { ApiKeys } from '../../src/access/api-keys.service.js';
import { scopes } from '../../src/access/caller.js';
import { Workspaces } from '../../src/access/workspaces.service.js';
import { readConfig } from '../../src/platform/config.js';
import { type RunningService, startService } from '../../src/service.js';
import { createTestDatabase, type TestDatabase } from '../setup/postgres.js';

/** Stands between a client and a server, and can be cut. */
export interface Wire {
  readonly port: number;
  /** Ends every connection and refuses new ones. */
  cut(): Promise<void>;
  mend(): Promise<void>;
}

/** @param onAnswer is asked before each piece of the server's answers; false ends the connection instead */
export async function startWire(
  host: string,
  targetPort: () => number,
  onAnswer: (piece: Buffer) => boolean = () => true,
): Promise<Wire> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((near) => {
    const far = net.connect(targetPort(), host);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far);
    far.on('data', (piece) => (onAnswer(piece) ? near.write(piece) : near.destroy()));
  });
  const listen = (port: number) => new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  await listen(0);
  const { port } = server.address() as net.AddressInfo;
  return {
    port,
    cut: async () => {
      const closed = new Promise((done) => server.close(done));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    mend: () => listen(port),
  };
}

/** A service that can be stopped and started again on its port, and whose wire to the database can be cut. */
export interface Restartable {
  readonly url: string;
  readonly port: number;
  readonly key: string;
  readonly database: TestDatabase;
  readonly databaseWire: Wire;
  start(): Promise<void>;
  stop(): Promise<void>;
  end(): Promise<void>;
}

export async function startRestartable(): Promise<Restartable> {
  const database = await createTestDatabase();
  const direct = new URL(database.ownerUrl);
  const databaseWire = await startWire(direct.hostname, () => Number(direct.port || 5432));
  const throughWire = new URL(direct);
  throughWire.hostname = '127.0.0.1';
  throughWire.port = String(databaseWire.port);
  let running: RunningService | null = null;
  let port = 0;
  const start = async () => {
    running = await startService(
      readConfig({
        NODE_ENV: 'test',
        PORT: String(port),
        LOG_LEVEL: 'silent',
        POOL_SIZE: '4',
        DATABASE_URL: throughWire.toString(),
        MIGRATE_ON_START: 'false',
        SECRETS_KEY: 'a1'.repeat(32),
      }),
    );
    port = Number(new URL(running.url).port);
    return running;
  };
  const stop = async () => {
    await running?.stop();
    running = null;
  };
  const { app } = await start();
  const workspace = (await app.get(Workspaces).find('default')) as number;
  const key = (await app.get(ApiKeys).make(workspace, { name: 'test', scopes })).secret;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    key,
    database,
    databaseWire,
    start: async () => {
      await start();
    },
    stop,
    end: async () => {
      await stop();
      await databaseWire.cut();
      await database.drop();
    },
  };
}
