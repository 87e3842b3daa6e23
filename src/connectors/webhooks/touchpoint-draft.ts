import type { IdentifierInput } from '../../identity/identifier.input.js';
import { deterministicId } from '../../platform/ids.js';
import { limits } from '../../platform/limits.js';
import type { Channel, Direction, TouchpointStatus } from '../../touchpoints/vocabulary.js';
import { type JsonObject, jsonOf, presentOf, textOf } from '../json-value.js';
import { isoOf } from './event-time.js';
import { readableOf } from './plain-text.js';
import { storable, trimmed } from './trimmed-json.js';
import type { WebhookIdentification, WebhookTouchpoint } from './webhook-kind.js';

/** A type and whatever the vendor has for its value. */
export type NamedBy = readonly [type: string, value: unknown];

interface DraftOfPerson {
  readonly source: string;
  /** The vendor's id, in parts; where one is missing, what was sent names itself. */
  readonly id: readonly unknown[];
  readonly identifiers: readonly NamedBy[];
  readonly traits?: JsonObject | undefined;
  readonly occurredAt?: number | undefined;
}

/** What an event tells, in the vendor's values and with epoch milliseconds: nothing in it need be there, or fit. */
export interface TouchpointDraft extends DraftOfPerson {
  /** A later message about a touchpoint that is known, which need not say whom it is about. */
  readonly isUpdate?: boolean;
  readonly channel: Channel;
  readonly kind: string;
  readonly direction?: Direction | undefined;
  readonly status?: TouchpointStatus | undefined;
  readonly endedAt?: number | undefined;
  /** By `placeAt` or a rank, for all messages about one touchpoint alike. */
  readonly place?: number | undefined;
  readonly durationSeconds?: number | undefined;
  readonly waitSeconds?: number | undefined;
  readonly holdSeconds?: number | undefined;
  readonly handleSeconds?: number | undefined;
  readonly abandoned?: boolean | undefined;
  readonly sentiment?: number | undefined;
  readonly subject?: unknown;
  /** HTML becomes what a person reads of it; an empty text takes back what was said. */
  readonly summary?: unknown;
  readonly topic?: unknown;
  readonly language?: unknown;
  readonly agentId?: unknown;
  readonly queue?: unknown;
  readonly outcome?: unknown;
  readonly attributes?: JsonObject | undefined;
  readonly conversation?: unknown;
  readonly issue?: unknown;
}

/**
 * A touchpoint that can be stored, whatever the vendor sent: texts are cut, what is no time or no number is left out,
 * attributes are trimmed. None when it names nobody.
 * @param raw what was sent, by which an event without an id is named
 */
export function touchpointOf(draft: TouchpointDraft, raw: unknown, receivedAt: number): WebhookTouchpoint[] {
  const identifiers = identifiersOf(draft.identifiers);
  if (identifiers.length === 0 && !draft.isUpdate) return [];
  const occurredAt = possible(draft.occurredAt, receivedAt);
  const endedAt = possible(draft.endedAt, receivedAt);
  const reference = (value: unknown) => {
    const externalId = shortened(value, limits.externalIdCharactersMax);
    return externalId === undefined ? undefined : { externalId };
  };
  const summary = draft.summary === '' ? '' : textOf(draft.summary);
  const one = {
    source: draft.source,
    externalId: idOf(draft, raw),
    identifiers,
    channel: draft.channel,
    kind: short(draft.kind) ?? 'unknown',
    direction: draft.direction,
    status: draft.status,
    occurredAt: isoOf(occurredAt),
    endedAt: isoOf(endedAt !== undefined && endedAt < (occurredAt ?? 0) ? undefined : endedAt),
    sequence: draft.place,
    durationSeconds: draft.durationSeconds,
    waitSeconds: draft.waitSeconds,
    holdSeconds: draft.holdSeconds,
    handleSeconds: draft.handleSeconds,
    abandoned: draft.abandoned,
    sentiment: sentimentOf(draft.sentiment),
    subject: shortened(draft.subject, limits.longTextCharactersMax),
    summary: summary === '' ? '' : shortened(summary && readableOf(summary), limits.longTextCharactersMax),
    topic: short(draft.topic),
    language: languageOf(draft.language),
    agentId: short(draft.agentId),
    queue: short(draft.queue),
    outcome: short(draft.outcome),
    traits: traitsOf(draft.traits),
    attributes: attributesOf(draft.attributes),
    conversation: reference(draft.conversation),
    issue: reference(draft.issue),
  };
  return [withoutGaps(one)];
}

