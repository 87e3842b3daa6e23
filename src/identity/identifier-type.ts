import { type Blocklist, nothingBlocked } from './identifier-blocklist.js';

/** How two values of a type are compared; `docs/identity.md` says what each does. */
export const comparisons = ['exact', 'exact_ignoring_case', 'email', 'phone'] as const;
export type Comparison = (typeof comparisons)[number];

/**
 * What happens to one too many of a type: it is left out; the one that was not seen for the longest time goes; or,
 * beyond that, it moves to whoever used it last when two customers cannot be joined.
 */
export const overflows = ['demote', 'oldest_out', 'last_wins'] as const;
export type Overflow = (typeof overflows)[number];

/** What is taken out of the local part of an e-mail address before it is compared. */
export interface EmailFolding {
  /** `ann+news@x.io` is `ann@x.io`. */
  readonly plus: boolean;
  /** `a.n.n@x.io` is `ann@x.io`. */
  readonly dots: boolean;
}

/** A kind of identifier in one workspace. */
export interface IdentifierType {
  readonly name: string;
  /** 1 is the strongest; of the identifiers in a conflict the weakest is demoted. */
  readonly priority: number;
  /** How many values of this type one customer may have. */
  readonly limitPerCustomer: number;
  /** Only values that were seen first within so many days count for the limit; null counts them all. */
  readonly windowDays: number | null;
  /** Two customers with different values of a unique type are never joined by a rule. */
  readonly isUnique: boolean;
  /**
   * A value holds within one account or page only and names it: `<account>:<id>`. The same id on another page is somebody
   * else, so an id alone identifies nobody.
   */
  readonly isScoped: boolean;
  readonly comparison: Comparison;
  readonly overflow: Overflow;
  readonly blocked: Blocklist;
  readonly folding: EmailFolding;
}

/** A customer with an identifier of this priority or a stronger one is identified: somebody said who it is. */
export const identifyingPriorityMax = 4;
/** Identifiers of this priority or a weaker one belong to a device: whoever names one is an anonymous visitor. */
export const devicePriorityMin = 6;

export const noFolding: EmailFolding = { plus: false, dots: false };

const type = (name: string, priority: number, limitPerCustomer: number, more: Partial<IdentifierType> = {}) => ({
  name,
  priority,
  limitPerCustomer,
  windowDays: null,
  isUnique: limitPerCustomer === 1,
  isScoped: false,
  comparison: 'exact' as const,
  overflow: 'demote' as const,
  blocked: nothingBlocked,
  folding: noFolding,
  ...more,
});

/** What a new workspace starts with. */
export const defaultIdentifierTypes: readonly IdentifierType[] = [
  type('user_id', 1, 1),
  type('crm_id', 2, 1),
  type('email', 3, 5, { comparison: 'email' }),
  type('phone', 4, 5, { comparison: 'phone' }),
  type('whatsapp', 4, 5, { comparison: 'phone' }),
  ...['facebook', 'instagram', 'slack'].map((name) => type(name, 5, 5, { isScoped: true })),
  // The platform gives these ids once for all accounts.
  ...['x', 'telegram', 'line', 'linkedin'].map((name) => type(name, 5, 5)),
  type('device_id', 6, 20),
  type('anonymous_id', 7, 100, { overflow: 'oldest_out' }),
];

/** The limits that make it necessary to know each value of a customer, not only how many there are. */
export const keepsTrack = (type: IdentifierType): boolean => type.overflow !== 'demote' || type.windowDays !== null;
