import { parseDurationMs } from '../platform/duration.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { requireText } from '../platform/text-input.js';

const dayMs = 86_400_000;

export function entitlementsOf(given: readonly string[]): string[] {
  const field = 'input.entitlements';
  const limit = limits.entitlementsPerSegmentMax;
  if (given.length > limit)
    throw new Refusal('TOO_MANY', `A segment has at most ${limit} entitlements.`, { field, limit });
  return [...new Set(given.map((one, place) => requireText(one, `${field}[${place}]`, limits.nameCharactersMax)))];
}

export function priorityOf(priority: number): number {
  const limit = limits.segmentPriorityMax;
  if (Math.abs(priority) <= limit) return priority;
  throw new Refusal('OUT_OF_RANGE', `input.priority must be from -${limit} to ${limit}.`, {
    field: 'input.priority',
    limit,
  });
}

/** Whole seconds of a duration: less is nothing that anybody waits for. */
export function lastsOf(written: string | null | undefined): number | null {
  if (written == null) return null;
  const ms = parseDurationMs(written);
  if (ms !== null) return ms / 1_000;
  const sentence = `input.memberFor must be an ISO 8601 duration such as P30D, of at most ${limits.durationDaysMax} days.`;
  throw new Refusal('INPUT_INVALID', sentence, { field: 'input.memberFor' });
}

export function endOf(written: string | null | undefined, now: Date): Date | null {
  if (written == null) return null;
  const end = new Date(written);
  const limit = limits.membershipDaysMax;
  const ahead = end.getTime() - now.getTime();
  if (ahead > 0 && ahead <= limit * dayMs) return end;
  throw new Refusal('OUT_OF_RANGE', `input.endsAt is in the future, by at most ${limit} days.`, {
    field: 'input.endsAt',
    limit,
  });
}
