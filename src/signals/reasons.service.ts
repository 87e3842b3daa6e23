import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import { Database } from '../platform/database.js';
import type { LearnReasonsInput } from './reason.types.js';
import { type Learned, learnReasons } from './reason-learning.queries.js';
import { SIGNAL_CLOCK, type SignalClock } from './signal-clock.js';

const daysLearned = 180;
const customersMax = 20_000;

/** Counts what customers came about, for the likely reason of the next contact. */
@Injectable()
export class Reasons {
  constructor(
    private readonly database: Database,
    @Inject(SIGNAL_CLOCK) private readonly clock: SignalClock,
  ) {}

  learn({ workspace }: Caller, input: LearnReasonsInput): Promise<Learned> {
    const until = input.until == null ? this.clock.now() : new Date(input.until);
    return this.database.inWorkspace(workspace, (db) =>
      learnReasons(db, workspace, { until, days: daysLearned, customersMax }),
    );
  }
}
