import { Readable } from 'node:stream';
import { type CsvError, type Info, type Options, parse } from 'csv-parse';
import { limits } from '../../platform/limits.js';
import { Refusal } from '../../platform/refusal.js';
import type { Bytes } from './bytes.js';
import { LineEnds } from './line-ends.js';
import type { Position, Row } from './row.js';

/** How a table is written. */
export interface CsvDialect {
  readonly delimiter: string;
  readonly quote: string;
}

/** RFC 4180 with any line ending; a quote inside a plain cell is a letter, as `5" screen`. */
export function csvOptions({ delimiter, quote }: CsvDialect): Options {
  return {
    delimiter,
    quote,
    escape: quote,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    bom: true,
    info: true,
    max_record_size: limits.importRowBytesMax,
  };
}

export interface CsvRecord {
  readonly record: string[];
  readonly info: Info;
}

/**
 * Reads the rows of a table as objects by the names of its columns. A row with more or fewer cells than there are
 * columns is refused alone; a quote that never closes ends the reading, since what it swallows cannot be told.
 */
export async function* readCsv(
  bytes: Bytes,
  dialect: CsvDialect,
  columns: readonly string[],
  start: Position,
): AsyncGenerator<Row> {
  const ends = new LineEnds(start);
  const faults: { source?: unknown; table?: CsvError } = {};
  const source = Readable.from(endingQuietly(ends.watch(bytes), faults), { objectMode: false });
  const parser = source.pipe(
    parse({
      ...csvOptions(dialect),
      // Told and skipped: a stream that fails drops what it holds, and the rows before a fault are good.
      skip_records_with_error: true,
      on_skip: (error) => {
        faults.table ??= error;
      },
    }),
  );
  let line = start.lines + 1;
  let held: Row | null = null;
  try {
    for await (const { record, info } of parser as AsyncIterable<CsvRecord>) {
      if (faults.table && info.records > Number(faults.table.records)) break;
      if (held) yield held;
      const end = ends.position(start.bytes + info.bytes);
      const isEmpty = record.length === 1 && record[0] === '';
      held = isEmpty ? null : { line, end, ...understood(record, columns) };
      line = end.lines + 1;
    }
    // Where the bytes broke off, the last row may be half of one.
    if (faults.source !== undefined) throw faults.source;
    if (held) yield held;
    if (faults.table) throw problemOf(faults.table, line);
  } finally {
    source.destroy();
    parser.destroy();
  }
}

async function* endingQuietly(bytes: Bytes, faults: { source?: unknown }): Bytes {
  try {
    yield* bytes;
  } catch (error) {
    faults.source = error;
  }
}

function understood(cells: readonly string[], columns: readonly string[]) {
  if (cells.length !== columns.length) {
    const sentence = `The row has ${cells.length} cells, but there are ${columns.length} columns.`;
    return { refusal: new Refusal('INPUT_INVALID', sentence) };
  }
  if (cells.some((cell) => cell.includes('\ufffd'))) {
    const sentence = 'The row has bytes that are not UTF-8, or the sign that stands for lost ones.';
    return { refusal: new Refusal('TEXT_INVALID', sentence) };
  }
  return { record: Object.fromEntries(columns.map((name, i) => [name, cells[i]])) };
}

function problemOf(error: CsvError, line: number): Refusal {
  const limit = limits.importRowBytesMax;
  const sentences: Readonly<Record<string, string>> = {
    CSV_QUOTE_NOT_CLOSED: `The quote in the row at line ${line} is never closed.`,
    CSV_MAX_RECORD_SIZE: `The row at line ${line} has more than ${limit} bytes; perhaps a quote is never closed.`,
  };
  const sentence = sentences[error.code] ?? `The table cannot be read from line ${line} on: ${error.code}.`;
  return new Refusal('BODY_MALFORMED', sentence, { cause: error });
}
