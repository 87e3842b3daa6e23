import type { Channel } from '../../../../touchpoints/vocabulary.js';
import { isObject, type JsonObject, listOf, objectOf, textOf } from '../../../json-value.js';
import type { NamedBy } from '../../touchpoint-draft.js';

export const source = 'intercom';

export interface Notification {
  readonly topic: string;
  readonly id: unknown;
  readonly app: string | undefined;
  readonly item: JsonObject;
  readonly at: number | undefined;
}

/** Intercom's own id of a contact, lead or visitor says nothing of who it is: a lead has no other. */
export function namesOf(contact: JsonObject): NamedBy[] {
  const id = textOf(contact['id']);
  return [
    ['user_id', contact['external_id'] ?? contact['user_id']],
    ['email', contact['email']],
    ['phone', contact['phone']],
    ['anonymous_id', id === undefined ? undefined : `${source}:${id}`],
  ];
}

/** Whom a conversation or ticket is with: one, or several in a group. Old versions of the API name a user. */
export function peopleOf(item: JsonObject): JsonObject[] {
  const { contacts, contact, user } = item;
  const list = isObject(contacts) ? contacts['contacts'] : contacts;
  const named = [...listOf(list), contact, user].filter(isObject);
  const authors = [objectOf(item['source']), objectOf(item['conversation_message'])].map((one) =>
    objectOf(one['author']),
  );
  const known = authors.filter((author) => isCustomer(author) && textOf(author['id']) !== undefined);
  // A contact of the list has no more than its ids; as an author it has name and address.
  return [...named, ...known.filter((author) => named.length <= 1 || named.some((one) => one['id'] === author['id']))];
}

export function isCustomer(author: JsonObject): boolean {
  return author['type'] === 'user' || author['type'] === 'lead' || author['type'] === 'contact';
}

export function traitsOf(contact: JsonObject): JsonObject {
  const location = objectOf(contact['location'] ?? contact['location_data']);
  return {
    name: textOf(contact['name']),
    email: textOf(contact['email']),
    phone: textOf(contact['phone']),
    role: textOf(contact['role']),
    city: textOf(location['city']) ?? textOf(location['city_name']),
    country: textOf(location['country']) ?? textOf(location['country_name']),
    ...objectOf(contact['custom_attributes']),
  };
}

/** Of all who are named, what is known. */
export function traitsOfAll(people: readonly JsonObject[]): JsonObject {
  return Object.assign({}, ...people.map((one) => withoutGaps(traitsOf(one))));
}

function withoutGaps(traits: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(traits).filter(([, value]) => value !== undefined));
}

const channels: readonly (readonly [RegExp, Channel])[] = [
  [/facebook|instagram|twitter|whatsapp|social/, 'SOCIAL'],
  [/email/, 'EMAIL'],
  [/sms/, 'SMS'],
  [/phone|call/, 'CALL'],
];

/** Everything but these is written in the messenger. */
export function channelOf(item: JsonObject): Channel {
  const origin = objectOf(item['source']);
  const word = textOf(origin['type']) ?? textOf(objectOf(item['conversation_message'])['delivered_as']) ?? '';
  return channels.find(([pattern]) => pattern.test(word.toLowerCase()))?.[1] ?? 'CHAT';
}
