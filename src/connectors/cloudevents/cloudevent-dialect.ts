import { parseInstant } from '../../platform/instant.js';
import { limits } from '../../platform/limits.js';
import { Refusal } from '../../platform/refusal.js';
import type { TouchpointInput } from '../../touchpoints/record.input.js';
import type { Dialect } from '../intake.service.js';
import { filledOf, isObject, objectOf, presentOf, textOf } from '../json-value.js';
import { languageTag } from '../language-tag.js';
import { readClock } from '../message-clock.js';
import { checkTranslated } from '../translated.js';
import { readCloudEvent } from './cloudevent.js';
import { channelOf, directionOf } from './cloudevent-channel.js';
import { identifiersOf } from './cloudevent-customer.js';

/** Events of the CloudEvents specification, in the form of its JSON format. */
export const cloudeventDialect: Dialect = {
  name: 'cloudevents',
  sourceOf: (event) => shortOf(isObject(event) ? event['source'] : undefined) ?? 'cloudevents',
  check(event, _index, context) {
    const touchpoint = translateEvent(event, context.now);
    const [named] = touchpoint.identifiers;
    if (named && !context.rules.types.has(named.type)) {
      const types = [...context.rules.types.keys()].join(', ');
      throw new Refusal(
        'IDENTIFIER_TYPE_UNKNOWN',
        `An identitytype is email, phone, customerId, temporaryId, or one of ${types}.`,
        { field: 'identitytype' },
      );
    }
    return checkTranslated({ touchpoint }, context);
  },
};

/**
 * Translates one event; `docs/ways-in.md` has the table. Pure: the same event says the same whenever it is sent again.
 * @param receivedAt epoch milliseconds, against which the sender's clock is judged
 * @throws Refusal when it cannot be understood, naming the attribute
 */
export function translateEvent(value: unknown, receivedAt: number): TouchpointInput {
  const event = readCloudEvent(value);
  const {
    identity: _,
    identitytype: __,
    previousidentity: ___,
    previousidentitytype: ____,
    ...extensions
  } = event.extensions;
  const data = objectOf(event.data);
  const clock = readClock({ time: parseInstant(event.time), written: event.time, sent: null }, receivedAt);
  const conversation = textOf(data['conversationId']) ?? textOf(data['taskId']) ?? textOf(data['interactionId']);
  const attributes = {
    data: isObject(event.data) ? filledOf(event.data) : event.data,
    data_base64: event.packed,
    dataschema: event.dataschema,
    extensions: filledOf(extensions),
    clock: clock.problem,
  };
  return {
    source: event.source,
    externalId: event.id,
    identifiers: identifiersOf(event),
    channel: channelOf(event),
    direction: directionOf(event),
    kind: event.type,
    occurredAt: clock.occurredAt,
    subject: event.subject ?? textOf(data['subject']) ?? textOf(data['title']),
    topic: shortOf(data['topic']),
    agentId: shortOf(data['agentId']),
    queue: shortOf(data['queue']) ?? shortOf(data['queueId']),
    language: languageTag(textOf(data['language'])),
    conversation: conversation === undefined ? undefined : { externalId: conversation },
    attributes: presentOf(attributes),
  };
}

/** What a column of short text takes; longer text stays where it is, in the data. */
function shortOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text !== undefined && text.length <= limits.shortTextCharactersMax ? text : undefined;
}
