import { type JsonObject, listOf, objectOf, textOf } from '../../../json-value.js';
import type { NamedBy } from '../../touchpoint-draft.js';

/** A WhatsApp user by number, by the id that WhatsApp gives the business in its place, or by both. */
export interface WhatsAppUser {
  readonly number: string | undefined;
  readonly userId: string | undefined;
  readonly parentUserId: string | undefined;
}

export function userOf(number: unknown, userId: unknown, parentUserId: unknown): WhatsAppUser {
  const stated = textOf(number);
  return {
    number: numberOf(stated),
    // Some senders write the id where the number stood.
    userId: textOf(userId) ?? (stated && !numberOf(stated) ? stated : undefined),
    parentUserId: textOf(parentUserId),
  };
}

/** A `wa_id` is a whole international number without its plus. */
function numberOf(text: string | undefined): string | undefined {
  const digits = /^\+?(\d{6,15})$/.exec(text?.replace(/[\s()-]/g, '') ?? '')?.[1];
  return digits === undefined ? undefined : `+${digits}`;
}

/** Who has the number on WhatsApp, has it on the telephone. */
export function namesOf({ number, userId, parentUserId }: WhatsAppUser): NamedBy[] {
  return [
    ['whatsapp', number],
    ['phone', number],
    ['whatsapp', userId],
    ['whatsapp', parentUserId],
  ];
}

/** What names the thread with this user, for as long as the user keeps the number. */
export function threadOf(value: JsonObject, { number, userId }: WhatsAppUser): string | undefined {
  const ours = textOf(objectOf(value['metadata'])['phone_number_id']);
  const theirs = number?.slice(1) ?? userId;
  return theirs === undefined ? undefined : [ours, theirs].filter((part) => part !== undefined).join(':');
}

/** The entry of `contacts` that is about this user; the only one is. */
export function contactOf(value: JsonObject, user: WhatsAppUser): JsonObject {
  const contacts = listOf(value['contacts']).map(objectOf);
  const isOf = (contact: JsonObject) => {
    const other = userOf(contact['wa_id'], contact['user_id'], contact['parent_user_id']);
    return (
      (user.number !== undefined && other.number === user.number) ||
      (user.userId !== undefined && other.userId === user.userId)
    );
  };
  return contacts.find(isOf) ?? (contacts.length === 1 ? (contacts[0] as JsonObject) : {});
}

/** The user with all that the contact knows. */
export function completed(user: WhatsAppUser, contact: JsonObject): WhatsAppUser {
  const known = userOf(contact['wa_id'], contact['user_id'], contact['parent_user_id']);
  return {
    number: user.number ?? known.number,
    userId: user.userId ?? known.userId,
    parentUserId: user.parentUserId ?? known.parentUserId,
  };
}

export function traitsOf(contact: JsonObject): JsonObject {
  const profile = objectOf(contact['profile']);
  return { name: textOf(profile['name']), whatsapp_username: textOf(profile['username']) };
}
