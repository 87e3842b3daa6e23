import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from './database.js';
import { Events, type OutboxEvent } from './events.js';
import { Log } from './log.js';
import { Metrics } from './metrics.js';

const pollMs = 500;
const rowsMax = 20;
const retryMsMax = 60_000;

/**
 * Hands published events to their subscribers, at least once and in order. It wakes when this process publishes and
 * polls for what others published; several instances share the work by skipping rows that another one holds.
 */
@Injectable()
export class Relay implements BeforeApplicationShutdown {
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  #isAwake = false;
  #isStopped = true;
  #lastSuccessAt = Date.now();
  readonly #handled;
  readonly #lag;

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly log: Log,
    metrics: Metrics,
  ) {
    this.#handled = metrics.counter('throughline_outbox_events_total', 'Events handed over, by outcome.', ['outcome']);
    this.#lag = metrics.gauge('throughline_outbox_lag_seconds', 'Age of the event handed over last.', []);
  }

  start(): void {
    this.#isStopped = false;
    this.schedule(0);
  }

  /** Something was published here: look at once instead of at the next poll. */
  wake(): void {
    if (this.#isStopped) return;
    this.#isAwake = true;
    if (!this.#running) this.schedule(0);
  }

  /** Epoch milliseconds of the last round without a failure of the database: readiness asks. */
  get lastSuccessAt(): number {
    return this.#lastSuccessAt;
  }

  private schedule(delayMs: number): void {
    if (this.#isStopped) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#running ??= this.round().finally(() => {
        this.#running = null;
        this.schedule(this.#isAwake ? 0 : pollMs);
      });
    }, delayMs);
  }

  private async round(): Promise<void> {
    try {
      do {
        this.#isAwake = false;
      } while ((await this.handleSome()) === rowsMax && !this.#isStopped);
      this.#lastSuccessAt = Date.now();
    } catch (error) {
      this.log.warn({ err: error }, 'The outbox could not be read; trying again.');
    }
  }

  /** Rows are claimed and removed one transaction each, so that one that fails keeps no other back. */
  private async handleSome(): Promise<number> {
    for (let handled = 0; handled < rowsMax; handled++) {
      if (!(await this.handleOne())) return handled;
    }
    return rowsMax;
  }

  private async handleOne(): Promise<boolean> {
    let claimed: (OutboxEvent & { createdAt: Date }) | null = null;
    try {
      return await this.database.inSystem(async (db) => {
        claimed = await claim(db);
        if (!claimed) return false;
        await db.query(`select set_config('app.scope', '', true), set_config('app.workspace', $1, true)`, [
          claimed.workspace,
        ]);
        for (const subscriber of this.events.subscribersOf(claimed.kind)) await subscriber(db, claimed);
        await db.query('delete from outbox where workspace_id = $1 and id = $2', [claimed.workspace, claimed.id]);
        this.#handled.inc({ outcome: 'handled' });
        this.#lag.set((Date.now() - claimed.createdAt.getTime()) / 1000);
        return true;
      });
    } catch (error) {
      const failed = claimed as OutboxEvent | null;
      if (!failed) throw error;
      await this.postpone(failed, error);
      return true;
    }
  }

  /** Waits longer each time; the row stays, with the reason, until it goes through. */
  private async postpone(event: OutboxEvent, error: unknown): Promise<void> {
    this.#handled.inc({ outcome: 'failed' });
    this.log.error({ err: error, event: event.id, kind: event.kind }, 'A subscriber failed; the event stays.');
    const reason =
      error instanceof Error ? `${error.name} ${(error as { code?: string }).code ?? ''}`.trim() : 'unknown';
    await this.database.inWorkspace(event.workspace, (db) =>
      db.query(
        `update outbox
         set attempts = attempts + 1, last_error = $3,
           due_at = now() + least($4::float8, 500 * power(2, least(attempts, 20))) * interval '1 millisecond'
         where workspace_id = $1 and id = $2`,
        [event.workspace, event.id, reason, retryMsMax],
      ),
    );
  }

  /** Before the database goes: what is under way is finished, the rest stays in the outbox. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#running;
  }
}

async function claim(db: EntityManager): Promise<(OutboxEvent & { createdAt: Date }) | null> {
  const [row] = await db.query(
    `select id, workspace_id, kind, payload, created_at
     from outbox
     where due_at <= now()
     order by due_at, id
     limit 1
     for update skip locked`,
  );
  return row
    ? { id: row.id, workspace: row.workspace_id, kind: row.kind, payload: row.payload, createdAt: row.created_at }
    : null;
}
