import { type JsonObject, listOf, objectOf, presentOf, textOf } from '../../../json-value.js';
import { placeAt, secondsOf, timeOf } from '../../event-time.js';
import { type NamedBy, touchpointOf } from '../../touchpoint-draft.js';
import type { WebhookItem } from '../../webhook-kind.js';
import { nameOfAttributes, namesOfAttributes } from './contact-attributes.js';
import { channelOf, contactNames, directionOf, namedOr, namesOfSession, source } from './genesys-people.js';
import { nounOf } from './stage-words.js';

interface Session {
  readonly participant: JsonObject;
  readonly purpose: string;
  readonly session: JsonObject;
}

/** A conversation as a whole, as the analytics API has it: the last word on all that its events told. */
export function conversationOf(conversation: JsonObject, settings: JsonObject): WebhookItem[] {
  const id = conversation['conversationId'] ?? conversation['id'];
  const sessions = sessionsOf(conversation);
  const theirs = sessions.filter(({ purpose }) => purpose === 'customer' || purpose === 'external');
  const agents = sessions.filter(({ purpose }) => purpose === 'agent' || purpose === 'user');
  const first = theirs[0]?.session ?? sessions[0]?.session ?? {};
  const direction = directionOf(conversation['originatingDirection'] ?? first['direction']);
  const channel = channelOf(first);
  const startedAt = timeOf(conversation['conversationStart'] ?? conversation['startTime']);
  const endedAt = timeOf(conversation['conversationEnd'] ?? conversation['endTime']);
  const all = sessions.map(({ session }) => session);
  const wait = sumOf(all, 'tAcd') ?? sumOf(all, 'tWait');
  const isAbandoned = abandonedOf(all, endedAt);
  const agent = agents.filter(({ session }) => sumOf([session], 'tHandle') !== undefined).at(-1) ?? agents.at(-1);
  const customer = participantsOf(conversation).find((one) =>
    /^(customer|external)$/.test(textOf(one['purpose']) ?? ''),
  );
  const segments = all.flatMap((session) => listOf(session['segments']).map(objectOf));
  const wrapUp = segments.filter((segment) => textOf(segment['wrapUpCode']) !== undefined).at(-1) ?? {};
  const word = endedAt === undefined ? 'started' : isAbandoned ? 'abandoned' : 'completed';
  return touchpointOf(
    {
      source,
      id: [id],
      identifiers: namedOr(namesOf(theirs, customer, direction, settings), id),
      channel,
      kind: `${nounOf(channel)}.${word}`,
      direction,
      status: endedAt === undefined ? 'ACTIVE' : 'COMPLETED',
      occurredAt: startedAt,
      endedAt,
      place: placeAt(endedAt ?? startedAt, 15),
      waitSeconds: secondsOf(wait, 'milliseconds'),
      holdSeconds: secondsOf(sumOf(all, 'tHeldComplete') ?? sumOf(all, 'tHeld'), 'milliseconds'),
      handleSeconds: secondsOf(sumOf(all, 'tHandle'), 'milliseconds'),
      abandoned: isAbandoned,
      agentId: agent?.participant['userId'],
      queue: segments
        .map((segment) => textOf(segment['queueId']))
        .filter(Boolean)
        .at(-1),
      subject: segments.map((segment) => textOf(segment['subject'])).find(Boolean),
      summary: wrapUp['wrapUpNote'],
      outcome: wrapUp['wrapUpCode'],
      traits: { name: textOf(customer?.['participantName']) ?? nameOfAttributes(customer?.['attributes']) },
      attributes: presentOf({
        messageType: textOf(first['messageType']),
        transfers: countOf(all, 'nTransferred'),
        customerAttributes: presentOf(objectOf(customer?.['attributes'])),
        externalTag: textOf(conversation['externalTag']),
      }),
      conversation: id,
    },
    conversation,
  );
}

function participantsOf(conversation: JsonObject): JsonObject[] {
  return listOf(conversation['participants']).map(objectOf);
}

function sessionsOf(conversation: JsonObject): Session[] {
  return participantsOf(conversation).flatMap((participant) => {
    const purpose = textOf(participant['purpose']) ?? '';
    return listOf(participant['sessions']).map((session) => ({ participant, purpose, session: objectOf(session) }));
  });
}

function namesOf(
  theirs: readonly Session[],
  customer: JsonObject | undefined,
  direction: ReturnType<typeof directionOf>,
  settings: JsonObject,
): NamedBy[] {
  return [
    ...theirs.flatMap(({ session }) => namesOfSession(session, directionOf(session['direction']) ?? direction)),
    ...contactNames(customer?.['externalContactId']),
    ...namesOfAttributes(customer?.['attributes'], settings),
  ];
}

function metricsOf(sessions: readonly JsonObject[], name: string): number[] {
  return sessions
    .flatMap((session) => listOf(session['metrics']).map(objectOf))
    .filter((metric) => metric['name'] === name && typeof metric['value'] === 'number' && metric['value'] >= 0)
    .map((metric) => metric['value'] as number);
}

/** In milliseconds; undefined when nobody measured it. */
function sumOf(sessions: readonly JsonObject[], name: string): number | undefined {
  const values = metricsOf(sessions, name);
  return values.length === 0 ? undefined : values.reduce((all, one) => all + one, 0);
}

function countOf(sessions: readonly JsonObject[], name: string): number | undefined {
  return sumOf(sessions, name);
}

function abandonedOf(sessions: readonly JsonObject[], endedAt: number | undefined): boolean | undefined {
  const was = (...names: string[]) => names.some((name) => metricsOf(sessions, name).length > 0);
  if (was('tAnswered', 'tHandle', 'tTalk', 'tTalkComplete')) return false;
  return endedAt !== undefined && was('tAbandon', 'nAbandon') ? true : undefined;
}
