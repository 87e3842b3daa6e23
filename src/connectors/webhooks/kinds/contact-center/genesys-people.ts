import type { Channel, Direction } from '../../../../touchpoints/vocabulary.js';
import { type JsonObject, listOf, textOf } from '../../../json-value.js';
import type { NamedBy } from '../../touchpoint-draft.js';

export const source = 'genesys_cloud';

const media: ReadonlyMap<string, Channel> = new Map([
  ['voice', 'CALL'],
  ['call', 'CALL'],
  ['callback', 'CALL'],
  ['chat', 'CHAT'],
  ['webchat', 'CHAT'],
  ['email', 'EMAIL'],
]);

const messages: ReadonlyMap<string, Channel> = new Map([
  ['sms', 'SMS'],
  ['webmessaging', 'CHAT'],
  ['open', 'CHAT'],
]);

/** Events write `VOICE`, the analytics API `voice`. */
export function channelOf(session: JsonObject): Channel {
  const medium = textOf(session['mediaType'])?.toLowerCase() ?? '';
  if (medium !== 'message') return media.get(medium) ?? 'OTHER';
  return messages.get(messageTypeOf(session)) ?? 'SOCIAL';
}

function messageTypeOf(session: JsonObject): string {
  return textOf(session['messageType'])?.toLowerCase() ?? '';
}

export function directionOf(value: unknown): Direction | undefined {
  const word = textOf(value)?.toLowerCase();
  return word === 'inbound' ? 'INBOUND' : word === 'outbound' ? 'OUTBOUND' : undefined;
}

/** The customer's side of a session: who called, or was called. */
export function namesOfSession(session: JsonObject, direction: Direction | undefined): NamedBy[] {
  const isOutbound = direction === 'OUTBOUND';
  const number = textOf(isOutbound ? session['dnis'] : session['ani']);
  const address = textOf(session['addressOther']) ?? textOf(isOutbound ? session['addressTo'] : session['addressFrom']);
  const callbacks = listOf(session['callbackNumbers']).map((one): NamedBy => ['phone', one]);
  if (textOf(session['mediaType'])?.toLowerCase() === 'message') return messageNames(session, address ?? number);
  const isMail = address?.includes('@') === true && !/^sip:/i.test(address);
  return [...numberNames(number), ...(isMail ? ([['email', address]] as const) : numberNames(address)), ...callbacks];
}

/** Where Genesys has no number, it writes an address of its own for the telephone. */
function numberNames(number: string | undefined): NamedBy[] {
  if (number === undefined || (/^sip:/i.test(number) && !/^sip:\+?\d{5,}@/i.test(number))) return [];
  return [['phone', number]];
}

function messageNames(session: JsonObject, address: string | undefined): NamedBy[] {
  const type = messageTypeOf(session);
  if (address === undefined) return [];
  const number = /^\d{7,15}$/.test(address) ? `+${address}` : address;
  if (type === 'sms') return [['phone', number]];
  if (type === 'whatsapp')
    return [
      ['whatsapp', number],
      ['phone', number],
    ];
  if (address.includes('@')) return [['email', address]];
  return [['anonymous_id', `${source}:${type}:${address}`]];
}

/** Genesys's own ids of its contacts say nothing of who they are. */
export function contactNames(...ids: readonly unknown[]): NamedBy[] {
  return ids.flatMap((id): NamedBy[] => {
    const text = textOf(id);
    return text === undefined ? [] : [['anonymous_id', `${source}:contact:${text}`]];
  });
}

/** What holds together what is told of a conversation whose customer nobody knows. */
export function namedOr(named: readonly NamedBy[], conversation: unknown): readonly NamedBy[] {
  const known = named.filter(([, value]) => textOf(value) !== undefined);
  const id = textOf(conversation);
  return known.length > 0 || id === undefined ? known : [['anonymous_id', `${source}:${id}`]];
}
