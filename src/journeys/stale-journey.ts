import type { Caller } from '../access/caller.js';
import { StaleVersion } from '../platform/stale-version.js';
import type { HeldJourney } from './journey.queries.js';

/**
 * Somebody else went on with the journey since the client read it. The error carries where it stands now and who made
 * it so, so that the client can show it instead of asking again. A customer is not told which of our people it was, and
 * a masked caller gets no data.
 */
export class StaleJourney extends StaleVersion {
  constructor(
    given: number,
    private readonly journey: HeldJourney,
    private readonly caller: Caller,
  ) {
    super('journey', given, journey.journeyVersion);
  }

  override get extensions(): Record<string, unknown> {
    const { status, step, state, turn, cause, journeyVersion } = this.journey;
    const { kind, at, by, actor, channel } = cause;
    return {
      ...super.extensions,
      current: {
        version: journeyVersion,
        status,
        step,
        ...(this.caller.isMasked ? {} : { state }),
        turn: this.caller.customer === null ? turn : null,
        changedBy: {
          by,
          kind,
          channel,
          at: new Date(at).toISOString(),
          ...(this.caller.customer === null ? { actor } : {}),
        },
      },
    };
  }
}
