import type { BirthDate } from './birth-date.js';
import { missing } from './missing.js';

/**
 * The levels of two whole dates. `same`; `edit`: mistyped, or day and month swapped; `near`: within a month; `year`,
 * `decade`: not further apart than that; `different`. Where one is not whole, their years are compared instead.
 */
export function dateLevel(a: BirthDate | null, b: BirthDate | null): number {
  if (a === null || b === null || !areWhole(a, b)) return missing;
  if (a.text === b.text) return 0;
  if (isMistyped(a, b)) return 1;
  const apart = Math.abs(a.dayNumber - b.dayNumber);
  if (apart <= 32) return 2;
  if (apart <= 400) return 3;
  return apart <= 3700 ? 4 : 5;
}

/** The levels of two birth years, where a whole date is not known of both: `same`, `near` by one, `decade`, `different`. */
export function yearLevel(a: BirthDate | null, b: BirthDate | null): number {
  if (a === null || b === null || areWhole(a, b)) return missing;
  const apart = Math.abs(a.year - b.year);
  if (apart === 0) return a.month === 0 || b.month === 0 || a.month === b.month || isStandIn(a) || isStandIn(b) ? 0 : 1;
  return apart === 1 ? 1 : apart <= 10 ? 2 : 3;
}

function areWhole(a: BirthDate, b: BirthDate): boolean {
  return a.day !== 0 && b.day !== 0 && (a.text === b.text || !(isStandIn(a) || isStandIn(b)));
}

/** The first of January: written where only the year was known. */
function isStandIn(date: BirthDate): boolean {
  return date.day === 1 && date.month === 1;
}

/** One digit, or two neighbouring ones, mistyped; or day and month swapped; or all but the year the same. */
function isMistyped(a: BirthDate, b: BirthDate): boolean {
  if (a.year === b.year && a.month === b.day && a.day === b.month) return true;
  const left = a.text;
  const right = b.text;
  let first = -1;
  let count = 0;
  for (let i = 0; i < 8; i++) {
    if (left.charCodeAt(i) === right.charCodeAt(i)) continue;
    if (count++ === 0) first = i;
  }
  if (count === 1) return true;
  return count === 2 && left[first] === right[first + 1] && left[first + 1] === right[first];
}
