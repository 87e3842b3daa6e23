import { countedValue, type Frequencies } from './frequencies.js';
import { type Field, fieldIndex, fields, type Levels, levels, levelsOf, missing } from './levels.js';
import type { Person } from './person.js';
import { vetoOf } from './vetoes.js';

/** Per field, per level: how often a pair is at it. Shares of the pairs in which both people have the field. */
export type LevelShares = Readonly<Record<Field, readonly number[]>>;

/** What two fields have to do with each other: of people who agree on `when`, strangers too agree on `field`. */
export interface Dependence {
  readonly field: Field;
  readonly when: Field;
  readonly u: readonly number[];
}

/** All that a comparison has to know besides the two people. */
export interface MatchContext {
  /** Level shares among pairs of one person. */
  readonly m: LevelShares;
  /** Level shares among pairs of strangers. */
  readonly u: LevelShares;
  readonly dependences: readonly Dependence[];
  readonly frequencies: Frequencies;
  /** The share of one-person pairs among all pairs within one source, and among those of two sources. */
  readonly prior: { readonly within: number; readonly across: number };
}

export interface FieldEvidence {
  readonly field: Field;
  readonly level: string;
  /** Bits: each one doubles the odds, or halves them where negative. */
  readonly weight: number;
}

export interface Comparison {
  /** The probability that both are one person. */
  readonly score: number;
  readonly fields: readonly FieldEvidence[];
  /** Why they are never one customer, whatever else agrees. */
  readonly veto?: string;
}

/** Agreeing on a value that nobody else has is worth no more than this share. */
const leastShare = 1e-7;

/** Where a person lives: who moves changes all of it at once, so the second disagreement says little more. */
const homeFields = (['postcode', 'address', 'house', 'address_2', 'locality', 'region'] as const).map(
  (field) => fieldIndex[field],
);
const repeatedDisagreement = 0.5;

const at: Levels = new Uint8Array(fields.length);
const bits = new Float64Array(fields.length);

/** Compares two people and says why, field by field. Pure and symmetric. */
export function compare(a: Person, b: Person, context: MatchContext): Comparison {
  const total = weigh(a, b, context, at, bits);
  const evidence = fields.flatMap((field, index): FieldEvidence[] => {
    const level = at[index]!;
    return level === missing ? [] : [{ field, level: levels[field][level] as string, weight: bits[index]! }];
  });
  const veto = vetoOf(a, b, at);
  return { score: veto === null ? probability(total) : 0, fields: evidence, ...(veto === null ? {} : { veto }) };
}

export function probability(weight: number): number {
  return 1 / (1 + 2 ** -weight);
}

/** The context's shares as bits, worked out once: a bulk run looks them up tens of millions of times. */
interface Bits {
  readonly straight: readonly (readonly number[])[];
  /** log2 m of full agreement, from which the share of the value agreed on is taken. */
  readonly agreed: readonly number[];
  readonly dependences: readonly (readonly { readonly when: number; readonly bits: readonly number[]; readonly u: number }[])[];
  readonly counted: readonly (((person: Person) => string) | undefined)[];
  readonly prior: { readonly within: number; readonly across: number };
}

const bitsOf = new WeakMap<MatchContext, Bits>();

function bitsFor(context: MatchContext): Bits {
  const ready = bitsOf.get(context);
  if (ready) return ready;
  const ratio = (field: Field, u: readonly number[]) => u.map((share, level) => Math.log2(context.m[field][level]! / share));
  const odds = (share: number) => Math.log2(share / (1 - share));
  const made: Bits = {
    straight: fields.map((field) => ratio(field, context.u[field])),
    agreed: fields.map((field) => Math.log2(context.m[field][0]!)),
    dependences: fields.map((field) =>
      context.dependences
        .filter((one) => one.field === field)
        .map((one) => ({ when: fieldIndex[one.when], bits: ratio(field, one.u), u: one.u[0]! })),
    ),
    counted: fields.map((field) => countedValue[field]),
    prior: { within: odds(context.prior.within), across: odds(context.prior.across) },
  };
  bitsOf.set(context, made);
  return made;
}

/** The log-odds in bits that both are one person, prior included; the levels and weights of the fields go to the arrays. */
export function weigh(a: Person, b: Person, context: MatchContext, level: Levels, weight: Float64Array): number {
  levelsOf(a, b, level);
  const table = bitsFor(context);
  for (let index = 0; index < fields.length; index++) {
    const one = level[index]!;
    weight[index] = one === missing ? 0 : fieldWeight(index, one, a, b, context.frequencies, table, level);
  }
  dampMoves(weight);
  let total = a.source === b.source ? table.prior.within : table.prior.across;
  for (let index = 0; index < weight.length; index++) total += weight[index]!;
  return total;
}

function fieldWeight(
  index: number,
  level: number,
  a: Person,
  b: Person,
  frequencies: Frequencies,
  table: Bits,
  all: Levels,
): number {
  if (level !== 0) {
    let found = table.straight[index]![level]!;
    for (const one of table.dependences[index]!) if (all[one.when] === 0) found = one.bits[level]!;
    return found;
  }
  let share = shareOf(index, a, b, frequencies, table, all);
  for (const one of table.dependences[index]!) {
    if (all[one.when] === 0) share = Math.max(share ?? 0, one.u);
  }
  return share === null ? table.straight[index]![0]! : table.agreed[index]! - Math.log2(share);
}

function shareOf(index: number, a: Person, b: Person, frequencies: Frequencies, table: Bits, all: Levels): number | null {
  const field = fields[index]!;
  if (index <= 1 && all[fieldIndex.name_order] === 1) return swappedShare(field, a, b, frequencies);
  const value = table.counted[index];
  if (!value) return null;
  const share = frequencies.share(field, value(a)) ?? frequencies.share(field, value(b));
  return share === undefined ? null : Math.max(share, leastShare);
}

/** The better agreement of swapped names stands under the surname; each value counts as often as in its commoner column. */
function swappedShare(field: Field, a: Person, b: Person, frequencies: Frequencies): number | null {
  const first = a.given !== null && a.given.text === b.surname?.text ? a.given.text : null;
  const second = a.surname !== null && a.surname.text === b.given?.text ? a.surname.text : null;
  const texts = [first, second].filter((text): text is string => text !== null).sort();
  const text = texts[field === 'given_name' ? texts.length - 1 : 0];
  if (text === undefined) return null;
  const shares = [frequencies.share('given_name', text) ?? 0, frequencies.share('surname', text) ?? 0];
  return Math.max(...shares, leastShare);
}

/** The strongest disagreement about the home counts in full, each further one in part. */
function dampMoves(weight: Float64Array): void {
  let strongest = -1;
  for (const index of homeFields) {
    if (weight[index]! < 0 && (strongest < 0 || weight[index]! < weight[strongest]!)) strongest = index;
  }
  if (strongest < 0) return;
  for (const index of homeFields) {
    if (index !== strongest && weight[index]! < 0) weight[index]! *= repeatedDisagreement;
  }
}
