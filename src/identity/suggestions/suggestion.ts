/** Stored as their places in these lists: append only. */
export const suggestionStatuses = ['OPEN', 'CONFIRMED', 'REJECTED'] as const;
export type SuggestionStatus = (typeof suggestionStatuses)[number];

export const bands = ['STRONG', 'POSSIBLE'] as const;
export type Band = (typeof bands)[number];

export const statusCode = (status: SuggestionStatus): number => suggestionStatuses.indexOf(status);
export const bandCode = (band: Band): number => bands.indexOf(band);

/** What one field says: its level and its weight in bits. */
export interface FieldRecord {
  readonly field: string;
  readonly level: string;
  readonly bits: number;
}

/** A pair of customers to suggest; `a` is the smaller id. */
export interface Suggested {
  readonly a: string;
  readonly b: string;
  readonly score: number;
  readonly band: Band;
  readonly fields: readonly FieldRecord[];
  readonly evidence: readonly ClaimRecord[];
}

/** That touchpoints said of two customers that they are one, and nobody proved it. */
export interface ClaimRecord {
  readonly rule: string;
  readonly touchpoint: string;
  readonly times: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

export const pairKey = ({ a, b }: { readonly a: string; readonly b: string }): string => `${a} ${b}`;

/** Ids are numbers of any size: the shorter text is the smaller one. */
export function inOrder(one: string, other: string): { readonly a: string; readonly b: string } {
  const isFirst = one.length === other.length ? one < other : one.length < other.length;
  return isFirst ? { a: one, b: other } : { a: other, b: one };
}
