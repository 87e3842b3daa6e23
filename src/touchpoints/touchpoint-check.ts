import type { IdentityRules } from '../identity/identifier-types.js';
import { deterministicId } from '../platform/ids.js';
import { limits } from '../platform/limits.js';
import { Refusal, underPath } from '../platform/refusal.js';
import { integer, requiredText, sentiment, text, word } from './field-checks.js';
import { type CheckedIdentifier, checkIdentifiers } from './identifier-check.js';
import { attributes, type CheckedTrait, traits } from './json-checks.js';
import type { ExternalRef, IdentifyCustomerInput, TouchpointInput } from './record.input.js';
import { corrected, inRange, instantAnyTime, lengthOf } from './time-checks.js';
import {
  hashOf,
  type Reference,
  type SeenIdentifier,
  type TouchpointMessage,
  versionOf,
} from './touchpoint-message.js';
import { channels, directions, statuses } from './vocabulary.js';

/** One item of a batch that may be stored: checked, normalised, and with its id. */
export interface CheckedItem {
  /** 32 hexadecimal digits; the id of the touchpoint, or of the evidence when there is none. */
  readonly id: string;
  readonly source: string;
  readonly externalId: string | null;
  readonly identifiers: readonly CheckedIdentifier[];
  readonly seen: readonly SeenIdentifier[];
  readonly traits: readonly CheckedTrait[];
  /** When what it says was so: the clock of traits and identifiers. */
  readonly at: number;
  readonly sentAt: number | null;
  readonly version: number;
  readonly hash: string;
  /** Null when the item only says who a customer is. */
  readonly touchpoint: TouchpointMessage | null;
  /** JSON text of the touchpoint’s attributes. */
  readonly attributesJson: string;
}

export interface CheckContext {
  readonly workspace: number;
  readonly rules: IdentityRules;
  /** Epoch milliseconds of the receipt. */
  readonly now: number;
  /** An id for what has none: 32 hexadecimal digits. */
  readonly randomId: () => string;
  /** A later message about a touchpoint that is known need not say again who it was with. */
  readonly mayNameNobody?: boolean;
}

/** GraphQL's Int is smaller; connectors count epoch milliseconds. What versions make of it still is an exact number. */
const sequenceMax = 2 ** 43 - 1;

/** Checks one touchpoint wholly; the refusal names the field by its path under `path`. */
export function checkTouchpoint(input: TouchpointInput, path: string, context: CheckContext): CheckedItem {
  try {
    return touchpointItem(input, context);
  } catch (error) {
    throw underPath(path, error);
  }
}

/** Checks what is said of a customer without a touchpoint. */
export function checkIdentification(input: IdentifyCustomerInput, path: string, context: CheckContext): CheckedItem {
  try {
    return identificationItem(input, context);
  } catch (error) {
    throw underPath(path, error);
  }
}

export function touchpointId(workspace: number, source: string, externalId: string): string {
  return deterministicId(String(workspace), 'touchpoint', source, externalId);
}

const seconds = (value: unknown, field: string) => integer(value, field, 0, limits.secondsMax);
const shortText = (value: unknown, field: string) => text(value, field, limits.shortTextCharactersMax);
const longText = (value: unknown, field: string) => text(value, field, limits.longTextCharactersMax);

