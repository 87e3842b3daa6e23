import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { addBusinessTime, type BusinessCalendar, businessTimeBetween } from '../../src/issues/sla/business-calendar.js';

const minute = 60_000;
const hour = 60 * minute;
const vienna: BusinessCalendar = {
  key: 'office',
  timeZone: 'Europe/Vienna',
  hours: [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00' }],
  holidays: ['2026-12-25'],
};
const night: BusinessCalendar = {
  key: 'night',
  timeZone: 'Europe/Vienna',
  hours: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }],
  holidays: [],
};
const local = (text: string, zone = 'Europe/Vienna') => DateTime.fromISO(text, { zone }).toMillis();
const shown = (ms: number | null, zone = 'Europe/Vienna') =>
  ms === null ? null : DateTime.fromMillis(ms, { zone }).toFormat('yyyy-MM-dd HH:mm');

describe('business time', () => {
  test.each([
    ['within a day', '2026-11-24T10:00', 2, '2026-11-24 12:00'],
    ['to the very end of a day', '2026-11-24T10:00', 7, '2026-11-24 17:00'],
    ['over the night', '2026-11-24T16:00', 2, '2026-11-25 10:00'],
    ['over the weekend', '2026-11-27T16:00', 2, '2026-11-30 10:00'],
    ['from before the day begins', '2026-11-24T05:00', 1, '2026-11-24 10:00'],
    ['from a Sunday', '2026-11-22T12:00', 8, '2026-11-23 17:00'],
    ['over a holiday', '2026-12-24T16:00', 2, '2026-12-28 10:00'],
    ['over a year’s end', '2026-12-31T16:30', 1, '2027-01-01 09:30'],
  ])('runs %s', (_, start, hours, due) => {
    expect(shown(addBusinessTime(local(start), hours * hour, vienna))).toBe(due);
  });

  test.each([
    ['Europe/Vienna', '2026-03-29T00:00', 23, 'the clock is turned on'],
    ['Europe/Vienna', '2026-10-25T00:00', 25, 'the clock is turned back'],
    ['America/New_York', '2026-03-08T00:00', 23, 'the clock is turned on'],
    ['America/New_York', '2026-11-01T00:00', 25, 'the clock is turned back'],
    ['Australia/Lord_Howe', '2026-04-05T00:00', 24.5, 'the clock is turned back by half an hour'],
    ['Asia/Kolkata', '2026-03-29T00:00', 24, 'nothing is turned'],
  ])('of a whole day in %s, %s, is %d hours when %s', (timeZone, day, hours) => {
    const start = local(day, timeZone);
    const next = DateTime.fromMillis(start, { zone: timeZone }).plus({ days: 1 }).toMillis();
    expect(businessTimeBetween(start, next, { ...night, timeZone }) / hour).toBe(hours);
  });

  test('keeps office hours local when the clock is turned in between', () => {
    // Friday before the change to Friday after it: still nine to five.
    expect(shown(addBusinessTime(local('2026-10-23T09:00'), 41 * hour, vienna))).toBe('2026-10-30 10:00');
  });

  test('counts every minute without a calendar', () => {
    expect(addBusinessTime(0, hour, null)).toBe(hour);
    expect(businessTimeBetween(0, hour, null)).toBe(hour);
  });

  test('never counts windows that overlap twice', () => {
    const doubled = { ...vienna, hours: [...vienna.hours, { days: [2], from: '08:00', to: '12:00' }] };
    expect(businessTimeBetween(local('2026-11-24T00:00'), local('2026-11-25T00:00'), doubled)).toBe(9 * hour);
  });

  test('added to an instant is what lies between, wherever and whenever', () => {
    const zones = ['Europe/Vienna', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland', 'UTC'];
    fc.assert(
      fc.property(
        fc.integer({ min: local('2026-01-01'), max: local('2027-12-31') }),
        fc.integer({ min: 1, max: 20 * 24 * 60 }),
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 1, max: 3 }),
        (start, minutes, timeZone, from, length) => {
          const time = (h: number) => `${String(h).padStart(2, '0')}:00`;
          const calendar = {
            ...vienna,
            timeZone,
            hours: [{ days: [1, 3, 6], from: time(from), to: time(from + length) }],
          };
          const due = addBusinessTime(start, minutes * minute, calendar) as number;
          expect(businessTimeBetween(start, due, calendar)).toBe(minutes * minute);
          expect(businessTimeBetween(start, due - 1, calendar)).toBe(minutes * minute - 1);
        },
      ),
      { numRuns: 60 },
    );
  });
});
