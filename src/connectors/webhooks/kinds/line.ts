import { type JsonObject, listOf, objectOf, presentOf, textOf } from '../../json-value.js';
import { placeAt, timeOf } from '../event-time.js';
import { jsonObjectOf } from '../request-content.js';
import { type TouchpointDraft, touchpointOf } from '../touchpoint-draft.js';
import type { WebhookItem, WebhookKind } from '../webhook-kind.js';
import { isSigned } from '../webhook-proof.js';

const source = 'line';

export const line: WebhookKind = {
  name: source,
  title: 'LINE Messaging API',
  proof: 'signature',
  verify: (request, secret) =>
    isSigned(request, 'x-line-signature', '', { algorithm: 'sha256', encoding: 'base64', secret }),
  translate: (request) => {
    const body = jsonObjectOf(request);
    return listOf(body['events'])
      .map(objectOf)
      .flatMap((event) => eventOf(event, textOf(body['destination'])));
  },
};

/** Several people may join or leave a group at once; any other event is of one. */
function eventOf(event: JsonObject, destination: string | undefined): WebhookItem[] {
  const origin = objectOf(event['source']);
  const isMembers = event['type'] === 'memberJoined' || event['type'] === 'memberLeft';
  const members = listOf(objectOf(event['joined'] ?? event['left'])['members']).map((one) => objectOf(one)['userId']);
  const thread = origin['groupId'] ?? origin['roomId'] ?? origin['userId'];
  const at = timeOf(event['timestamp']);
  return (isMembers ? members : [origin['userId']]).flatMap((user) =>
    touchpointOf(
      {
        source,
        id: [event['webhookEventId'], ...(isMembers ? [user] : [])],
        identifiers: [['line', user]],
        channel: 'SOCIAL',
        direction: 'INBOUND',
        status: 'COMPLETED',
        occurredAt: at,
        conversation: [destination, textOf(thread)].filter((part) => part !== undefined).join(':'),
        ...meaningOf(event, at),
      },
      { ...event, deliveryContext: undefined, replyToken: undefined },
    ),
  );
}

const words: ReadonlyMap<string, string> = new Map([
  ['follow', 'follow.started'],
  ['unfollow', 'follow.ended'],
  ['memberJoined', 'group.joined'],
  ['memberLeft', 'group.left'],
  ['accountLink', 'account.linked'],
  ['videoPlayComplete', 'video.watched'],
  ['membership', 'membership.changed'],
]);

function meaningOf(
  event: JsonObject,
  at: number | undefined,
): Pick<TouchpointDraft, 'kind'> & Partial<TouchpointDraft> {
  const type = textOf(event['type']) ?? 'unknown';
  const part = objectOf(event[type]);
  switch (type) {
    case 'message':
      return messageOf(part, at);
    case 'unsend':
      // LINE asks that what was taken back is no longer shown.
      return {
        id: ['message', part['messageId']],
        kind: 'message.deleted',
        summary: '',
        place: placeAt(at, 1),
        occurredAt: undefined,
      };
    case 'postback': {
      const attributes = presentOf({ data: textOf(part['data']), params: part['params'] });
      return { kind: 'button.pressed', summary: part['data'], attributes };
    }
    case 'beacon':
      return {
        kind: `beacon.${textOf(part['type']) ?? 'passed'}`,
        channel: 'STORE',
        attributes: presentOf({ ...part }),
      };
    default: {
      const kind = words.get(type);
      if (kind === undefined) return { kind: `${source}.${type}`, channel: 'OTHER', attributes: { [source]: event } };
      return { kind, attributes: { ...part } };
    }
  }
}

function messageOf(
  message: JsonObject,
  at: number | undefined,
): Partial<TouchpointDraft> & Pick<TouchpointDraft, 'kind'> {
  const type = textOf(message['type']);
  const place = [message['title'], message['address']].map(textOf).filter(Boolean).join(', ');
  const keywords = listOf(message['keywords']).map(textOf).filter(Boolean).join(', ');
  return {
    id: ['message', message['id']],
    kind: 'message.received',
    summary: textOf(message['text']) ?? textOf(message['fileName']) ?? (place || keywords || undefined),
    place: placeAt(at),
    attributes: presentOf({
      type: type === 'text' ? undefined : type,
      replyTo: textOf(message['quotedMessageId']),
      sticker: textOf(message['stickerId']),
      latitude: message['latitude'],
      longitude: message['longitude'],
      durationMs: message['duration'],
    }),
  };
}
