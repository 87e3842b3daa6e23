import type { Socket } from 'node:net';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { DataSource, type EntityManager, getMetadataArgsStorage } from 'typeorm';
import { CONFIG, type Config } from './config.js';
import { surviveLostConnections } from './database-errors.js';
import { limits } from './limits.js';

/** Where the service connects as the app role: never as the owner of the tables. */
export interface AppConnection {
  readonly connectionString: string;
  readonly options: string;
}

/**
 * Generic plans from the first call on (planning the one query costs more than running it), and time-outs on
 * everything. With only an owner's URL the connection takes the app role at its start.
 */
export function appConnection(url: string, takesRole: boolean): AppConnection {
  const settings = {
    plan_cache_mode: 'force_generic_plan',
    // Compiling a plan pays for reports, not for statements of a millisecond.
    jit: 'off',
    statement_timeout: limits.statementTimeoutMs,
    lock_timeout: limits.lockTimeoutMs,
    idle_in_transaction_session_timeout: limits.idleInTransactionTimeoutMs,
    timezone: 'UTC',
    ...(takesRole ? { role: 'throughline_app' } : {}),
  };
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  return { connectionString: url, options: options.join(' ') };
}

/**
 * Every join of the hot statements walks an index from a handful of rows. The planner would see so only with fresh
 * statistics, and a plan that was made while a table was empty stays until they come: on these connections the other
 * ways are ruled out.
 */
export const indexWalksOnly = [
  'enable_seqscan',
  'enable_hashjoin',
  'enable_mergejoin',
  'enable_bitmapscan',
  'enable_material',
]
  .map((way) => ` -c ${way}=off`)
  .join('');

/** Connections end after this time, and their prepared plans with them: tables may have grown since. */
export const planLifeSeconds = 300;

export const APP_CONNECTION = Symbol('the app role’s connection');

/**
 * Hands what `ask` sends on a pipelined connection to the network at once. The driver writes each message by itself, and
 * a write costs some 20 µs, whatever is in it.
 */
export function inOneWrite<T>(client: pg.PoolClient, ask: () => T): T {
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  stream.cork();
  try {
    return ask();
  } finally {
    stream.uncork();
  }
}

/**
 * Transactions of the app role. Each runs in exactly one workspace (or in the system scope, which opens only the
 * tables that dispatch work), and the setting dies with the transaction, so a pooled connection carries nothing over.
 */
@Injectable()
export class Database implements OnApplicationShutdown {
  readonly source: DataSource;
  /** For the ingest statements, which are pipelined: messages of one transaction travel together. */
  readonly pipeline: pg.Pool;

  constructor(@Inject(APP_CONNECTION) connection: AppConnection, @Inject(CONFIG) config: Config) {
    this.source = new DataSource({
      type: 'postgres',
      url: connection.connectionString,
      extra: { options: connection.options, connectionTimeoutMillis: 3_000 },
      poolSize: config.poolSize,
      poolErrorHandler: () => undefined,
      // Every class that is declared as one, wherever it lives: this floor knows none of them.
      entities: getMetadataArgsStorage().tables.map((table) => table.target as new () => object),
      logging: false,
    });
    this.pipeline = new pg.Pool({
      connectionString: connection.connectionString,
      options: connection.options + indexWalksOnly,
      max: config.poolSize,
      maxLifetimeSeconds: planLifeSeconds,
      connectionTimeoutMillis: 3_000,
      pipeline: true,
    } as pg.PoolConfig);
    surviveLostConnections(this.pipeline);
  }

  async connect(): Promise<void> {
    if (!this.source.isInitialized) await this.source.initialize();
  }

  async inWorkspace<T>(workspace: number, act: (db: EntityManager) => Promise<T>): Promise<T> {
    return this.source.transaction(async (db) => {
      await db.query(`select set_config('app.workspace', $1, true)`, [workspace]);
      return act(db);
    });
  }

  async inSystem<T>(act: (db: EntityManager) => Promise<T>): Promise<T> {
    return this.source.transaction(async (db) => {
      await db.query(`select set_config('app.scope', 'system', true)`);
      return act(db);
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.allSettled([this.pipeline.end(), this.source.isInitialized ? this.source.destroy() : undefined]);
  }
}
