import type { IdentifierInput } from '../identity/identifier.input.js';
import type { IdentifierType } from '../identity/identifier-type.js';
import type { IdentityRules } from '../identity/identifier-types.js';
import { formsOf, requireType } from '../identity/identifier-types.js';
import { deterministicId } from '../platform/ids.js';
import { parseInstant } from '../platform/instant.js';
import { jsonText } from '../platform/json-input.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { isStorable } from '../platform/text-input.js';
import type { ExternalRef, IdentifyCustomerInput, TouchpointInput } from './record.input.js';
import {
  hashOf,
  type Reference,
  type SeenIdentifier,
  type TouchpointMessage,
  versionOf,
} from './touchpoint-message.js';
import { channels, directions, statuses } from './vocabulary.js';

export interface CheckedIdentifier {
  readonly type: IdentifierType;
  readonly value: string;
  /** As it came, when that differs. */
  readonly raw: string | null;
  /** The sender says that the customer proved it. */
  readonly isVerified: boolean;
  /** The form in which it may still be stored, while a changed rule is being applied. */
  readonly former: string | null;
}

export interface CheckedTrait {
  readonly key: string;
  /** JSON text. */
  readonly value: string;
}

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
}

export interface CheckContext {
  readonly workspace: number;
  readonly rules: IdentityRules;
  /** Epoch milliseconds of the receipt. */
  readonly now: number;
  /** An id for what has none: 32 hexadecimal digits. */
  readonly randomId: () => string;
}

/** GraphQL's Int is smaller; connectors count epoch milliseconds. What versions make of it still is an exact number. */
const sequenceMax = 2 ** 43 - 1;

/** Checks one touchpoint wholly; the refusal names the field by its path under `path`. */
export function checkTouchpoint(input: TouchpointInput, path: string, context: CheckContext): CheckedItem {
  const source = requiredText(input.source, `${path}.source`, limits.shortTextCharactersMax);
  const externalId = text(input.externalId, `${path}.externalId`, limits.externalIdCharactersMax, 1);
  // However wrong the sender's clock is, it is what corrects the other times.
  const sentAt = instantAnyTime(input.sentAt, `${path}.sentAt`);
  const occurredAt = instantAnyTime(input.occurredAt, `${path}.occurredAt`);
  const endedAt = instantAnyTime(input.endedAt, `${path}.endedAt`);
  if (occurredAt !== null && endedAt !== null && endedAt < occurredAt) {
    throw new Refusal('OUT_OF_RANGE', 'A touchpoint cannot end before it began.', { field: `${path}.endedAt` });
  }
  const seconds = (value: unknown, field: string) => integer(value, `${path}.${field}`, 0, limits.secondsMax);
  const short = (value: unknown, field: string) => text(value, `${path}.${field}`, limits.shortTextCharactersMax);
  const said: TouchpointMessage = {
    channel: word(channels, input.channel, `${path}.channel`) as number,
    kind: requiredText(input.kind, `${path}.kind`, limits.shortTextCharactersMax),
    direction: word(directions, input.direction, `${path}.direction`),
    status: word(statuses, input.status, `${path}.status`),
    occurredAt,
    endedAt,
    durationSeconds: seconds(input.durationSeconds, 'durationSeconds') ?? lengthOf(occurredAt, endedAt),
    waitSeconds: seconds(input.waitSeconds, 'waitSeconds'),
    holdSeconds: seconds(input.holdSeconds, 'holdSeconds'),
    handleSeconds: seconds(input.handleSeconds, 'handleSeconds'),
    abandoned: input.abandoned ?? null,
    sentiment: sentiment(input.sentiment, `${path}.sentiment`),
    topic: short(input.topic, 'topic'),
    language: short(input.language, 'language'),
    agentId: short(input.agentId, 'agentId'),
    queue: short(input.queue, 'queue'),
    outcome: short(input.outcome, 'outcome'),
    subject: text(input.subject, `${path}.subject`, limits.longTextCharactersMax),
    summary: text(input.summary, `${path}.summary`, limits.longTextCharactersMax),
    conversation: reference('conversation', input.conversation, source, `${path}.conversation`, context),
    issue: reference('issue', input.issue, source, `${path}.issue`, context),
    journey: reference('journey', input.journey, source, `${path}.journey`, context),
    attributes: attributes(input.attributes, `${path}.attributes`),
  };
  const sequence = integer(input.sequence, `${path}.sequence`, 0, sequenceMax);
  const who = identifiers(input.identifiers, `${path}.identifiers`, context);
  const ours = (time: number | null, field: string) =>
    inRange(corrected(time, sentAt, context.now), `${path}.${field}`, context.now);
  const touchpoint = { ...said, occurredAt: ours(occurredAt, 'occurredAt'), endedAt: ours(endedAt, 'endedAt') };
  return {
    ...who,
    id: externalId === null ? context.randomId() : touchpointId(context.workspace, source, externalId),
    source,
    externalId,
    traits: traits(input.traits, `${path}.traits`),
    at: touchpoint.occurredAt ?? context.now,
    sentAt,
    // By the sender's own clock, uncorrected: a message that is sent again says the same.
    version: versionOf(said, sequence, sentAt),
    hash: hashOf(said, who.seen),
    touchpoint,
  };
}

