import { DateTime } from 'luxon';
import { parseInstant } from '../../platform/instant.js';

/** How a payload writes its times. */
export interface DateForm {
  /** A word, or a pattern of luxon's tokens such as `dd.MM.yyyy HH:mm`. */
  readonly format?: string | undefined;
  /** IANA time zone of times that tell no offset. */
  readonly zone?: string | undefined;
}

const unitMs: Readonly<Record<string, number>> = { seconds: 1_000, milliseconds: 1, microseconds: 0.001 };

export const epochFormats = Object.keys(unitMs);

const number = /^-?\d{1,17}(\.\d{1,9})?$/;
/** As Postgres, BigQuery and Fivetran write it. */
const namedUtc = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?) ?(?:UTC|GMT|Z)$/;
const hasOffset = /(?:[zZ]|[+-]\d{2}(?::?\d{2})?)$/;
const textCharactersMax = 100;

/** The instant that a value tells, in ISO 8601; null when it tells none in this form. */
export function dateOf(value: string, form: DateForm): string | null {
  const text = value.trim();
  if (text.length > textCharactersMax) return null;
  const unit = form.format === undefined ? undefined : unitMs[form.format];
  if (unit !== undefined) return number.test(text) ? isoOf(DateTime.fromMillis(Number(text) * unit)) : null;
  if (form.format !== undefined && form.format !== 'iso') {
    const hasZone = /Z|z/.test(form.format.replace(/'[^']*'/g, ''));
    if (form.zone === undefined && !hasZone) return null;
    return isoOf(DateTime.fromFormat(text, form.format, { zone: form.zone ?? 'utc', locale: 'en' }));
  }
  const [, day, time] = namedUtc.exec(text) ?? [];
  const plain = day === undefined ? text : `${day}T${time}Z`;
  if (parseInstant(plain) !== null) return plain;
  return localOf(plain, form.zone) ?? mailOf(plain);
}

function localOf(text: string, zone: string | undefined): string | null {
  if (zone === undefined || (text.includes(':') && hasOffset.test(text))) return null;
  const iso = DateTime.fromISO(text.replace(' ', 'T'), { zone });
  return isoOf(iso);
}

/** As e-mail and HTTP write it: `Tue, 24 Nov 2026 10:00:00 +0100`. */
function mailOf(text: string): string | null {
  return /^[A-Za-z]{3}, |^\d{1,2} [A-Za-z]{3} /.test(text) ? isoOf(DateTime.fromRFC2822(text)) : null;
}

function isoOf(time: DateTime): string | null {
  const iso = time.isValid ? time.toUTC().toISO() : null;
  return iso !== null && parseInstant(iso) !== null ? iso : null;
}

export const durationForms = ['seconds', 'milliseconds', 'minutes', 'clock'] as const;

export type DurationForm = (typeof durationForms)[number];

const secondsPer = { seconds: 1, milliseconds: 0.001, minutes: 60 } as const;

/** Whole seconds; null when the text is no duration of this form. `clock` is `1:02:03` or `2:03`. */
export function secondsOf(value: string, form: DurationForm): number | null {
  const text = value.trim();
  if (form !== 'clock') return number.test(text) ? Math.round(Number(text) * secondsPer[form]) : null;
  const [, hours, minutes, seconds] = /^(?:(\d{1,4}):)?(\d{1,5}):(\d{2})(?:\.\d{1,9})?$/.exec(text) ?? [];
  if (minutes === undefined) return null;
  return Number(hours ?? 0) * 3_600 + Number(minutes) * 60 + Number(seconds);
}
