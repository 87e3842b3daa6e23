import { DateTime, Interval } from 'luxon';

/** When people work: windows of local time on days of the week, but not on holidays. */
export interface BusinessCalendar {
  readonly key: string;
  /** IANA name, such as `Europe/Vienna`. */
  readonly timeZone: string;
  readonly hours: readonly OpenHours[];
  /** Local dates, `2026-12-25`. */
  readonly holidays: readonly string[];
}

export interface OpenHours {
  /** 1 (Monday) to 7 (Sunday). */
  readonly days: readonly number[];
  /** Local times, `09:00`; `24:00` is the end of the day. */
  readonly from: string;
  readonly to: string;
}

/** No calendar is asked for a day beyond: eleven years hold every deadline of 200 days, however rare the open days. */
const daysMax = 4_018;

/**
 * The instant at which so much business time has passed. Windows are local: on the day a clock is turned, a window from
 * 01:00 to 04:00 is an hour longer or shorter. Null where a calendar hardly ever opens.
 * @param calendar null counts every minute
 */
export function addBusinessTime(start: number, ms: number, calendar: BusinessCalendar | null): number | null {
  if (calendar === null) return start + ms;
  let left = ms;
  for (const window of windowsFrom(start, calendar)) {
    const from = Math.max(window.from, start);
    if (window.to <= from) continue;
    if (window.to - from >= left) return from + left;
    left -= window.to - from;
  }
  return null;
}

/** The business time between two instants, in milliseconds. */
export function businessTimeBetween(start: number, end: number, calendar: BusinessCalendar | null): number {
  if (end <= start) return 0;
  if (calendar === null) return end - start;
  let sum = 0;
  for (const window of windowsFrom(start, calendar)) {
    if (window.from >= end) break;
    sum += Math.max(0, Math.min(window.to, end) - Math.max(window.from, start));
  }
  return sum;
}

interface Window {
  readonly from: number;
  readonly to: number;
}

/** The open windows from the day of an instant on, in order; those that touch or overlap are one. */
function* windowsFrom(start: number, calendar: BusinessCalendar): Generator<Window> {
  const holidays = new Set(calendar.holidays);
  let day = DateTime.fromMillis(start, { zone: calendar.timeZone }).startOf('day');
  for (let n = 0; n < daysMax; n++, day = day.plus({ days: 1 })) {
    if (holidays.has(day.toISODate() ?? '')) continue;
    const windows = calendar.hours
      .filter(({ days }) => days.includes(day.weekday))
      .map(({ from, to }) => Interval.fromDateTimes(at(day, from), at(day, to)));
    for (const { start: from, end: to } of Interval.merge(windows.filter((one) => one.isValid && !one.isEmpty()))) {
      if (from && to) yield { from: from.toMillis(), to: to.toMillis() };
    }
  }
}

/** A local time of a day; one that the turning of the clock skips is the instant after the gap. */
function at(day: DateTime, time: string): DateTime {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return hour === 24 ? day.plus({ days: 1 }) : day.set({ hour, minute });
}
