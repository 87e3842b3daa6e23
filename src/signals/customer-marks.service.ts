import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import { profileExists } from '../identity/profile.queries.js';
import { Database } from '../platform/database.js';
import { externalId, requireId } from '../platform/ids.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { requireText } from '../platform/text-input.js';
import { countActiveMarks, endMark, insertMark } from './customer-mark.queries.js';
import { type EndMarkInput, type MarkCustomerInput, markKinds } from './customer-mark.types.js';
import { SIGNAL_CLOCK, type SignalClock } from './signal-clock.js';

const day = 86_400_000;
const daysByItself = 90;

/** What people of ours say of a customer that whoever serves her must know. */
@Injectable()
export class CustomerMarks {
  constructor(
    private readonly database: Database,
    @Inject(SIGNAL_CLOCK) private readonly clock: SignalClock,
  ) {}

  async mark({ workspace, actor }: Caller, input: MarkCustomerInput): Promise<{ customer: string; markId: string }> {
    const profile = requireId('customer', input.customerId, 'input.customerId');
    const reason = requireText(input.reason, 'input.reason', limits.longTextCharactersMax);
    const now = this.clock.now();
    const expiresAt =
      input.expiresAt == null ? new Date(now.getTime() + daysByItself * day) : new Date(input.expiresAt);
    requireAhead(expiresAt, now);
    const id = randomUUID();
    await this.database.inWorkspace(workspace, async (db) => {
      if (!(await profileExists(db, workspace, profile))) {
        throw new Refusal('NOT_FOUND', 'There is no such customer.', { field: 'input.customerId' });
      }
      const limit = limits.marksPerCustomerMax;
      if ((await countActiveMarks(db, workspace, profile, now)) >= limit) {
        throw new Refusal('TOO_MANY', `A customer has at most ${limit} marks at a time.`, { field: 'input', limit });
      }
      const kind = markKinds.indexOf(input.kind);
      await insertMark(db, workspace, { id, profile, kind, reason, actor, expiresAt }, now);
    });
    return { customer: profile, markId: externalId('mark', id) };
  }

  async end({ workspace, actor }: Caller, input: EndMarkInput): Promise<{ customer: string; isChanged: boolean }> {
    const id = requireId('mark', input.id, 'input.id');
    const reason = requireText(input.reason, 'input.reason', limits.longTextCharactersMax);
    const ended = await this.database.inWorkspace(workspace, (db) =>
      endMark(db, workspace, { id, reason, actor }, this.clock.now()),
    );
    if (!ended) throw new Refusal('NOT_FOUND', 'There is no such mark.', { field: 'input.id' });
    return { customer: ended.profile, isChanged: ended.isChanged };
  }
}

function requireAhead(expiresAt: Date, now: Date): void {
  const field = 'input.expiresAt';
  const limit = limits.markDaysMax;
  const ahead = expiresAt.getTime() - now.getTime();
  if (ahead > 0 && ahead <= limit * day) return;
  throw new Refusal('OUT_OF_RANGE', `${field} is in the future, by at most ${limit} days.`, { field, limit });
}
