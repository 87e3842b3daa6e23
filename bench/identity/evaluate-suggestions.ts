import { parseArgs } from 'node:util';
import { blocksOf, samplePairs } from '../../src/identity/match/blocks.js';
import type { MatchContext } from '../../src/identity/match/compare.js';
import { estimate } from '../../src/identity/match/estimate.js';
import type { Person } from '../../src/identity/match/person.js';
import { placeOf, storedKeys } from '../../src/identity/match/stored-keys.js';
import { type Pair, scorePairs } from '../../src/identity/suggestions/score-pairs.js';
import { contextOf, shippedWeights, weightSetOf } from '../../src/identity/suggestions/weight-set.js';
import { type DataSet, fake1000, febrl3, febrl3WithoutId, without } from './data-sets.js';
import { madePeople } from './made-people.js';
import { truePairsOf } from './measure-match.js';

/**
 * Prints precision and recall of suggestions as the service makes them: stored keys, blocks of 200 neighbours, no
 * clusters, scores by the shipped weights and by weights estimated of the same people, both bands alone. E-mail addresses
 * and telephone numbers that two records share are taken from one of them, since in the service such two are one already.
 */
const { values: options } = parseArgs({ options: { records: { type: 'string', default: '5000' } } });
const records = Number(options.records);
const figure = (share: number) => (Number.isNaN(share) ? '–' : share.toFixed(4));

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
      for (const other of block.slice(at + 1, at + 101)) pairs.add(one < other ? `${one} ${other}` : `${other} ${one}`);
    });
  }
  return [...pairs].map((pair) => {
    const [a, b] = pair.split(' ') as [string, string];
    return { a, b };
  });
}

function measured(set: DataSet, people: readonly Person[], pairs: readonly Pair[], context: MatchContext): string {
  const persons = new Map(people.map((person, index) => [String(index), person]));
  const found = scorePairs(pairs, persons, new Map(), context);
  const isRight = ({ a, b }: Pair) => set.entity[Number(a)] === set.entity[Number(b)];
  const band = (name: string) => {
    const some = found.filter((one) => one.band === name);
    return `${some.length} at ${figure(some.filter(isRight).length / some.length)}`;
  };
  const recall = found.filter(isRight).length / truePairsOf(set);
  return [figure(recall), band('STRONG'), band('POSSIBLE')].join(' | ');
}

const sets = [
  febrl3(),
  febrl3WithoutId(),
  fake1000(),
  without('fake_1000: no dob', fake1000(), ['dob']),
  ...(['shop', 'homes'] as const).map((kind) => madePeople(kind, records, 17)),
];
process.stdout.write('| data set | weights | recall | strong | possible |\n| --- | --- | --- | --- | --- |\n');
for (const set of sets) {
  const people = parted(set);
  const pairs = candidates(people);
  const keying = {
    count: people.length,
    keys: (index: number) => storedKeys(people[index]!),
    narrowingKeys: () => [],
    order: (index: number) => placeOf(people[index]!).padStart(20, '0'),
  };
  const estimated = estimate({ people, pairs: samplePairs(blocksOf(keying), people.length, 5_000) });
  const rows = { shipped: shippedWeights, estimated: weightSetOf(estimated, people) };
  for (const [name, weights] of Object.entries(rows)) {
    process.stdout.write(`| ${set.name} | ${name} | ${measured(set, people, pairs, contextOf(weights))} |\n`);
  }
}
