import type { BirthDate } from './birth-date.js';
import { missing } from './missing.js';

/**
 * `same`; `edit`: mistyped, or day and month swapped; `near`: within a month; `partial`: what is known of both agrees;
 * `year`, `decade`: not further apart than that; `different`.
 */
export function dateLevel(a: BirthDate | null, b: BirthDate | null): number {
  if (a === null || b === null) return missing;
  const isWhole = a.day !== 0 && b.day !== 0;
  if (isWhole && a.text === b.text) return 0;
  if (!isWhole || isStandIn(a) || isStandIn(b)) {
    if (a.year === b.year && (a.month === 0 || b.month === 0 || a.month === b.month || isWhole)) return 3;
  }
  const apart = Math.abs(a.dayNumber - b.dayNumber);
  if (isWhole && isMistyped(a, b)) return 1;
  if (isWhole && apart <= 32) return 2;
  if (apart <= 400) return 4;
  return apart <= 3700 ? 5 : 6;
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
