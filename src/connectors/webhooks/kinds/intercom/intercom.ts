import { type JsonObject, objectOf, textOf } from '../../../json-value.js';
import { timeOf } from '../../event-time.js';
import { jsonObjectOf } from '../../request-content.js';
import { touchpointOf } from '../../touchpoint-draft.js';
import type { WebhookItem, WebhookKind } from '../../webhook-kind.js';
import { isSigned } from '../../webhook-proof.js';
import { callOf } from './intercom-calls.js';
import { contactEvent } from './intercom-contacts.js';
import { conversationEvent } from './intercom-conversations.js';
import { isCustomer, type Notification, namesOf, peopleOf, source, traitsOf } from './intercom-people.js';
import { ticketEvent } from './intercom-tickets.js';

export const intercom: WebhookKind = {
  name: source,
  title: 'Intercom',
  proof: 'signature',
  verify: (request, secret) =>
    isSigned(request, 'x-hub-signature', 'sha1=', { algorithm: 'sha1', encoding: 'hex', secret }),
  translate: (request) => {
    const body = jsonObjectOf(request);
    return told({
      topic: textOf(body['topic']) ?? 'unknown',
      id: body['id'],
      app: textOf(body['app_id']),
      item: objectOf(objectOf(body['data'])['item']),
      at: timeOf(body['created_at']) ?? timeOf(body['first_sent_at']),
    });
  },
};

/** Of these topics nothing is told that a customer did, or that was done for one. */
const nobodys = new Set(['ping', 'admin', 'company', 'content_stat', 'team', 'article']);

function told(notification: Notification): WebhookItem[] {
  const [domain = ''] = notification.topic.split('.', 1);
  if (nobodys.has(domain)) return [];
  switch (domain) {
    case 'conversation':
    case 'conversation_part':
      return conversationEvent(notification);
    case 'ticket':
      return ticketEvent(notification);
    case 'contact':
    case 'user':
    case 'lead':
    case 'visitor':
      return contactEvent(notification);
    case 'call':
      return callOf(notification);
    case 'event':
      return trackedEvent(notification);
    default:
      return unknown(notification);
  }
}

/** What a customer did in the company's own product, as it was told to Intercom. */
function trackedEvent({ item, id, at }: Notification): WebhookItem[] {
  return touchpointOf(
    {
      source,
      id: ['event', item['id'] ?? id],
      identifiers: [
        ['user_id', item['user_id']],
        ['email', item['email']],
        ...namesOf({ id: item['intercom_user_id'] }),
      ],
      channel: 'OTHER',
      kind: textOf(item['event_name']) ?? 'event',
      occurredAt: timeOf(item['created_at']) ?? at,
      attributes: objectOf(item['metadata']),
    },
    item,
  );
}

function unknown({ topic, item, id, at }: Notification): WebhookItem[] {
  const people = [...(isCustomer(item) ? [item] : []), ...peopleOf(item)];
  return touchpointOf(
    {
      source,
      id: ['notification', id],
      identifiers: people.flatMap(namesOf),
      channel: 'OTHER',
      kind: `${source}.${topic}`,
      direction: 'INTERNAL',
      occurredAt: at,
      traits: traitsOf(people[0] ?? ({} as JsonObject)),
      attributes: { [source]: item },
    },
    item,
  );
}
