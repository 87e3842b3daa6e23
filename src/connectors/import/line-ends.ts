import type { Bytes } from './bytes.js';
import type { Position } from './row.js';

const feed = 0x0a;
const carriageReturn = 0x0d;
const keptMax = 100_000;

/**
 * Counts the lines of a text while a parser reads it, since a parser tells bytes only: a row may have line breaks in
 * its cells. Remembers no more than what the parser has taken and not yet told.
 */
export class LineEnds {
  /** Where each line ends, from the first that nobody asked about. */
  #ends: number[] = [];
  #next = 0;
  #lines: number;
  #bytes: number;
  #wasReturn = false;

  constructor(start: Position) {
    this.#lines = start.lines;
    this.#bytes = start.bytes;
  }

  async *watch(bytes: Bytes): Bytes {
    for await (const chunk of bytes) {
      this.note(chunk);
      yield chunk;
    }
  }

  /** The next bytes of the text. */
  note(chunk: Buffer): void {
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i];
      if (byte === feed && this.#wasReturn) this.#ends.splice(-1, 1, this.#bytes + i + 1);
      else if (byte === feed || byte === carriageReturn) this.#ends.push(this.#bytes + i + 1);
      this.#wasReturn = byte === carriageReturn;
    }
    this.#bytes += chunk.length;
  }

  /** The lines that have ended where so many bytes are read; asked in rising order. */
  position(bytes: number): Position {
    while (this.#next < this.#ends.length && (this.#ends[this.#next] as number) <= bytes) {
      this.#next++;
      this.#lines++;
    }
    if (this.#next > keptMax) {
      this.#ends = this.#ends.slice(this.#next);
      this.#next = 0;
    }
    return { bytes, lines: this.#lines };
  }
}
