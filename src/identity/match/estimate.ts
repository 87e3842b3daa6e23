import { type Dependence, type LevelShares, type MatchContext, probability, weigh } from './compare.js';
import { CountedFrequencies, countedValue } from './frequencies.js';
import { type Field, fieldIndex, fields, levels, missing } from './levels.js';
import type { Person } from './person.js';
import { estimatePrior } from './prior.js';
import { weights } from './tables/weights.js';

/** Learned shares count as so many pairs beside those that the people themselves show. */
const learnedPairs = 2_000;
const sampledPairs = 300_000;
const dependentPairs = 20_000;
const dependentLearnedPairs = 50;

/** Strangers who agree on the one often agree on the other: neighbours, relatives, the gender of a given name. */
const dependents: readonly (readonly [field: Field, when: Field])[] = [
  ['surname', 'address'],
  ['gender', 'given_name'],
  ['locality', 'postcode'],
  ['locality', 'address'],
  ['region', 'postcode'],
  ['region', 'locality'],
  ['postcode', 'address'],
  ['postcode', 'locality'],
];

const forFields = <T>(make: (field: Field) => T) =>
  Object.fromEntries(fields.map((field) => [field, make(field)])) as Record<Field, T>;

export const learnedM: LevelShares = forFields((field) => weights.shares[field].m);
export const learnedU: LevelShares = forFields((field) => weights.shares[field].u);

/**
 * Fits the learned weights to these people: how often values occur, how strangers among them agree, and what share of
 * all pairs are one person. Deterministic for people in the same order.
 */
export function estimate(people: readonly Person[], pairs: Iterable<readonly [number, number]> = []): MatchContext {
  const frequencies = new CountedFrequencies();
  for (const person of people) frequencies.add(person);
  const guess = Math.min(0.01, 1 / Math.max(2, people.length));
  let context: MatchContext = {
    m: learnedM,
    u: learnedU,
    dependences: [],
    frequencies,
    prior: { within: guess, across: guess },
  };
  if (people.length < 2) return context;
  const random = randomOf(people.length);
  context = { ...context, u: strangerShares(people, context, random) };
  context = { ...context, dependences: dependencesOf(people, context, random) };
  void pairs;
  return { ...context, prior: estimatePrior(people) };
}

/** Level shares among random pairs that the learned weights call strangers. */
function strangerShares(people: readonly Person[], context: MatchContext, random: () => number): LevelShares {
  const counts = forFields((field) => levels[field].map(() => 0));
  const count = Math.min(sampledPairs, people.length * 100);
  for (let n = 0; n < count; n++) {
    const a = people[Math.floor(random() * people.length)]!;
    const b = people[Math.floor(random() * people.length)]!;
    if (a !== b) countStrangers(a, b, context, fields, counts);
  }
  return forFields((field) =>
    field === 'name_order' ? learnedU[field] : blend(counts[field], learnedU[field], learnedPairs),
  );
}

function dependencesOf(people: readonly Person[], context: MatchContext, random: () => number): Dependence[] {
  return dependents.flatMap(([field, when]) => {
    const value = countedValue[when]!;
    const groups = new Map<string, number[]>();
    people.forEach((person, index) => {
      const text = value(person);
      if (text === '') return;
      const group = groups.get(text);
      if (group) group.push(index);
      else groups.set(text, [index]);
    });
    const shared = [...groups.values()].filter((group) => group.length > 1);
    if (shared.length === 0) return [];
    const counts = forFields((one) => levels[one].map(() => 0));
    for (let n = 0; n < dependentPairs; n++) {
      const group = shared[Math.floor(random() * shared.length)]!;
      const a = people[group[Math.floor(random() * group.length)]!]!;
      const b = people[group[Math.floor(random() * group.length)]!]!;
      if (a !== b) countStrangers(a, b, context, [field], counts);
    }
    return [{ field, when, u: blend(counts[field], context.u[field], dependentLearnedPairs) }];
  });
}

const at = new Uint8Array(fields.length);
const bits = new Float64Array(fields.length);

function countStrangers(
  a: Person,
  b: Person,
  context: MatchContext,
  counted: readonly Field[],
  counts: Record<Field, number[]>,
): void {
  const total = weigh(a, b, context, at, bits);
  // The field itself must not decide who is a stranger, or it would never be seen to agree.
  for (const field of counted) {
    const level = at[fieldIndex[field]]!;
    if (level === missing) continue;
    if (probability(total - bits[fieldIndex[field]]!) < Number(process.env["STR"] ?? 0.02)) counts[field][level]!++;
  }
}

function blend(counts: readonly number[], learned: readonly number[], worth: number): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count, level) => (count + worth * learned[level]!) / (total + worth));
}

/** Mulberry32: numbers from 0 to 1 that repeat with the seed. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
