import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';

/**
 * What a body holds, for senders that drop it, or end themselves, when they hear that it cannot be read: its JSON, also
 * where that was packed into a text once more, else the text as it came, to be kept as one dead letter.
 */
export function parseOrKeep(body: Buffer): unknown {
  const text = new TextDecoder().decode(body);
  if (text.trim() === '') throw new Refusal('BODY_MALFORMED', 'There is nothing in the body.');
  const value = jsonIn(text);
  const unpacked = typeof value === 'string' ? jsonIn(value) : value;
  const isWhole = typeof unpacked === 'object' && unpacked !== null;
  return isWhole ? unpacked : text.slice(0, limits.deadLetterRawCharactersMax).toWellFormed();
}

/**
 * A message that may have come as a text.
 * @throws Refusal when that is not JSON
 */
export function unpackedMessage(item: unknown): unknown {
  if (typeof item !== 'string') return item;
  const value = jsonIn(item);
  if (value === undefined) throw new Refusal('BODY_MALFORMED', 'What was sent is not JSON.');
  return value;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
