import { limits } from '../platform/limits.js';

/** What a message tells of time, in a form that is never refused: a bad clock must not cost the message. */
export interface MessageClock {
  /** The sender's time of occurrence, for a touchpoint; left out where the time of receipt has to do. */
  readonly occurredAt?: string;
  /** The sender's clock when it sent the message: what corrects `occurredAt`. */
  readonly sentAt?: string;
  /** The time of occurrence by our clock. */
  readonly correctedAt?: string;
  /** Why the time of receipt stands in, and what was sent instead of a time. */
  readonly problem?: { readonly reason: 'MISSING' | 'INVALID' | 'OUT_OF_RANGE'; readonly sent?: string };
}

/** The times of a message as its format has them. */
export interface ToldTimes {
  /** Epoch milliseconds of the occurrence; null when what is written is no time. */
  readonly time: number | null;
  /** Whatever stands in the place of that time; undefined or null when nothing does. */
  readonly written: unknown;
  /** Epoch milliseconds of the sending, by the sender's clock. */
  readonly sent: number | null;
}

/** As when a touchpoint is checked: clocks that differ by less are as good as ours. */
const skewMsMin = 60_000;
const keptCharactersMax = 100;

/** The times are passed on as they were sent, so that a message that is sent again says the same. */
export function readClock({ time, written, sent }: ToldTimes, receivedAt: number): MessageClock {
  const sending = writableOf(sent);
  const sentAt = sending === null ? undefined : iso(sending);
  if (time === null) {
    return written == null
      ? { sentAt, problem: { reason: 'MISSING' } }
      : { sentAt, problem: { reason: 'INVALID', sent: shortened(written) } };
  }
  const skew = sending === null || Math.abs(receivedAt - sending) < skewMsMin ? 0 : receivedAt - sending;
  const corrected = time + skew;
  if (!isPlausible(corrected, receivedAt) || writableOf(time) === null) {
    return { sentAt, problem: { reason: 'OUT_OF_RANGE', sent: shortened(written) } };
  }
  return { occurredAt: iso(time), sentAt, correctedAt: iso(corrected) };
}

function isPlausible(time: number, receivedAt: number): boolean {
  return time >= limits.occurredAtMin && time <= receivedAt + limits.occurredAheadMsMax;
}

/** A clock before 1970 or after 9999 is no clock. */
function writableOf(time: number | null): number | null {
  return time !== null && time >= 0 && time < Date.UTC(10_000, 0) ? time : null;
}

const iso = (time: number) => new Date(time).toISOString();

/** Whatever stood in the place of a time, as a short text that can be stored. */
function shortened(value: unknown): string {
  const text = typeof value === 'object' ? 'an object' : String(value);
  return text.slice(0, keptCharactersMax).toWellFormed().replaceAll('\0', '');
}
