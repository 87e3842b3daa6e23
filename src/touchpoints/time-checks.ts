import { parseInstant } from '../platform/instant.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';

/** Epoch milliseconds of an instant, however far it is from now; null when it was left out. */
export function instantAnyTime(value: unknown, field: string): number | null {
  if (value == null) return null;
  const time = parseInstant(value);
  if (time === null) {
    throw new Refusal('TIME_INVALID', 'A time is ISO 8601 with an offset, such as 2026-11-24T10:00:00Z.', { field });
  }
  return time;
}

export function inRange(time: number | null, field: string, now: number): number | null {
  if (time === null || (time >= limits.occurredAtMin && time <= now + limits.occurredAheadMsMax)) return time;
  throw new Refusal('OUT_OF_RANGE', 'A time lies between 1970 and one day ahead.', { field });
}

/** A clock that is wrong by less than this is as good as ours: the delay of the network looks the same. */
const skewMsMin = 60_000;

/** A time by our clock, where the sender says what its own clock was when it sent this. */
export function corrected(time: number | null, sentAt: number | null, now: number): number | null {
  if (time === null || sentAt === null) return time;
  const skew = now - sentAt;
  return Math.abs(skew) < skewMsMin ? time : time + skew;
}

export function lengthOf(occurredAt: number | null, endedAt: number | null): number | null {
  if (occurredAt === null || endedAt === null) return null;
  const seconds = Math.round((endedAt - occurredAt) / 1000);
  return seconds <= limits.secondsMax ? seconds : null;
}
