import { hash } from 'node:crypto';
import type { IdentifierInput } from '../../identity/identifier.input.js';
import { parseInstant } from '../../platform/instant.js';
import { limits } from '../../platform/limits.js';
import { type JsonObject, objectOf } from '../json-value.js';
import { storable, trimmed } from './trimmed-json.js';
import type { WebhookMessage, WebhookTouchpoint } from './webhook-kind.js';

/**
 * A vendor's item made to fit: it was taken, so nobody is there to mend it. Texts and attributes are cut, a time that
 * cannot be is left out. Pure: the same item fits the same way whenever it is translated again.
 * @param receivedAt epoch milliseconds, against which times are judged
 */
export function fitted(item: WebhookMessage, receivedAt: number): WebhookMessage {
  const identifiers = item.identifiers.flatMap(fittedIdentifier).slice(0, limits.identifiersPerTouchpointMax);
  const traits = fittedTraits(item.traits);
  if (item.channel === undefined) {
    return {
      ...item,
      externalId: fittedId(item.externalId),
      identifiers,
      traits,
      occurredAt: possible(item.occurredAt, receivedAt),
    };
  }
  return fittedTouchpoint({ ...item, identifiers, traits }, receivedAt);
}

function fittedTouchpoint(item: WebhookTouchpoint, receivedAt: number): WebhookTouchpoint {
  const short = (text: string | null | undefined) => fittedText(text, limits.shortTextCharactersMax);
  const long = (text: string | null | undefined) => fittedText(text, limits.longTextCharactersMax);
  const seconds = (value: number | null | undefined) =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) <= limits.secondsMax ? value : undefined;
  const reference = (ref: { source?: string | null; externalId: string } | null | undefined) =>
    ref ? { ...ref, externalId: fittedId(ref.externalId) } : undefined;
  const occurredAt = possible(item.occurredAt, receivedAt);
  const endedAt = possible(item.endedAt, receivedAt);
  const isReversed = occurredAt !== undefined && endedAt !== undefined && endedAt < occurredAt;
  return {
    ...item,
    externalId: fittedId(item.externalId),
    kind: short(item.kind) ?? String(item.channel).toLowerCase(),
    occurredAt: isReversed ? endedAt : occurredAt,
    endedAt,
    durationSeconds: seconds(item.durationSeconds),
    waitSeconds: seconds(item.waitSeconds),
    holdSeconds: seconds(item.holdSeconds),
    handleSeconds: seconds(item.handleSeconds),
    subject: long(item.subject),
    summary: long(item.summary),
    topic: short(item.topic),
    language: short(item.language),
    agentId: short(item.agentId),
    queue: short(item.queue),
    outcome: short(item.outcome),
    conversation: reference(item.conversation),
    issue: reference(item.issue),
    journey: reference(item.journey),
    attributes: fittedAttributes(item.attributes),
  };
}

function possible(time: string | null | undefined, receivedAt: number): string | undefined {
  const at = time == null ? null : parseInstant(time);
  return at !== null && at >= limits.occurredAtMin && at <= receivedAt + limits.occurredAheadMsMax
    ? new Date(at).toISOString()
    : undefined;
}

/** Storable and not too long; undefined when nothing is left. An empty text is said on purpose: it takes back. */
function fittedText(text: string | null | undefined, charactersMax: number): string | undefined {
  if (text == null || text === '') return text ?? undefined;
  const fit = storable(text.trim(), charactersMax);
  return fit === '' ? undefined : fit;
}

/** An id must stay the same and stay apart from others: one that cannot be stored is told by its hash. */
function fittedId(id: string): string {
  const isFit = id !== '' && id.length <= limits.externalIdCharactersMax && id.isWellFormed() && !id.includes('\0');
  return isFit ? id : `sha256:${hash('sha256', id, 'hex')}`;
}

function fittedIdentifier(identifier: IdentifierInput): IdentifierInput[] {
  const value = identifier.value.trim();
  const isFit =
    value !== '' &&
    value.length <= limits.identifierValueCharactersMax &&
    value.isWellFormed() &&
    !value.includes('\0');
  if (!isFit) return [];
  const region = /^[A-Z]{2}$/.test(identifier.region ?? '') ? identifier.region : undefined;
  return [{ ...identifier, value, region }];
}

function fittedTraits(traits: unknown): JsonObject | undefined {
  if (traits == null) return undefined;
  const fit = Object.entries(objectOf(traits))
    .filter(([key, value]) => value !== undefined && key !== '' && key.length <= limits.traitKeyCharactersMax)
    .map(([key, value]) => [storable(key, key.length), trimmed(value, limits.traitValueBytesMax)] as const);
  return Object.fromEntries(fit.slice(0, limits.traitsPerItemMax));
}

function fittedAttributes(attributes: unknown): JsonObject | undefined {
  return attributes == null ? undefined : objectOf(trimmed(objectOf(attributes), limits.attributesBytesMax));
}
