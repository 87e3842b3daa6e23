import { type JsonObject, listOf, presentOf, textOf } from '../../../json-value.js';
import { placeAt, secondsOf, timeOf } from '../../event-time.js';
import { type TouchpointDraft, touchpointOf } from '../../touchpoint-draft.js';
import type { WebhookItem } from '../../webhook-kind.js';
import { namesOfAttributes } from './contact-attributes.js';
import { channelOf, contactNames, directionOf, namedOr, namesOfSession, source } from './genesys-people.js';
import { nounOf } from './stage-words.js';

type Stage = Partial<TouchpointDraft> & { readonly word: string; readonly rank: number };

/** An event of a conversation: each adds what it knows to the one touchpoint of the conversation. */
export function eventOf(stage: string, body: JsonObject, settings: JsonObject): WebhookItem[] {
  const conversation = textOf(body['conversationId']);
  if (conversation === undefined) return [];
  const time = timeOf(body['eventTime']) ?? timeOf(body['eventDate']);
  const channel = channelOf(body);
  const direction = directionOf(body['direction']);
  const { word, rank, ...meaning } = meaningOf(stage, body, time);
  const named = [
    ...namesOfSession(body, direction),
    ...contactNames(body['externalContactId'], ...listOf(body['conversationExternalContactIds'])),
    ...namesOfAttributes(body['participantData'] ?? body['attributes'], settings),
  ];
  return touchpointOf(
    {
      source,
      id: [conversation],
      identifiers: namedOr(named, conversation),
      channel,
      kind: `${nounOf(channel)}.${word}`,
      direction,
      place: placeAt(time, rank),
      subject: body['subject'],
      conversation,
      ...meaning,
      attributes: { ...presentOf({ messageType: textOf(body['messageType']) }), ...meaning.attributes },
    },
    body,
  );
}

function meaningOf(stage: string, body: JsonObject, time: number | undefined): Stage {
  const queue = body['queueId'];
  const active = { status: 'ACTIVE', queue } as const;
  switch (stage) {
    case 'customer.start':
      return { word: 'started', rank: 0, ...active, occurredAt: time };
    case 'acd.start':
      return { word: 'queued', rank: 2, ...active };
    case 'acd.end':
      return queueLeft(body, queue);
    case 'user.start':
      return { word: 'offered', rank: 3, ...active };
    case 'user.end':
      return agentLeft(body, queue);
    case 'voicemail.start':
    case 'voicemail.end':
      return { word: 'voicemail', rank: 7, status: 'ACTIVE' };
    case 'acw':
    case 'wrapup':
      return wrappedUp(body, queue);
    case 'customer.end': {
      const attributes = presentOf({ disconnectType: textOf(body['disconnectType']) });
      return { word: 'ended', rank: 10, status: 'COMPLETED', endedAt: time, attributes };
    }
    default:
      // Steps within the centre, such as a flow or a recording, and what is not known yet.
      return { word: stage === '' ? 'updated' : stage, rank: 1, attributes: { [stage || 'event']: rest(body) } };
  }
}

function queueLeft(body: JsonObject, queue: unknown): Stage {
  const outcome = textOf(body['acdOutcome'])?.toUpperCase();
  const waitSeconds = secondsOf(body['connectedDurationMs'], 'milliseconds');
  const told = { rank: 4, queue, waitSeconds, status: 'ACTIVE' } as const;
  // That the contact ends, too, within a moment, says less.
  if (outcome === 'ABANDON')
    return { ...told, word: 'abandoned', rank: 2_000, status: undefined, abandoned: true, outcome };
  if (outcome === 'ANSWERED') return { word: 'answered', ...told, abandoned: false, agentId: body['answeredUserId'] };
  return { word: 'requeued', ...told };
}

/** An agent whom it was offered to and who never spoke, is not whom it was with. */
function agentLeft(body: JsonObject, queue: unknown): Stage {
  const talked = secondsOf(body['interactingDurationMs'], 'milliseconds') ?? 0;
  const held = secondsOf(body['heldDurationMs'], 'milliseconds');
  if (talked === 0 && !held) return { word: 'unanswered', rank: 6, queue };
  return {
    word: 'handled',
    rank: 6,
    queue,
    agentId: body['userId'],
    holdSeconds: held,
    handleSeconds: talked + (held ?? 0),
  };
}

function wrappedUp(body: JsonObject, queue: unknown): Stage {
  return {
    word: 'completed',
    rank: 12,
    queue,
    agentId: body['userId'],
    outcome: body['wrapupCode'] ?? body['wrapUpCode'],
    summary: body['wrapupNotes'] ?? body['wrapUpNote'],
    attributes: presentOf({ afterWorkSeconds: secondsOf(body['afterCallWorkDurationMs'], 'milliseconds') }),
  };
}

const told = new Set(['eventTime', 'conversationId', 'ani', 'dnis', 'addressTo', 'addressFrom']);

function rest(body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([key]) => !told.has(key)));
}
