import { type JsonObject, objectOf, presentOf, textOf } from '../../../json-value.js';
import { timeOf } from '../../event-time.js';
import { identificationOf, type NamedBy, type TouchpointDraft, touchpointOf } from '../../touchpoint-draft.js';
import type { WebhookItem } from '../../webhook-kind.js';
import { channelOf } from '../desk/desk-ticket.js';
import { identityNames, numberNames, source, userNames } from './zendesk-people.js';

export function eventOf(body: JsonObject): WebhookItem[] {
  const [domain = '', word = ''] = (textOf(body['type']) ?? '').replace(/^zen:event-type:/, '').split('.', 2);
  const detail = objectOf(body['detail']);
  switch (domain) {
    case 'ticket':
      return ticketEvent(word, body, detail);
    case 'messaging_ticket':
      return messagingEvent(body, detail);
    case 'user':
      return userEvent(word, body, detail);
    default:
      return unknownEvent(body, detail);
  }
}

function toldOf(body: JsonObject, ticket: JsonObject) {
  const via = objectOf(ticket['via']);
  return {
    source,
    isRepeatable: true,
    id: ['event', body['id']],
    identifiers: numberNames(ticket['requester_id']),
    channel: channelOf(textOf(via['channel']) ?? textOf(ticket['via'])),
    status: 'COMPLETED',
    occurredAt: timeOf(body['time']),
    subject: ticket['subject'],
    conversation: ticket['id'],
    issue: ticket['id'],
  } as const;
}

function ticketEvent(word: string, body: JsonObject, ticket: JsonObject): WebhookItem[] {
  const event = objectOf(body['event']);
  const state = presentOf({
    status: textOf(ticket['status']),
    priority: textOf(ticket['priority']),
    type: textOf(ticket['type']),
    tags: ticket['tags'],
    externalId: textOf(ticket['external_id']),
  });
  const known: TouchpointDraft = {
    ...toldOf(body, ticket),
    kind: `ticket.${word || 'changed'}`,
    direction: 'INTERNAL',
    agentId: ticket['assignee_id'],
    queue: ticket['group_id'],
    attributes: {
      ...state,
      ...presentOf({ from: event['previous'], to: event['current'], [source]: restOf(word, event) }),
    },
  };
  return touchpointOf({ ...known, ...meaningOf(word, body, ticket, event) }, body);
}

const understood = new Set(['created', 'comment_added']);

/** What an event says beside from and to, where that is not understood here. */
function restOf(word: string, event: JsonObject): JsonObject | undefined {
  return understood.has(word) ? undefined : presentOf({ ...event, previous: undefined, current: undefined });
}

function meaningOf(word: string, body: JsonObject, ticket: JsonObject, event: JsonObject): Partial<TouchpointDraft> {
  switch (word) {
    case 'created': {
      // A ticket that an agent opened for somebody was not written by the customer.
      const isTheirs = textOf(ticket['submitter_id']) === textOf(ticket['requester_id']);
      const occurredAt = timeOf(ticket['created_at']) ?? timeOf(body['time']);
      return { direction: isTheirs ? 'INBOUND' : 'INTERNAL', summary: ticket['description'], occurredAt };
    }
    case 'comment_added':
      return commentOf(objectOf(event['comment']), ticket);
    case 'status_changed':
      return { outcome: textOf(event['current'])?.toLowerCase() };
    case 'agent_assignment_changed':
    case 'group_assignment_changed':
      return { kind: 'ticket.assigned' };
    default:
      return {};
  }
}

function commentOf(comment: JsonObject, ticket: JsonObject): Partial<TouchpointDraft> {
  const author = objectOf(comment['author']);
  const id = textOf(author['id']) ?? textOf(comment['author_id']);
  const isStaff =
    author['is_staff'] === true || (author['is_staff'] === undefined && id !== textOf(ticket['requester_id']));
  const isNote = comment['is_public'] === false;
  return {
    id: ['comment', comment['id']],
    kind: isNote ? 'note.added' : isStaff ? 'message.sent' : 'message.received',
    direction: isNote ? 'INTERNAL' : isStaff ? 'OUTBOUND' : 'INBOUND',
    summary: comment['body'],
    agentId: isStaff ? id : ticket['assignee_id'],
  };
}

