import { limits } from '../../platform/limits.js';
import { Refusal } from '../../platform/refusal.js';
import { jsonOf } from '../json-value.js';
import { textOfHtml } from './html.js';
import type { DateForm, DurationForm } from './time.js';
import { dateOf, secondsOf } from './time.js';
import type { Work } from './work.js';

/** One step from a payload's form of a value to ours. Each takes a text, number or boolean; `join` takes a list. */
export type Transform =
  | 'trim'
  | 'lower'
  | 'upper'
  | 'text'
  | 'number'
  | 'boolean'
  | 'stripHtml'
  | 'parseJson'
  | { readonly date: DateForm }
  | { readonly duration: DurationForm }
  | { readonly split: { readonly by: string; readonly at?: number | undefined } }
  | { readonly join: string }
  | { readonly cut: number }
  | { readonly before: string }
  | { readonly after: string }
  | { readonly removePrefix: string }
  | { readonly addPrefix: string }
  | { readonly replace: { readonly text: string; readonly with: string } };

/** Reading HTML and JSON costs more a letter than looking at it. */
const heavySteps = 8;

/**
 * Applies transforms in order. A list is transformed element by element, until `join` makes one text of it.
 * @throws Refusal naming `field` when the value has another form than the transform takes
 */
export function transformed(value: unknown, transforms: readonly Transform[], field: string, work: Work): unknown {
  let now = value;
  for (const transform of transforms) {
    if (typeof transform === 'object' && 'join' in transform) {
      now = joined(now, transform.join, field, work);
    } else if (Array.isArray(now)) {
      const results = now.map((one) => applied(one, transform, field, work));
      now = results.filter((one) => one !== undefined).flat(1);
    } else now = applied(now, transform, field, work);
    if (now === undefined) return undefined;
  }
  return now;
}

function joined(value: unknown, by: string, field: string, work: Work): unknown {
  const parts = (Array.isArray(value) ? value : [value]).map((one) => scalarText(one, field));
  const text = parts.join(by);
  work.spendOnText(text);
  return requireLength(text, field);
}

function applied(value: unknown, transform: Transform, field: string, work: Work): unknown {
  if (value === null || value === undefined) return undefined;
  const text = requireLength(scalarText(value, field), field);
  const isHeavy = transform === 'stripHtml' || transform === 'parseJson';
  work.spendOnText(text, isHeavy ? heavySteps : 1);
  if (typeof transform === 'string') return plain(text, transform, field);
  if ('date' in transform) {
    return (
      dateOf(text, transform.date) ??
      refuse('TIME_INVALID', field, `is no time of the form ${formName(transform.date)}`, text)
    );
  }
  if ('duration' in transform) {
    const seconds = secondsOf(text, transform.duration);
    return seconds ?? refuse('INPUT_INVALID', field, `is no duration in ${transform.duration}`, text);
  }
  if ('split' in transform) return split(text, transform.split, field, work);
  if ('cut' in transform) return cut(text, transform.cut);
  if ('before' in transform) return text.includes(transform.before) ? text.split(transform.before, 1)[0] : text;
  if ('after' in transform) {
    const at = text.indexOf(transform.after);
    return at < 0 ? text : text.slice(at + transform.after.length);
  }
  if ('removePrefix' in transform) {
    return text.startsWith(transform.removePrefix) ? text.slice(transform.removePrefix.length) : text;
  }
  if ('addPrefix' in transform) {
    return text.startsWith(transform.addPrefix) ? text : `${transform.addPrefix}${text}`;
  }
  if ('replace' in transform) {
    return requireLength(
      text.replaceAll(transform.replace.text, () => transform.replace.with),
      field,
    );
  }
  throw new Error('A list is joined before its elements are looked at.');
}

function plain(text: string, transform: string, field: string): unknown {
  switch (transform) {
    case 'trim':
      return text.trim();
    case 'lower':
      return text.toLowerCase();
    case 'upper':
      return text.toUpperCase();
    case 'number':
      return numberOf(text) ?? refuse('INPUT_INVALID', field, 'is no number', text);
    case 'boolean':
      return booleanOf(text) ?? refuse('INPUT_INVALID', field, 'is neither true nor false', text);
    case 'stripHtml':
      return textOfHtml(text);
    case 'parseJson':
      return parsed(text, field);
    default:
      return text;
  }
}

function formName({ format = 'iso', zone }: DateForm): string {
  if (format !== 'iso') return `“${format}”${zone === undefined ? '' : ` in ${zone}`}`;
  return zone === undefined ? 'ISO 8601 with an offset; one without needs a `zone`' : `ISO 8601 in ${zone}`;
}

function split(text: string, { by, at }: { by: string; at?: number | undefined }, field: string, work: Work): unknown {
  const limit = limits.mappingListMax;
  const parts = text.split(by, limit + 1);
  work.spend(parts.length);
  if (parts.length > limit) {
    throw new Refusal('TOO_MANY', `${field} splits into more than ${limit} parts.`, { field, limit });
  }
  return at === undefined ? parts : parts.at(at);
}

/** Never through the middle of a character that has two halves. */
function cut(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text;
  const short = text.slice(0, charactersMax);
  return short.isWellFormed() || !text.isWellFormed() ? short : short.slice(0, -1);
}

function parsed(text: string, field: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse('INPUT_INVALID', field, 'is no JSON', text);
  }
}

export function numberOf(text: string): number | null {
  const plain = text.trim();
  const number = /^[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})(e[+-]?\d{1,3})?$/i.test(plain) ? Number(plain) : Number.NaN;
  return Number.isFinite(number) ? number : null;
}

export function booleanOf(text: string): boolean | null {
  const plain = text.trim().toLowerCase();
  if (/^(true|yes|y|t|1)$/.test(plain)) return true;
  return /^(false|no|n|f|0)$/.test(plain) ? false : null;
}

/** A text, number or boolean as text; an object or list has none. */
export function scalarText(value: unknown, field: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const sentence = `${field} is ${Array.isArray(value) ? 'a list' : 'an object'}, where a text or number is needed.`;
  throw new Refusal('INPUT_INVALID', sentence, { field });
}

export function requireLength(text: string, field: string): string {
  const limit = limits.mappingTextCharactersMax;
  if (text.length <= limit) return text;
  throw new Refusal('TOO_LONG', `${field} has more than ${limit} characters on the way.`, { field, limit });
}

const quotedCharactersMax = 60;

function refuse(reason: 'INPUT_INVALID' | 'TIME_INVALID', field: string, sentence: string, text: string): never {
  throw new Refusal(reason, `${field} ${sentence}: ${quoted(text)}.`, { field });
}

/** What stands in a payload, short enough for a sentence. */
export function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : jsonOf(value ?? null);
  const short = text.length > quotedCharactersMax ? `${text.slice(0, quotedCharactersMax)}…` : text;
  return `“${short.toWellFormed().replaceAll('\0', '')}”`;
}
