import type { TouchpointStatus } from '../../../../touchpoints/vocabulary.js';
import { type JsonObject, presentOf } from '../../../json-value.js';
import { secondsOf, timeOf } from '../../event-time.js';
import type { WebhookItem, WebhookTouchpoint } from '../../webhook-kind.js';
import { type Fields, identifiersOf, partiesOf } from './twilio-parties.js';

interface Stage {
  readonly word: string;
  readonly rank: number;
  readonly status: TouchpointStatus;
}

/** What becomes of a call. Between the ranks stands what else is told while it is at that stage. */
const stages: Readonly<Record<string, Stage>> = {
  queued: { word: 'queued', rank: 20, status: 'PLANNED' },
  initiated: { word: 'initiated', rank: 30, status: 'ACTIVE' },
  ringing: { word: 'ringing', rank: 40, status: 'ACTIVE' },
  answered: { word: 'answered', rank: 50, status: 'ACTIVE' },
  'in-progress': { word: 'answered', rank: 50, status: 'ACTIVE' },
  completed: { word: 'completed', rank: 60, status: 'COMPLETED' },
  busy: { word: 'busy', rank: 60, status: 'FAILED' },
  'no-answer': { word: 'no_answer', rank: 60, status: 'FAILED' },
  failed: { word: 'failed', rank: 60, status: 'FAILED' },
  canceled: { word: 'canceled', rank: 60, status: 'CANCELLED' },
};

const endedRank = 60;

/** A status of a call, or what else is told of it: a recording, a transcript, who answered, how long it waited. */
export function callItems(fields: Fields, settings: JsonObject, receivedAt: number): WebhookItem[] {
  const status = (fields['CallStatus'] ?? '').toLowerCase();
  const stage = Object.hasOwn(stages, status) ? stages[status] : undefined;
  return stage ? statusItems(stage, fields, settings, receivedAt) : detailItems(status, fields);
}

function statusItems(stage: Stage, fields: Fields, settings: JsonObject, receivedAt: number): WebhookItem[] {
  const direction = fields['Direction'] ?? '';
  const parties = partiesOf(
    fields,
    settings,
    !direction.startsWith('outbound') && direction !== 'trunking-originating',
  );
  const { customer, ours, isInbound } = parties;
  if (!customer) return [];
  const at = timeOf(fields['Timestamp']) ?? receivedAt;
  const seconds = secondsOf(fields['CallDuration']);
  const isEnded = stage.rank === endedRank;
  const queueResult = fields['QueueResult'];
  const isUnanswered = stage.word === 'no_answer' || stage.word === 'canceled';
  const told: WebhookTouchpoint = {
    ...ofCall(fields),
    identifiers: identifiersOf(customer, ours),
    kind: `call.${stage.word}`,
    direction: isInbound ? 'INBOUND' : 'OUTBOUND',
    status: stage.status,
    sequence: stage.rank + extraRankOf(fields),
    occurredAt: beginningOf(stage, at, seconds),
    endedAt: isEnded ? new Date(at).toISOString() : undefined,
    durationSeconds: isEnded ? seconds : undefined,
    waitSeconds: secondsOf(fields['QueueTime']),
    abandoned: queueResult === 'hangup' || (isInbound && isUnanswered) || undefined,
    outcome: isEnded ? outcomeOf(stage, fields) : undefined,
    queue: fields['QueueName'] || fields['QueueSid'] || undefined,
    agentId: ours?.kind === 'client' || ours?.kind === 'sip' ? ours.value : undefined,
    attributes: presentOf({
      ourNumber: ours?.kind === 'phone' ? ours.value : undefined,
      answeredBy: fields['AnsweredBy'] || undefined,
      queueResult: queueResult || undefined,
      forwardedFrom: fields['ForwardedFrom'] || undefined,
      dialStatus: fields['DialCallStatus'] || undefined,
      dialSeconds: secondsOf(fields['DialCallDuration']),
      billedMinutes: fields['Duration'] || undefined,
      sipResponseCode: fields['SipResponseCode'] || undefined,
      errorCode: fields['ErrorCode'] || undefined,
      recordingUrl: fields['RecordingUrl'] || undefined,
    }),
  };
  return [told];
}

/** When it began: before anybody answered, else by how long it took. */
function beginningOf(stage: Stage, at: number, seconds: number | undefined): string | undefined {
  if (stage.word === 'answered') return undefined;
  return new Date(at - (stage.rank === endedRank ? (seconds ?? 0) * 1000 : 0)).toISOString();
}

function outcomeOf(stage: Stage, fields: Fields): string {
  const answeredBy = fields['AnsweredBy'] ?? '';
  if (/^machine/.test(answeredBy)) return 'voicemail';
  return answeredBy === 'fax' ? 'fax' : stage.word;
}

/** The end of a queue and of a dial are told beside the status, and may share its place. */
function extraRankOf(fields: Fields): number {
  return (fields['QueueResult'] ? 1 : 0) + (fields['DialCallStatus'] ? 2 : 0) + (fields['RecordingUrl'] ? 4 : 0);
}

/** What names no status comes before all of them, so that it never hides one. */
function detailItems(status: string, fields: Fields): WebhookItem[] {
  const [rank, word] = fields['TranscriptionText']
    ? [5, 'transcribed']
    : fields['RecordingSid']
      ? [4, 'recorded']
      : fields['AnsweredBy']
        ? [3, 'screened']
        : [2, status || 'told'];
  const [customer] = fields['From'] ? identifiersOf({ kind: 'phone', value: fields['From'] }, undefined) : [];
  // A detail of a call of which nothing else is told names nobody; an unknown status at least says who.
  return [
    {
      ...ofCall(fields),
      identifiers: rank === 2 && customer ? [customer] : [],
      kind: rank === 2 ? `twilio.${word}` : `call.${word}`,
      sequence: rank,
      summary: fields['TranscriptionText'] || undefined,
      attributes: presentOf({
        answeredBy: fields['AnsweredBy'] || undefined,
        recordingUrl: fields['RecordingUrl'] || undefined,
        recordingSeconds: secondsOf(fields['RecordingDuration']),
        twilio: rank === 2 ? fields : undefined,
      }),
    },
  ];
}

function ofCall(
  fields: Fields,
): Pick<WebhookTouchpoint, 'source' | 'externalId' | 'channel' | 'conversation' | 'isRepeatable'> {
  const id = fields['CallSid'] ?? '';
  // A call that is passed on has a leg for each who takes part.
  const parent = fields['ParentCallSid'] || id;
  return {
    source: 'twilio',
    externalId: id,
    channel: 'CALL',
    conversation: { externalId: parent },
    isRepeatable: true,
  };
}
