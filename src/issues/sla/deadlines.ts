import { type IssueStatus, isOpen } from '../issue-state.js';
import { addBusinessTime, type BusinessCalendar, businessTimeBetween } from './business-calendar.js';

/** What is promised for issues of one priority and tier; null promises nothing. */
export interface SlaPromise {
  readonly firstResponseMs: number | null;
  readonly resolutionMs: number | null;
  readonly calendar: BusinessCalendar | null;
}

/** A status that an issue had from an instant on (epoch milliseconds), in order; the first is its opening. */
export interface StatusSince {
  readonly status: IssueStatus;
  readonly since: number;
}

export interface Deadlines {
  readonly firstResponseDueAt: number | null;
  /** Null also while the clock stands: an issue that is PENDING waits for the customer, not for us. */
  readonly resolutionDueAt: number | null;
}

/**
 * The deadlines of an issue by its history: the first response is due from its opening on; settling it from its opening
 * or latest re-opening on, but for the time in which it was PENDING.
 */
export function deadlinesOf(history: readonly StatusSince[], promise: SlaPromise): Deadlines {
  const opened = history[0];
  if (!opened) return { firstResponseDueAt: null, resolutionDueAt: null };
  const { firstResponseMs, resolutionMs, calendar } = promise;
  return {
    firstResponseDueAt: firstResponseMs === null ? null : addBusinessTime(opened.since, firstResponseMs, calendar),
    resolutionDueAt: resolutionMs === null ? null : resolutionDueAt(history, resolutionMs, calendar),
  };
}

function resolutionDueAt(
  history: readonly StatusSince[],
  promisedMs: number,
  calendar: BusinessCalendar | null,
): number | null {
  const start = history.findLastIndex(
    ({ status }, n) => n === 0 || (isOpen(status) && !isOpen((history[n - 1] as StatusSince).status)),
  );
  let left = promisedMs;
  for (let n = start; n < history.length; n++) {
    const { status, since } = history[n] as StatusSince;
    const next = history[n + 1];
    if (status === 'PENDING') continue;
    // Nothing runs any more once it is settled: what counts is the deadline that it had then.
    if (!next || !isOpen(next.status)) return addBusinessTime(since, left, calendar);
    const used = businessTimeBetween(since, next.since, calendar);
    if (used >= left) return addBusinessTime(since, left, calendar);
    left -= used;
  }
  return null;
}