/** Checks what is said of a customer without a touchpoint. */
export function checkIdentification(input: IdentifyCustomerInput, path: string, context: CheckContext): CheckedItem {
  const source = requiredText(input.source, `${path}.source`, limits.shortTextCharactersMax);
  const externalId = text(input.externalId, `${path}.externalId`, limits.externalIdCharactersMax, 1);
  return {
    ...identifiers(input.identifiers, `${path}.identifiers`, context),
    id:
      externalId === null
        ? context.randomId()
        : deterministicId(String(context.workspace), 'statement', source, externalId),
    source,
    externalId,
    traits: traits(input.traits, `${path}.traits`),
    at: instant(input.occurredAt, `${path}.occurredAt`, context.now) ?? context.now,
    sentAt: null,
    version: 0,
    hash: '0',
    touchpoint: null,
  };
}

export function touchpointId(workspace: number, source: string, externalId: string): string {
  return deterministicId(String(workspace), 'touchpoint', source, externalId);
}

function identifiers(inputs: readonly IdentifierInput[], path: string, context: CheckContext) {
  if (inputs.length === 0)
    throw new Refusal('TOO_FEW', 'A touchpoint names at least one identifier.', { field: path, limit: 1 });
  const limit = limits.identifiersPerTouchpointMax;
  if (inputs.length > limit)
    throw new Refusal('TOO_MANY', `A touchpoint names at most ${limit} identifiers.`, { field: path, limit });
  const linked: CheckedIdentifier[] = [];
  const seen: SeenIdentifier[] = [];
  inputs.forEach((input, index) => {
    const field = `${path}[${index}]`;
    const type = requireType(context.rules, input.type, `${field}.type`);
    const raw = text(input.value, `${field}.value`, limits.identifierValueCharactersMax) ?? '';
    const region = input.region?.toUpperCase() ?? null;
    if (region !== null && !/^[A-Z]{2}$/.test(region)) {
      throw new Refusal('INPUT_INVALID', 'A region is an ISO country code such as US.', { field: `${field}.region` });
    }
    const result = formsOf(context.rules, type, raw, region);
    if ('refused' in result) {
      seen.push({ type: type.name, value: raw, status: result.refused, reason: result.reason });
      return;
    }
    const { value, former } = result;
    const isVerified = input.verification === 'VERIFIED';
    const said = isVerified ? { verification: 'VERIFIED' as const } : {};
    const place = linked.findIndex((other) => other.type === type && other.value === value);
    if (place < 0) {
      linked.push({ type, value, raw: raw === value ? null : raw, isVerified, former });
      seen.push({ type: type.name, value, status: 'LINKED', reason: null, ...said });
    } else if (isVerified) {
      linked[place] = { ...(linked[place] as CheckedIdentifier), isVerified };
      const told = seen.findIndex((one) => one.type === type.name && one.value === value && one.status === 'LINKED');
      seen[told] = { ...(seen[told] as SeenIdentifier), ...said };
    }
  });
  return { identifiers: linked, seen };
}

function reference(
  kind: 'conversation' | 'issue' | 'journey',
  input: ExternalRef | null | undefined,
  source: string,
  path: string,
  context: CheckContext,
): Reference | null {
  if (input == null) return null;
  const externalId = requiredText(input.externalId, `${path}.externalId`, limits.externalIdCharactersMax);
  const from = text(input.source, `${path}.source`, limits.shortTextCharactersMax, 1) ?? source;
  return { id: deterministicId(String(context.workspace), kind, from, externalId), source: from, externalId };
}

