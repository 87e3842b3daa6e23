import type { IdentifierInput } from '../../identity/identifier.input.js';
import { Refusal } from '../../platform/refusal.js';
import { objectOf, textOf } from '../json-value.js';
import type { CloudEvent } from './cloudevent.js';

/** The names that Webex’s Journey Data Service has for kinds of identity; others are identifier types by their own name. */
const typeOfWebex: Readonly<Record<string, string>> = {
  email: 'email',
  phone: 'phone',
  customerid: 'user_id',
  temporaryid: 'anonymous_id',
};

/** Whom an event is about: the extension attributes `identity` and `identitytype` say, else its data. */
export function identifiersOf(event: CloudEvent): IdentifierInput[] {
  const identity = textOf(event.extensions['identity']);
  if (identity === undefined) return identifiersOfData(event.data);
  const [, prefix, rest] = /^(email|phone|customerId|temporaryId):(.+)$/is.exec(identity) ?? [];
  const named = textOf(event.extensions['identitytype']) ?? prefix;
  if (named === undefined) {
    throw new Refusal('TOO_FEW', 'An identity has its identitytype, such as email.', {
      field: 'identitytype',
      limit: 1,
    });
  }
  const previous = textOf(event.extensions['previousidentity']);
  return [
    { type: typeOf(named), value: rest ?? identity },
    ...(previous === undefined ? [] : [previousIdentifier(previous, event.extensions['previousidentitytype'])]),
  ];
}

const typeOf = (name: string) => typeOfWebex[name.toLowerCase()] ?? name;

/** What the customer was known by before, whose type is to be guessed unless it is told: mostly a temporary id. */
function previousIdentifier(value: string, type: unknown): IdentifierInput {
  const told = textOf(type);
  if (told !== undefined) return { type: typeOf(told), value };
  if (/^[^\s@]+@[^\s@]+$/.test(value)) return { type: 'email', value };
  return { type: /^\+\d[\d ()-]{6,20}$/.test(value) ? 'phone' : 'anonymous_id', value };
}

/** Events of systems that know nothing of identities, by the common names of what they carry. */
function identifiersOfData(data: unknown): IdentifierInput[] {
  const { userId, customerId, email, phone, anonymousId } = objectOf(data);
  const found: [string, string | undefined][] = [
    ['user_id', textOf(userId) ?? textOf(customerId)],
    ['email', textOf(email)],
    ['phone', textOf(phone)],
    ['anonymous_id', textOf(anonymousId)],
  ];
  const identifiers = found.flatMap(([type, value]) => (value === undefined ? [] : [{ type, value }]));
  if (identifiers.length > 0) return identifiers;
  throw new Refusal('TOO_FEW', 'An event names its customer by the attributes identity and identitytype.', {
    field: 'identity',
    limit: 1,
  });
}
