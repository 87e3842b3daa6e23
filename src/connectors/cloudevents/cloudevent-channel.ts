import type { Channel, Direction } from '../../touchpoints/vocabulary.js';
import { directions } from '../../touchpoints/vocabulary.js';
import { objectOf, textOf } from '../json-value.js';
import type { CloudEvent } from './cloudevent.js';

const words: Readonly<Record<Exclude<Channel, 'OTHER'>, string>> = {
  CALL: 'call calls telephony telephone phone voice ivr pbx',
  CHAT: 'chat chats webchat livechat chatbot',
  EMAIL: 'email emails mail',
  WEB: 'web website browser page pageview webpage',
  SOCIAL: 'social whatsapp facebook messenger instagram telegram twitter linkedin wechat',
  SMS: 'sms mms texting',
  APP: 'app mobile ios android screen',
  STORE: 'store instore pos kiosk',
};

const channelOfWord = new Map(
  Object.entries(words).flatMap(([channel, all]) => all.split(' ').map((word) => [word, channel as Channel])),
);

/**
 * Where an event took place: what says so (`channel` or `channelType` of the data, the extension `channel`), else the
 * first word of its type that means a channel, such as `email` in `com.acme.email.opened`.
 */
export function channelOf(event: CloudEvent): Channel {
  const { channel, channelType } = objectOf(event.data);
  for (const told of [channel, channelType, event.extensions['channel'], event.type]) {
    const found = wordsOf(textOf(told) ?? '').flatMap((word) => channelOfWord.get(word) ?? []);
    if (found[0]) return found[0];
  }
  return 'OTHER';
}

/** The words as they stand (`WhatsApp`), then those that capitals part (`CallEnded`). */
function wordsOf(text: string): string[] {
  const parted = text.replace(/([a-z])([A-Z])/g, '$1 $2');
  return `${text} ${parted}`.toLowerCase().split(/[^a-z]+/);
}

export function directionOf(event: CloudEvent): Direction | undefined {
  const told = textOf(objectOf(event.data)['direction'])?.toUpperCase();
  return directions.find((direction) => direction === told);
}
