import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config.js';
import { Database } from '../../platform/database.js';
import { limits } from '../../platform/limits.js';
import { Log } from '../../platform/log.js';
import { Metrics } from '../../platform/metrics.js';
import { always, type IsGoingOn, Recurring } from '../../platform/recurring.js';
import { deadLetterStates } from '../dead-letters/dead-letter.types.js';
import { WEBHOOK_CLOCK, type WebhookClock } from '../webhooks/webhook-clock.js';
import { claimConnectors, claimWorkspaces, removeDeadLetters, removeRequests } from './retention.queries.js';

const lookEveryMs = 60 * 60 * 1000;
const claimsMax = 100;
const rowsMax = 1_000;

/**
 * Lets go what was kept long enough: stored requests of vendors, and dead letters. Instances share the work: each claims
 * what no other does, once an hour.
 */
@Injectable()
export class Retention extends Recurring {
  readonly #requests;
  readonly #letters;

  constructor(
    private readonly database: Database,
    log: Log,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(WEBHOOK_CLOCK) private readonly clock: WebhookClock,
    metrics: Metrics,
  ) {
    super(log, 'What was kept long enough could not be let go.');
    this.#requests = metrics.counter(
      'throughline_webhook_requests_expired_total',
      'Stored requests of vendors that were kept long enough.',
      ['kind'],
    );
    this.#letters = metrics.counter(
      'throughline_dead_letters_expired_total',
      'Dead letters that were kept long enough, by what had become of them; of one that was WAITING, nothing.',
      ['source', 'state'],
    );
  }

  protected get pauseMs(): number {
    return this.clock.tickMs;
  }

  /** Removes all that is due, and answers with how much that was. */
  async tick(isGoingOn: IsGoingOn = always): Promise<{ readonly requests: number; readonly deadLetters: number }> {
    // The letters first, since a request stays as long as one that waits points to it.
    const deadLetters = await this.lookAtDeadLetters(isGoingOn);
    return { requests: await this.lookAtRequests(isGoingOn), deadLetters };
  }

  private async lookAtDeadLetters(isGoingOn: IsGoingOn): Promise<number> {
    const now = this.clock.now();
    const look = { now, days: limits.deadLetterDaysDefault, rowsMax };
    const due = await this.database.inSystem((db) => claimWorkspaces(db, now, nextOf(now), claimsMax));
    return this.inEach(due, isGoingOn, async (workspace) => {
      const gone = await this.database.inWorkspace(workspace, (db) => removeDeadLetters(db, workspace, look));
      for (const { source, state, count } of gone) {
        this.#letters.inc({ source, state: deadLetterStates[state] as string }, count);
      }
      return gone;
    });
  }

  private async lookAtRequests(isGoingOn: IsGoingOn): Promise<number> {
    const now = this.clock.now();
    const look = { now, days: this.config.webhookRetentionDays, rowsMax };
    const due = await this.database.inSystem((db) => claimConnectors(db, now, nextOf(now), claimsMax));
    return this.inEach([...new Set(due.map((one) => one.workspace))], isGoingOn, async (workspace) => {
      const connectors = due.filter((one) => one.workspace === workspace).map((one) => one.connector);
      const gone = await this.database.inWorkspace(workspace, (db) => removeRequests(db, workspace, connectors, look));
      for (const { kind, count } of gone) this.#requests.inc({ kind }, count);
      return gone;
    });
  }

  /** A thousand rows at a time, so that nobody waits for a lock; answers with how many went. */
  private async inEach(
    workspaces: readonly number[],
    isGoingOn: IsGoingOn,
    remove: (workspace: number) => Promise<readonly { readonly count: number }[]>,
  ): Promise<number> {
    let all = 0;
    for (const workspace of workspaces) {
      let count: number;
      do {
        count = (await remove(workspace)).reduce((sum, one) => sum + one.count, 0);
        all += count;
      } while (count >= rowsMax && isGoingOn());
    }
    return all;
  }
}

const nextOf = (now: Date) => new Date(now.getTime() + lookEveryMs);
