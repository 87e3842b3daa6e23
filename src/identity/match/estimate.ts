import type { Pairs } from './blocks.js';
import {
  apartOf,
  type Dependence,
  isApart,
  type LevelShares,
  type MatchContext,
  probability,
  scratch,
  weigh,
  weighLevels,
} from './compare.js';
import { dependents } from './dependents.js';
import { CountedFrequencies, groupedValue } from './frequencies.js';
import { at, type Field, fields, levels, levelsOf } from './levels.js';
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

/** What tells a person from the others of the household. */
export const personalFields: readonly Field[] = ['given_name', 'dob', 'birth_year', 'email', 'national_id'];
/** Surely one person and no relative: the personal fields say so by themselves. */
export const personalBitsLeast = 8;

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

/** What weights are fitted to. */
export interface Material {
  /** The people of the candidate pairs. */
  readonly people: readonly Person[];
  /** Candidates, or a sample of them. */
  readonly pairs: Pairs;
  /** People drawn at random; the people of the pairs when left out. */
  readonly sample?: readonly Person[];
  /** Of how many pairs, and of how many people, the candidates are what blocking let through; all when left out. */
  readonly looked?: { readonly pairs: number; readonly people: number };
  /** Level shares of one person to start from instead of the shipped ones. */
  readonly m?: LevelShares;
}

/**
 * Fits the learned weights to these people: how often values occur, how strangers among them agree, what share of all
 * pairs are one person, and, in one step, how pairs agree in a field that are surely one person by all their other
 * fields. Deterministic for people in the same order.
 */
export function estimate(material: Material): MatchContext {
  const steps = estimateInSteps(material);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** As `estimate`, pausing again and again: a service goes on with other work in between. */
export function* estimateInSteps({
  people,
  pairs,
  sample = people,
  looked,
  m,
}: Material): Generator<void, MatchContext> {
  const shipped = learnedContext(sample);
  let context: MatchContext = m ? { ...shipped, m } : shipped;
  if (people.length < 2) return context;
  const random = randomOf(sample.length);
  context = { ...context, u: yield* strangerShares(sample, context, random) };
  context = { ...context, dependences: yield* dependencesOf(people, context, random) };
  const compared = yield* comparedPairs(people, pairs);
  context = { ...context, prior: priorOf(people, pairs, yield* evidenceOf(compared, context), looked) };
  context = { ...context, m: yield* onePersonShares(compared, context) };
  return { ...context, prior: priorOf(people, pairs, yield* evidenceOf(compared, context), looked) };
}

/** So many pairs between two pauses: some hundredths of a second. */
const pausePairs = 8_192;

/** Pairs whose levels are known: only what a level is worth changes while weights are fitted. */
interface ComparedPairs {
  readonly count: number;
  /** The log-odds of the nth pair, with levels and weights in `room`. */
  weigh(n: number, context: MatchContext): number;
}

function* comparedPairs(people: readonly Person[], { a, b }: Pairs): Generator<void, ComparedPairs> {
  const known = new Uint8Array(a.length * fields.length);
  for (let n = 0; n < a.length; n++) {
    levelsOf(people[a[n]!]!, people[b[n]!]!, room.levels);
    known.set(room.levels, n * fields.length);
    if (n % pausePairs === 0) yield;
  }
  return {
    count: a.length,
    weigh: (n, context) => {
      for (let index = 0, from = n * fields.length; index < fields.length; index++) {
        room.levels[index] = known[from + index]!;
      }
      return weighLevels(people[a[n]!]!, people[b[n]!]!, context, room);
    },
  };
}

function* evidenceOf(pairs: ComparedPairs, context: MatchContext): Generator<void, Float64Array> {
  const evidence = new Float64Array(pairs.count);
  for (let n = 0; n < evidence.length; n++) {
    pairs.weigh(n, context);
    let sum = 0;
    for (const weight of room.weights) sum += weight;
    evidence[n] = sum;
    if (n % pausePairs === 0) yield;
  }
  return evidence;
}

/** Level shares among the pairs that are one person by all fields but the one counted. */
function* onePersonShares(pairs: ComparedPairs, context: MatchContext): Generator<void, LevelShares> {
  const counts = forFields((field) => levels[field].map(() => 0));
  for (let n = 0; n < pairs.count; n++) {
    if (n % pausePairs === 0) yield;
    const total = pairs.weigh(n, context);
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
function* strangerShares(
  people: readonly Person[],
  context: MatchContext,
  random: () => number,
): Generator<void, LevelShares> {
  const counts = forFields((field) => levels[field].map(() => 0));
  const count = Math.min(sampledPairs, people.length * 100);
  for (let n = 0; n < count; n++) {
    const a = people[Math.floor(random() * people.length)]!;
    const b = people[Math.floor(random() * people.length)]!;
    if (a !== b) countStrangers(a, b, context, fields, counts);
    if (n % pausePairs === 0) yield;
  }
  return forFields((field) =>
    field === 'name_order' ? context.u[field] : blend(counts[field], context.u[field], learnedPairs),
  );
}

function* dependencesOf(
  people: readonly Person[],
  context: MatchContext,
  random: () => number,
): Generator<void, Dependence[]> {
  const found: Dependence[] = [];
  for (const { field, when, apart, assumed } of dependents) {
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
    if (shared.length === 0) continue;
    const counts = forFields((one) => levels[one].map(() => 0));
    for (let n = 0; n < dependentPairs; n++) {
      const group = shared[Math.floor(random() * shared.length)]!;
      const a = people[group[Math.floor(random() * group.length)]!]!;
      const b = people[group[Math.floor(random() * group.length)]!]!;
      if (a !== b) countStrangers(a, b, context, [field], counts, apartOf({ apart }));
    }
    found.push({
      field,
      when,
      ...(apart ? { apart } : {}),
      u: blend(counts[field], assumed ?? context.u[field], dependentLearnedPairs),
    });
    yield;
  }
  return found;
}

const room = scratch();

function countStrangers(
  a: Person,
  b: Person,
  context: MatchContext,
  counted: readonly Field[],
  counts: Record<Field, number[]>,
  apart: ReturnType<typeof apartOf> = null,
): void {
  const total = weigh(a, b, context, room);
  if (!isApart(apart, room.levels)) return;
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
