import type { Dependence, LevelShares, MatchContext } from '../match/compare.js';
import { usualDependences } from '../match/dependents.js';
import { learnedM, learnedU } from '../match/estimate.js';
import { countedValue, type Frequencies } from '../match/frequencies.js';
import { type Field, fields, levels } from '../match/levels.js';
import type { Person } from '../match/person.js';
import { weights } from '../match/tables/weights.js';

/** All that scores depend on besides the two customers: the same set gives the same scores for ever. */
export interface WeightSet {
  readonly m: LevelShares;
  readonly u: LevelShares;
  readonly dependences: readonly Dependence[];
  /** The share of one-customer pairs among all pairs. */
  readonly prior: number;
  /** Per field the share of customers who have a value, by its hash, for values that several have. */
  readonly common: Readonly<Partial<Record<Field, Readonly<Record<string, number>>>>>;
  /** Per field the share of any other value. */
  readonly rare: Readonly<Partial<Record<Field, number>>>;
}

/** A pair in 2^18: what is expected of some ten thousand customers of whom one in twenty is there twice. */
const shippedPriorBits = -18;

/**
 * Two customers with one e-mail address or telephone number have become one long before they are compared: of those
 * that are left, most duplicates have different ones, which says next to nothing.
 */
const shippedM: LevelShares = { ...learnedM, email: [0.08, 0.12, 0.1, 0.7], phone: [0.1, 0.05, 0.85] };

/** What holds where a workspace has no weights of its own. */
export const shippedWeights: WeightSet = {
  m: shippedM,
  u: learnedU,
  dependences: usualDependences,
  prior: 2 ** shippedPriorBits,
  common: {},
  rare: {},
};

export const shippedModel = `shipped-${weights.version}`;

export function modelOf(version: number | null): string {
  return version === null ? shippedModel : `workspace-${version}`;
}

/** A set as a comparison takes it. */
export function contextOf(set: WeightSet): MatchContext {
  const frequencies: Frequencies = {
    share: (field, value) => {
      const rare = set.rare[field];
      if (rare === undefined || value === '') return undefined;
      return set.common[field]?.[hashOf(value)] ?? rare;
    },
  };
  return {
    m: set.m,
    u: set.u,
    dependences: set.dependences,
    frequencies,
    prior: { within: set.prior, across: set.prior },
  };
}

/** Beside what is counted stand so many others of the usual kind, as in the bulk match. */
const usualPeople = 200;
const commonLeast = 3;
const commonMax = 500;

/** What an estimate found, in the form in which it is kept: no name, number or address stands in it. */
export function weightSetOf(estimated: MatchContext, sample: readonly Person[]): WeightSet {
  const common: Partial<Record<Field, Record<string, number>>> = {};
  const rare: Partial<Record<Field, number>> = {};
  for (const [field, counted] of Object.entries(countedValue) as [Field, (person: Person) => string][]) {
    const counts = new Map<string, number>();
    let total = 0;
    for (const person of sample) {
      const value = counted(person);
      if (value === '') continue;
      total++;
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const u = estimated.u[field][0]!;
    const share = (count: number) => (count + usualPeople * u) / (total + usualPeople);
    // That random strangers never shared a value says more of how rare values are than that each was seen once.
    rare[field] = Math.min(u, share(1));
    const often = [...counts].filter(([, count]) => count >= commonLeast).sort((a, b) => b[1] - a[1] || order(a, b));
    common[field] = Object.fromEntries(
      often.slice(0, commonMax).map(([value, count]) => [hashOf(value), share(count)]),
    );
  }
  const known = new Set(estimated.dependences.map(keyOf));
  return {
    m: estimated.m,
    u: estimated.u,
    dependences: [...estimated.dependences, ...usualDependences.filter((one) => !known.has(keyOf(one)))],
    prior: estimated.prior.within,
    common,
    rare,
  };
}

export interface WeightDifference {
  readonly field: string;
  readonly level: string;
  readonly bits: number;
  readonly activeBits: number;
}

const differenceLeast = 0.1;

/** What each level would be worth by one set, where that is not what it is worth by another. */
export function differencesOf(set: WeightSet, active: WeightSet): WeightDifference[] {
  const bitsOf = ({ m, u }: WeightSet, field: Field, level: number) => Math.log2(m[field][level]! / u[field][level]!);
  return fields
    .flatMap((field) =>
      levels[field].map((level, index) => ({
        field,
        level,
        bits: bitsOf(set, field, index),
        activeBits: bitsOf(active, field, index),
      })),
    )
    .filter(({ bits, activeBits }) => Math.abs(bits - activeBits) >= differenceLeast)
    .sort((x, y) => Math.abs(y.bits - y.activeBits) - Math.abs(x.bits - x.activeBits));
}

const keyOf = ({ field, when, apart }: Dependence): string => `${field} ${when.join()} ${apart ?? ''}`;
const order = (a: readonly [string, number], b: readonly [string, number]): number => (a[0] < b[0] ? -1 : 1);

/** Two FNV-1a hashes with different beginnings, 64 bits in all: the value itself is not kept. */
function hashOf(value: string): string {
  let one = 0x811c9dc5;
  let other = 0x1b873593;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    one = Math.imul(one ^ code, 0x01000193);
    other = Math.imul(other ^ code, 0x85ebca6b);
  }
  return (one >>> 0).toString(36) + (other >>> 0).toString(36);
}
