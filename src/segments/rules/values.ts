import { parseInstant } from '../../platform/instant.js';
import type { Bounds } from './bounds.js';
import type { TraitCondition } from './conditions.js';

type Scalar = string | number | boolean;

/** The values that a test lets pass. */
export type Allowed =
  | { readonly isKnown: boolean }
  | { readonly list: readonly Scalar[] }
  | { readonly part: string }
  | { readonly numbers: Required<Range> }
  | { readonly instants: { readonly after: number; readonly before: number } };

interface Range {
  readonly atLeast?: number;
  readonly atMost?: number;
}

interface ValueTest {
  readonly allowed: Allowed;
  readonly isWanted: boolean;
}

/** What the test of a trait lets pass, `exists` aside. */
export function allowedBy(condition: TraitCondition): Allowed {
  const { is, in: list, contains, before, after, atLeast, atMost } = condition;
  if (is !== undefined) return { list: [is] };
  if (list !== undefined) return { list };
  if (contains !== undefined) return { part: contains };
  const least = Number.NEGATIVE_INFINITY;
  const most = Number.POSITIVE_INFINITY;
  if (before !== undefined || after !== undefined)
    return { instants: { after: after ?? least, before: before ?? most } };
  return { numbers: { atLeast: atLeast ?? least, atMost: atMost ?? most } };
}

/** The counts that bounds leave out; null when they lie on both sides. */
export function beyond({ atLeast = 0, atMost }: Bounds): Range | null {
  if (atMost === undefined) return { atMost: atLeast - 1 };
  return atLeast === 0 ? { atLeast: atMost + 1 } : null;
}

/** Whether no value passes both. Where that is not certain, one does. */
export function clash(a: ValueTest, b: ValueTest): boolean {
  if (a.isWanted && b.isWanted) return areDisjoint(a.allowed, b.allowed);
  if (a.isWanted) return covers(b.allowed, a.allowed);
  return b.isWanted && covers(a.allowed, b.allowed);
}

function areDisjoint(a: Allowed, b: Allowed): boolean {
  if ('isKnown' in a || 'isKnown' in b) return isKnown(a) !== isKnown(b);
  if ('list' in a) return !a.list.some((value) => mayPass(b, value));
  if ('list' in b) return areDisjoint(b, a);
  // A number is neither a date nor a text with a part.
  if ('numbers' in a !== 'numbers' in b) return true;
  if ('numbers' in a && 'numbers' in b) {
    return Math.max(a.numbers.atLeast, b.numbers.atLeast) > Math.min(a.numbers.atMost, b.numbers.atMost);
  }
  return (
    'instants' in a &&
    'instants' in b &&
    Math.max(a.instants.after, b.instants.after) >= Math.min(a.instants.before, b.instants.before)
  );
}

/** Whether every value that passes the second passes the first. */
function covers(wide: Allowed, narrow: Allowed): boolean {
  if ('isKnown' in narrow) return 'isKnown' in wide && wide.isKnown === narrow.isKnown;
  if ('list' in narrow) return narrow.list.every((value) => surelyPasses(wide, value));
  if ('numbers' in narrow) {
    return (
      'numbers' in wide &&
      wide.numbers.atLeast <= narrow.numbers.atLeast &&
      wide.numbers.atMost >= narrow.numbers.atMost
    );
  }
  if ('instants' in narrow) {
    return (
      'instants' in wide &&
      wide.instants.after <= narrow.instants.after &&
      wide.instants.before >= narrow.instants.before
    );
  }
  return 'part' in wide && wide.part === narrow.part;
}

const isKnown = (allowed: Allowed) => !('isKnown' in allowed) || allowed.isKnown;

function surelyPasses(allowed: Allowed, value: Scalar): boolean {
  return mayPass(allowed, value) && !('instants' in allowed && timeOf(value) === null);
}

function mayPass(allowed: Allowed, value: Scalar): boolean {
  if ('isKnown' in allowed) return allowed.isKnown;
  if ('list' in allowed) return allowed.list.includes(value);
  if ('part' in allowed) return typeof value === 'string' && value.includes(allowed.part);
  if ('numbers' in allowed) {
    const { atLeast, atMost } = allowed.numbers;
    return typeof value === 'number' && value >= atLeast && value <= atMost;
  }
  const time = timeOf(value);
  if (time === null) return typeof value === 'string' && /^\d/.test(value);
  return time > allowed.instants.after && time < allowed.instants.before;
}

const timeOf = (value: Scalar) =>
  typeof value === 'string' && value.length === 10 ? parseInstant(`${value}T00:00:00Z`) : parseInstant(value);
