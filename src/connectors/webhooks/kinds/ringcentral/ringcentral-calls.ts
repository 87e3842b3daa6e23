import { type JsonObject, listOf, objectOf, presentOf, textOf } from '../../../json-value.js';
import { placeAt, secondsOf, timeOf } from '../../event-time.js';
import { type TouchpointDraft, touchpointOf } from '../../touchpoint-draft.js';
import type { WebhookItem } from '../../webhook-kind.js';
import { agentOf, customerOf, directionOf, endOf, namesOf, source, traitsOf } from './ringcentral-people.js';

type Stage = Pick<TouchpointDraft, 'kind' | 'status'> & { readonly isOver?: true };

const stages: ReadonlyMap<string, Stage> = new Map<string, Stage>([
  ['setup', { kind: 'call.ringing', status: 'ACTIVE' }],
  ['proceeding', { kind: 'call.ringing', status: 'ACTIVE' }],
  ['answered', { kind: 'call.answered', status: 'ACTIVE' }],
  ['hold', { kind: 'call.held', status: 'ACTIVE' }],
  ['parked', { kind: 'call.parked', status: 'ACTIVE' }],
  ['voicemail', { kind: 'call.voicemail', status: 'ACTIVE' }],
  ['voicemailscreening', { kind: 'call.voicemail', status: 'ACTIVE' }],
  ['faxreceive', { kind: 'fax.receiving', status: 'ACTIVE' }],
  ['disconnected', { kind: 'call.completed', status: 'COMPLETED', isOver: true }],
  ['gone', { kind: 'call.completed', status: 'COMPLETED', isOver: true }],
]);

/** The state of a call, told whenever a leg of it changes. The sender counts its notifications. */
export function sessionOf(session: JsonObject, sentAt: number | undefined): WebhookItem[] {
  const at = timeOf(session['eventTime']) ?? sentAt;
  const parties = listOf(session['parties']).map(objectOf);
  const sequence = session['sequence'];
  const outside = parties.filter((party) => customerOf(party) !== undefined);
  const party = outside.at(-1);
  const customer = party && customerOf(party);
  if (party === undefined || customer === undefined) return [];
  const status = objectOf(party['status']);
  const code = textOf(status['code'])?.toLowerCase() ?? '';
  const stage = stages.get(code) ?? { kind: 'call.updated', status: undefined };
  const isMissed = stage.isOver === true && outside.some((one) => one['missedCall'] === true);
  const isAnswered = code === 'answered' || code === 'hold' || code === 'parked';
  const isInbound = directionOf(party) === 'INBOUND';
  const told: TouchpointDraft = {
    source,
    id: ['call', session['telephonySessionId'] ?? session['sessionId']],
    identifiers: namesOf(customer),
    channel: 'CALL',
    kind: isMissed ? 'call.missed' : stage.kind,
    direction: directionOf(party),
    status: stage.status,
    place: typeof sequence === 'number' && sequence >= 0 ? placeAt(Math.floor(sequence)) : placeAt(at),
    // The first is when it began; a later one must not move it.
    occurredAt: code === 'setup' ? at : undefined,
    endedAt: stage.isOver ? at : undefined,
    abandoned: !isInbound ? undefined : isMissed ? true : isAnswered ? false : undefined,
    agentId: isAnswered ? agentOf(party) : undefined,
    queue: party['queueCall'] === true ? endOf(listOf(party['to'])[0]).name : undefined,
    outcome: stage.isOver ? status['reason'] : undefined,
    traits: isInbound ? traitsOf(customer) : undefined,
    attributes: presentOf({
      ourNumber: endOf(isInbound ? listOf(party['to'])[0] : party['from']).number,
      origin: textOf(objectOf(session['origin'])['type']),
      recordings: recordingsOf(party),
    }),
    conversation: session['telephonySessionId'] ?? session['sessionId'],
  };
  return touchpointOf(told, session);
}

function recordingsOf(party: JsonObject): unknown {
  const ids = listOf(party['recordings'] ?? party['recording']).map((one) => textOf(objectOf(one)['id']));
  return ids.some(Boolean) ? ids.filter(Boolean) : undefined;
}

const answered = /connected|accepted|answered|received|success|^call picked/i;
const missed = /missed|no answer|hang ?up|abandon|busy|rejected|declined/i;

/** The record of a call in the log, which comes when it is over and has the last word. */
export function recordOf(record: JsonObject): WebhookItem[] {
  const customer = customerOf(record);
  if (customer === undefined) return [];
  const startedAt = timeOf(record['startTime']);
  const seconds = secondsOf(record['duration']);
  const result = textOf(record['result']) ?? '';
  const isInbound = directionOf(record) === 'INBOUND';
  const isFax = /fax/i.test(textOf(record['type']) ?? '');
  const isVoicemail = /voice ?mail/i.test(result);
  const isAnswered = answered.test(result) && !isVoicemail;
  const isMissed = missed.test(result);
  const isFailed = /fail|error|blocked|unreachable|wrong number/i.test(result);
  const word = isFax
    ? isInbound
      ? 'fax.received'
      : 'fax.sent'
    : isVoicemail
      ? 'call.voicemail'
      : isMissed
        ? 'call.missed'
        : isFailed
          ? 'call.failed'
          : 'call.completed';
  return touchpointOf(
    {
      source,
      id: ['call', record['telephonySessionId'] ?? record['sessionId'] ?? record['id']],
      identifiers: namesOf(customer),
      channel: isFax ? 'OTHER' : 'CALL',
      kind: word,
      direction: directionOf(record),
      status: isFailed ? 'FAILED' : 'COMPLETED',
      occurredAt: startedAt,
      endedAt: startedAt === undefined || seconds === undefined ? undefined : startedAt + seconds * 1000,
      durationSeconds: seconds,
      place: placeAt(timeOf(record['lastModifiedTime']) ?? startedAt, 15),
      abandoned: !isInbound || isFax ? undefined : isMissed ? true : isAnswered ? false : undefined,
      agentId: isAnswered ? (agentOf(record) ?? agentOfLegs(record)) : undefined,
      outcome: result || undefined,
      traits: isInbound ? traitsOf(customer) : undefined,
      attributes: presentOf({
        action: textOf(record['action']),
        reason: textOf(record['reasonDescription']) ?? textOf(record['reason']),
        ourNumber: endOf(isInbound ? listOf(record['to'])[0] : record['from']).number,
        recordings: recordingsOf(record),
      }),
      conversation: record['telephonySessionId'] ?? record['sessionId'],
    },
    record,
  );
}

/** Of a call that went to several, who took it. */
function agentOfLegs(record: JsonObject): string | undefined {
  const legs = listOf(record['legs']).map(objectOf);
  const taken = legs.filter((leg) => answered.test(textOf(leg['result']) ?? '') && leg['extension'] !== undefined);
  return textOf(objectOf(taken.at(-1)?.['extension'])['id']);
}
