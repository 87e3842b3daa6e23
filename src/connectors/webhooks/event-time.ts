import { parseInstant } from '../../platform/instant.js';
import { limits } from '../../platform/limits.js';

/** Larger numbers are milliseconds: as seconds they would lie after the year 5000. So it goes on by thousands. */
const secondsMax = 100_000_000_000;

const rfc2822 =
  /^([A-Za-z]{3}, )?\d{1,2} [A-Za-z]{3} \d{4} \d{2}:\d{2}(:\d{2})? ([+-]\d{4}|GMT|UTC|[A-Z]{1,5})( \(.*\))?$/;

/**
 * The instant that a vendor wrote, in whatever form: ISO 8601, the date of an e-mail, or a number of seconds,
 * milliseconds, micro- or nanoseconds, also as text. Where an offset is left out it is UTC, as the vendors' clocks are.
 * Undefined when it is none, so that a bad clock costs no message.
 */
export function instantOf(value: unknown): string | undefined {
  return isoOf(timeOf(value));
}

/** As `instantOf`, in epoch milliseconds, for what has to be computed or put in order. */
export function timeOf(value: unknown): number | undefined {
  const time = readTime(value);
  return time !== null && time >= limits.occurredAtMin && time < Date.UTC(10_000, 0) ? time : undefined;
}

export function isoOf(time: number | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString();
}

function readTime(value: unknown): number | null {
  if (typeof value === 'number') return epoch(value);
  if (typeof value !== 'string' || value.length > 100) return null;
  const text = value.trim();
  if (/^\d{1,19}(\.\d{1,9})?$/.test(text)) return epoch(Number(text));
  if (rfc2822.test(text)) return Date.parse(text.replace(/ \(.*\)$/, ''));
  return parseInstant(withOffset(text));
}

/** Smaller numbers, in seconds before 1973, are no time but a 0 that stands for none, or a count. */
const secondsMin = 100_000_000;

function epoch(number: number): number | null {
  if (!(number >= secondsMin)) return null;
  let milliseconds = number * 1000;
  for (let most = secondsMax; number >= most && most < 1e19; most *= 1000) milliseconds /= 1000;
  return Math.round(milliseconds);
}

/** ISO 8601 out of the forms that are nearly so: `2026-11-24 10:00:00 UTC`, `2026-11-24 10:00:00 +0000`, without any. */
function withOffset(text: string): string {
  return text
    .replace(/ (UTC|GMT)$/, 'Z')
    .replace(/ ([+-]\d{2}:?\d{2})$/, '$1')
    .replace(/^(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?)$/, '$1Z');
}

/** A length in whole seconds, which some vendors write as text. */
export function secondsOf(value: unknown, unit: 'seconds' | 'milliseconds' = 'seconds'): number | undefined {
  const length = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof length !== 'number' || !(length >= 0)) return undefined;
  const seconds = Math.round(unit === 'seconds' ? length : length / 1000);
  return seconds <= limits.secondsMax ? seconds : undefined;
}

/**
 * The place of a message among those about one touchpoint: by the vendor's time, and within a few milliseconds by rank,
 * where several events share a time, such as what the legs of a call tell at its end. Two never share a place.
 */
export function placeAt(time: number | undefined, rank = 0): number {
  return (time !== undefined && time < lastPlace ? time : 0) + rank;
}

/** After every clock that can be believed: the place of what has no time and undoes what was told before. */
export const lastPlace = 2 ** 42;
