import { isObject, type JsonObject, listOf, objectOf, presentOf, textOf } from '../../../json-value.js';
import { timeOf } from '../../event-time.js';
import { readable, type TouchpointDraft, touchpointOf } from '../../touchpoint-draft.js';
import type { WebhookItem } from '../../webhook-kind.js';
import { partOf } from './intercom-conversations.js';
import { type Notification, namesOf, peopleOf, source, traitsOfAll } from './intercom-people.js';

/** A ticket is an issue. Some topics have the ticket, others a part of it with the ticket inside. */
export function ticketEvent(notification: Notification): WebhookItem[] {
  const { topic, item, at } = notification;
  const ticket = isObject(item['ticket']) ? item['ticket'] : item;
  const issue = textOf(ticket['ticket_id']) ?? textOf(ticket['id']);
  const attributes = objectOf(ticket['ticket_attributes']);
  const people = peopleOf(ticket);
  const subject = textOf(attributes['_default_title_']) ?? textOf(ticket['title']);
  const told: TouchpointDraft = {
    source,
    id: ['ticket', ticket['id'], topic, timeOf(ticket['updated_at']) ?? at],
    identifiers: people.flatMap(namesOf),
    traits: traitsOfAll(people),
    channel: 'CHAT',
    kind: topic,
    direction: 'INTERNAL',
    status: 'COMPLETED',
    occurredAt: at,
    subject,
    agentId: ticket['admin_assignee_id'],
    queue: textOf(ticket['team_assignee_id']),
    outcome: stateOf(ticket),
    conversation: `ticket:${issue}`,
    issue,
    attributes: presentOf({
      type: textOf(objectOf(ticket['ticket_type'])['name']),
      category: textOf(ticket['category']),
    }),
  };
  if (/\.(replied|note\.created)$/.test(topic)) {
    const more = {
      identifiers: told.identifiers,
      traits: told.traits,
      subject,
      conversation: told.conversation,
      issue,
    };
    const parts = item === ticket ? [listOf(partsOf(ticket)).at(-1) ?? {}] : [objectOf(item['ticket_part'] ?? item)];
    const written = parts.map(objectOf).filter((part) => textOf(part['id']) !== undefined);
    if (written.length > 0) return written.flatMap((part) => partOf(notification, ticket, part, more));
  }
  if (topic === 'ticket.created') {
    const isTheirs = ticket['category'] === undefined || /customer/i.test(textOf(ticket['category']) ?? '');
    const occurredAt = timeOf(ticket['created_at']) ?? at;
    const summary = readable(attributes['_default_description_']);
    const direction = isTheirs ? 'INBOUND' : 'INTERNAL';
    return touchpointOf({ ...told, id: ['ticket', ticket['id']], direction, summary, occurredAt }, item);
  }
  return touchpointOf({ ...told, kind: words.get(topic) ?? topic }, item);
}

const words: ReadonlyMap<string, string> = new Map([
  ['ticket.state.updated', 'ticket.status_changed'],
  ['ticket.admin.assigned', 'ticket.assigned'],
  ['ticket.team.assigned', 'ticket.assigned'],
]);

function partsOf(ticket: JsonObject): unknown {
  const list = ticket['ticket_parts'];
  return Array.isArray(list) ? list : objectOf(list)['ticket_parts'];
}

function stateOf(ticket: JsonObject): string | undefined {
  const state = ticket['ticket_state'];
  return textOf(state) ?? textOf(objectOf(state)['category']) ?? textOf(objectOf(state)['internal_label']);
}
