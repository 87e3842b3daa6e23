import type { IdentifierInput } from '../identity/identifier.input.js';
import type { IdentifierType } from '../identity/identifier-type.js';

/** Somebody who is asked for: a customer, and whether somebody ever said who it is, by more than a device. */
export interface Owner {
  readonly customer: string;
  readonly isKnown: boolean;
}

/** An identifier that the new device names, with whose it is now. */
export interface Named {
  readonly input: IdentifierInput;
  readonly type: IdentifierType;
  /** The forms in which it may be stored, the present one first; none when it is no value of its type. */
  readonly values: readonly string[];
  /** True when somebody who may join customers says that it was proven in this very contact. */
  readonly isProven: boolean;
  readonly owner: Owner | null;
}

export type Unowned = Omit<Named, 'owner'>;

export interface Parted {
  readonly joining: readonly Named[];
  /** What the level does not let the journey’s customer be joined with. */
  readonly heldBack: readonly Named[];
}

/**
 * What a level of proof lets be joined. VERIFIED joins everything, as far as the rules of identity go along. CLAIMED
 * joins what belongs to nobody yet or to a visitor whom nobody knows, never a customer who is known already: else
 * whoever shows a telephone number that is not hers, or lures somebody to a link, would see what belongs to another.
 */
export function partByLevel(
  level: 'CLAIMED' | 'VERIFIED',
  own: Pick<Owner, 'customer'>,
  named: readonly Named[],
): Parted {
  const mayJoin = ({ owner, isProven }: Named) =>
    level === 'VERIFIED' || isProven || !owner?.isKnown || owner.customer === own.customer;
  return { joining: named.filter(mayJoin), heldBack: named.filter((one) => !mayJoin(one)) };
}
