import { Refusal } from './refusal.js';

/** NUL and lone surrogates: Postgres stores neither. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** Text that a client wrote into a field: without NUL and lone surrogates, not blank, not longer than allowed. */
export function requireText(text: string, field: string, charactersMax: number): string {
  if (!isStorable(text)) {
    throw new Refusal('TEXT_INVALID', `${field} holds a NUL or a lone surrogate, which no text may.`, { field });
  }
  const trimmed = text.trim();
  if (trimmed === '') throw new Refusal('INPUT_INVALID', `${field} must not be blank.`, { field });
  if (trimmed.length > charactersMax) {
    throw new Refusal('TOO_LONG', `${field} has ${trimmed.length} characters; at most ${charactersMax} are allowed.`, {
      field,
      limit: charactersMax,
    });
  }
  return trimmed;
}

/** As `requireText`, where the field may be left out (undefined stays) or emptied (null and blank are null). */
export function optionalText(
  text: string | null | undefined,
  field: string,
  charactersMax: number,
): string | null | undefined {
  if (text == null) return text;
  return text.trim() === '' ? null : requireText(text, field, charactersMax);
}

/** A key that another system made: checked, but never trimmed. */
export function exactText(text: string | null | undefined, field: string, charactersMax: number): string | null {
  if (text == null) return null;
  requireText(text, field, charactersMax);
  return text;
}
