import { DateTime, IANAZone } from 'luxon';
import { limits } from '../../platform/limits.js';
import { Refusal } from '../../platform/refusal.js';
import type { IssuePriority } from '../issue-state.js';
import type { BusinessCalendar, OpenHours } from './business-calendar.js';
import type { SlaPromise } from './deadlines.js';

export interface SlaPolicy {
  /** The tier of the customer; null is for everybody who is in none that has a policy. */
  readonly tier: string | null;
  readonly priority: IssuePriority;
  readonly firstResponseMinutes: number | null;
  readonly resolutionMinutes: number | null;
  /** Key of a calendar; null counts every minute. */
  readonly calendar: string | null;
}

/** What a workspace promises for its issues. */
export interface SlaSettings {
  readonly version: number;
  readonly calendars: readonly BusinessCalendar[];
  readonly policies: readonly SlaPolicy[];
}

export const noSla: SlaSettings = { version: 0, calendars: [], policies: [] };

const minute = 60_000;

/** The promise for an issue: that of its tier, else that for everybody; null when there is none. */
export function promiseFor(settings: SlaSettings, tier: string | null, priority: IssuePriority): SlaPromise | null {
  const of = (name: string | null) => settings.policies.find((one) => one.tier === name && one.priority === priority);
  const policy = (tier === null ? undefined : of(tier)) ?? of(null);
  if (!policy) return null;
  return {
    firstResponseMs: policy.firstResponseMinutes === null ? null : policy.firstResponseMinutes * minute,
    resolutionMs: policy.resolutionMinutes === null ? null : policy.resolutionMinutes * minute,
    calendar: settings.calendars.find(({ key }) => key === policy.calendar) ?? null,
  };
}

/** Refuses settings that cannot be kept, naming the field. */
export function checkSlaSettings(settings: Omit<SlaSettings, 'version'>): void {
  const { calendars, policies } = settings;
  few('input.calendars', calendars, limits.slaCalendarsMax);
  few('input.policies', policies, limits.slaPoliciesMax);
  for (const [n, calendar] of calendars.entries()) checkCalendar(calendar, `input.calendars[${n}]`);
  unique(
    'input.calendars',
    'key',
    calendars.map(({ key }) => key),
  );
  for (const [n, policy] of policies.entries()) checkPolicy(policy, calendars, `input.policies[${n}]`);
  unique(
    'input.policies',
    'priority',
    policies.map(({ tier, priority }) => `${tier ?? ''} ${priority}`),
  );
}

function checkCalendar(calendar: BusinessCalendar, path: string): void {
  if (!/^[a-z0-9_-]{1,63}$/.test(calendar.key)) {
    refuse(`${path}.key`, 'A key has 1 to 63 lower-case letters, digits, `-` and `_`.');
  }
  if (!IANAZone.isValidZone(calendar.timeZone)) {
    refuse(`${path}.timeZone`, 'A time zone has an IANA name, such as Europe/Vienna.');
  }
  few(`${path}.hours`, calendar.hours, limits.slaWindowsMax);
  few(`${path}.holidays`, calendar.holidays, limits.slaHolidaysMax);
  if (calendar.hours.length === 0) refuse(`${path}.hours`, 'A calendar is open at some time.');
  checkWindows(calendar.hours, `${path}.hours`);
  calendar.holidays.forEach((date, n) => {
    const isDate = /^\d{4}-\d{2}-\d{2}$/.test(date) && DateTime.fromISO(date).isValid;
    if (!isDate) refuse(`${path}.holidays[${n}]`, 'A holiday is a date, 2026-12-25.');
  });
}

/** Refuses windows of local time that are none, naming the field. */
export function checkWindows(windows: readonly OpenHours[], path: string): void {
  windows.forEach(({ days, from, to }, n) => {
    const field = `${path}[${n}]`;
    if (days.length === 0 || days.some((day) => !Number.isInteger(day) || day < 1 || day > 7)) {
      refuse(`${field}.days`, 'Days are 1 (Monday) to 7 (Sunday), at least one.');
    }
    if (!isTime(from) || from === '24:00') refuse(`${field}.from`, 'A time is written 09:00.');
    if (!isTime(to)) refuse(`${field}.to`, 'A time is written 17:00; 24:00 is the end of the day.');
    if (to <= from) refuse(`${field}.to`, 'A window ends after it begins; one over midnight is two.');
  });
}

function checkPolicy(policy: SlaPolicy, calendars: readonly BusinessCalendar[], path: string): void {
  if (policy.tier !== null && !/^[a-z0-9_-]{1,63}$/.test(policy.tier)) {
    refuse(`${path}.tier`, 'A tier has 1 to 63 lower-case letters, digits, `-` and `_`.');
  }
  if (policy.calendar !== null && !calendars.some(({ key }) => key === policy.calendar)) {
    refuse(`${path}.calendar`, 'There is no calendar of this key.');
  }
  if (policy.firstResponseMinutes === null && policy.resolutionMinutes === null) {
    refuse(path, 'A policy promises a first response, a resolution, or both.');
  }
  for (const field of ['firstResponseMinutes', 'resolutionMinutes'] as const) {
    const minutes = policy[field];
    if (minutes === null || (minutes >= 1 && minutes <= limits.slaMinutesMax)) continue;
    const sentence = `${path}.${field} is 1 to ${limits.slaMinutesMax} minutes.`;
    throw new Refusal('OUT_OF_RANGE', sentence, { field: `${path}.${field}`, limit: limits.slaMinutesMax });
  }
}

const isTime = (text: string) => /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/.test(text);

function few(field: string, list: readonly unknown[], limit: number): void {
  if (list.length <= limit) return;
  throw new Refusal('TOO_MANY', `${field} has ${list.length} entries; at most ${limit} are allowed.`, { field, limit });
}

function unique(field: string, part: string, names: readonly string[]): void {
  const second = names.findIndex((name, n) => names.indexOf(name) !== n);
  if (second >= 0) refuse(`${field}[${second}].${part}`, 'This one is there twice.');
}

function refuse(field: string, sentence: string): never {
  throw new Refusal('INPUT_INVALID', sentence, { field });
}
