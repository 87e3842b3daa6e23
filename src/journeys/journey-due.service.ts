import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import { Log } from '../platform/log.js';
import { always, type IsGoingOn, Recurring } from '../platform/recurring.js';
import { Relay } from '../platform/relay.js';
import { findDueJourneys, holdJourneys } from './journey.queries.js';
import { JOURNEY_CLOCK, type JourneyClock } from './journey-clock.js';
import { loadRuns, writeRuns } from './journey-runs.js';

const journeysPerLookMax = 200;

/**
 * Sees to journeys that time alone makes stuck or abandoned. Instances share the work: each passes over journeys that
 * another one, or somebody who acts on them, holds; those are still due at the next look.
 */
@Injectable()
export class JourneyDueService extends Recurring {
  constructor(
    private readonly database: Database,
    private readonly relay: Relay,
    log: Log,
    @Inject(JOURNEY_CLOCK) private readonly clock: JourneyClock,
  ) {
    super(log, 'Journeys that are due could not be seen to.');
  }

  protected get pauseMs(): number {
    return this.clock.tickMs;
  }

  /** Sees to every journey that is due now and nobody holds, and answers with their number. */
  async tick(isGoingOn: IsGoingOn = always): Promise<number> {
    let seen = 0;
    for (;;) {
      const settled = await this.look();
      seen += settled;
      if (settled > 0) this.relay.wake();
      if (settled < journeysPerLookMax || !isGoingOn()) return seen;
    }
  }

  private async look(): Promise<number> {
    const now = this.clock.now();
    return this.database.inSystem(async (db) => {
      const due = await findDueJourneys(db, now, journeysPerLookMax);
      let settled = 0;
      for (const workspace of [...new Set(due.map((one) => one.workspace))].sort((a, b) => a - b)) {
        const ids = due.filter((one) => one.workspace === workspace).map((one) => one.journey);
        await db.query(`select set_config('app.workspace', $1, true)`, [workspace]);
        const held = await holdJourneys(db, workspace, ids, 'pass over');
        await writeRuns(db, workspace, await loadRuns(db, workspace, held, now.getTime()), now);
        settled += held.length;
      }
      return settled;
    });
  }
}
