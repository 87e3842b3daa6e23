import 'reflect-metadata';
import { setTimeout } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { LogController } from 'fastify';
import { Bootstrap } from './access/bootstrap.service.js';
import { appModule } from './app.module.js';
import { letBrowsersAsk } from './platform/browser-access.js';
import type { Config } from './platform/config.js';
import { type AppConnection, appConnection, Database } from './platform/database.js';
import { startEmbeddedPostgres } from './platform/embedded-postgres.js';
import { Lifecycle } from './platform/lifecycle.js';
import { limits } from './platform/limits.js';
import { createLogger } from './platform/log.js';
import { migrate } from './platform/migrate.js';
import { ProblemFilter } from './platform/problems.js';
import { Relay } from './platform/relay.js';

/** The Postgres that a configuration names, or the embedded one. */
export interface Store {
  readonly ownerUrl: string;
  readonly connection: AppConnection;
  stop(): Promise<void>;
}

export async function openStore(config: Config): Promise<Store> {
  if (config.databaseUrl) {
    const takesRole = !config.databaseAppUrl;
    return {
      ownerUrl: config.databaseUrl,
      connection: appConnection(config.databaseAppUrl ?? config.databaseUrl, takesRole),
      stop: async () => undefined,
    };
  }
  const embedded = await startEmbeddedPostgres({ dir: config.dataDir });
  return {
    ownerUrl: embedded.ownerUrl,
    connection: appConnection(embedded.appUrl, false),
    stop: () => embedded.stop(),
  };
}

export interface RunningService {
  readonly app: NestFastifyApplication;
  readonly url: string;
  /** The secret of the first admin key, when this start made it: to be shown once. */
  readonly firstKey: string | null;
  /** Finishes what is in flight, then ends everything that was started. */
  stop(): Promise<void>;
}

export async function startService(config: Config): Promise<RunningService> {
  const store = await openStore(config);
  try {
    if (config.migrateOnStart) await migrate(store.ownerUrl);
    const app = await createApp(config, store.connection);
    await app.get(Database).connect();
    const firstKey = await app.get(Bootstrap).run();
    await app.listen(config.port, config.host);
    app.get(Relay).start();
    const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
    return {
      app,
      url,
      firstKey,
      stop: async () => {
        app.get(Lifecycle).beginStop();
        await setTimeout(config.shutdownGraceMs);
        await app.close();
        await store.stop();
      },
    };
  } catch (error) {
    await store.stop();
    throw error;
  }
}

/** The application, not yet connected and not yet listening. */
export async function createApp(config: Config, connection: AppConnection): Promise<NestFastifyApplication> {
  const logger = createLogger(config);
  const adapter = new FastifyAdapter({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: !['debug', 'trace'].includes(config.logLevel) }),
    bodyLimit: limits.bodyBytesMax,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    genReqId: () => crypto.randomUUID(),
  });
  const app = await NestFactory.create<NestFastifyApplication>(appModule(config, connection), adapter, {
    logger: ['error', 'warn', 'fatal'],
    abortOnError: false,
  });
  letBrowsersAsk(adapter.getInstance(), '/graphql', config.corsOrigins);
  const lifecycle = app.get(Lifecycle);
  adapter.getInstance().addHook('onSend', async (_request, reply) => {
    // Clients that keep connections open leave on their own, instead of writing into one that is about to close.
    if (lifecycle.isStopping) reply.header('connection', 'close');
  });
  app.useGlobalFilters(new ProblemFilter());
  return app;
}
