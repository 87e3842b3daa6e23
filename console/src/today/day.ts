import { dayOf } from '../format.js';

const dayMs = 86_400_000;

/** Which span of time figures are of. */
export interface SpanOfTime {
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
}

const timeZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The day of a moment, where the reader is, so many weeks earlier. */
export function wholeDay(at: Date, weeksBefore = 0): SpanOfTime {
  const from = new Date(dayOf(at));
  from.setDate(from.getDate() - 7 * weeksBefore);
  const to = new Date(from);
  to.setDate(to.getDate() + 1);
  return { from: from.toISOString(), to: to.toISOString(), timeZone };
}

/** The days that end so many days before a moment. */
export function daysBefore(at: Date, days: number, endsDaysBefore: number): SpanOfTime {
  const to = at.getTime() - endsDaysBefore * dayMs;
  return { from: new Date(to - days * dayMs).toISOString(), to: new Date(to).toISOString(), timeZone };
}

/** How much of the day is over, in hours of the clock. */
export function hoursOver(at: Date): number {
  return at.getHours() + at.getMinutes() / 60;
}
