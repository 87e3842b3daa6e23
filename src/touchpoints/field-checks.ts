import { Refusal } from '../platform/refusal.js';
import { isStorable } from '../platform/text-input.js';

/** Text of at most so many characters that Postgres can store; null when it was left out. */
export function text(value: unknown, field: string, charactersMax: number, charactersMin = 0): string | null {
  if (value == null) return null;
  if (typeof value !== 'string') throw new Refusal('INPUT_INVALID', 'This field takes text.', { field });
  if (value.length < charactersMin)
    throw new Refusal('TOO_FEW', 'This field must not be empty.', { field, limit: charactersMin });
  if (value.length > charactersMax) {
    throw new Refusal('TOO_LONG', `This field takes at most ${charactersMax} characters.`, {
      field,
      limit: charactersMax,
    });
  }
  if (!isStorable(value)) {
    throw new Refusal('TEXT_INVALID', 'Text must be whole Unicode without NUL characters.', { field });
  }
  return value;
}

export function requiredText(value: unknown, field: string, charactersMax: number): string {
  if (value == null) throw new Refusal('TOO_FEW', 'This field is required.', { field, limit: 1 });
  return text(value, field, charactersMax, 1) as string;
}

/** The place of a word in its vocabulary. */
export function word(words: readonly string[], value: unknown, field: string): number | null {
  if (value == null) return null;
  const code = words.indexOf(value as string);
  if (code < 0) throw new Refusal('INPUT_INVALID', `This field takes one of ${words.join(', ')}.`, { field });
  return code;
}

export function integer(value: unknown, field: string, min: number, max: number): number | null {
  if (value == null) return null;
  if (!Number.isInteger(value)) throw new Refusal('INPUT_INVALID', 'This field takes a whole number.', { field });
  const number = value as number;
  if (number >= min && number <= max) return number;
  throw new Refusal('OUT_OF_RANGE', `This field takes ${min} to ${max}.`, { field, limit: number < min ? min : max });
}

export function sentiment(value: unknown, field: string): number | null {
  if (value == null) return null;
  if (typeof value === 'number' && value >= -1 && value <= 1) return Math.fround(value);
  throw new Refusal('OUT_OF_RANGE', 'Sentiment is a number from -1 to 1.', { field, limit: 1 });
}
