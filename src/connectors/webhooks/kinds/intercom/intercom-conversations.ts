import { type JsonObject, listOf, objectOf, presentOf, textOf } from '../../../json-value.js';
import { timeOf } from '../../event-time.js';
import { readable, type TouchpointDraft, touchpointOf } from '../../touchpoint-draft.js';
import type { WebhookItem } from '../../webhook-kind.js';
import { channelOf, isCustomer, type Notification, namesOf, peopleOf, source, traitsOfAll } from './intercom-people.js';

export function conversationEvent(notification: Notification): WebhookItem[] {
  const { topic, item } = notification;
  // Events of a part have the part itself, with its conversation, or the conversation with the part in it.
  const conversation =
    topic.startsWith('conversation_part') && item['conversation'] ? objectOf(item['conversation']) : item;
  if (topic === 'conversation.user.created' || topic === 'conversation.admin.single.created') {
    return opening(notification, conversation);
  }
  if (/^conversation\.rating\.|\.rated$/.test(topic)) return rating(notification, conversation);
  if (topic === 'conversation_part.redacted') return redacted(notification, conversation);
  const parts = partsOf(conversation);
  const told = parts.filter((part) => textOf(part['body']) !== undefined || attachmentsOf(part) !== undefined);
  const isMessage = /\.(replied|noted)$/.test(topic) || topic === 'conversation.admin.open.assigned';
  const messages = (isMessage ? told : []).flatMap((part) => partOf(notification, conversation, part));
  if (messages.length > 0) return messages;
  return happening(notification, conversation, parts.at(-1) ?? {}, told);
}

function knownOf(notification: Notification, conversation: JsonObject) {
  const people = peopleOf(conversation);
  const origin = objectOf(conversation['source'] ?? conversation['conversation_message']);
  return {
    source,
    isRepeatable: true,
    identifiers: people.flatMap(namesOf),
    traits: traitsOfAll(people),
    channel: channelOf(conversation),
    status: 'COMPLETED',
    occurredAt: notification.at,
    subject: textOf(conversation['title']) ?? readable(origin['subject']),
    queue: textOf(conversation['team_assignee_id']),
    conversation: conversation['id'],
  } as const;
}

export function partsOf(conversation: JsonObject): JsonObject[] {
  const list = conversation['conversation_parts'];
  const parts = Array.isArray(list) ? list : listOf(objectOf(list)['conversation_parts']);
  return parts.map(objectOf);
}

/** The first message, which stands in the conversation itself. */
function opening(notification: Notification, conversation: JsonObject): WebhookItem[] {
  const origin = objectOf(conversation['source'] ?? conversation['conversation_message']);
  const author = objectOf(origin['author']);
  const isOurs =
    notification.topic !== 'conversation.user.created' || (textOf(author['type']) !== undefined && !isCustomer(author));
  const first = origin['id'];
  return touchpointOf(
    {
      ...knownOf(notification, conversation),
      id: first === undefined ? ['conversation', conversation['id']] : ['message', first],
      kind: isOurs ? 'message.sent' : 'message.received',
      direction: isOurs ? 'OUTBOUND' : 'INBOUND',
      occurredAt: timeOf(conversation['created_at']) ?? notification.at,
      summary: readable(origin['body']),
      agentId: isOurs ? author['id'] : undefined,
      attributes: presentOf({
        attachments: attachmentsOf(origin),
        url: textOf(origin['url']),
        deliveredAs: textOf(origin['delivered_as']),
        link: textOf(objectOf(conversation['links'])['conversation_web']),
      }),
    },
    conversation,
  );
}

/** What customer, agent or bot wrote later, or an agent noted. */
export function partOf(
  notification: Notification,
  conversation: JsonObject,
  part: JsonObject,
  more: Partial<TouchpointDraft> = {},
): WebhookItem[] {
  const author = objectOf(part['author']);
  const isNote = part['part_type'] === 'note' || /\.(noted|note\.created)$/.test(notification.topic);
  const isTheirs =
    isCustomer(author) || (author['type'] === undefined && /\.(user|contact)\.replied$/.test(notification.topic));
  return touchpointOf(
    {
      ...knownOf(notification, conversation),
      id: ['part', part['id']],
      kind: isNote ? 'note.added' : isTheirs ? 'message.received' : 'message.sent',
      direction: isNote ? 'INTERNAL' : isTheirs ? 'INBOUND' : 'OUTBOUND',
      occurredAt: timeOf(part['created_at']) ?? notification.at,
      place: 0,
      summary: readable(part['body']),
      agentId: isTheirs ? undefined : author['id'],
      attributes: presentOf({
        attachments: attachmentsOf(part),
        automatic: author['type'] === 'bot' ? true : undefined,
      }),
      ...more,
    },
    part,
  );
}

function rating(notification: Notification, conversation: JsonObject): WebhookItem[] {
  const { rating: stars, remark, created_at: at, teammate } = objectOf(conversation['conversation_rating']);
  return touchpointOf(
    {
      ...knownOf(notification, conversation),
      id: ['rating', conversation['id']],
      kind: 'survey.answered',
      direction: 'INBOUND',
      occurredAt: timeOf(at) ?? notification.at,
      summary: remark,
      outcome: stars,
      agentId: objectOf(teammate)['id'],
    },
    conversation['conversation_rating'],
  );
}

/** A part that was made unreadable keeps its place, and loses its words. */
function redacted(notification: Notification, conversation: JsonObject): WebhookItem[] {
  const part = notification.item['conversation'] ? notification.item : (partsOf(conversation)[0] ?? notification.item);
  return partOf(notification, conversation, { ...part, body: undefined }, { summary: '', place: 1 });
}

const words: ReadonlyMap<string, string> = new Map([
  ['conversation.admin.assigned', 'conversation.assigned'],
  ['conversation.admin.open.assigned', 'conversation.assigned'],
  ['conversation.admin.opened', 'conversation.opened'],
  ['conversation.admin.closed', 'conversation.closed'],
  ['conversation.admin.snoozed', 'conversation.snoozed'],
  ['conversation.admin.unsnoozed', 'conversation.unsnoozed'],
  ['conversation.deleted', 'conversation.deleted'],
  ['conversation.priority.updated', 'conversation.prioritised'],
]);

/** What was done with the conversation as such; closing and assigning may come with words to the customer. */
function happening(
  notification: Notification,
  conversation: JsonObject,
  last: JsonObject,
  told: readonly JsonObject[],
): WebhookItem[] {
  const { topic, at } = notification;
  const kind = words.get(topic);
  const spoken = told.flatMap((part) => partOf(notification, conversation, part));
  const done = touchpointOf(
    {
      ...knownOf(notification, conversation),
      id: ['state', conversation['id'], topic, timeOf(last['created_at']) ?? at],
      kind: kind ?? `${source}.${topic}`,
      direction: 'INTERNAL',
      occurredAt: timeOf(last['created_at']) ?? at,
      outcome: conversation['state'],
      agentId: objectOf(last['author'])['id'] ?? conversation['admin_assignee_id'],
      attributes: kind === undefined ? { [source]: notification.item } : undefined,
    },
    conversation,
  );
  return [...spoken, ...done];
}

function attachmentsOf(part: JsonObject): unknown {
  const files = listOf(part['attachments']).map(objectOf);
  if (files.length === 0) return undefined;
  return files.map((file) => ({
    name: textOf(file['name']),
    type: textOf(file['content_type']),
    url: textOf(file['url']),
  }));
}
