import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import { profileExists } from '../identity/profile.queries.js';
import { Database } from '../platform/database.js';
import { publish } from '../platform/events.js';
import { requireId } from '../platform/ids.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { Relay } from '../platform/relay.js';
import { optionalText } from '../platform/text-input.js';
import { insertBriefOpening, isTouchpointOf } from './brief-opening.queries.js';
import type { OpenBriefInput } from './continuity.types.js';
import { SIGNAL_CLOCK, type SignalClock } from './signal-clock.js';
import { BRIEF_OPENED, type BriefOpened } from './signals.events.js';

/** Keeps that somebody read what is known of a customer: from then on she need not tell it again. */
@Injectable()
export class BriefOpenings {
  constructor(
    private readonly database: Database,
    private readonly relay: Relay,
    @Inject(SIGNAL_CLOCK) private readonly clock: SignalClock,
  ) {}

  async open({ workspace, actor }: Caller, input: OpenBriefInput): Promise<{ customer: string }> {
    const profile = requireId('customer', input.customerId, 'input.customerId');
    const touchpoint =
      input.touchpointId == null ? null : requireId('touchpoint', input.touchpointId, 'input.touchpointId');
    const agent = optionalText(input.agentId, 'input.agentId', limits.shortTextCharactersMax) ?? null;
    await this.database.inWorkspace(workspace, async (db) => {
      if (!(await profileExists(db, workspace, profile))) {
        throw new Refusal('NOT_FOUND', 'There is no such customer.', { field: 'input.customerId' });
      }
      if (touchpoint !== null && !(await isTouchpointOf(db, workspace, touchpoint, profile))) {
        throw new Refusal('NOT_FOUND', 'The customer has no such touchpoint.', { field: 'input.touchpointId' });
      }
      await insertBriefOpening(
        db,
        workspace,
        { id: randomUUID(), profile, touchpoint, agent, actor },
        this.clock.now(),
      );
      const event: BriefOpened = { profile };
      await publish(db, workspace, BRIEF_OPENED, event);
    });
    this.relay.wake();
    return { customer: profile };
  }
}
