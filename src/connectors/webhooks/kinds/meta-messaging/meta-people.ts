import { type JsonObject, objectOf, textOf } from '../../../json-value.js';
import type { NamedBy } from '../../touchpoint-draft.js';

/** Where an event comes from. */
export interface MetaPlace {
  readonly source: string;
  /** The identifier type of its users. */
  readonly userType: string;
  /** The page or the Instagram account. */
  readonly account: string | undefined;
  readonly time: unknown;
}

/** A user's id holds for one page or account only; the same number means somebody else on another. */
export function namesOf({ userType, account }: MetaPlace, user: unknown): NamedBy[] {
  const id = textOf(user);
  return id === undefined ? [] : [[userType, account === undefined ? id : `${account}:${id}`]];
}

export interface Parties {
  readonly user: string | undefined;
  readonly account: string | undefined;
  /** The account wrote: an agent in Meta's inbox, another app, or ourselves. */
  readonly isOurs: boolean;
}

export function partiesOf({ account }: MetaPlace, event: JsonObject): Parties {
  const sender = textOf(objectOf(event['sender'])['id']);
  const recipient = textOf(objectOf(event['recipient'])['id']);
  const isOurs = objectOf(event['message'])['is_echo'] === true || (sender !== undefined && sender === account);
  return isOurs
    ? { user: recipient, account: account ?? sender, isOurs }
    : { user: sender, account: account ?? recipient, isOurs };
}
