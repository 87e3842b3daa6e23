import { type JsonObject, listOf, objectOf, presentOf, textOf } from '../../../json-value.js';
import { lastPlace, placeAt, timeOf } from '../../event-time.js';
import { type NamedBy, touchpointOf } from '../../touchpoint-draft.js';
import type { WebhookItem } from '../../webhook-kind.js';

export const source = 'telegram';

const contents = [
  'photo',
  'video',
  'animation',
  'audio',
  'voice',
  'video_note',
  'document',
  'sticker',
  'location',
  'venue',
  'contact',
  'poll',
  'dice',
  'game',
  'story',
  'invoice',
  'successful_payment',
  'paid_media',
  'web_app_data',
  'checklist',
];

/**
 * A message with the bot, in a group, or in the account of a business that has joined the bot. In a private chat the
 * chat is the other person; so what the business or the bot writes there is with that person.
 */
export function messageOf(message: JsonObject, bot: string | undefined): WebhookItem[] {
  const from = objectOf(message['from']);
  const chat = objectOf(message['chat']);
  const isPrivate = chat['type'] === 'private';
  const isOurs = from['is_bot'] === true || (isPrivate && textOf(from['id']) !== textOf(chat['id']));
  const person = isOurs ? (isPrivate ? chat : {}) : from;
  const editedAt = timeOf(message['edit_date']);
  const reply = objectOf(message['reply_to_message']);
  const content = contents.find((name) => message[name] !== undefined);
  return touchpointOf(
    {
      source,
      isRepeatable: true,
      id: [...(bot ? [bot] : []), chat['id'], message['message_id']],
      identifiers: [['telegram', person['id']], ...ownNumber(message, from)],
      channel: 'SOCIAL',
      kind: isOurs ? 'message.sent' : 'message.received',
      direction: isOurs ? 'OUTBOUND' : 'INBOUND',
      status: 'COMPLETED',
      occurredAt: timeOf(message['date']),
      place: placeAt(editedAt ?? timeOf(message['date']), editedAt === undefined ? 0 : 1),
      summary: textOf(message['text']) ?? textOf(message['caption']) ?? textOfContent(message),
      language: isOurs ? undefined : from['language_code'],
      agentId: isOurs ? (objectOf(message['sender_business_bot'])['id'] ?? from['id']) : undefined,
      traits: traitsOf(person),
      attributes: presentOf({
        type: content,
        chatType: isPrivate ? undefined : textOf(chat['type']),
        group: textOf(chat['title']),
        thread: textOf(message['message_thread_id']),
        replyTo: textOf(reply['message_id']),
        fileId: fileOf(message, content),
        isForwarded:
          message['forward_origin'] !== undefined || message['forward_date'] !== undefined ? true : undefined,
        editedAt: editedAt === undefined ? undefined : new Date(editedAt).toISOString(),
      }),
      conversation: [textOf(chat['id']), textOf(message['message_thread_id'])].filter(Boolean).join(':'),
    },
    message,
  );
}

/** A contact that is shared by the button for it is the sender's own; any other is somebody else's. */
function ownNumber(message: JsonObject, from: JsonObject): NamedBy[] {
  const contact = objectOf(message['contact']);
  const isOwn = textOf(contact['user_id']) !== undefined && textOf(contact['user_id']) === textOf(from['id']);
  const number = textOf(contact['phone_number']);
  return isOwn && number !== undefined ? [['phone', /^\d/.test(number) ? `+${number}` : number]] : [];
}

function textOfContent(message: JsonObject): string | undefined {
  const { location, venue, poll, contact, sticker, dice, web_app_data: data } = message;
  const place = objectOf(venue);
  const at = objectOf(location);
  return (
    ([place['title'], place['address']].map(textOf).filter(Boolean).join(', ') || undefined) ??
    textOf(objectOf(poll)['question']) ??
    textOf(objectOf(sticker)['emoji']) ??
    textOf(objectOf(dice)['emoji']) ??
    textOf(objectOf(data)['data']) ??
    textOf(objectOf(contact)['first_name']) ??
    ([at['latitude'], at['longitude']].map(textOf).filter(Boolean).join(', ') || undefined)
  );
}

/** Of a photo, which comes in several sizes, the largest. */
function fileOf(message: JsonObject, content: string | undefined): string | undefined {
  return content === undefined ? undefined : textOf(objectOf(listOf(message[content]).at(-1))['file_id']);
}

/** What was deleted in a business's account says nothing more; whose chat it was is known. */
export function deletedMessages(value: JsonObject, bot: string | undefined): WebhookItem[] {
  const chat = objectOf(value['chat']);
  return listOf(value['message_ids']).flatMap((id) =>
    touchpointOf(
      {
        source,
        id: [...(bot ? [bot] : []), chat['id'], id],
        identifiers: [['telegram', chat['id']]],
        channel: 'SOCIAL',
        kind: 'message.deleted',
        summary: '',
        place: lastPlace,
        traits: traitsOf(chat),
        conversation: chat['id'],
      },
      id,
    ),
  );
}

export function traitsOf(person: JsonObject): JsonObject {
  const name = [person['first_name'], person['last_name']].map(textOf).filter(Boolean).join(' ');
  return { name: name || undefined, telegram_username: textOf(person['username']) };
}
