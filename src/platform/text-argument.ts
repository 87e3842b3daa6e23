import { Refusal } from './refusal.js';
import { isStorable } from './text-input.js';

/** Reads a text argument: whole Unicode of at most so many characters, as Postgres can compare it. */
export function plainText(charactersMax: number) {
  return (value: string, _request: unknown, path: string): string => {
    if (value.length > charactersMax) {
      throw new Refusal('TOO_LONG', `${path} may have at most ${charactersMax} characters.`, {
        field: path,
        limit: charactersMax,
      });
    }
    if (!isStorable(value)) {
      throw new Refusal('TEXT_INVALID', `${path} holds a NUL or a lone surrogate, which no text may.`, { field: path });
    }
    return value;
  };
}
