import { parseInstant } from '../../platform/instant.js';
import { Refusal } from '../../platform/refusal.js';
import type { TouchpointInput } from '../../touchpoints/record.input.js';
import type { Channel } from '../../touchpoints/vocabulary.js';
import { campaignFrom, campaignOf } from '../campaign.js';
import type { Dialect } from '../intake.service.js';
import { filledOf, isObject, type JsonObject, objectOf, presentOf, textOf } from '../json-value.js';
import { languageTag } from '../language-tag.js';
import { type MessageClock, readClock } from '../message-clock.js';
import { unpackedMessage } from '../sent-text.js';
import { checkTranslated, type Translated } from '../translated.js';
import { identifiersOf, traitsOf } from './posthog-person.js';

/** Events of PostHog's clients. */
export const posthogDialect: Dialect = {
  name: 'posthog',
  sourceOf: () => 'posthog',
  check: (event, _index, context) => checkTranslated(translateEvent(event, context.now), context),
};

/** Events that only say who somebody is, or what she belongs to. */
const statements = new Set(['$identify', '$create_alias', '$merge_dangerously', '$set', '$groupidentify']);

/**
 * Translates one event; `docs/ways-in.md` has the table. Pure: the same event says the same whenever it is sent again.
 * @param receivedAt epoch milliseconds, against which the sender's clock is judged
 * @throws Refusal when it cannot be understood, naming the field of the event
 */
export function translateEvent(item: unknown, receivedAt: number): Translated {
  const event = unpackedMessage(item);
  if (!isObject(event)) throw new Refusal('INPUT_INVALID', 'An event is an object.', { field: 'event' });
  const name = textOf(event['event']);
  if (name === undefined) throw new Refusal('TOO_FEW', 'An event has a name.', { field: 'event', limit: 1 });
  const properties = propertiesOf(event);
  const traits = traitsOf(event, properties);
  const identifiers = identifiersOf(event, properties, traits);
  const { timestamp } = event;
  const times = { time: parseInstant(timestamp), written: timestamp, sent: parseInstant(event['sent_at']) };
  const clock = readClock(times, receivedAt);
  const common = { source: 'posthog', externalId: textOf(event['uuid']), identifiers, traits };
  if (statements.has(name)) return { identification: { ...common, occurredAt: clock.correctedAt } };
  return {
    touchpoint: {
      ...common,
      ...happeningOf(name, properties),
      occurredAt: clock.occurredAt,
      sentAt: clock.sentAt,
      language: languageTag(textOf(properties['$locale']) ?? textOf(properties['$browser_language'])),
      attributes: attributesOf(properties, clock),
    },
  };
}

function propertiesOf(event: JsonObject): JsonObject {
  const { properties } = event;
  if (properties == null || isObject(properties)) return properties ?? {};
  throw new Refusal('INPUT_INVALID', 'Properties are an object.', { field: 'properties' });
}

function happeningOf(name: string, properties: JsonObject): Pick<TouchpointInput, 'channel' | 'kind' | 'subject'> {
  const title = textOf(properties['title']) ?? textOf(properties['$title']);
  if (name === '$pageview') return { channel: 'WEB', kind: 'page.viewed', subject: title };
  if (name === '$screen') {
    return { channel: 'APP', kind: 'screen.viewed', subject: textOf(properties['$screen_name']) ?? title };
  }
  return { channel: channelOf(properties), kind: name };
}

const librariesOfApps = /ios|android|flutter|react-native/;

function channelOf(properties: JsonObject): Channel {
  if (textOf(properties['$current_url']) !== undefined) return 'WEB';
  const isApp = ['$screen_name', '$app_name', '$app_version'].some((key) => textOf(properties[key]) !== undefined);
  return isApp || librariesOfApps.test(textOf(properties['$lib']) ?? '') ? 'APP' : 'OTHER';
}

/** What is told beside the event's own properties; PostHog's have a `$`, and those that name a device are not kept. */
function attributesOf(properties: JsonObject, clock: MessageClock): JsonObject {
  const part = (name: string) => textOf(properties[name]);
  const url = part('$current_url');
  const referrer = part('$referrer');
  const own = Object.entries(properties).filter(([key]) => !key.startsWith('$') && !key.startsWith('utm_'));
  const all = presentOf({
    url,
    referrer: referrer === '$direct' ? undefined : referrer,
    campaign: campaignFrom((name) => properties[name]) ?? campaignOf(url),
    device: presentOf({
      type: part('$device_type'),
      manufacturer: part('$device_manufacturer'),
      model: part('$device_model'),
      name: part('$device_name'),
    }),
    os: presentOf({ name: part('$os') ?? part('$os_name'), version: part('$os_version') }),
    app: presentOf({ name: part('$app_name'), version: part('$app_version') }),
    library: presentOf({ name: part('$lib'), version: part('$lib_version') }),
    timezone: part('$timezone'),
    groups: filledOf(objectOf(properties['$groups'])),
    exceptions: exceptionsOf(properties['$exception_list']),
    properties: filledOf(Object.fromEntries(own)),
    clock: clock.problem,
  });
  return all ?? {};
}

/** What went wrong on the page, without the source code around it. */
function exceptionsOf(list: unknown): JsonObject[] | undefined {
  if (!Array.isArray(list) || list.length === 0) return undefined;
  return list.map((one) => {
    const { type, value } = objectOf(one);
    return presentOf({ type: textOf(type), message: textOf(value) }) ?? {};
  });
}
