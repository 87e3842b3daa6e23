import { countedValue, type Frequencies } from './frequencies.js';
import { at, type Field, fields, type Levels, levels, levelsOf } from './levels.js';
import { missing } from './missing.js';
import type { Person } from './person.js';
import { vetoOf } from './vetoes.js';

/** Per field, per level: how often a pair is at it. Shares of the pairs in which both people have the field. */
export type LevelShares = Readonly<Record<Field, readonly number[]>>;

/** What fields have to do with each other: strangers who agree on all of `when` often agree on `field` too. */
export interface Dependence {
  readonly field: Field;
  readonly when: readonly Field[];
  /** Only of those who have nothing in common in this field. */
  readonly apart?: Field;
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
  (field) => at[field],
);
const repeatedDisagreement = 0.5;

/** Room for the levels and weights of one comparison. */
export interface Scratch {
  readonly levels: Levels;
  readonly weights: Float64Array;
}

export function scratch(): Scratch {
  return { levels: new Uint8Array(fields.length), weights: new Float64Array(fields.length) };
}

/** Compares two people and says why, field by field. Pure and symmetric. */
export function compare(a: Person, b: Person, context: MatchContext): Comparison {
  const room = scratch();
  const total = weigh(a, b, context, room);
  const evidence = fields.flatMap((field, index): FieldEvidence[] => {
    const level = room.levels[index]!;
    return level === missing ? [] : [{ field, level: levels[field][level] as string, weight: room.weights[index]! }];
  });
  const veto = vetoOf(a, b, room.levels);
  return veto === null ? { score: probability(total), fields: evidence } : { score: 0, fields: evidence, veto };
}

/** Like `weigh`, with no odds at all for a pair that is vetoed. */
export function weighOrVeto(a: Person, b: Person, context: MatchContext, room: Scratch): number {
  const total = weigh(a, b, context, room);
  return total > vetoedFrom && vetoOf(a, b, room.levels) !== null ? Number.NEGATIVE_INFINITY : total;
}

/** A pair of lower odds comes to nothing without a veto too. */
const vetoedFrom = -20;

export function probability(weight: number): number {
  return 1 / (1 + 2 ** -weight);
}

/** Where a field stands, and the level at which two have nothing in common in it. */
interface Apart {
  readonly index: number;
  readonly level: number;
}

export function apartOf({ apart }: Pick<Dependence, 'apart'>): Apart | null {
  return apart === undefined ? null : { index: at[apart], level: levels[apart].length - 1 };
}

export function isApart(apart: Apart | null, all: Levels): boolean {
  return apart === null || all[apart.index] === apart.level;
}

/** The context's shares as bits, worked out once: a bulk run looks them up tens of millions of times. */
interface Bits {
  readonly straight: readonly (readonly number[])[];
  /** log2 m of full agreement, from which the share of the value agreed on is taken. */
  readonly agreed: readonly number[];
  readonly dependences: readonly (readonly {
    readonly when: readonly number[];
    readonly apart: Apart | null;
    readonly bits: readonly number[];
    readonly u: number;
  }[])[];
  readonly counted: readonly (((person: Person) => string) | undefined)[];
  readonly prior: { readonly within: number; readonly across: number };
}

/** A street, town or postcode with a slip of the pen is the same place. */
const agreesUpTo = fields.map((field) => (field === 'address' || field === 'locality' || field === 'postcode' ? 1 : 0));

const bitsOf = new WeakMap<MatchContext, Bits>();

function bitsFor(context: MatchContext): Bits {
  const ready = bitsOf.get(context);
  if (ready) return ready;
  const ratio = (field: Field, u: readonly number[]) =>
    u.map((share, level) => Math.log2(context.m[field][level]! / share));
  const odds = (share: number) => Math.log2(share / (1 - share));
  const made: Bits = {
    straight: fields.map((field) => ratio(field, context.u[field])),
    agreed: fields.map((field) => Math.log2(context.m[field][0]!)),
    dependences: fields.map((field) =>
      context.dependences
        .filter((one) => one.field === field)
        .map((one) => ({
          when: one.when.map((when) => at[when]),
          apart: apartOf(one),
          bits: ratio(field, one.u),
          u: one.u[0]!,
        })),
    ),
    counted: fields.map((field) => countedValue[field]),
    prior: { within: odds(context.prior.within), across: odds(context.prior.across) },
  };
  bitsOf.set(context, made);
  return made;
}

/** The log-odds in bits that both are one person, prior included; levels and weights of the fields are left in `room`. */
export function weigh(a: Person, b: Person, context: MatchContext, room: Scratch): number {
  levelsOf(a, b, room.levels);
  return weighLevels(a, b, context, room);
}

/** Like `weigh`, by the levels that stand in `room`: those of two people are the same whatever the weights. */
export function weighLevels(a: Person, b: Person, context: MatchContext, room: Scratch): number {
  const { levels: level, weights: weight } = room;
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
  // Of several circumstances the one that explains most counts.
  let given: Bits['dependences'][number][number] | null = null;
  for (const one of table.dependences[index]!) {
    const isMore = given === null || one.u > given.u;
    if (isMore && isApart(one.apart, all) && one.when.every((when) => all[when]! <= agreesUpTo[when]!)) given = one;
  }
  if (level !== 0) return given === null ? table.straight[index]![level]! : given.bits[level]!;
  const share = shareOf(index, a, b, frequencies, table, all);
  if (share === null && given === null) return table.straight[index]![0]!;
  return table.agreed[index]! - Math.log2(Math.max(share ?? 0, given?.u ?? 0));
}

function shareOf(
  index: number,
  a: Person,
  b: Person,
  frequencies: Frequencies,
  table: Bits,
  all: Levels,
): number | null {
  const field = fields[index]!;
  if (index <= 1 && all[at.name_order] === 1) return swappedShare(field, a, b, frequencies);
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
  const shares = [frequencies.share('given_name', text), frequencies.share('surname', text)];
  const known = shares.filter((share) => share !== undefined);
  return known.length === 0 ? null : Math.max(...known, leastShare);
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