function touchpointItem(input: TouchpointInput, context: CheckContext): CheckedItem {
  const source = requiredText(input.source, 'source', limits.shortTextCharactersMax);
  const externalId = text(input.externalId, 'externalId', limits.externalIdCharactersMax, 1);
  // However wrong the sender's clock is, it is what corrects the other times.
  const sentAt = instantAnyTime(input.sentAt, 'sentAt');
  const occurredAt = instantAnyTime(input.occurredAt, 'occurredAt');
  const endedAt = instantAnyTime(input.endedAt, 'endedAt');
  if (occurredAt !== null && endedAt !== null && endedAt < occurredAt) {
    throw new Refusal('OUT_OF_RANGE', 'A touchpoint cannot end before it began.', { field: 'endedAt' });
  }
  const given = attributes(input.attributes, 'attributes');
  const said: TouchpointMessage = {
    channel: word(channels, input.channel, 'channel') as number,
    kind: requiredText(input.kind, 'kind', limits.shortTextCharactersMax),
    direction: word(directions, input.direction, 'direction'),
    status: word(statuses, input.status, 'status'),
    occurredAt,
    endedAt,
    durationSeconds: seconds(input.durationSeconds, 'durationSeconds') ?? lengthOf(occurredAt, endedAt),
    waitSeconds: seconds(input.waitSeconds, 'waitSeconds'),
    holdSeconds: seconds(input.holdSeconds, 'holdSeconds'),
    handleSeconds: seconds(input.handleSeconds, 'handleSeconds'),
    abandoned: input.abandoned ?? null,
    sentiment: sentiment(input.sentiment, 'sentiment'),
    topic: shortText(input.topic, 'topic'),
    language: shortText(input.language, 'language'),
    agentId: shortText(input.agentId, 'agentId'),
    queue: shortText(input.queue, 'queue'),
    outcome: shortText(input.outcome, 'outcome'),
    subject: longText(input.subject, 'subject'),
    summary: longText(input.summary, 'summary'),
    conversation: reference('conversation', input.conversation, source, context),
    issue: reference('issue', input.issue, source, context),
    journey: reference('journey', input.journey, source, context),
    attributes: given.value,
  };
  const sequence = integer(input.sequence, 'sequence', 0, sequenceMax);
  const who = checkIdentifiers(input.identifiers, 'identifiers', context.rules, context.mayNameNobody);
  const touchpoint = byOurClock(said, sentAt, context.now);
  return {
    id: externalId === null ? context.randomId() : touchpointId(context.workspace, source, externalId),
    source,
    externalId,
    identifiers: who.identifiers,
    seen: who.seen,
    traits: traits(input.traits, 'traits'),
    at: touchpoint.occurredAt ?? context.now,
    sentAt,
    // By the sender's own clock, uncorrected: a message that is sent again says the same.
    version: versionOf(said, sequence, sentAt),
    hash: hashOf(said, who.seen),
    touchpoint,
    attributesJson: given.json,
  };
}

/** The message with its times as our clock would have told them; most senders' clocks are right, and it stays as it is. */
function byOurClock(said: TouchpointMessage, sentAt: number | null, now: number): TouchpointMessage {
  const occurredAt = inRange(corrected(said.occurredAt, sentAt, now), 'occurredAt', now);
  const endedAt = inRange(corrected(said.endedAt, sentAt, now), 'endedAt', now);
  return occurredAt === said.occurredAt && endedAt === said.endedAt ? said : { ...said, occurredAt, endedAt };
}

function identificationItem(input: IdentifyCustomerInput, context: CheckContext): CheckedItem {
  const source = requiredText(input.source, 'source', limits.shortTextCharactersMax);
  const externalId = text(input.externalId, 'externalId', limits.externalIdCharactersMax, 1);
  const who = checkIdentifiers(input.identifiers, 'identifiers', context.rules);
  return {
    id:
      externalId === null
        ? context.randomId()
        : deterministicId(String(context.workspace), 'statement', source, externalId),
    source,
    externalId,
    identifiers: who.identifiers,
    seen: who.seen,
    traits: traits(input.traits, 'traits'),
    at: inRange(instantAnyTime(input.occurredAt, 'occurredAt'), 'occurredAt', context.now) ?? context.now,
    sentAt: null,
    version: 0,
    hash: '0',
    touchpoint: null,
    attributesJson: '{}',
  };
}

function reference(
  kind: 'conversation' | 'issue' | 'journey',
  input: ExternalRef | null | undefined,
  source: string,
  context: CheckContext,
): Reference | null {
  if (input == null) return null;
  try {
    const externalId = requiredText(input.externalId, 'externalId', limits.externalIdCharactersMax);
    const from = text(input.source, 'source', limits.shortTextCharactersMax, 1) ?? source;
    return { id: deterministicId(String(context.workspace), kind, from, externalId), source: from, externalId };
  } catch (error) {
    throw underPath(kind, error);
  }
}
