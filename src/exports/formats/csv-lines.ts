const quote = 0x22;
const lineFeed = 0x0a;
const lineEnd = Buffer.from('\r\n');

/** Ends each record of CSV as RFC 4180 says, CR LF, where Postgres writes LF. What stands within quotes stays. */
export class CsvLines {
  #isQuoted = false;

  add(bytes: Buffer): Buffer {
    const pieces: Buffer[] = [];
    let begin = 0;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i];
      if (byte === quote) this.#isQuoted = !this.#isQuoted;
      else if (byte === lineFeed && !this.#isQuoted) {
        pieces.push(bytes.subarray(begin, i), lineEnd);
        begin = i + 1;
      }
    }
    pieces.push(bytes.subarray(begin));
    return Buffer.concat(pieces);
  }
}

/** The first record: names need no quotes unless they hold a delimiter. */
export function csvHeader(names: readonly string[]): Buffer {
  return Buffer.from(`${names.map((name) => (/[",\r\n]/.test(name) ? `"${name}"` : name)).join()}\r\n`);
}
