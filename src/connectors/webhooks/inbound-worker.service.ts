import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../platform/database.js';
import { Log } from '../../platform/log.js';
import { always, type IsGoingOn, Recurring } from '../../platform/recurring.js';
import { type Claim, claimDue, readRequests } from './inbound.queries.js';
import { Inbound } from './inbound.service.js';
import { WEBHOOK_CLOCK, type WebhookClock } from './webhook-clock.js';

/** Few, since each may have a body of many megabytes. */
const requestsPerClaim = 16;
const heldMs = 60_000;
/** With delays from five seconds to an hour: some nine hours. */
const attemptsMax = 20;

/**
 * Works off what was stored and not translated: left by a crash, postponed, or asked for again. Instances
 * share the work: each claims rows that no other holds.
 */
@Injectable()
export class InboundWorker extends Recurring {
  constructor(
    private readonly database: Database,
    private readonly inbound: Inbound,
    log: Log,
    @Inject(WEBHOOK_CLOCK) private readonly clock: WebhookClock,
  ) {
    super(log, 'Stored requests of vendors could not be worked off.');
  }

  protected get pauseMs(): number {
    return this.clock.tickMs;
  }

  /** Works off all that is due now, and answers with how many requests that were. */
  async tick(isGoingOn: IsGoingOn = always): Promise<number> {
    let done = 0;
    for (;;) {
      const now = this.clock.now();
      const heldUntil = new Date(now.getTime() + heldMs);
      const claims = await this.database.inSystem((db) => claimDue(db, now, heldUntil, requestsPerClaim));
      for (const workspace of new Set(claims.map((claim) => claim.workspace))) {
        await this.workOff(
          workspace,
          claims.filter((claim) => claim.workspace === workspace),
        );
      }
      done += claims.length;
      if (claims.length < requestsPerClaim || !isGoingOn()) return done;
    }
  }

  private async workOff(workspace: number, claims: readonly Claim[]): Promise<void> {
    const ids = claims.map((claim) => claim.request);
    const requests = await this.database.inWorkspace(workspace, (db) => readRequests(db, workspace, ids));
    const isSpent = new Set(claims.filter((claim) => claim.attempts > attemptsMax).map((claim) => claim.request));
    const [spent, alive] = [true, false].map((is) => requests.filter((request) => isSpent.has(request.id) === is));
    if (spent?.length) await this.inbound.giveUp(workspace, spent);
    if (alive?.length) await this.inbound.workOff(workspace, alive);
  }
}
