import { parseInstant } from '../../platform/instant.js';
import { limits } from '../../platform/limits.js';

/** Larger numbers are milliseconds: as seconds they would lie after the year 5000. */
const secondsMax = 100_000_000_000;

const rfc2822 =
  /^([A-Za-z]{3}, )?\d{1,2} [A-Za-z]{3} \d{4} \d{2}:\d{2}(:\d{2})? ([+-]\d{4}|GMT|UTC|[A-Z]{1,5})( \(.*\))?$/;

/**
 * The instant that a vendor wrote, in whatever form: ISO 8601 with an offset, the date of an e-mail, or a number of
 * seconds or milliseconds, also as text. Undefined when it is none, so that a bad clock costs no message.
 */
export function instantOf(value: unknown): string | undefined {
  const time = timeOf(value);
  return time === null || !(time >= limits.occurredAtMin && time < Date.UTC(10_000, 0))
    ? undefined
    : new Date(time).toISOString();
}

function timeOf(value: unknown): number | null {
  if (typeof value === 'number') return epoch(value);
  if (typeof value !== 'string' || value.length > 100) return null;
  const text = value.trim();
  if (/^\d{1,16}(\.\d{1,9})?$/.test(text)) return epoch(Number(text));
  if (rfc2822.test(text)) return Date.parse(text.replace(/ \(.*\)$/, ''));
  return parseInstant(text);
}

function epoch(number: number): number {
  return Math.round(number < secondsMax ? number * 1000 : number);
}
