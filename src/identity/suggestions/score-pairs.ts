import { compare, type FieldEvidence, type MatchContext, scratch, weighOrVeto } from '../match/compare.js';
import type { Person } from '../match/person.js';
import type { Band, ClaimRecord, Suggested } from './suggestion.js';
import { pairKey } from './suggestion.js';

/** Above, ninety-nine of a hundred are one customer. */
const strongScore = 0.99;
/** Below, too few are one to be worth a person's time. */
const possibleScore = 0.8;
const possibleBits = Math.log2(possibleScore / (1 - possibleScore));

export interface Pair {
  readonly a: string;
  readonly b: string;
}

/**
 * Of candidate pairs those to suggest: the ones that score high enough, and the ones that touchpoints claimed to be one,
 * whatever they score. A person decides, so a claim stands also against what forbids a match.
 */
export function scorePairs(
  pairs: readonly Pair[],
  persons: ReadonlyMap<string, Person>,
  claims: ReadonlyMap<string, readonly ClaimRecord[]>,
  context: MatchContext,
): Suggested[] {
  const room = scratch();
  return pairs.flatMap(({ a, b }): Suggested[] => {
    const evidence = claims.get(pairKey({ a, b })) ?? [];
    const one = persons.get(a);
    const other = persons.get(b);
    const isKnown = one !== undefined && other !== undefined;
    const isClose = isKnown && weighOrVeto(one, other, context, room) >= possibleBits;
    if (!isClose && evidence.length === 0) return [];
    const { score, fields } = isKnown ? compare(one, other, context) : { score: 0, fields: [] };
    const band: Band = score >= strongScore && isToldFromRelatives(fields) ? 'STRONG' : 'POSSIBLE';
    const records = fields.map(({ field, level, weight }) => ({ field, level, bits: rounded(weight) }));
    return [{ a, b, score: rounded(score), band, fields: records, evidence }];
  });
}

/** Levels at which a field says that it is this very person, and not a twin. */
const tellsFromTwin: Readonly<Record<string, readonly string[]>> = {
  given_name: ['same', 'nickname', 'similar', 'part'],
  email: ['same'],
  national_id: ['same', 'edit'],
};
/** … and not a parent or child of the same name: an e-mail address made of the name is no proof of that. */
const tellsFromNamesake: Readonly<Record<string, readonly string[]>> = {
  dob: ['same', 'edit', 'near'],
  birth_year: ['same'],
  email: ['same'],
  national_id: ['same', 'edit'],
};

/**
 * However high they score, two are a strong match only where something tells them from both kinds of relative: surname and
 * home are what twins share as well, and with a given name what father and son share.
 */
function isToldFromRelatives(fields: readonly FieldEvidence[]): boolean {
  return [tellsFromTwin, tellsFromNamesake].every((telling) =>
    fields.some(({ field, level }) => telling[field]?.includes(level)),
  );
}

/** Six decimals: what is shown, compared and stored is the same number. */
const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;
