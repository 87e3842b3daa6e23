import { limits } from './limits.js';
import { Refusal } from './refusal.js';

/** NUL and lone halves of surrogate pairs are valid JSON, but no text that Postgres can hold. */
const unstorable = /(?<!\\)(?:\\\\)*\\u(0000|d[89a-f])/;

/** JSON that a client wrote, as text that Postgres can hold: not too deep, not too long. */
export function jsonText(value: unknown, field: string, bytesMax: number): string {
  if (depthOf(value, limits.attributesDepthMax) > limits.attributesDepthMax) {
    throw new Refusal('TOO_MANY', `JSON nests at most ${limits.attributesDepthMax} levels.`, {
      field,
      limit: limits.attributesDepthMax,
    });
  }
  const written = JSON.stringify(value) ?? 'null';
  if (Buffer.byteLength(written) > bytesMax) {
    throw new Refusal('TOO_LONG', `This field takes at most ${bytesMax} bytes of JSON.`, { field, limit: bytesMax });
  }
  // Most text holds no escape at all, and looking for one is cheaper than the whole pattern.
  if (written.includes('\\u') && unstorable.test(written)) {
    throw new Refusal('TEXT_INVALID', 'Text must be whole Unicode without NUL characters.', { field });
  }
  return written;
}

/** Never looks deeper than one past the limit. */
function depthOf(value: unknown, left: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (left < 0) return 1;
  let deepest = 0;
  for (const inner of Object.values(value)) deepest = Math.max(deepest, depthOf(inner, left - 1));
  return deepest + 1;
}
