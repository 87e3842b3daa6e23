import type { IdentifierInput } from '../../identity/identifier.input.js';
import { deterministicId } from '../../platform/ids.js';
import { limits } from '../../platform/limits.js';
import type { Channel, Direction, TouchpointStatus } from '../../touchpoints/vocabulary.js';
import { type JsonObject, jsonOf, presentOf, textOf } from '../json-value.js';
import { isoOf } from './event-time.js';
import { readableOf } from './plain-text.js';
import { storable } from './trimmed-json.js';
import type { WebhookIdentification, WebhookTouchpoint } from './webhook-kind.js';

/** A type and whatever the vendor has for its value. */
export type NamedBy = readonly [type: string, value: unknown];

interface DraftOfPerson {
  readonly source: string;
  /** The vendor's id, in parts; where one is missing, what was sent names itself. */
  readonly id: readonly unknown[];
  readonly identifiers: readonly NamedBy[];
  readonly traits?: JsonObject | undefined;
  /** Epoch milliseconds. */
  readonly occurredAt?: number | undefined;
}

/** What an event tells, in the vendor's values: nothing in it need be there. What is too long, is cut later. */
export interface TouchpointDraft extends DraftOfPerson {
  /** The vendor tells it again, and may know more by then, such as a name: what was told first in a place stays. */
  readonly isRepeatable?: boolean;
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
  /** An empty text takes back what was said. */
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
 * The touchpoint of an event; none when it names nobody.
 * @param raw what was sent, by which an event without an id is named
 */
export function touchpointOf(draft: TouchpointDraft, raw: unknown): WebhookTouchpoint[] {
  const identifiers = identifiersOf(draft.identifiers);
  if (identifiers.length === 0) return [];
  const one = {
    source: draft.source,
    externalId: idOf(draft, raw),
    isRepeatable: draft.isRepeatable,
    identifiers,
    channel: draft.channel,
    kind: draft.kind,
    direction: draft.direction,
    status: draft.status,
    occurredAt: isoOf(draft.occurredAt),
    endedAt: isoOf(draft.endedAt),
    sequence: draft.place,
    durationSeconds: draft.durationSeconds,
    waitSeconds: draft.waitSeconds,
    holdSeconds: draft.holdSeconds,
    handleSeconds: draft.handleSeconds,
    abandoned: draft.abandoned,
    sentiment: sentimentOf(draft.sentiment),
    subject: textOf(draft.subject),
    summary: draft.summary === '' ? '' : textOf(draft.summary),
    topic: textOf(draft.topic),
    language: languageOf(draft.language),
    agentId: someone(draft.agentId),
    queue: someone(draft.queue),
    outcome: textOf(draft.outcome),
    traits: traitsOf(draft.traits),
    attributes: presentOf(draft.attributes ?? {}),
    conversation: referenceOf(draft.conversation),
    issue: referenceOf(draft.issue),
  };
  return [withoutGaps(one)];
}

/** Who somebody is; none when it names nobody, or has nothing to say of who is named. */
export function identificationOf(draft: DraftOfPerson, raw: unknown): WebhookIdentification[] {
  const identifiers = identifiersOf(draft.identifiers);
  const traits = traitsOf(draft.traits);
  if (identifiers.length === 0 || (identifiers.length === 1 && traits === undefined)) return [];
  const { source, occurredAt } = draft;
  return [withoutGaps({ source, externalId: idOf(draft, raw), identifiers, traits, occurredAt: isoOf(occurredAt) })];
}

/** The entries that are there, so that a touchpoint reads as it was told. */
function withoutGaps<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

function idOf({ source, id }: DraftOfPerson, raw: unknown): string {
  const parts = id.map(textOf);
  const isWhole = parts.length > 0 && !parts.includes(undefined);
  return isWhole ? parts.join(':') : deterministicId(source, jsonOf([...parts, raw]));
}

function identifiersOf(named: readonly NamedBy[]): IdentifierInput[] {
  const found = new Map<string, IdentifierInput>();
  for (const [type, raw] of named) {
    const value = storable(textOf(raw) ?? '', limits.identifierValueCharactersMax + 1).trim();
    // A cut one would be somebody else’s.
    if (value === '' || value.length > limits.identifierValueCharactersMax) continue;
    found.set(`${type} ${value}`, { type, value });
  }
  return [...found.values()];
}

/** What a person reads of a text that the vendor may have written in HTML. */
export function readable(value: unknown): string | undefined {
  const text = textOf(value);
  return text && readableOf(text);
}

/** Desks write 0 for nobody. */
function someone(value: unknown): string | undefined {
  const text = textOf(value);
  return text === '0' ? undefined : text;
}

function referenceOf(value: unknown): { readonly externalId: string } | undefined {
  const externalId = textOf(value);
  return externalId === undefined ? undefined : { externalId };
}

function sentimentOf(value: number | undefined): number | undefined {
  return value === undefined || !Number.isFinite(value) ? undefined : Math.max(-1, Math.min(1, value));
}

function languageOf(value: unknown): string | undefined {
  const tag = textOf(value)?.trim().replaceAll('_', '-');
  return tag && /^[a-z]{2,3}(-[a-z0-9]{1,8}){0,4}$/i.test(tag) ? tag : undefined;
}

/** What is empty is not known. */
function traitsOf(traits: JsonObject | undefined): JsonObject | undefined {
  const isKnown = (value: unknown) =>
    value !== undefined && value !== null && !(typeof value === 'string' && value.trim() === '');
  const known = Object.entries(traits ?? {}).filter(([, value]) => isKnown(value));
  return known.length === 0 ? undefined : Object.fromEntries(known);
}
