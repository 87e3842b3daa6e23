import { type JsonObject, listOf, objectOf, textOf } from '../../../json-value.js';
import { timeOf } from '../../event-time.js';
import { identificationOf, type TouchpointDraft, touchpointOf } from '../../touchpoint-draft.js';
import type { WebhookItem } from '../../webhook-kind.js';
import { attributesOf, ownNumbersOf, source, textOfMessage } from './whatsapp-content.js';
import { completed, contactOf, namesOf, threadOf, traitsOf, userOf, type WhatsAppUser } from './whatsapp-people.js';

/**
 * Places of what is told about one message, by what can come after what: its clock counts whole seconds, in one of
 * which a message may be sent, delivered and read.
 */
export const places = { message: 0, sent: 1, delivered: 2, read: 3, failed: 4, edited: 5, deleted: 6 } as const;

/** What a user wrote to the business. */
export function received(value: JsonObject, message: JsonObject): WebhookItem[] {
  const sender = userOf(message['from'], message['from_user_id'], message['from_parent_user_id']);
  const contact = contactOf(value, sender);
  const user = completed(sender, contact);
  if (message['type'] === 'system') return identityChange(message, user);
  const own = ownNumbersOf(message).flatMap((number) => namesOf(userOf(number, undefined, undefined)));
  return touchpointOf(
    {
      ...toldOf(value, message, user),
      ...happeningOf(message),
      identifiers: [...namesOf(user), ...own],
      direction: 'INBOUND',
      traits: traitsOf(contact),
    },
    message,
  );
}

/** What the business wrote in its own app, or another system for it. */
export function echoed(value: JsonObject, message: JsonObject): WebhookItem[] {
  const recipient = userOf(message['to'], message['to_user_id'], message['to_parent_user_id']);
  const user = completed(recipient, contactOf(value, recipient));
  const happening = happeningOf(message);
  const kind = happening.kind === 'message.received' ? 'message.sent' : happening.kind;
  return touchpointOf(
    { ...toldOf(value, message, user), ...happening, kind, identifiers: namesOf(user), direction: 'OUTBOUND' },
    message,
  );
}

/** Past messages of one thread, which come when a business app is joined to the platform. */
export function remembered(value: JsonObject, thread: JsonObject): WebhookItem[] {
  const user = userOf(thread['id'], objectOf(thread['context'])['user_id'], undefined);
  return listOf(thread['messages'])
    .map(objectOf)
    .flatMap((message) => {
      const sender = userOf(message['from'], message['from_user_id'], undefined);
      const isTheirs = sender.number ? sender.number === user.number : sender.userId === user.userId;
      const known = { to: thread['id'], ...message };
      return isTheirs ? received(value, known) : echoed(value, known);
    });
}

function toldOf(value: JsonObject, message: JsonObject, user: WhatsAppUser) {
  return {
    source,
    isRepeatable: true,
    channel: 'SOCIAL',
    status: 'COMPLETED',
    occurredAt: timeOf(message['timestamp']),
    attributes: attributesOf(value, message),
    conversation: textOf(message['group_id']) ?? threadOf(value, user),
  } as const;
}

type Happening = Pick<TouchpointDraft, 'id' | 'kind' | 'summary' | 'place'> & Partial<TouchpointDraft>;

function happeningOf(message: JsonObject): Happening {
  const id = [message['id']];
  switch (message['type']) {
    case 'reaction': {
      const isTaken = textOf(objectOf(message['reaction'])['emoji']) === undefined;
      return { id, kind: isTaken ? 'reaction.removed' : 'reaction.added', summary: textOfMessage(message), place: 0 };
    }
    case 'request_welcome':
      return { id, kind: 'conversation.started', summary: undefined, place: places.message };
    case 'edit': {
      const edit = objectOf(message['edit']);
      const summary = textOfMessage(objectOf(edit['message'])) ?? textOf(objectOf(edit['text'])['body']);
      return { ...aboutEarlier(message, edit), kind: 'message.received', summary, place: places.edited };
    }
    case 'revoke':
      return {
        ...aboutEarlier(message, objectOf(message['revoke'])),
        kind: 'message.deleted',
        summary: '',
        place: places.deleted,
      };
    default:
      return { id, kind: 'message.received', summary: textOfMessage(message), place: places.message };
  }
}

/** It is told about an earlier message, whose time stays. */
function aboutEarlier(message: JsonObject, told: JsonObject) {
  const original = textOf(told['original_message_id']) ?? textOf(told['message_id']);
  return original === undefined ? { id: [message['id']] } : { id: [original], occurredAt: undefined };
}

/** A new number or a new id of one user: both are the same person. */
function identityChange(message: JsonObject, user: WhatsAppUser): WebhookItem[] {
  const system = objectOf(message['system']);
  const now = userOf(system['wa_id'] ?? system['new_wa_id'], system['user_id'], system['parent_user_id']);
  const before = userOf(undefined, system['previous_user_id'], system['previous_parent_user_id']);
  const identifiers = [user, now, before].flatMap(namesOf);
  const occurredAt = timeOf(message['timestamp']);
  return identificationOf({ source, id: ['changed', message['id']], identifiers, occurredAt }, message);
}
