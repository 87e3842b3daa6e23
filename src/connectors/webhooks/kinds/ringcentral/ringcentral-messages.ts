import { type JsonObject, listOf, objectOf, presentOf, textOf } from '../../../json-value.js';
import { placeAt, secondsOf, timeOf } from '../../event-time.js';
import { type TouchpointDraft, touchpointOf } from '../../touchpoint-draft.js';
import type { WebhookItem } from '../../webhook-kind.js';
import { agentOf, directionOf, type End, endOf, namesOf, source, traitsOf } from './ringcentral-people.js';

/** A text message, a fax or a voicemail. A text to several is told once, and is with each of them. */
export function messageOf(message: JsonObject, at: number | undefined): WebhookItem[] {
  const direction = directionOf(message);
  const isOutbound = direction === 'OUTBOUND';
  const ends = (isOutbound ? listOf(message['to']) : [message['from']]).map(endOf);
  const customers = ends.filter((end) => end.extension === undefined && end.number !== undefined);
  const createdAt = timeOf(message['creationTime']) ?? at;
  const [file] = listOf(message['attachments']).map(objectOf);
  return customers.flatMap((customer) =>
    touchpointOf(
      {
        source,
        isRepeatable: true,
        id: ['message', message['id'], ...(ends.length > 1 ? [customer.number] : [])],
        identifiers: namesOf(customer),
        ...meaningOf(message, isOutbound, customer),
        direction,
        occurredAt: createdAt,
        place: placeAt(timeOf(message['lastModifiedTime']) ?? createdAt, rankOf(message)),
        agentId: agentOf(message),
        traits: isOutbound ? undefined : traitsOf(customer),
        attributes: presentOf({
          status: textOf(message['messageStatus']),
          ourNumber: endOf(isOutbound ? message['from'] : listOf(message['to'])[0]).number,
          attachments: listOf(message['attachments']).length > 1 ? listOf(message['attachments']).length : undefined,
          pages: message['faxPageCount'],
        }),
        durationSeconds: secondsOf(file?.['vmDuration']),
        conversation: message['conversationId'] ?? objectOf(message['conversation'])['id'],
      },
      message,
    ),
  );
}

type Meaning = Pick<TouchpointDraft, 'channel' | 'kind' | 'status' | 'summary'>;

function meaningOf(message: JsonObject, isOutbound: boolean, { name }: End): Meaning {
  const type = textOf(message['type'])?.toLowerCase() ?? 'sms';
  const state = textOf(message['messageStatus'])?.toLowerCase() ?? '';
  const hasFailed = /fail|error/.test(state);
  const status = hasFailed ? 'FAILED' : /queued/.test(state) ? 'ACTIVE' : 'COMPLETED';
  if (type === 'voicemail') {
    const from = name === undefined ? undefined : `Voicemail from ${name}`;
    return { channel: 'CALL', kind: 'voicemail.received', status, summary: textOf(message['transcription']) ?? from };
  }
  const word = hasFailed ? 'failed' : !isOutbound ? 'received' : /^delivered/.test(state) ? 'delivered' : 'sent';
  if (type === 'fax') return { channel: 'OTHER', kind: `fax.${word}`, status, summary: message['subject'] };
  return { channel: 'SMS', kind: `message.${word}`, status, summary: message['subject'] };
}

/** Within one second it may be queued, sent and delivered. */
function rankOf(message: JsonObject): number {
  const state = textOf(message['messageStatus'])?.toLowerCase() ?? '';
  return /queued/.test(state) ? 0 : /^sent/.test(state) ? 1 : /^delivered/.test(state) ? 2 : /fail/.test(state) ? 3 : 4;
}
