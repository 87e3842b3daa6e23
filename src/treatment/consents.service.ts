import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Caller } from '../access/caller.js';
import { profileExists } from '../identity/profile.queries.js';
import { Database } from '../platform/database.js';
import { deterministicId, requireId } from '../platform/ids.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { exactText, optionalText, requireText } from '../platform/text-input.js';
import { channels } from '../touchpoints/vocabulary.js';
import {
  countConsentsSince,
  findSaidBefore,
  insertConsent,
  isTouchpointOf,
  type NewConsent,
} from './consent.queries.js';
import { findPurpose } from './consent-purpose.queries.js';
import { stateCode } from './consent-words.js';
import type { RecordConsentInput } from './consents.types.js';
import { staters } from './preference-kinds.js';
import { statementBy, subjectOf } from './stating.js';
import { TREATMENT_CLOCK, type TreatmentClock } from './treatment-clock.js';

const day = 86_400_000;

type Said = Omit<NewConsent, 'id' | 'purpose'>;

/** What customers consent to, statement by statement. */
@Injectable()
export class CustomerConsents {
  constructor(
    private readonly database: Database,
    @Inject(TREATMENT_CLOCK) private readonly clock: TreatmentClock,
  ) {}

  async record(caller: Caller, input: RecordConsentInput): Promise<{ customer: string; isNew: boolean }> {
    const { workspace } = caller;
    const now = this.clock.now();
    const said = saidBy(caller, input, now);
    const key = requireText(input.purpose, 'input.purpose', limits.shortTextCharactersMax);
    const isNew = await this.database.inWorkspace(workspace, async (db) => {
      if (!(await profileExists(db, workspace, said.profile))) {
        throw new Refusal('NOT_FOUND', 'There is no such customer.', { field: 'input.customerId' });
      }
      const purpose = await findPurpose(db, workspace, key);
      if (!purpose || purpose.isRetired) {
        throw new Refusal('NOT_FOUND', 'There is no such purpose.', { field: 'input.purpose' });
      }
      if (said.channel !== null && purpose.channels !== null && !purpose.channels.includes(said.channel)) {
        throw new Refusal('INPUT_INVALID', 'The purpose does not cover this channel.', { field: 'input.channel' });
      }
      if (said.touchpoint !== null && !(await isTouchpointOf(db, workspace, said.touchpoint, said.profile))) {
        throw new Refusal('NOT_FOUND', 'The customer has no such touchpoint.', { field: 'input.touchpointId' });
      }
      const consent = { ...said, purpose: purpose.id };
      const { isSaid, lastState } = await findSaidBefore(db, workspace, consent);
      const isProven = consent.evidence !== null || consent.touchpoint !== null;
      if (isSaid && !isProven && input.at == null) return false;
      await requireRoom(db, workspace, consent, lastState, now);
      return insertConsent(db, workspace, { ...consent, id: idOf(consent, input.at != null) }, now);
    });
    return { customer: said.profile, isNew };
  }
}

/** What an input says, checked as far as it can be without looking. */
function saidBy(caller: Caller, input: RecordConsentInput, now: Date): Said {
  const profile = subjectOf(caller, input.customerId);
  const statedBy = staters.indexOf(statementBy(caller, input.by));
  if (caller.customer !== null) {
    const field = (['at', 'source', 'evidence', 'touchpointId'] as const).find((one) => input[one] != null);
    if (field) throw new Refusal('INPUT_INVALID', 'A customer says it herself, now.', { field: `input.${field}` });
  }
  const statedAt = input.at == null ? now : new Date(input.at);
  if (statedAt > now || statedAt.getTime() < limits.occurredAtMin) {
    throw new Refusal('OUT_OF_RANGE', 'input.at is not in the future, nor before 1970.', { field: 'input.at' });
  }
  return {
    profile,
    channel: input.channel == null ? null : channels.indexOf(input.channel),
    state: stateCode(input.state),
    statedAt,
    expiresAt: expiryOf(input, statedAt),
    statedBy,
    source: exactText(input.source, 'input.source', limits.shortTextCharactersMax),
    evidence: optionalText(input.evidence, 'input.evidence', limits.longTextCharactersMax) ?? null,
    touchpoint: input.touchpointId == null ? null : requireId('touchpoint', input.touchpointId, 'input.touchpointId'),
    actor: caller.actor,
  };
}

function expiryOf({ state, expiresAt }: RecordConsentInput, statedAt: Date): Date | null {
  if (expiresAt == null) return null;
  const field = 'input.expiresAt';
  if (state !== 'GRANTED') throw new Refusal('INPUT_INVALID', 'Only what is granted runs out.', { field });
  const at = new Date(expiresAt);
  if (at > statedAt) return at;
  throw new Refusal('OUT_OF_RANGE', `${field} is later than what it was granted.`, { field });
}

/** A refusal that changes something is always taken: then no more than one follows each grant. */
async function requireRoom(
  db: EntityManager,
  workspace: number,
  said: Said,
  lastState: number | null,
  now: Date,
): Promise<void> {
  const granted = stateCode('GRANTED');
  if (said.state !== granted && (lastState === null || lastState === granted)) return;
  const limit = limits.statementsPerDayMax;
  if ((await countConsentsSince(db, workspace, said.profile, new Date(now.getTime() - day))) < limit) return;
  throw new Refusal('TOO_MANY', `Of a customer at most ${limit} consents are recorded in a day.`, {
    field: 'input',
    limit,
  });
}

/** What was said at a stated instant gets the same id when it is told again. */
function idOf(
  { profile, purpose, channel, state, statedAt, expiresAt, statedBy }: Omit<NewConsent, 'id'>,
  isTimed: boolean,
) {
  if (!isTimed) return randomUUID();
  const parts = [profile, purpose, channel ?? '', state, statedAt.getTime(), expiresAt?.getTime() ?? '', statedBy];
  return deterministicId('consent', ...parts.map(String));
}
