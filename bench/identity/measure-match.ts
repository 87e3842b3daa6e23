import type { LevelShares } from '../../src/identity/match/compare.js';
import { type Band, type Matched, matchPeople } from '../../src/identity/match/match.js';
import type { DataSet } from './data-sets.js';

export interface MatchMeasure {
  readonly name: string;
  readonly people: number;
  readonly truePairs: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly bands: Readonly<Record<Band, { readonly pairs: number; readonly precision: number }>>;
  readonly seconds: number;
  readonly matched: Matched;
}

/** Matches a data set as the command does and counts every pair found, of either band, against the truth. */
export function measureMatch(set: DataSet, m?: LevelShares): MatchMeasure {
  const before = performance.now();
  const matched = matchPeople(
    set.people.map((person, index) => ({ id: `p${index}`, person })),
    undefined,
    m,
  );
  const seconds = (performance.now() - before) / 1000;
  const entity = new Map(set.entity.map((one, index) => [`p${index}`, one]));
  const isTrue = (pair: Matched['pairs'][number]) => entity.get(pair.idA) === entity.get(pair.idB);
  const band = (name: Band) => {
    const pairs = matched.pairs.filter((pair) => pair.band === name);
    return { pairs: pairs.length, precision: pairs.filter(isTrue).length / (pairs.length || 1) };
  };
  const truePairs = truePairsOf(set);
  const right = matched.pairs.filter(isTrue).length;
  const precision = right / (matched.pairs.length || 1);
  const recall = right / (truePairs || 1);
  return {
    name: set.name,
    people: set.people.length,
    truePairs,
    precision,
    recall,
    f1: (2 * precision * recall) / (precision + recall || 1),
    bands: { strong: band('strong'), possible: band('possible') },
    seconds,
    matched,
  };
}

export function truePairsOf(set: DataSet): number {
  const sizes = new Map<string, number>();
  for (const entity of set.entity) sizes.set(entity, (sizes.get(entity) ?? 0) + 1);
  let pairs = 0;
  for (const size of sizes.values()) pairs += (size * (size - 1)) / 2;
  return pairs;
}
