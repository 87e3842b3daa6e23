import { Refusal } from '../../platform/refusal.js';
import type { TouchpointInput } from '../../touchpoints/record.input.js';
import type { Channel } from '../../touchpoints/vocabulary.js';
import { filledOf, isObject, type JsonObject, objectOf, presentOf, textOf } from '../json-value.js';
import { languageTag } from '../language-tag.js';
import type { MessageClock } from '../message-clock.js';
import { unpackedMessage } from '../sent-text.js';
import type { Translated } from '../translated.js';
import { clockOf } from './segment-clock.js';
import { identifiersOf, requiredIdOf, sourceOf, traitsOf } from './segment-identifiers.js';

export const messageTypes = ['identify', 'track', 'page', 'screen', 'alias', 'group'] as const;

export type MessageType = (typeof messageTypes)[number];

/**
 * Translates one message of the Segment specification, as Segment's and RudderStack's SDKs write it;
 * `docs/ways-in.md` has the table. Pure: the same message says the same whenever it is sent again.
 * @param receivedAt epoch milliseconds, against which the sender's clock is judged
 * @throws Refusal when it cannot be understood, naming the field of the message
 */
export function translateMessage(item: unknown, receivedAt: number): Translated {
  const message = unpackedMessage(item);
  if (!isObject(message)) throw new Refusal('INPUT_INVALID', 'A message is an object.', { field: 'message' });
  const type = typeOf(message);
  const traits = traitsOf(message);
  const identifiers = identifiersOf(message, traits);
  const clock = clockOf(message, receivedAt);
  const source = sourceOf(message);
  if (type === 'track' || type === 'page' || type === 'screen') {
    const told = happeningOf(type, message);
    return {
      touchpoint: {
        ...told,
        source,
        externalId: textOf(message['messageId']),
        identifiers,
        occurredAt: clock.occurredAt,
        sentAt: clock.sentAt,
        language: languageTag(textOf(objectOf(message['context'])['locale'])),
        traits,
        attributes: attributesOf(message, clock),
      },
    };
  }
  const known = type === 'group' ? { ...traits, ...groupTraitsOf(message) } : traits;
  const externalId = textOf(message['messageId']);
  return { identification: { source, externalId, identifiers, traits: known, occurredAt: clock.correctedAt } };
}

function typeOf(message: JsonObject): MessageType {
  const type = messageTypes.find((one) => one === message['type']);
  if (type) return type;
  throw new Refusal('INPUT_INVALID', `A message’s type is one of ${messageTypes.join(', ')}.`, { field: 'type' });
}

type Happening = Pick<TouchpointInput, 'channel' | 'kind' | 'subject'>;

function happeningOf(type: 'track' | 'page' | 'screen', message: JsonObject): Happening {
  const name = textOf(message['name']);
  const { title, name: ownName } = propertiesOf(message);
  if (type === 'screen') return { channel: 'APP', kind: 'screen.viewed', subject: name ?? textOf(ownName) };
  if (type === 'track') return { channel: channelOf(message), kind: eventOf(message) };
  const pageTitle = objectOf(objectOf(message['context'])['page'])['title'];
  return { channel: 'WEB', kind: 'page.viewed', subject: textOf(title) ?? name ?? textOf(pageTitle) };
}

function eventOf(message: JsonObject): string {
  const { event } = message;
  if (event == null) throw new Refusal('TOO_FEW', 'A track names its event.', { field: 'event', limit: 1 });
  const name = textOf(event);
  if (name === undefined) throw new Refusal('INPUT_INVALID', 'The name of an event is text.', { field: 'event' });
  return name;
}

/** Where a tracked event took place, by what its context could only know there. */
function channelOf(message: JsonObject): Channel {
  const context = objectOf(message['context']);
  const named = textOf(message['channel']) ?? textOf(context['channel']);
  if (isObject(context['page']) || named === 'web' || named === 'browser') return 'WEB';
  return isObject(context['app']) || isObject(context['device']) || named === 'mobile' ? 'APP' : 'OTHER';
}

/** The rest of what a message tells; what names the customer or her device is not repeated here. */
function attributesOf(message: JsonObject, clock: MessageClock): JsonObject {
  const context = objectOf(message['context']);
  const page = objectOf(context['page']);
  const properties = propertiesOf(message);
  const referrer = objectOf(context['referrer'])['url'];
  const part = (name: string, fields: readonly string[]) => {
    const whole = objectOf(context[name]);
    return presentOf(Object.fromEntries(fields.map((field) => [field, textOf(whole[field])])));
  };
  const all = presentOf({
    name: textOf(message['name']),
    category: textOf(message['category']) ?? textOf(properties['category']),
    url: textOf(page['url']) ?? textOf(properties['url']),
    referrer: textOf(page['referrer']) ?? textOf(properties['referrer']) ?? textOf(referrer),
    campaign: filledOf(objectOf(context['campaign'])),
    device: part('device', ['type', 'manufacturer', 'model', 'name']),
    os: part('os', ['name', 'version']),
    app: part('app', ['name', 'version']),
    library: part('library', ['name', 'version']),
    timezone: textOf(context['timezone']),
    groupId: textOf(context['groupId']),
    properties: filledOf(properties),
    clock: clock.problem,
  });
  return all ?? {};
}

function propertiesOf(message: JsonObject): JsonObject {
  const { properties } = message;
  if (properties == null || isObject(properties)) return properties ?? {};
  throw new Refusal('INPUT_INVALID', 'Properties are an object.', { field: 'properties' });
}

/** A customer's group is something that is known of her: `group_id`, and the group's own traits under `group.`. */
function groupTraitsOf(message: JsonObject): JsonObject {
  const { traits } = message;
  if (traits != null && !isObject(traits)) {
    throw new Refusal('INPUT_INVALID', 'Traits are an object.', { field: 'traits' });
  }
  const own = Object.entries(traits ?? {}).map(([key, value]) => [`group.${key}`, value]);
  return { ...Object.fromEntries(own), group_id: requiredIdOf(message, 'groupId') };
}
