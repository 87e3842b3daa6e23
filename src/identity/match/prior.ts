import type { Pairs } from './blocks.js';
import type { Person } from './person.js';

/** However much agrees, nobody is taken to have more than so many other records on average. */
const pairsPerPersonMax = 8;
const rounds = 40;

export type Prior = { readonly within: number; readonly across: number };

/**
 * The share of one-person pairs among all pairs within one source, and among those of two sources. It starts from a
 * strict rule: pairs whose evidence alone outweighs the number of all pairs. From there it is the one unknown (m and u
 * stand still, so that it cannot drift together with them): what the pairs' own odds add up to.
 * @param evidence of each pair, in bits, without any prior
 * @param looked how many pairs and people the candidates were found among, where that is more than the people at hand
 */
export function priorOf(
  people: readonly Person[],
  pairs: Pairs,
  evidence: Float64Array,
  looked?: { readonly pairs: number; readonly people: number },
): Prior {
  if (looked) {
    const share = shareOf([...evidence], looked.pairs, looked.people);
    return { within: share, across: share };
  }
  const total = pairTotals(people);
  const stratum = (isWithin: boolean) => {
    const all = isWithin ? total.within : total.across;
    const some: number[] = [];
    for (let n = 0; n < evidence.length; n++) {
      if ((people[pairs.a[n]!]!.source === people[pairs.b[n]!]!.source) === isWithin) some.push(evidence[n]!);
    }
    return all === 0 ? 0 : shareOf(some, all * pairs.share, people.length * pairs.share);
  };
  const within = stratum(true);
  const across = stratum(false);
  return { within: within || across || 0.01, across: across || within || 0.01 };
}

function shareOf(evidence: readonly number[], pairs: number, people: number): number {
  let found = Math.max(0.5, evidence.filter((bits) => bits >= Math.log2(pairs)).length);
  const likelihoods = Float64Array.from(evidence, (bits) => 2 ** bits);
  for (let round = 0; round < rounds; round++) {
    let sum = 0;
    for (const likelihood of likelihoods) {
      const odds = likelihood * (found / pairs);
      sum += odds === Number.POSITIVE_INFINITY ? 1 : odds / (1 + odds);
    }
    found = Math.min(Math.max(0.5, sum), people * pairsPerPersonMax);
  }
  return Math.min(0.5, found / pairs);
}

function pairTotals(people: readonly Person[]): { within: number; across: number } {
  const sizes = new Map<string, number>();
  for (const { source } of people) sizes.set(source, (sizes.get(source) ?? 0) + 1);
  let within = 0;
  for (const size of sizes.values()) within += (size * (size - 1)) / 2;
  return { within, across: (people.length * (people.length - 1)) / 2 - within };
}
