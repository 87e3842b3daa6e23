import { type JsonObject, listOf, objectOf, presentOf, textOf } from '../../../json-value.js';
import { placeAt, timeOf } from '../../event-time.js';
import { type NamedBy, type TouchpointDraft, touchpointOf } from '../../touchpoint-draft.js';
import type { WebhookItem } from '../../webhook-kind.js';
import { type MetaPlace, namesOf, partiesOf } from './meta-people.js';

/** Places of what is told about one message; edits stand between reading and deleting, as they are counted. */
const places = { message: 0, delivered: 1, read: 2, edited: 10, deleted: 1_000_000 } as const;

type Happening = Pick<TouchpointDraft, 'id' | 'kind'> & Partial<TouchpointDraft>;

/** One event between a user and the account. */
export function eventOf(where: MetaPlace, event: JsonObject): WebhookItem[] {
  const { user, account, isOurs } = partiesOf(where, event);
  const place = { ...where, account };
  const userRef = textOf(objectOf(event['optin'])['user_ref']);
  // The plug-in for opting in knows a browser, not yet who it is.
  const unnamed: NamedBy[] = userRef === undefined ? [] : [['anonymous_id', `${where.source}:${account}:${userRef}`]];
  const identifiers = [...namesOf(place, user), ...unnamed];
  const thread = [account, user ?? userRef].join(':');
  return happeningsOf(where.source, event, isOurs, thread).flatMap((happening) =>
    touchpointOf(
      {
        source: where.source,
        isRepeatable: true,
        identifiers,
        channel: 'SOCIAL',
        direction: isOurs ? 'OUTBOUND' : 'INBOUND',
        status: 'COMPLETED',
        occurredAt: timeOf(event['timestamp']),
        conversation: thread,
        ...happening,
      },
      event,
    ),
  );
}

function happeningsOf(source: string, event: JsonObject, isOurs: boolean, thread: string): Happening[] {
  const part = (name: string) => objectOf(event[name]);
  const at = (word: string) => [thread, word, event['timestamp']];
  if (event['message'] !== undefined) return [messageOf(part('message'), isOurs)];
  if (event['message_edit'] !== undefined) return [editOf(part('message_edit'), isOurs)];
  if (event['delivery'] !== undefined) {
    const stage = { kind: 'message.delivered', place: places.delivered } as const;
    return listOf(part('delivery')['mids']).map((mid) => ({ id: [mid], ...stage, ...ofOurMessage }));
  }
  if (event['read'] !== undefined) {
    // Messenger says only up to what time all was read, which names no message.
    const { mid } = part('read');
    return mid === undefined ? [] : [{ id: [mid], kind: 'message.read', place: places.read, ...ofOurMessage }];
  }
  if (event['reaction'] !== undefined) return [reactionOf(event, part('reaction'), thread)];
  if (event['postback'] !== undefined) {
    const { mid, title, payload, referral } = part('postback');
    const attributes = presentOf({ payload: textOf(payload), ...referralOf(objectOf(referral)) });
    const id = mid === undefined ? at('postback') : [mid];
    return [{ id, kind: 'button.pressed', summary: title, attributes }];
  }
  if (event['referral'] !== undefined) {
    return [{ id: at('referral'), kind: 'referral.followed', attributes: referralOf(part('referral')) }];
  }
  if (event['optin'] !== undefined) {
    const { type, ref, payload, notification_messages_status: status } = part('optin');
    const isOver = textOf(status)?.startsWith('STOP') === true;
    const attributes = presentOf({ type: textOf(type), ref: textOf(ref), payload: textOf(payload) });
    return [{ id: at('optin'), kind: isOver ? 'subscription.removed' : 'subscription.added', attributes }];
  }
  if (event['account_linking'] !== undefined) {
    const isLinked = part('account_linking')['status'] === 'linked';
    return [{ id: at('account'), kind: isLinked ? 'account.linked' : 'account.unlinked' }];
  }
  return unknownOf(source, event, at);
}

const handOvers = ['pass_thread_control', 'take_thread_control', 'request_thread_control', 'app_roles'];
const envelope = new Set(['sender', 'recipient', 'timestamp', 'hop_context', 'prior_message']);
/** Typing tells of no contact. */
const passing = new Set(['typing', 'typing_on', 'typing_off', 'sender_action']);

function unknownOf(source: string, event: JsonObject, at: (word: string) => unknown[]): Happening[] {
  const word = Object.keys(event).find((key) => !envelope.has(key));
  if (word === undefined || passing.has(word)) return [];
  const raw = { attributes: { [source]: event } };
  if (handOvers.includes(word))
    return [{ id: at(word), kind: 'conversation.transferred', direction: 'INTERNAL', ...raw }];
  return [{ id: at(word), channel: 'OTHER', kind: `${source}.${word}`, ...raw }];
}

/** What is told later of a message that we sent: its time stays. */
const ofOurMessage = { direction: 'OUTBOUND', occurredAt: undefined } as const;

function messageOf(message: JsonObject, isOurs: boolean): Happening {
  const id = [message['mid']];
  if (message['is_deleted'] === true) {
    return { id, kind: 'message.deleted', summary: '', place: places.deleted, occurredAt: undefined };
  }
  const attachments = listOf(message['attachments']).map(objectOf);
  const replyTo = objectOf(message['reply_to']);
  const titles = attachments.map((one) => textOf(objectOf(one['payload'])['title']) ?? textOf(one['title']));
  return {
    id,
    kind: isOurs ? 'message.sent' : 'message.received',
    place: places.message,
    summary: message['text'] ?? (titles.filter(Boolean).join(', ') || undefined),
    attributes: presentOf({
      attachments: attachments.length === 0 ? undefined : attachments.map(attachmentOf),
      payload: textOf(objectOf(message['quick_reply'])['payload']),
      replyTo: textOf(replyTo['mid']),
      story: textOf(objectOf(replyTo['story'])['url']),
      appId: textOf(message['app_id']),
      isUnsupported: message['is_unsupported'] === true ? true : undefined,
      ...referralOf(objectOf(message['referral'])),
    }),
  };
}

function attachmentOf({ type, payload }: JsonObject): JsonObject {
  const { url, sticker_id: sticker } = objectOf(payload);
  return { type: textOf(type), url: textOf(url), sticker: textOf(sticker) };
}

function editOf(edit: JsonObject, isOurs: boolean): Happening {
  const count = typeof edit['num_edit'] === 'number' && edit['num_edit'] >= 0 ? Math.floor(edit['num_edit']) : 1;
  return {
    id: [edit['mid']],
    kind: isOurs ? 'message.sent' : 'message.received',
    summary: edit['text'],
    place: places.edited + Math.min(count, 1_000),
    occurredAt: undefined,
    attributes: { edits: count },
  };
}

function reactionOf(event: JsonObject, reaction: JsonObject, thread: string): Happening {
  return {
    id: [thread, 'reaction', reaction['mid']],
    kind: reaction['action'] === 'unreact' ? 'reaction.removed' : 'reaction.added',
    place: placeAt(timeOf(event['timestamp'])),
    summary: reaction['emoji'] ?? reaction['reaction'],
    attributes: presentOf({ reactionTo: textOf(reaction['mid']), reaction: textOf(reaction['reaction']) }),
  };
}

function referralOf(referral: JsonObject): JsonObject {
  return (
    presentOf({
      ref: textOf(referral['ref']),
      referredBy: textOf(referral['source']),
      advertisement: textOf(referral['ad_id']),
    }) ?? {}
  );
}
