import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Database } from '../platform/database.js';
import { Log } from '../platform/log.js';
import { claimDue } from './membership.queries.js';
import { evaluateSegments, SEGMENT_CLOCK, type SegmentClock } from './membership.service.js';

const customersPerClaimMax = 500;

/**
 * Re-evaluates customers whose window lets something go, without any event. Instances share the work: each claims rows
 * that no other holds, and the claim, the evaluation and the next instant are one transaction.
 */
@Injectable()
export class SegmentDueService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<unknown> = Promise.resolve();
  #isStopped = true;
  #isStopping = false;

  constructor(
    private readonly database: Database,
    private readonly log: Log,
    @Inject(SEGMENT_CLOCK) private readonly clock: SegmentClock,
  ) {}

  onApplicationBootstrap(): void {
    this.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.stop();
  }

  start(): void {
    if (!this.#isStopped) return;
    this.#isStopped = false;
    this.#isStopping = false;
    this.wait();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#isStopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#running;
  }

  /** Evaluates everybody who is due now, and answers with their number. */
  async tick(): Promise<number> {
    let done = 0;
    for (;;) {
      const claimed = await this.claim();
      done += claimed;
      if (claimed < customersPerClaimMax || this.#isStopping) return done;
    }
  }

  private async claim(): Promise<number> {
    const now = this.clock.now();
    return this.database.inSystem(async (db) => {
      const due = await claimDue(db, now, customersPerClaimMax);
      for (const workspace of [...new Set(due.map((customer) => customer.workspace))].sort((a, b) => a - b)) {
        const profiles = due.filter((one) => one.workspace === workspace).map((one) => one.profile);
        await db.query(`select set_config('app.workspace', $1, true)`, [workspace]);
        await evaluateSegments(db, workspace, profiles, now);
      }
      return due.length;
    });
  }

  private wait(): void {
    this.#timer = setTimeout(() => {
      this.#running = this.tick()
        .catch((error: unknown) => this.log.error({ err: error }, 'Customers that are due could not be evaluated.'))
        .then(() => {
          if (!this.#isStopped) this.wait();
        });
    }, this.clock.tickMs);
    this.#timer.unref();
  }
}
