import { type Field, fields, levels, levelsOf } from '../../src/identity/match/levels.js';
import { missing } from '../../src/identity/match/missing.js';
import { randomOf } from '../../src/identity/match/random.js';
import type { DataSet } from './data-sets.js';

export type Shares = Record<Field, number[]>;
export interface Learned {
  readonly m: Shares;
  readonly u: Shares;
  /** How many pairs of one person each field was learned from; 0: nothing but the assumption. */
  readonly pairs: Record<Field, number>;
}

/**
 * What is thought of a field before any data is seen: level shares among pairs of one person (m) and of strangers (u).
 * They stand where the training data has no such field (phone, gender, occupation, birth place, …), and smooth the rest.
 */
const assumed: Record<Field, readonly [m: readonly number[], u: readonly number[]]> = {
  given_name: [
    [0.78, 0.05, 0.06, 0.03, 0.04, 0.04],
    [0.008, 0.004, 0.006, 0.01, 0.03, 0.942],
  ],
  surname: [
    [0.82, 0.06, 0.02, 0.03, 0.07],
    [0.004, 0.006, 0.005, 0.03, 0.955],
  ],
  name_order: [
    [0.97, 0.03],
    // Any two people can be read straight and crosswise: it is the names' own agreement that strangers lack.
    [1, 1],
  ],
  middle_name: [
    [0.7, 0.2, 0.1],
    [0.03, 0.07, 0.9],
  ],
  generation: [
    [0.95, 0.05],
    [0.4, 0.6],
  ],
  dob: [
    [0.83, 0.08, 0.03, 0.02, 0.02, 0.02],
    [0.0001, 0.002, 0.002, 0.02, 0.19, 0.7859],
  ],
  birth_year: [
    [0.85, 0.06, 0.05, 0.04],
    [0.015, 0.03, 0.2, 0.755],
  ],
  postcode: [
    [0.75, 0.05, 0.08, 0.12],
    [0.002, 0.005, 0.02, 0.973],
  ],
  address: [
    [0.7, 0.12, 0.05, 0.13],
    [0.001, 0.003, 0.02, 0.976],
  ],
  house: [
    [0.78, 0.06, 0.16],
    [0.02, 0.15, 0.83],
  ],
  address_2: [
    [0.65, 0.12, 0.23],
    [0.01, 0.01, 0.98],
  ],
  locality: [
    [0.78, 0.09, 0.13],
    [0.02, 0.02, 0.96],
  ],
  region: [
    [0.92, 0.02, 0.06],
    [0.2, 0.03, 0.77],
  ],
  email: [
    [0.68, 0.06, 0.08, 0.18],
    [0.00005, 0.0003, 0.001, 0.99865],
  ],
  phone: [
    [0.7, 0.05, 0.25],
    [0.00005, 0.0003, 0.99965],
  ],
  national_id: [
    [0.92, 0.05, 0.03],
    [0.00001, 0.0005, 0.99949],
  ],
  gender: [
    [0.97, 0.03],
    [0.5, 0.5],
  ],
  occupation: [
    [0.65, 0.1, 0.25],
    [0.05, 0.03, 0.92],
  ],
  birth_place: [
    [0.75, 0.1, 0.15],
    [0.03, 0.03, 0.94],
  ],
};

/** How many pairs the assumption is worth. */
const assumedPairs = 40;
/** Training data lacks what life has (nicknames, relatives): no share falls below a tenth of the assumed one. */
const leastOfAssumed = 0.1;
const strangerPairs = 400_000;

/** Counts the levels among all pairs of one person and a sample of pairs of strangers; data sets have an equal say. */
export function learn(sets: readonly DataSet[]): Learned {
  const counted = sets.map((set) => ({ m: sharesAmong(set, true), u: sharesAmong(set, false) }));
  const pooled = (which: 'm' | 'u') =>
    forFields((field) => {
      const some = counted.map((one) => one[which][field]).filter((counts) => sum(counts) > 0);
      const prior = assumed[field][which === 'm' ? 0 : 1];
      if (some.length === 0 || (field === 'name_order' && which === 'u')) return [...prior];
      const each = some.map((counts) =>
        counts.map((count, level) => (count + assumedPairs * prior[level]!) / (sum(counts) + assumedPairs)),
      );
      const learned = prior.map((_, level) => sum(each.map((shares) => shares[level]!)) / each.length);
      return learned.map((share, level) => Math.max(share, prior[level]! * leastOfAssumed));
    });
  return { m: pooled('m'), u: pooled('u'), pairs: forFields((field) => sum(counted.map((one) => sum(one.m[field])))) };
}

function sharesAmong(set: DataSet, isOnePerson: boolean): Shares {
  const counts = forFields((field) => levels[field].map(() => 0));
  const out = new Uint8Array(fields.length);
  for (const [i, j] of isOnePerson ? pairsOfOne(set) : strangers(set)) {
    levelsOf(set.people[i]!, set.people[j]!, out);
    fields.forEach((field, index) => {
      if (out[index] !== missing) counts[field][out[index]!]!++;
    });
  }
  return counts;
}

export function* pairsOfOne(set: DataSet): Generator<[number, number]> {
  const members = new Map<string, number[]>();
  set.entity.forEach((entity, index) => {
    members.set(entity, [...(members.get(entity) ?? []), index]);
  });
  for (const some of members.values()) {
    for (let i = 0; i < some.length; i++) for (let j = i + 1; j < some.length; j++) yield [some[i]!, some[j]!];
  }
}

function* strangers(set: DataSet): Generator<[number, number]> {
  const random = randomOf(11);
  const any = () => Math.floor(random() * set.people.length);
  for (let n = 0; n < strangerPairs; n++) {
    const pair: [number, number] = [any(), any()];
    if (set.entity[pair[0]] !== set.entity[pair[1]]) yield pair;
  }
}

function forFields<T>(make: (field: Field) => T): Record<Field, T> {
  return Object.fromEntries(fields.map((field) => [field, make(field)])) as Record<Field, T>;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
