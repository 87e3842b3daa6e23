import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Caller } from '../access/caller.js';
import { profileExists } from '../identity/profile.queries.js';
import { Database } from '../platform/database.js';
import { requireId } from '../platform/ids.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { Relay } from '../platform/relay.js';
import { requireText } from '../platform/text-input.js';
import { holdCustomers } from './membership.queries.js';
import { evaluateSegments, SEGMENT_CLOCK, type SegmentClock } from './membership.service.js';
import { findSegmentByKey } from './segment.queries.js';
import { endDecisions, insertDecision, noteDecisions } from './segment-decision.queries.js';
import type { DecideSegmentInput, UndoSegmentDecisionInput } from './segment-decision.types.js';

const dayMs = 86_400_000;

/** Who is in a segment, or is not, because somebody says so. The customer is evaluated in the same transaction. */
@Injectable()
export class SegmentDecisions {
  constructor(
    private readonly database: Database,
    private readonly relay: Relay,
    @Inject(SEGMENT_CLOCK) private readonly clock: SegmentClock,
  ) {}

  async decide(caller: Caller, input: DecideSegmentInput, isExclusion: boolean): Promise<{ customer: string }> {
    const { workspace, actor } = caller;
    const reason = requireText(input.reason, 'input.reason', limits.longTextCharactersMax);
    const now = this.clock.now();
    const expiresAt = input.expiresAt == null ? null : requireAhead(new Date(input.expiresAt), now);
    return this.act(workspace, input, now, async (db, { profile, segment }) => {
      await endDecisions(db, workspace, { segment, profile, actor }, now);
      const decision = { id: randomUUID(), segment, profile, isExclusion, reason, actor, expiresAt };
      await insertDecision(db, workspace, decision, now);
      await noteDecisions(db, workspace, segment);
    });
  }

  async undo({ workspace, actor }: Caller, input: UndoSegmentDecisionInput): Promise<{ customer: string }> {
    const now = this.clock.now();
    return this.act(workspace, input, now, async (db, { profile, segment }) => {
      if ((await endDecisions(db, workspace, { segment, profile, actor }, now)) > 0) return;
      throw new Refusal('NOT_FOUND', 'Nothing was decided by hand of this customer and segment.', { field: 'input' });
    });
  }

  private async act(
    workspace: number,
    input: UndoSegmentDecisionInput,
    now: Date,
    act: (db: EntityManager, on: { profile: string; segment: string }) => Promise<void>,
  ): Promise<{ customer: string }> {
    const profile = requireId('customer', input.customerId, 'input.customerId');
    const key = requireText(input.segment, 'input.segment', limits.shortTextCharactersMax);
    await this.database.inWorkspace(workspace, async (db) => {
      const segment = await findSegmentByKey(db, workspace, key);
      if (!segment) throw new Refusal('NOT_FOUND', 'There is no such segment.', { field: 'input.segment' });
      if (!(await profileExists(db, workspace, profile))) {
        throw new Refusal('NOT_FOUND', 'There is no such customer.', { field: 'input.customerId' });
      }
      // Two that decide of one customer take turns.
      await holdCustomers(db, workspace, [profile]);
      await act(db, { profile, segment: segment.id });
      await evaluateSegments(db, workspace, [profile], now, { only: segment.id });
    });
    this.relay.wake();
    return { customer: profile };
  }
}

function requireAhead(expiresAt: Date, now: Date): Date {
  const field = 'input.expiresAt';
  const limit = limits.membershipDaysMax;
  const ahead = expiresAt.getTime() - now.getTime();
  if (ahead > 0 && ahead <= limit * dayMs) return expiresAt;
  throw new Refusal('OUT_OF_RANGE', `${field} is in the future, by at most ${limit} days.`, { field, limit });
}
