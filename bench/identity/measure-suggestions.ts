import { blocksOf, samplePairs } from '../../src/identity/match/blocks.js';
import { estimate } from '../../src/identity/match/estimate.js';
import type { Person } from '../../src/identity/match/person.js';
import { placeOf, storedKeys } from '../../src/identity/match/stored-keys.js';
import { type Pair, scorePairs } from '../../src/identity/suggestions/score-pairs.js';
import type { Band } from '../../src/identity/suggestions/suggestion.js';
import { contextOf, shippedWeights, type WeightSet, weightSetOf } from '../../src/identity/suggestions/weight-set.js';
import type { DataSet } from './data-sets.js';
import { truePairsOf } from './measure-match.js';

export interface SuggestionMeasure {
  readonly weights: 'shipped' | 'estimated';
  readonly recall: number;
  readonly bands: Readonly<Record<Band, { readonly pairs: number; readonly precision: number }>>;
}

const weightsFittedTo = 5_000;
const neighboursPerSide = 100;

/**
 * Suggestions as the service makes them: stored keys, blocks of neighbours, no clusters, scores by the shipped weights and
 * by weights estimated of the same people. E-mail addresses and telephone numbers that two records share are taken from
 * one of them, since in the service such two are one already.
 */
export function measureSuggestions(set: DataSet): SuggestionMeasure[] {
  const people = parted(set);
  const pairs = candidates(people);
  const keying = {
    count: people.length,
    keys: (index: number) => storedKeys(people[index]!),
    narrowingKeys: () => [],
    order: (index: number) => placeOf(people[index]!).padStart(20, '0'),
  };
  const fitted = estimate({ people, pairs: samplePairs(blocksOf(keying), people.length, weightsFittedTo) });
  return [
    { weights: 'shipped', ...measured(set, people, pairs, shippedWeights) },
    { weights: 'estimated', ...measured(set, people, pairs, weightSetOf(fitted, people)) },
  ];
}

/** As in the service: an identifier leads to one customer only. */
function parted(set: DataSet): Person[] {
  const taken = new Set<string>();
  const own = (value: string) => {
    if (taken.has(value)) return '';
    taken.add(value);
    return value;
  };
  return set.people.map((person) => ({ ...person, email: own(person.email), phone: own(person.phone) }));
}

function candidates(people: readonly Person[]): Pair[] {
  const blocks = new Map<string, number[]>();
  people.forEach((person, index) => {
    for (const key of storedKeys(person)) blocks.set(key, [...(blocks.get(key) ?? []), index]);
  });
  const places = people.map((person) => BigInt(placeOf(person)));
  const pairs = new Set<string>();
  for (const block of blocks.values()) {
    block.sort((x, y) => (places[x]! < places[y]! ? -1 : places[x]! > places[y]! ? 1 : x - y));
    block.forEach((one, at) => {
      for (const other of block.slice(at + 1, at + 1 + neighboursPerSide)) {
        pairs.add(one < other ? `${one} ${other}` : `${other} ${one}`);
      }
    });
  }
  return [...pairs].map((pair) => {
    const [a, b] = pair.split(' ') as [string, string];
    return { a, b };
  });
}

function measured(set: DataSet, people: readonly Person[], pairs: readonly Pair[], weights: WeightSet) {
  const persons = new Map(people.map((person, index) => [String(index), person]));
  const found = scorePairs(pairs, persons, new Map(), contextOf(weights));
  const isRight = ({ a, b }: Pair) => set.entity[Number(a)] === set.entity[Number(b)];
  const band = (name: Band) => {
    const some = found.filter((one) => one.band === name);
    return { pairs: some.length, precision: some.filter(isRight).length / some.length };
  };
  const recall = found.filter(isRight).length / truePairsOf(set);
  return { recall, bands: { STRONG: band('STRONG'), POSSIBLE: band('POSSIBLE') } };
}
