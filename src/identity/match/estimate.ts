import type { Pairs } from './blocks.js';
import { type Dependence, type LevelShares, type MatchContext, probability, scratch, weigh } from './compare.js';
import { CountedFrequencies, groupedValue } from './frequencies.js';
import { at, type Field, fields, levels } from './levels.js';
import { missing } from './missing.js';
import type { Person } from './person.js';
import { priorOf } from './prior.js';
import { randomOf } from './random.js';
import { weights } from './tables/weights.js';

/** Learned shares count as so many pairs beside those that the people themselves show. */
const learnedPairs = 2_000;
const sampledPairs = 150_000;
const dependentPairs = 6_000;
const dependentLearnedPairs = 50;
/** … and so many beside the pairs that are surely one person. */
const learnedSurePairs = 300;

/** Without the field in question: below, a pair is surely of strangers; above, surely of one person. */
const strangersBelow = 0.02;
const onePersonAbove = 0.9;

/**
 * Strangers who agree on the one often agree on the other: relatives, neighbours, the gender of a given name, the e-mail
 * address made of a name. Always from the finer to the coarser, never both ways. With what is assumed where the people
 * at hand show little.
 */
const dependents: readonly (readonly [field: Field, when: readonly Field[], assumed?: readonly number[]])[] = [
  ['surname', ['address', 'house'], [0.6, 0.05, 0.02, 0.03, 0.3]],
  ['surname', ['postcode', 'house'], [0.6, 0.05, 0.02, 0.03, 0.3]],
  ['surname', ['address'], [0.3, 0.03, 0.02, 0.03, 0.62]],
  ['surname', ['phone'], [0.6, 0.05, 0.02, 0.03, 0.3]],
  ['surname', ['postcode']],
  ['surname', ['locality']],
  ['phone', ['address', 'house'], [0.3, 0.02, 0.68]],
  ['phone', ['surname', 'address'], [0.3, 0.02, 0.68]],
  ['phone', ['surname', 'postcode'], [0.2, 0.02, 0.78]],
  ['phone', ['postcode', 'house'], [0.3, 0.02, 0.68]],
  ['email', ['surname'], [0.0003, 0.003, 0.03, 0.9667]],
  ['email', ['given_name', 'surname'], [0.0005, 0.02, 0.03, 0.9495]],
  ['gender', ['given_name']],
  ['house', ['address'], [0.3, 0.2, 0.5]],
  ['house', ['surname', 'postcode'], [0.3, 0.2, 0.5]],
  ['house', ['postcode'], [0.05, 0.2, 0.75]],
  ['given_name', ['address', 'house'], [0.02, 0.01, 0.02, 0.01, 0.04, 0.9]],
  ['given_name', ['postcode', 'house'], [0.02, 0.01, 0.02, 0.01, 0.04, 0.9]],
  ['postcode', ['address']],
  ['locality', ['postcode']],
  ['locality', ['address']],
  ['region', ['postcode']],
  ['region', ['locality']],
];

/** What tells a person from the others of the household. */
const personalFields: readonly Field[] = ['given_name', 'dob', 'birth_year', 'email', 'national_id'];
/** Surely one person and no relative: the personal fields say so by themselves. */
const personalBitsLeast = 8;

const forFields = <T>(make: (field: Field) => T) =>
  Object.fromEntries(fields.map((field) => [field, make(field)])) as Record<Field, T>;

export const learnedM: LevelShares = forFields((field) => weights.shares[field].m);
export const learnedU: LevelShares = forFields((field) => weights.shares[field].u);

const learned = (which: 'm' | 'u'): LevelShares => forFields((field) => weights.shares[field][which]);

/** What is known before any of a workspace's people are: the learned weights alone. */
export function learnedContext(people: readonly Person[]): MatchContext {
  const frequencies = new CountedFrequencies();
  for (const person of people) frequencies.add(person);
  const prior = Math.min(0.01, 1 / Math.max(2, people.length));
  return { m: learned('m'), u: learned('u'), dependences: [], frequencies, prior: { within: prior, across: prior } };
}