function requiredText(value: unknown, field: string, charactersMax: number): string {
  if (value == null) throw new Refusal('TOO_FEW', 'This field is required.', { field, limit: 1 });
  return text(value, field, charactersMax, 1) as string;
}

function text(value: unknown, field: string, charactersMax: number, charactersMin = 0): string | null {
  if (value == null) return null;
  if (typeof value !== 'string') throw new Refusal('INPUT_INVALID', 'This field takes text.', { field });
  if (value.length < charactersMin)
    throw new Refusal('TOO_FEW', 'This field must not be empty.', { field, limit: charactersMin });
  if (value.length > charactersMax) {
    throw new Refusal('TOO_LONG', `This field takes at most ${charactersMax} characters.`, {
      field,
      limit: charactersMax,
    });
  }
  if (!isStorable(value)) {
    throw new Refusal('TEXT_INVALID', 'Text must be whole Unicode without NUL characters.', { field });
  }
  return value;
}

function word(words: readonly string[], value: unknown, field: string): number | null {
  if (value == null) return null;
  const code = words.indexOf(value as string);
  if (code < 0) throw new Refusal('INPUT_INVALID', `This field takes one of ${words.join(', ')}.`, { field });
  return code;
}

function integer(value: unknown, field: string, min: number, max: number): number | null {
  if (value == null) return null;
  if (!Number.isInteger(value)) throw new Refusal('INPUT_INVALID', 'This field takes a whole number.', { field });
  const number = value as number;
  if (number >= min && number <= max) return number;
  throw new Refusal('OUT_OF_RANGE', `This field takes ${min} to ${max}.`, { field, limit: number < min ? min : max });
}

function sentiment(value: unknown, field: string): number | null {
  if (value == null) return null;
  if (typeof value === 'number' && value >= -1 && value <= 1) return Math.fround(value);
  throw new Refusal('OUT_OF_RANGE', 'Sentiment is a number from -1 to 1.', { field, limit: 1 });
}

function instantAnyTime(value: unknown, field: string): number | null {
  if (value == null) return null;
  const time = parseInstant(value);
  if (time === null) {
    throw new Refusal('TIME_INVALID', 'A time is ISO 8601 with an offset, such as 2026-11-24T10:00:00Z.', { field });
  }
  return time;
}

function instant(value: unknown, field: string, now: number): number | null {
  return inRange(instantAnyTime(value, field), field, now);
}

function inRange(time: number | null, field: string, now: number): number | null {
  if (time === null || (time >= limits.occurredAtMin && time <= now + limits.occurredAheadMsMax)) return time;
  throw new Refusal('OUT_OF_RANGE', 'A time lies between 1970 and one day ahead.', { field });
}

/** A clock that is wrong by less than this is as good as ours: the delay of the network looks the same. */
const skewMsMin = 60_000;

function corrected(time: number | null, sentAt: number | null, now: number): number | null {
  if (time === null || sentAt === null) return time;
  const skew = now - sentAt;
  return Math.abs(skew) < skewMsMin ? time : time + skew;
}

function lengthOf(occurredAt: number | null, endedAt: number | null): number | null {
  if (occurredAt === null || endedAt === null) return null;
  const seconds = Math.round((endedAt - occurredAt) / 1000);
  return seconds <= limits.secondsMax ? seconds : null;
}

function attributes(value: unknown, field: string): Record<string, unknown> {
  if (value == null) return {};
  if (!isObject(value)) throw new Refusal('INPUT_INVALID', 'Attributes are an object.', { field });
  jsonText(value, field, limits.attributesBytesMax);
  return value;
}

function traits(value: unknown, field: string): CheckedTrait[] {
  if (value == null) return [];
  if (!isObject(value)) throw new Refusal('INPUT_INVALID', 'Traits are an object.', { field });
  const entries = Object.entries(value);
  const limit = limits.traitsPerItemMax;
  if (entries.length > limit) throw new Refusal('TOO_MANY', `At most ${limit} traits come at once.`, { field, limit });
  return entries.map(([key, inner]) => {
    text(key, field, limits.traitKeyCharactersMax, 1);
    return { key, value: jsonText(inner, `${field}.${key}`, limits.traitValueBytesMax) };
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
