import type { Socket } from 'node:net';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { Caller } from '../access/caller.js';
import { Composer } from '../platform/composer.js';
import { CONFIG, type Config } from '../platform/config.js';
import { APP_CONNECTION, type AppConnection } from '../platform/database.js';
import { databaseRefusal, surviveLostConnections } from '../platform/database-errors.js';
import { limits } from '../platform/limits.js';
import { kindOf } from './export-kinds.js';
import { copyStatement, type RowForm, type Stretch, stretchEnd } from './export-statement.js';
import type { RowWish } from './export-wish.js';

/** Rows that follow each other, read before the next ones are asked for. */
export interface RowStretch {
  /** Lines as the database writes them. */
  readonly bytes: AsyncIterable<Buffer>;
  /** The key of its last row; null when nothing follows. */
  readonly end: string | null;
  /** Which of the wishes it is of. */
  readonly query: number;
  /** The number of its rows, once the bytes were read. */
  rowCount(): Promise<number>;
}

export interface Reading {
  readonly form: RowForm;
  readonly after: string | null;
  /** True reads everything as it was at one instant; false lets the instant move on from stretch to stretch. */
  readonly isOneSnapshot: boolean;
  /** Breaks off, also while the database is at work. */
  readonly signal?: AbortSignal;
}

/**
 * Reads rows by `copy`, a stretch at a time in the order of their key, so that memory and the time of a statement do not
 * grow with their number. On connections of its own, which are few: ingest and queries do not wait for it.
 */
@Injectable()
export class ExportReader implements OnApplicationShutdown {
  readonly #pool: pg.Pool;

  constructor(
    @Inject(APP_CONNECTION) connection: AppConnection,
    @Inject(CONFIG) private readonly config: Config,
    private readonly composer: Composer,
  ) {
    const patience =
      ` -c statement_timeout=${limits.exportStatementTimeoutMs}` +
      ` -c idle_in_transaction_session_timeout=${limits.exportStatementTimeoutMs}`;
    this.#pool = new pg.Pool({
      connectionString: connection.connectionString,
      options: connection.options + patience,
      max: config.exportPoolSize,
      connectionTimeoutMillis: 10_000,
      idleTimeoutMillis: 10_000,
    });
    surviveLostConnections(this.#pool);
  }

  /** What a caller must be allowed to read for this; refuses filters that cannot be read. */
  async scopesOf(caller: Caller, wish: RowWish): Promise<readonly string[]> {
    return (await copyStatement(this.composer, caller, wish, 'objects', { after: null, upTo: null })).scopes;
  }

  /** How many rows it will be, as the planner sees it. */
  async estimate(caller: Caller, wish: RowWish): Promise<number> {
    const { text } = await copyStatement(this.composer, caller, wish, 'estimate', { after: null, upTo: null });
    const client = await this.#pool.connect();
    let isClean = false;
    try {
      await this.begin(client, caller.workspace);
      const { rows } = await client.query(text);
      await client.query('commit');
      isClean = true;
      return Math.round(rows[0]['QUERY PLAN'][0].Plan['Plan Rows']);
    } finally {
      // Whatever failed left a transaction open, in which the next one could do nothing.
      client.release(!isClean);
    }
  }

  /** The rows of several wishes, one after the other. */
  async *read(caller: Caller, wishes: readonly RowWish[], reading: Reading): AsyncGenerator<RowStretch> {
    const client = await this.#pool.connect().catch((error: Error) => {
      throw databaseRefusal(error);
    });
    let isClean = false;
    const breakOff = () => (client as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
    reading.signal?.addEventListener('abort', breakOff);
    try {
      reading.signal?.throwIfAborted();
      if (reading.isOneSnapshot) await this.begin(client, caller.workspace);
      for (const [query, wish] of wishes.entries()) yield* this.readOne(client, caller, wish, query, reading);
      if (reading.isOneSnapshot) await client.query('commit');
      isClean = true;
    } catch (error) {
      throw databaseRefusal(error);
    } finally {
      reading.signal?.removeEventListener('abort', breakOff);
      // Whoever stops in the middle leaves a connection on which rows are still on their way.
      client.release(!isClean);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#pool.end();
  }

  private async *readOne(
    client: pg.PoolClient,
    caller: Caller,
    wish: RowWish,
    query: number,
    { form, isOneSnapshot, ...reading }: Reading,
  ): AsyncGenerator<RowStretch> {
    const ends = stretchEnd(kindOf(wish.what));
    for (let after = reading.after; ; ) {
      if (!isOneSnapshot) await this.begin(client, caller.workspace);
      const upTo = ends === null ? null : await this.placeAfter(client, ends, caller.workspace, after);
      yield { ...(await this.stretch(client, caller, wish, form, { after, upTo })), query };
      if (!isOneSnapshot) await client.query('commit');
      if (upTo === null) return;
      after = upTo;
    }
  }

  private async begin(client: pg.PoolClient, workspace: number): Promise<void> {
    await client.query('begin transaction isolation level repeatable read, read only');
    await client.query(`select set_config('app.workspace', $1, true)`, [String(workspace)]);
  }

  private async placeAfter(
    client: pg.PoolClient,
    query: string,
    workspace: number,
    after: string | null,
  ): Promise<string | null> {
    const { rows } = await client.query(query, [workspace, after, this.config.exportStretchRows - 1]);
    return (rows as { place: string }[])[0]?.place ?? null;
  }

  private async stretch(
    client: pg.PoolClient,
    caller: Caller,
    wish: RowWish,
    form: RowForm,
    stretch: Stretch,
  ): Promise<Omit<RowStretch, 'query'>> {
    const { text } = await copyStatement(this.composer, caller, wish, form, stretch);
    const copy = copyTo(text);
    const counted = new Promise<number>((resolve, reject) => {
      // The count comes after the last byte.
      Object.assign(copy, { handleReadyForQuery: () => resolve(copy.rowCount) });
      copy.on('error', reject);
    });
    // Who stopped reading asks for no count.
    counted.catch(() => undefined);
    client.query(copy);
    return { bytes: copy, end: stretch.upTo, rowCount: () => counted };
  }
}
