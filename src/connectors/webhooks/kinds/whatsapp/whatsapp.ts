import { type JsonObject, listOf, objectOf, textOf } from '../../../json-value.js';
import { timeOf } from '../../event-time.js';
import { answerMeta, checkMetaSettings, entriesOf, verifyMeta } from '../../meta-request.js';
import { identificationOf, touchpointOf } from '../../touchpoint-draft.js';
import type { WebhookItem, WebhookKind } from '../../webhook-kind.js';
import { source } from './whatsapp-content.js';
import { echoed, received, remembered } from './whatsapp-messages.js';
import { namesOf, userOf } from './whatsapp-people.js';
import { callOf, statusOf } from './whatsapp-statuses.js';

type Reader = (value: JsonObject, told: JsonObject) => WebhookItem[];

/** What the lists of a change hold. The name of its field says no more than they do. */
const readers: Readonly<Record<string, Reader>> = {
  messages: received,
  message_echoes: echoed,
  statuses: statusOf,
  calls: callOf,
  history: (value, chunk) => listOf(chunk['threads']).flatMap((thread) => remembered(value, objectOf(thread))),
  state_sync: sharedContact,
  user_preferences: preference,
  user_id_update: newUserId,
};

export const whatsappCloud: WebhookKind = {
  name: source,
  title: 'WhatsApp Cloud API',
  proof: 'signature',
  verify: verifyMeta,
  answer: answerMeta,
  checkSettings: checkMetaSettings,
  translate: (request) =>
    entriesOf(request).flatMap(({ changes }) =>
      changes.flatMap(({ field, value }) => {
        const lists = Object.keys(readers).filter((name) => value[name] !== undefined);
        if (lists.length === 0) return unknownChange(field, value);
        return lists.flatMap((name) =>
          listOf(value[name]).flatMap((told) => (readers[name] as Reader)(value, objectOf(told))),
        );
      }),
    ),
};

/** A contact of the business's address book. */
function sharedContact(_value: JsonObject, told: JsonObject): WebhookItem[] {
  if (told['action'] === 'remove') return [];
  const contact = objectOf(told['contact']);
  const user = userOf(contact['phone_number'], contact['user_id'], undefined);
  const traits = { name: textOf(contact['full_name']) ?? textOf(contact['first_name']) };
  const occurredAt = timeOf(objectOf(told['metadata'])['timestamp']);
  return identificationOf({ source, id: [], identifiers: namesOf(user), traits, occurredAt }, told);
}

/** The user wants marketing messages no more, or again. */
function preference(_value: JsonObject, told: JsonObject): WebhookItem[] {
  return touchpointOf(
    {
      source,
      id: [],
      identifiers: namesOf(userOf(told['wa_id'], told['user_id'], told['parent_user_id'])),
      channel: 'SOCIAL',
      kind: 'preference.changed',
      direction: 'INBOUND',
      occurredAt: timeOf(told['timestamp']),
      summary: told['detail'],
      topic: told['category'],
      outcome: told['value'],
    },
    told,
  );
}

function newUserId(_value: JsonObject, told: JsonObject): WebhookItem[] {
  const ids = objectOf(told['user_id']);
  const parents = objectOf(told['parent_user_id']);
  const now = userOf(told['wa_id'], ids['current'], parents['current']);
  const before = userOf(undefined, ids['previous'], parents['previous']);
  const identifiers = [now, before].flatMap(namesOf);
  return identificationOf({ source, id: [], identifiers, occurredAt: timeOf(told['timestamp']) }, told);
}

/** Most other changes are about the business: its templates, its quality, its account. */
function unknownChange(field: string, value: JsonObject): WebhookItem[] {
  const contacts = listOf(value['contacts']).map(objectOf);
  const told = contacts.length === 1 ? { ...contacts[0], ...value } : value;
  const user = userOf(told['wa_id'] ?? told['from'], told['user_id'] ?? told['from_user_id'], undefined);
  return touchpointOf(
    {
      source,
      id: [],
      identifiers: namesOf(user),
      channel: 'OTHER',
      kind: `${source}.${field}`,
      occurredAt: timeOf(value['timestamp']),
      attributes: { [source]: value },
    },
    value,
  );
}
