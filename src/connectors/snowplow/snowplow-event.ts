import type { IdentifierInput } from '../../identity/identifier.input.js';
import { Refusal } from '../../platform/refusal.js';
import type { TouchpointInput } from '../../touchpoints/record.input.js';
import { campaignOf } from '../campaign.js';
import type { Dialect } from '../intake.service.js';
import { isObject, type JsonObject, presentOf, textOf } from '../json-value.js';
import { languageTag } from '../language-tag.js';
import { readClock } from '../message-clock.js';
import { unpackedMessage } from '../sent-text.js';
import { checkTranslated } from '../translated.js';
import { type Entities, entitiesOf } from './snowplow-entities.js';
import { happeningOf } from './snowplow-happening.js';

/** Events of the Snowplow tracker protocol. */
export const snowplowDialect: Dialect = {
  name: 'snowplow',
  sourceOf: () => 'snowplow',
  check: (event, _index, context) => checkTranslated({ touchpoint: translateEvent(event, context.now) }, context),
};

/**
 * Translates one event of the tracker protocol; `docs/ways-in.md` has the table. Pure: the same event says the same
 * whenever it is sent again.
 * @param receivedAt epoch milliseconds, against which the sender's clock is judged
 * @throws Refusal when it cannot be understood, naming the parameter
 */
export function translateEvent(item: unknown, receivedAt: number): TouchpointInput {
  const event = unpackedMessage(item);
  if (!isObject(event)) throw new Refusal('INPUT_INVALID', 'An event is an object.', { field: 'data' });
  const { attributes, ...happening } = happeningOf(event);
  const entities = entitiesOf(event);
  const clock = clockOf(event, receivedAt);
  const url = textOf(event['url']);
  const all = {
    url,
    referrer: textOf(event['refr']),
    campaign: campaignOf(url),
    device: entities.device,
    os: entities.os,
    app: presentOf({ id: textOf(event['aid']) }),
    library: presentOf({ name: textOf(event['tv']) }),
    timezone: textOf(event['tz']),
    entities: entities.others.length > 0 ? entities.others : undefined,
    clock: clock.problem,
  };
  const touchpoint: TouchpointInput = {
    ...happening,
    source: 'snowplow',
    externalId: textOf(event['eid']),
    identifiers: identifiersOf(event, entities),
    occurredAt: clock.occurredAt,
    sentAt: clock.sentAt,
    language: languageTag(textOf(event['lang'])),
    traits: presentOf({ email: entities.email, phone: entities.phone }),
    attributes: { ...attributes, ...presentOf(all) },
  };
  const { pageViewId } = entities;
  if (pageViewId === undefined || !happening.kind.startsWith('page.')) return touchpoint;
  return ofPageView(touchpoint, pageViewId, clock.correctedAt);
}

/**
 * A page view and the pings that say that the page is still being read name the same page view: they are one
 * touchpoint, which the pings lengthen, to the second. A ping is told by its own time alone, since those that are sent
 * together have the time of sending in common.
 */
function ofPageView(touchpoint: TouchpointInput, pageViewId: string, at: string | undefined): TouchpointInput {
  const externalId = `page_view ${pageViewId}`;
  if (touchpoint.kind === 'page.viewed') return { ...touchpoint, externalId };
  const endedAt = at && new Date(Math.ceil(Date.parse(at) / 1000) * 1000).toISOString();
  return { ...touchpoint, externalId, kind: 'page.viewed', occurredAt: undefined, sentAt: undefined, endedAt };
}

function clockOf(event: JsonObject, receivedAt: number) {
  const written = event['ttm'] ?? event['dtm'];
  const time = millisecondsOf(event['ttm']) ?? millisecondsOf(event['dtm']);
  return readClock({ time, written, sent: millisecondsOf(event['stm']) }, receivedAt);
}

/** Trackers send epoch milliseconds as text. */
function millisecondsOf(value: unknown): number | null {
  const text = textOf(value);
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function identifiersOf(event: JsonObject, entities: Entities): IdentifierInput[] {
  const found: [string, string | undefined][] = [
    ['user_id', textOf(event['uid'])],
    ['user_id', entities.userId],
    ['email', entities.email],
    ['phone', entities.phone],
    ...['duid', 'nuid', 'tnuid'].map((name): [string, string | undefined] => ['anonymous_id', textOf(event[name])]),
    ...entities.visitorIds.map((id): [string, string] => ['anonymous_id', id]),
  ];
  const identifiers = found.flatMap(([type, value]) => (value === undefined ? [] : [{ type, value }]));
  if (identifiers.length > 0) return identifiers;
  throw new Refusal('TOO_FEW', 'An event names its customer: uid, duid, nuid, tnuid or an entity.', {
    field: 'uid',
    limit: 1,
  });
}
