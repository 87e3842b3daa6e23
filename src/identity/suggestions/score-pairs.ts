import { compare, type FieldEvidence, type MatchContext, scratch, weighOrVeto } from '../match/compare.js';
import { personalBitsLeast, personalFields } from '../match/estimate.js';
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
    const band: Band = score >= strongScore && isPersonal(fields) ? 'STRONG' : 'POSSIBLE';
    const records = fields.map(({ field, level, weight }) => ({ field, level, bits: rounded(weight) }));
    return [{ a, b, score: rounded(score), band, fields: records, evidence }];
  });
}

/** What housemates share does not make a match strong: given name, birth, e-mail and national id must speak for it too. */
function isPersonal(fields: readonly FieldEvidence[]): boolean {
  const personal = fields.filter(({ field }) => personalFields.includes(field));
  return personal.reduce((bits, { weight }) => bits + weight, 0) >= personalBitsLeast;
}

/** Six decimals: what is shown, compared and stored is the same number. */
const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;
