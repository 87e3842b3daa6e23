import { limits } from './limits.js';

const dayMs = 86_400_000;
const iso = /^P(?!$)(?:(\d{1,5})W)?(?:(\d{1,5})D)?(?:T(?=\d)(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?$/;

/**
 * Milliseconds of an ISO 8601 duration of weeks, days, hours, minutes and seconds, or null. Months and years have no
 * fixed length: a rule that used them would change its meaning with the calendar.
 */
export function parseDurationMs(text: string): number | null {
  const match = iso.exec(text);
  if (!match) return null;
  const [weeks, days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const ms = (weeks * 7 + days) * dayMs + hours * 3_600_000 + minutes * 60_000 + seconds * 1_000;
  return ms > 0 && ms <= limits.durationDaysMax * dayMs ? ms : null;
}

/** A length of time in its largest whole unit: `7 days`, `90 minutes`. */
export function durationText(ms: number): string {
  const [size, unit] = units.find(([unitMs]) => ms % unitMs === 0) ?? [1_000, 'second'];
  const count = ms / size;
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

const units: readonly (readonly [number, string])[] = [
  [dayMs, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1_000, 'second'],
];