/**
 * A chat message names its author only, so a customer is known by the author's id, and what an agent writes by the
 * conversation that the two share.
 */
function messagingEvent(body: JsonObject, ticket: JsonObject): WebhookItem[] {
  const event = objectOf(body['event']);
  const actor = objectOf(event['actor']);
  const message = objectOf(event['message']);
  const conversation = textOf(event['conversation_id']);
  const isTheirs = actor['type'] === 'end_user';
  const thread: NamedBy[] =
    conversation === undefined ? [] : [['anonymous_id', `${source}:conversation:${conversation}`]];
  return touchpointOf(
    {
      ...toldOf(body, ticket),
      id: message['id'] === undefined ? ['event', body['id']] : ['message', message['id']],
      identifiers: [...numberNames(ticket['requester_id']), ...(isTheirs ? numberNames(actor['id']) : []), ...thread],
      channel: 'CHAT',
      kind: isTheirs ? 'message.received' : 'message.sent',
      direction: isTheirs ? 'INBOUND' : 'OUTBOUND',
      summary: message['body'],
      agentId: isTheirs ? undefined : actor['id'],
      traits: isTheirs ? { name: textOf(actor['name']) } : undefined,
      attributes: isTheirs ? undefined : presentOf({ writtenBy: textOf(actor['type']) }),
      conversation: conversation ?? ticket['id'],
    },
    body,
  );
}

/** What is known of a user. Agents are no customers. */
function userEvent(word: string, body: JsonObject, user: JsonObject): WebhookItem[] {
  const role = textOf(user['role'])?.toLowerCase();
  if (role === 'agent' || role === 'admin') return [];
  const event = objectOf(body['event']);
  const other = objectOf(event['user'] ?? event['merged_user'] ?? event['loser'] ?? event['winner']);
  const isGone = word === 'identity_deleted';
  const identifiers = [
    ...userNames(user),
    ...(word.startsWith('identity') && !isGone ? identityNames(event) : []),
    ...(word === 'merged' ? userNames(other) : []),
  ];
  const traits = {
    name: textOf(user['name']) ?? (word === 'name_changed' ? textOf(event['current']) : undefined),
    email: textOf(user['email']),
    phone: textOf(user['phone']),
  };
  const occurredAt = timeOf(body['time']);
  return identificationOf({ source, id: ['event', body['id']], identifiers, traits, occurredAt }, body);
}

/** Of articles, organizations and agents nothing is told that a customer did. */
function unknownEvent(body: JsonObject, detail: JsonObject): WebhookItem[] {
  const event = objectOf(body['event']);
  const legacy = objectOf(detail['ticket_event']);
  if (textOf(legacy['type']) !== undefined) return bridgedEvent(body, legacy);
  const user = detail['requester_id'] ?? detail['author_id'] ?? event['author_id'];
  return touchpointOf(
    {
      source,
      id: ['event', body['id']],
      identifiers: numberNames(user),
      channel: 'OTHER',
      kind: `${source}.${(textOf(body['type']) ?? 'unknown').replace(/^zen:event-type:/, '')}`,
      occurredAt: timeOf(body['time']),
      attributes: { [source]: presentOf({ detail, event }) },
    },
    body,
  );
}

/** As the connector for Amazon EventBridge writes it: `Support Ticket: Comment Created`. */
function bridgedEvent(body: JsonObject, told: JsonObject): WebhookItem[] {
  const ticket = objectOf(told['ticket']);
  const words: Readonly<Record<string, string>> = {
    'Ticket Created': 'created',
    'Comment Created': 'comment_added',
    'Comment Added': 'comment_added',
    'Status Changed': 'status_changed',
    'Agent Assignment Changed': 'agent_assignment_changed',
    'Group Assignment Changed': 'group_assignment_changed',
  };
  const type = textOf(told['type']) ?? '';
  const word = Object.hasOwn(words, type) ? (words[type] as string) : type.toLowerCase().replaceAll(' ', '_');
  const time = objectOf(told['meta'])['occurred_at'] ?? body['time'];
  return ticketEvent(word, { ...body, time, event: told }, ticket);
}
