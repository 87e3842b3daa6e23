import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import { Log } from '../platform/log.js';
import { always, type IsGoingOn, Recurring } from '../platform/recurring.js';
import { claimDue } from './membership.queries.js';
import { evaluateSegments, SEGMENT_CLOCK, type SegmentClock } from './membership.service.js';

const customersPerClaimMax = 500;

/**
 * Re-evaluates customers whose window lets something go, without any event. Instances share the work: each claims rows
 * that no other holds, and the claim, the evaluation and the next instant are one transaction.
 */
@Injectable()
export class SegmentDueService extends Recurring {
  constructor(
    private readonly database: Database,
    log: Log,
    @Inject(SEGMENT_CLOCK) private readonly clock: SegmentClock,
  ) {
    super(log, 'Customers that are due could not be evaluated.');
  }

  protected get pauseMs(): number {
    return this.clock.tickMs;
  }

  /** Evaluates everybody who is due now, and answers with their number. */
  async tick(isGoingOn: IsGoingOn = always): Promise<number> {
    let done = 0;
    for (;;) {
      const claimed = await this.claim();
      done += claimed;
      if (claimed < customersPerClaimMax || !isGoingOn()) return done;
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
}
