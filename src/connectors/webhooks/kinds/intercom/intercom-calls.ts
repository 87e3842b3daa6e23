import { objectOf, presentOf, textOf } from '../../../json-value.js';
import { placeAt, timeOf } from '../../event-time.js';
import { touchpointOf } from '../../touchpoint-draft.js';
import type { WebhookItem } from '../../webhook-kind.js';
import { type Notification, namesOf, peopleOf, source, traitsOfAll } from './intercom-people.js';

/** A telephone call, which is told of as it goes on. */
export function callOf({ topic, item, id, at }: Notification): WebhookItem[] {
  const people = peopleOf(item);
  const contact = textOf(item['contact_id']) ?? textOf(objectOf(item['contact'])['id']);
  const start = timeOf(item['initiated_at']) ?? timeOf(item['created_at']);
  const answered = timeOf(item['answered_at']);
  const ended = timeOf(item['ended_at']);
  const isOutbound = textOf(item['direction'])?.toLowerCase() === 'outbound';
  const kind =
    ended === undefined
      ? answered === undefined
        ? 'call.ringing'
        : 'call.answered'
      : answered === undefined
        ? 'call.missed'
        : 'call.completed';
  return touchpointOf(
    {
      source,
      id: ['call', item['id'] ?? id],
      identifiers: [
        ...people.flatMap(namesOf),
        ...namesOf({ id: contact, phone: item['phone'] ?? item['external_number'] }),
      ],
      channel: 'CALL',
      kind,
      direction: isOutbound ? 'OUTBOUND' : 'INBOUND',
      status: ended === undefined ? 'ACTIVE' : 'COMPLETED',
      place: placeAt(timeOf(item['updated_at']) ?? at ?? ended ?? start),
      occurredAt: start,
      endedAt: ended,
      waitSeconds:
        start !== undefined && answered !== undefined ? Math.max(0, Math.round((answered - start) / 1000)) : undefined,
      abandoned: ended === undefined || isOutbound ? undefined : answered === undefined,
      agentId: item['admin_id'],
      outcome: item['ended_reason'] ?? item['state'],
      traits: traitsOfAll(people),
      attributes: presentOf({ type: textOf(item['call_type']), recording: textOf(item['recording_url']), topic }),
      conversation: item['conversation_id'],
    },
    item,
  );
}
