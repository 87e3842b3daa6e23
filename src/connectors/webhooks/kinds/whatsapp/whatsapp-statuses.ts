import { type JsonObject, listOf, objectOf, presentOf, textOf } from '../../../json-value.js';
import { secondsOf, timeOf } from '../../event-time.js';
import { type NamedBy, type TouchpointDraft, touchpointOf } from '../../touchpoint-draft.js';
import type { WebhookItem } from '../../webhook-kind.js';
import { errorsOf, source } from './whatsapp-content.js';
import { places } from './whatsapp-messages.js';
import { completed, contactOf, namesOf, threadOf, traitsOf, userOf } from './whatsapp-people.js';

type Stage = Pick<TouchpointDraft, 'kind' | 'status' | 'place'>;

const stages: ReadonlyMap<string, Stage> = new Map<string, Stage>([
  ['sent', { kind: 'message.sent', status: 'COMPLETED', place: places.sent }],
  ['delivered', { kind: 'message.delivered', status: 'COMPLETED', place: places.delivered }],
  ['read', { kind: 'message.read', status: 'COMPLETED', place: places.read }],
  ['played', { kind: 'message.read', status: 'COMPLETED', place: places.read }],
  ['failed', { kind: 'message.failed', status: 'FAILED', place: places.failed }],
  ['deleted', { kind: 'message.deleted', status: 'CANCELLED', place: places.deleted }],
]);

const callStages: ReadonlyMap<string, Stage> = new Map<string, Stage>([
  ['ringing', { kind: 'call.ringing', status: 'ACTIVE', place: 1 }],
  ['accepted', { kind: 'call.answered', status: 'ACTIVE', place: 2 }],
  ['rejected', { kind: 'call.rejected', status: 'COMPLETED', place: 3 }],
]);

/** What became of a message that the business sent, or of a call that it made. */
export function statusOf(value: JsonObject, told: JsonObject): WebhookItem[] {
  const word = textOf(told['status'])?.toLowerCase() ?? '';
  const isCall = told['type'] === 'call' || textOf(told['id'])?.startsWith('wacid.') === true;
  const stage = (isCall ? callStages : stages).get(word);
  const isGroup = told['recipient_type'] === 'group';
  const recipient = isGroup
    ? userOf(told['recipient_participant_id'], told['recipient_participant_user_id'], undefined)
    : userOf(told['recipient_id'], told['recipient_user_id'], told['parent_recipient_user_id']);
  const contact = contactOf(value, recipient);
  const user = completed(recipient, contact);
  const [error] = listOf(told['errors']).map(objectOf);
  if (!stage) return unknownStatus(word, told, namesOf(user));
  const isFirst = word === 'sent' || word === 'failed' || word === 'ringing';
  return touchpointOf(
    {
      ...stage,
      source,
      id: [told['id']],
      isRepeatable: true,
      identifiers: namesOf(user),
      channel: isCall ? 'CALL' : 'SOCIAL',
      direction: 'OUTBOUND',
      // Later ones do not move the message in time.
      occurredAt: isFirst ? timeOf(told['timestamp']) : undefined,
      outcome: error && (textOf(error['title']) ?? textOf(error['message']) ?? textOf(error['code'])),
      traits: traitsOf(contact),
      attributes: presentOf({
        phoneNumberId: textOf(objectOf(value['metadata'])['phone_number_id']),
        pricingCategory: textOf(objectOf(told['pricing'])['category']),
        openedBy: textOf(objectOf(objectOf(told['conversation'])['origin'])['type']),
        callbackData: textOf(told['biz_opaque_callback_data']),
        errors: errorsOf(told),
      }),
      conversation: isGroup ? told['recipient_id'] : threadOf(value, user),
    },
    told,
  );
}

/** A warning, or a word of tomorrow, says nothing of how far the message came: it is kept beside it. */
function unknownStatus(word: string, told: JsonObject, identifiers: readonly NamedBy[]): WebhookItem[] {
  if (word === '') return [];
  const occurredAt = timeOf(told['timestamp']);
  const [kind, attributes] = [`${source}.${word}`, { [source]: told }];
  return touchpointOf(
    { source, id: [told['id'], word], isRepeatable: true, identifiers, channel: 'OTHER', kind, occurredAt, attributes },
    told,
  );
}

/** A call of WhatsApp's calling API: it connects, and it ends. */
export function callOf(value: JsonObject, call: JsonObject): WebhookItem[] {
  const isOurs = /^business/i.test(textOf(call['direction']) ?? '');
  const other = isOurs
    ? userOf(call['to'], call['to_user_id'], call['to_parent_user_id'])
    : userOf(call['from'], call['from_user_id'], call['from_parent_user_id']);
  const contact = contactOf(value, other);
  const user = completed(other, contact);
  const isOver = call['event'] === 'terminate';
  const hasFailed = listOf(call['status']).some((word) => textOf(word)?.toUpperCase() === 'FAILED');
  const wasAnswered = timeOf(call['start_time']) !== undefined;
  const kind = !isOver ? 'call.ringing' : hasFailed ? 'call.failed' : wasAnswered ? 'call.completed' : 'call.missed';
  return touchpointOf(
    {
      source,
      id: [call['id']],
      identifiers: namesOf(user),
      channel: 'CALL',
      kind,
      direction: isOurs ? 'OUTBOUND' : 'INBOUND',
      status: !isOver ? 'ACTIVE' : hasFailed ? 'FAILED' : 'COMPLETED',
      place: isOver ? 9 : 0,
      occurredAt: isOver ? undefined : timeOf(call['timestamp']),
      endedAt: isOver ? (timeOf(call['end_time']) ?? timeOf(call['timestamp'])) : undefined,
      durationSeconds: secondsOf(call['duration']),
      abandoned: isOver && !isOurs ? !wasAnswered : undefined,
      traits: traitsOf(contact),
      attributes: presentOf({ errors: errorsOf(call), callbackData: textOf(call['biz_opaque_callback_data']) }),
      conversation: threadOf(value, user),
    },
    call,
  );
}
