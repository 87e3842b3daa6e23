import { limits } from '../../platform/limits.js';
import { Refusal } from '../../platform/refusal.js';
import type { Bytes } from './bytes.js';
import type { Position, Row } from './row.js';

const newline = 0x0a;

/**
 * Reads JSON of one value a line. What is no JSON, or too long, is refused alone: the next line is as good as any. Holds
 * one line at most, and of a longer one nothing.
 */
export async function* readNdjson(bytes: Bytes, start: Position): AsyncGenerator<Row> {
  let { bytes: end, lines } = start;
  let pieces: Buffer[] = [];
  let length = 0;
  const take = (piece: Buffer) => {
    length += piece.length;
    end += piece.length;
    if (length <= limits.importRowBytesMax) pieces.push(piece);
    else pieces = [];
  };
  const finish = (): Row | null => {
    lines++;
    const row = rowOf(length > limits.importRowBytesMax ? null : Buffer.concat(pieces, length), lines, {
      bytes: end,
      lines,
    });
    pieces = [];
    length = 0;
    return row;
  };
  for await (const chunk of bytes) {
    let from = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      take(chunk.subarray(from, at + 1));
      from = at + 1;
      const row = finish();
      if (row) yield row;
    }
    // A copy: the rest of the chunk is not kept for the sake of its end.
    if (from < chunk.length) take(Buffer.from(chunk.subarray(from)));
  }
  const row = length > 0 ? finish() : null;
  if (row) yield row;
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Null for an empty line. */
function rowOf(bytes: Buffer | null, line: number, end: Position): Row | null {
  if (bytes === null) {
    const limit = limits.importRowBytesMax;
    return { line, end, refusal: new Refusal('TOO_LONG', `A line has at most ${limit} bytes.`, { limit }) };
  }
  try {
    const text = decoder.decode(bytes).trim();
    return text === '' ? null : { line, end, record: JSON.parse(text) };
  } catch (cause) {
    const isText = cause instanceof SyntaxError;
    const refusal = isText
      ? new Refusal('INPUT_INVALID', 'The line is not JSON.', { cause })
      : new Refusal('TEXT_INVALID', 'The line is not UTF-8.', { cause });
    return { line, end, refusal };
  }
}