/** Who somebody is; none when it names nobody, or has nothing to say of who is named. */
export function identificationOf(draft: DraftOfPerson, raw: unknown, receivedAt: number): WebhookIdentification[] {
  const identifiers = identifiersOf(draft.identifiers);
  const traits = traitsOf(draft.traits);
  if (identifiers.length === 0 || (identifiers.length === 1 && traits === undefined)) return [];
  const occurredAt = isoOf(possible(draft.occurredAt, receivedAt));
  return [withoutGaps({ source: draft.source, externalId: idOf(draft, raw), identifiers, traits, occurredAt })];
}

/** The entries that are there, so that a touchpoint reads as it was told. */
function withoutGaps<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

function idOf({ source, id }: DraftOfPerson, raw: unknown): string {
  const parts = id.map(textOf);
  const isWhole = parts.length > 0 && parts.every((part) => part !== undefined);
  const text = isWhole ? parts.join(':') : '';
  const isFit = text !== '' && text.length <= limits.externalIdCharactersMax && storable(text, text.length) === text;
  return isFit ? text : deterministicId(source, isWhole ? text : jsonOf([...parts, raw]));
}

function identifiersOf(named: readonly NamedBy[]): IdentifierInput[] {
  const found = new Map<string, IdentifierInput>();
  for (const [type, raw] of named) {
    const value = textOf(raw)?.replaceAll('\0', '').trim().toWellFormed();
    if (!value || value.length > limits.identifierValueCharactersMax) continue;
    found.set(`${type} ${value}`, { type, value });
  }
  return [...found.values()].slice(0, limits.identifiersPerTouchpointMax);
}

/** A time in which something can have happened; any other is as good as none. */
function possible(time: number | undefined, receivedAt: number): number | undefined {
  if (time === undefined || !Number.isFinite(time)) return undefined;
  return time >= limits.occurredAtMin && time <= receivedAt + limits.occurredAheadMsMax ? time : undefined;
}

const short = (value: unknown) => shortened(value, limits.shortTextCharactersMax);

function shortened(value: unknown, charactersMax: number): string | undefined {
  const text = textOf(value);
  const clean = text === undefined ? '' : storable(text, charactersMax);
  return clean.trim() === '' ? undefined : clean;
}

function sentimentOf(value: number | undefined): number | undefined {
  return value === undefined || !Number.isFinite(value) ? undefined : Math.max(-1, Math.min(1, value));
}

function languageOf(value: unknown): string | undefined {
  const tag = textOf(value)?.trim().replaceAll('_', '-');
  return tag && /^[a-z]{2,3}(-[a-z0-9]{1,8}){0,4}$/i.test(tag) ? tag : undefined;
}

function traitsOf(traits: JsonObject | undefined): JsonObject | undefined {
  const fit = Object.entries(traits ?? {}).flatMap(([key, value]) => {
    const name = shortened(key, limits.traitKeyCharactersMax);
    const isEmpty = value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
    return name === undefined || isEmpty ? [] : [[name, trimmed(value, limits.traitValueBytesMax)] as const];
  });
  return fit.length === 0 ? undefined : Object.fromEntries(fit.slice(0, limits.traitsPerItemMax));
}

function attributesOf(attributes: JsonObject | undefined): JsonObject | undefined {
  const present = presentOf(attributes ?? {});
  const fit = present && trimmed(present, limits.attributesBytesMax);
  return typeof fit === 'object' && fit !== null ? (fit as JsonObject) : undefined;
}
