import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { CONFIG, type Config } from './config.js';
import { APP_CONNECTION, type AppConnection, indexWalksOnly, planLifeSeconds } from './database.js';
import { databaseRefusal, surviveLostConnections } from './database-errors.js';
import { limits } from './limits.js';
import { parameterText } from './parameter-text.js';
import { Refusal } from './refusal.js';

/** What is run: text under a name that no other text has. */
export interface Statement {
  readonly name: string;
  readonly sql: string;
}

/** The part of pg's connection that a submittable speaks to. */
interface Wire {
  readonly stream: { cork(): void; uncork(): void };
  parse(message: { name: string; text: string }): void;
  bind(message: { statement: string; values: readonly unknown[] }): void;
  execute(message: { portal: string; rows: number }): void;
  close(message: { type: 'S'; name: string }): void;
  sync(): void;
}

const statementsPerConnectionMax = 200;
/** Queries in line for a connection; the next one is told so at once. */
const waitingMax = 500;
/** The server's own time-out comes first; this one is for a server that says nothing any more. */
const answerTimeoutMs = limits.statementTimeoutMs + 2_000;

/** Names of the statements that are prepared on each connection, least recently used first. */
const preparedOn = new WeakMap<object, Set<string>>();

const scope: Statement = { name: 'scope', sql: `select set_config('app.workspace', $1, true)` };

/**
 * One read: the workspace and the statement travel before one Sync, so both run in one implicit transaction and the
 * setting dies with it, also after an error. The statement answers with one text.
 */
class Ask implements pg.Submittable {
  readonly #values: readonly (string | null)[];
  readonly #fresh: string[] = [];
  #text: string | null = null;
  #failed = false;

  constructor(
    private readonly statement: Statement,
    values: readonly unknown[],
    private readonly workspace: number,
    private readonly done: (error: Error | null, text: string | null) => void,
  ) {
    // Here, not in submit: a throw there would leave the connection waiting for ever.
    this.#values = values.map(parameterText);
  }

  submit(connection: unknown): void {
    const wire = connection as Wire;
    wire.stream.cork();
    this.send(wire, scope, [String(this.workspace)]);
    this.send(wire, this.statement, this.#values);
    wire.sync();
    wire.stream.uncork();
  }

  handleDataRow(message: { fields: (string | null)[] }): void {
    this.#text = message.fields[0] ?? null;
  }

  handleError(error: Error, connection: object): void {
    this.#failed = true;
    for (const name of this.#fresh) preparedOn.get(connection)?.delete(name);
    this.done(error, null);
  }

  handleReadyForQuery(): void {
    if (!this.#failed) this.done(null, this.#text);
  }

  handleRowDescription(): void {}
  handleCommandComplete(): void {}
  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}

  private send(wire: Wire, { name, sql }: Statement, values: readonly (string | null)[]): void {
    const prepared = preparedOn.get(wire) ?? new Set<string>();
    preparedOn.set(wire, prepared);
    if (prepared.delete(name)) {
      prepared.add(name);
    } else {
      // A failed batch may have left it behind.
      wire.close({ type: 'S', name });
      wire.parse({ name, text: sql });
      prepared.add(name);
      this.#fresh.push(name);
      if (prepared.size > statementsPerConnectionMax) {
        const oldest = prepared.values().next().value as string;
        prepared.delete(oldest);
        wire.close({ type: 'S', name: oldest });
      }
    }
    wire.bind({ statement: name, values });
    wire.execute({ portal: '', rows: 0 });
  }
}

/** Connections for reads, bounded: who finds none in time is told so, instead of waiting in a growing line. */
@Injectable()
export class Reads implements OnApplicationShutdown {
  readonly #pool: pg.Pool;

  constructor(@Inject(APP_CONNECTION) connection: AppConnection, @Inject(CONFIG) config: Config) {
    this.#pool = new pg.Pool({
      connectionString: connection.connectionString,
      // Composed statements are wide, so their estimates are high: compiling them would take longer than running them.
      options: connection.options + indexWalksOnly,
      max: config.poolSize,
      maxLifetimeSeconds: planLifeSeconds,
      connectionTimeoutMillis: 3_000,
      idleTimeoutMillis: 60_000,
    });
    surviveLostConnections(this.#pool);
  }

  /** The one text that the statement answers with. Refuses when the database cannot answer now. */
  async ask(statement: Statement, values: readonly unknown[], workspace: number): Promise<string | null> {
    if (this.#pool.waitingCount >= waitingMax) {
      throw new Refusal('OVERLOADED', 'Too many queries wait for the database. Try again in a moment.');
    }
    const client = await this.#pool.connect().catch((error: Error) => {
      throw databaseRefusal(error);
    });
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const finish = (error: Error | null, text: string | null) => {
        if (timer === undefined) return;
        clearTimeout(timer);
        timer = undefined;
        const isServers = error instanceof pg.DatabaseError && error.severity !== 'FATAL';
        client.release(error === null || isServers ? undefined : error);
        if (error) reject(databaseRefusal(error));
        else resolve(text);
      };
      timer = setTimeout(
        () => finish(new Error('Connection terminated: the database did not answer.'), null),
        answerTimeoutMs,
      );
      client.query(new Ask(statement, values, workspace, finish));
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#pool.end();
  }
}