/**
 * Fits the learned weights to these people: how often values occur, how strangers among them agree, what share of all
 * pairs are one person, and, in one step, how pairs agree in a field that are surely one person by all their other
 * fields. Deterministic for people in the same order.
 * @param pairs candidates, or a sample of them
 */
export function estimate(people: readonly Person[], pairs: Pairs, m?: LevelShares): MatchContext {
  const shipped = learnedContext(people);
  let context: MatchContext = m ? { ...shipped, m } : shipped;
  if (people.length < 2) return context;
  const random = randomOf(people.length);
  context = { ...context, u: strangerShares(people, context, random) };
  context = { ...context, dependences: dependencesOf(people, context, random) };
  context = { ...context, prior: priorOf(people, pairs, evidenceOf(people, pairs, context)) };
  context = { ...context, m: onePersonShares(people, pairs, context) };
  return { ...context, prior: priorOf(people, pairs, evidenceOf(people, pairs, context)) };
}

function evidenceOf(people: readonly Person[], pairs: Pairs, context: MatchContext): Float64Array {
  return Float64Array.from(pairs.a, (_, n) => {
    weigh(people[pairs.a[n]!]!, people[pairs.b[n]!]!, context, room);
    return room.weights.reduce((sum, weight) => sum + weight, 0);
  });
}

/** Level shares among the pairs that are one person by all fields but the one counted. */
function onePersonShares(people: readonly Person[], pairs: Pairs, context: MatchContext): LevelShares {
  const counts = forFields((field) => levels[field].map(() => 0));
  for (let n = 0; n < pairs.a.length; n++) {
    const total = weigh(people[pairs.a[n]!]!, people[pairs.b[n]!]!, context, room);
    const personal = personalFields.reduce((sum, field) => sum + room.weights[at[field]]!, 0);
    for (const field of fields) {
      const level = room.levels[at[field]]!;
      if (level === missing) continue;
      const own = personalFields.includes(field) ? room.weights[at[field]]! : 0;
      if (personal - own < personalBitsLeast) continue;
      const sure = probability(total - room.weights[at[field]]!);
      if (sure > onePersonAbove) counts[field][level]! += sure;
    }
  }
  return forFields((field) => blend(counts[field], context.m[field], learnedSurePairs));
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
    field === 'name_order' ? context.u[field] : blend(counts[field], context.u[field], learnedPairs),
  );
}

function dependencesOf(people: readonly Person[], context: MatchContext, random: () => number): Dependence[] {
  return dependents.flatMap(([field, when, assumed]): Dependence[] => {
    const groups = new Map<string, number[]>();
    people.forEach((person, index) => {
      const values = when.map((one) => groupedValue[one]!(person));
      if (values.includes('')) return;
      const key = values.join('|');
      const group = groups.get(key);
      if (group) group.push(index);
      else groups.set(key, [index]);
    });
    // A group as often as it has people.
    const shared = [...groups.values()].filter((group) => group.length > 1).flatMap((group) => group.map(() => group));
    if (shared.length === 0) return [];
    const counts = forFields((one) => levels[one].map(() => 0));
    for (let n = 0; n < dependentPairs; n++) {
      const group = shared[Math.floor(random() * shared.length)]!;
      const a = people[group[Math.floor(random() * group.length)]!]!;
      const b = people[group[Math.floor(random() * group.length)]!]!;
      if (a !== b) countStrangers(a, b, context, [field], counts);
    }
    return [{ field, when, u: blend(counts[field], assumed ?? context.u[field], dependentLearnedPairs) }];
  });
}

const room = scratch();

function countStrangers(
  a: Person,
  b: Person,
  context: MatchContext,
  counted: readonly Field[],
  counts: Record<Field, number[]>,
): void {
  const total = weigh(a, b, context, room);
  // The field itself must not decide who is a stranger, or it would never be seen to agree.
  for (const field of counted) {
    const level = room.levels[at[field]]!;
    if (level === missing) continue;
    if (probability(total - room.weights[at[field]]!) < strangersBelow) counts[field][level]!++;
  }
}

function blend(counts: readonly number[], learned: readonly number[], worth: number): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count, level) => (count + worth * learned[level]!) / (total + worth));
}
