import type { IdentifierInput } from '../../../../identity/identifier.input.js';
import type { Channel } from '../../../../touchpoints/vocabulary.js';
import { type JsonObject, textOf } from '../../../json-value.js';

/** The fields of a request, however they were sent. */
export type Fields = Readonly<Record<string, string | undefined>>;

/** How the words before a colon name a channel; what has none is a telephone number. */
const channels: Readonly<Record<string, Channel>> = {
  sms: 'SMS',
  rcs: 'SMS',
  whatsapp: 'SOCIAL',
  messenger: 'SOCIAL',
  instagram: 'SOCIAL',
  client: 'CALL',
  sip: 'CALL',
};

/** `whatsapp:+14155550123`, `messenger:1234`, `client:ann`, `+14155550123`. */
export interface Address {
  readonly kind: string;
  readonly value: string;
}

export function addressOf(text: string | undefined): Address | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const [, prefix, rest] = /^([a-z_]{2,20}):(.*)$/i.exec(text.trim()) ?? [];
  const kind = prefix?.toLowerCase() ?? 'phone';
  return { kind, value: isNumber(rest ?? text) ? numberOf(rest ?? text) : (rest ?? text).trim() };
}

/** A plus that was not encoded arrives as a space, or not at all. */
const isNumber = (text: string) => /^[\s+]?\d{8,15}$/.test(text);
const numberOf = (text: string) => `+${text.replace(/\D/g, '')}`;

export function messageChannelOf({ kind }: Address): Channel {
  return (Object.hasOwn(channels, kind) ? channels[kind] : undefined) ?? 'SMS';
}

/** What stands for a number that the caller withholds. */
const withheld = /^(anonymous|restricted|unavailable|unknown|private|blocked|withheld)$/i;

/** Whether it can be a customer's: a browser phone, a SIP address, a short code or a sender's name is one of ours. */
export function isOutside({ kind, value }: Address): boolean {
  if (kind === 'client' || kind === 'sip') return false;
  return kind !== 'phone' || /^\+\d+$/.test(value) || withheld.test(value);
}

/** By what the owner of an address is known. A user of Messenger has another id at each page. */
export function identifiersOf(address: Address, ours: Address | undefined): IdentifierInput[] {
  const { kind, value } = address;
  switch (kind) {
    case 'whatsapp':
      // Who has the number on WhatsApp, has it on the telephone.
      return isNumber(value) ? [named('whatsapp', value), named('phone', value)] : [named('whatsapp', value)];
    case 'messenger':
      return [named('facebook', ours ? `${ours.value}:${value}` : value)];
    case 'instagram':
      return [named('instagram', ours ? `${ours.value}:${value}` : value)];
    case 'client':
    case 'sip':
      return [];
    default:
      return [named('phone', value)];
  }
}

const named = (type: string, value: string): IdentifierInput => ({ type, value });

export interface Parties {
  readonly customer: Address | undefined;
  readonly ours: Address | undefined;
  readonly isInbound: boolean;
}

/**
 * Who of the two is the customer: never one of our own numbers, else the one that is outside, else by direction.
 * @returns no customer when both are ours
 */
export function partiesOf(fields: Fields, settings: JsonObject, saysInbound: boolean): Parties {
  const [from, to] = [addressOf(fields['From'] ?? fields['Caller']), addressOf(fields['To'] ?? fields['Called'])];
  const own = ownNumbersOf(settings);
  const isOurs = (address: Address | undefined) =>
    address === undefined || own.has(address.value) || !isOutside(address);
  if (isOurs(from) && isOurs(to)) {
    // Whatever stands there for a number, what came in came from somebody.
    const isSomebody = saysInbound && from?.kind === 'phone' && !own.has(from.value);
    return { customer: isSomebody ? from : undefined, ours: to, isInbound: saysInbound };
  }
  const isInbound = isOurs(from) ? false : isOurs(to) ? true : saysInbound;
  return isInbound ? { customer: from, ours: to, isInbound } : { customer: to, ours: from, isInbound };
}

function ownNumbersOf({ ownNumbers }: JsonObject): ReadonlySet<string> {
  if (!Array.isArray(ownNumbers)) return new Set();
  return new Set(ownNumbers.flatMap((one) => addressOf(textOf(one))?.value ?? []));
}
