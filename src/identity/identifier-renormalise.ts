import type { IdentifierType } from './identifier-type.js';
import { normaliseIdentifier } from './normalise.js';

/** A stored identifier, and what it was made from. */
export interface StoredForm {
  readonly type: string;
  readonly value: string;
  /** As it came first, when that differs. */
  readonly raw: string | null;
}

export interface Rule {
  readonly type: IdentifierType;
  readonly defaultRegion: string;
}

export type Renormalised =
  | { readonly value: string }
  | { readonly refused: 'BLOCKED' | 'INVALID'; readonly reason: string };

/**
 * The form of a stored identifier by a changed rule. It is made from what first came, where that is what the former
 * rule made the value of; a telephone number that came with a region of its own is taken as it is stored.
 */
export function renormalise(stored: StoredForm, former: Rule, present: Rule): Renormalised {
  const text = stored.raw ?? stored.value;
  const before = normaliseIdentifier(former.type, text, former.defaultRegion);
  const isOfFormerRule = 'value' in before && before.value === stored.value;
  return normaliseIdentifier(present.type, isOfFormerRule ? text : stored.value, present.defaultRegion);
}
