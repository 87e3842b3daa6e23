import { isObject, type JsonObject, listOf, objectOf, textOf } from '../../../json-value.js';
import { timeOf } from '../../event-time.js';
import { identificationOf, type NamedBy, touchpointOf } from '../../touchpoint-draft.js';
import type { WebhookItem } from '../../webhook-kind.js';
import { type Notification, namesOf, source, traitsOf } from './intercom-people.js';

const acts: ReadonlyMap<string, string> = new Map([
  ['unsubscribed', 'subscription.removed'],
  ['subscribed', 'subscription.added'],
  ['deleted', 'contact.deleted'],
  ['archived', 'contact.archived'],
  ['unarchived', 'contact.unarchived'],
]);

/** Who a contact is: created, changed, signed up or merged. What is done with it, is told as such. */
export function contactEvent(notification: Notification): WebhookItem[] {
  const { topic, item, id, at } = notification;
  const contact = isObject(item['contact']) ? item['contact'] : isObject(item['user']) ? item['user'] : item;
  const word = topic.split('.').at(-1) ?? '';
  const identifiers = [...namesOf(contact), ...mergedNames(item)];
  const kind = /\.tag\./.test(topic) ? 'contact.tagged' : acts.get(word);
  if (kind === undefined) {
    const occurredAt = timeOf(contact['updated_at']) ?? at;
    return identificationOf(
      { source, id: ['notification', id], identifiers, traits: traitsOf(contact), occurredAt },
      { topic, item },
    );
  }
  const isTheirs = kind.startsWith('subscription.');
  return touchpointOf(
    {
      source,
      id: ['notification', id],
      identifiers,
      channel: isTheirs ? 'EMAIL' : 'OTHER',
      kind: word === 'deleted' && /\.tag\./.test(topic) ? 'contact.untagged' : kind,
      direction: isTheirs ? 'INBOUND' : 'INTERNAL',
      occurredAt: at,
      outcome: objectOf(item['tag'])['name'] ?? objectOf(item['subscription'])['name'],
    },
    { topic, item },
  );
}

/** The contacts that became part of this one, in the places where Intercom's versions have named them. */
function mergedNames(item: JsonObject): NamedBy[] {
  const before = ['merged_from', 'from', 'merged_contact', 'merged_contacts', 'merged_ids', 'lead', 'duplicate_of'];
  const into = ['into', 'merged_into', 'merged_to'];
  return [...before, ...into].flatMap((field) =>
    listOf(item[field]).flatMap((one) => namesOf(isObject(one) ? one : { id: textOf(one) })),
  );
}
