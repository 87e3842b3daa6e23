import { type JsonObject, listOf, objectOf, presentOf, textOf } from '../../../json-value.js';

export const source = 'whatsapp_cloud';

const known = new Set(
  `audio button contacts document edit image interactive location order reaction request_welcome revoke sticker system
   text unsupported video voice`.split(/\s+/),
);

/** What a message says, as text that a person can read. */
export function textOfMessage(message: JsonObject): string | undefined {
  const type = textOf(message['type']) ?? '';
  const content = objectOf(message[type]);
  switch (type) {
    case 'text':
      return textOf(content['body']);
    case 'button':
      return textOf(content['text']) ?? textOf(content['payload']);
    case 'interactive':
      return replyOf(content);
    case 'reaction':
      return textOf(content['emoji']);
    case 'location':
      return [content['name'], content['address']].map(textOf).filter(Boolean).join(', ') || placeOf(content);
    case 'contacts':
      return listOf(message['contacts'])
        .map((contact) => textOf(objectOf(objectOf(contact)['name'])['formatted_name']))
        .filter(Boolean)
        .join(', ');
    case 'order':
      return textOf(content['text']);
    case 'system':
      return textOf(content['body']);
    default:
      return textOf(content['caption']) ?? textOf(content['filename']) ?? textOf(content['body']);
  }
}

function replyOf(interactive: JsonObject): string | undefined {
  const reply = objectOf(interactive[textOf(interactive['type']) ?? '']);
  return textOf(reply['title']) ?? textOf(reply['body']) ?? textOf(objectOf(interactive['body'])['text']);
}

function placeOf(location: JsonObject): string | undefined {
  const place = [location['latitude'], location['longitude']].map(textOf);
  return place.includes(undefined) ? undefined : place.join(', ');
}

/** What else a message carries: what it answers, which button, which advertisement led to it. */
export function attributesOf(value: JsonObject, message: JsonObject): JsonObject | undefined {
  const type = textOf(message['type']) ?? '';
  const content = objectOf(message[type]);
  const context = objectOf(message['context']);
  const interactive = objectOf(content[textOf(content['type']) ?? '']);
  const referral = objectOf(message['referral']);
  return presentOf({
    type: type || undefined,
    phoneNumberId: textOf(objectOf(value['metadata'])['phone_number_id']),
    displayPhoneNumber: textOf(objectOf(value['metadata'])['display_phone_number']),
    replyTo: textOf(context['id']),
    isForwarded: context['forwarded'] === true || context['frequently_forwarded'] === true ? true : undefined,
    groupId: textOf(message['group_id']),
    mediaId: textOf(content['id']),
    mimeType: textOf(content['mime_type']),
    buttonId: textOf(content['payload']) ?? textOf(interactive['id']),
    formAnswer: textOf(interactive['response_json']),
    products: type === 'order' ? listOf(content['product_items']).length : undefined,
    reactionTo: type === 'reaction' ? textOf(content['message_id']) : undefined,
    advertisement: presentOf({
      id: textOf(referral['source_id']),
      type: textOf(referral['source_type']),
      url: textOf(referral['source_url']),
      headline: textOf(referral['headline']),
      clickId: textOf(referral['ctwa_clid']),
    }),
    errors: errorsOf(message),
    // Of a kind of message that is not known here, all of it.
    [source]: known.has(type) ? undefined : message,
  });
}

export function errorsOf(told: JsonObject): readonly JsonObject[] | undefined {
  const errors = listOf(told['errors']).map(objectOf);
  return errors.length === 0 ? undefined : errors;
}

/** The telephone number that a user shared when asked for it, which is the user's own. */
export function ownNumbersOf(message: JsonObject): readonly unknown[] {
  if (message['origin'] !== 'contact_request') return [];
  const [contact] = listOf(message['contacts']);
  return listOf(objectOf(contact)['phones']).map((phone) => objectOf(phone)['wa_id'] ?? objectOf(phone)['phone']);
}
