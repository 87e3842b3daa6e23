import { parse } from 'csv-parse';
import { Refusal } from '../../platform/refusal.js';
import { type CsvDialect, type CsvRecord, csvOptions } from './csv.js';
import { LineEnds } from './line-ends.js';
import { beginning, type Position } from './row.js';

export const formats = ['ndjson', 'csv'] as const;

export type Format = (typeof formats)[number];

/** How a file is written, as far as it was not told. */
export interface FormWish {
  readonly format?: Format | undefined;
  readonly delimiter?: string | undefined;
  readonly quote?: string | undefined;
}

/** How a file is written, and where its rows begin. */
export type FileForm =
  | { readonly format: 'ndjson'; readonly start: Position }
  | {
      readonly format: 'csv';
      readonly start: Position;
      readonly dialect: CsvDialect;
      readonly columns: readonly string[];
      /** Some of its first rows, by which types are guessed. */
      readonly sample: readonly (readonly string[])[];
    };

/** So much of a file is looked at before anything is decided. */
export const headBytes = 256 * 1024;

const sampleRows = 200;
const delimiters = [',', ';', '\t', '|'];

/**
 * Finds out how a file is written by its first bytes.
 * @param head as UTF-8
 * @param isWhole whether that is all of the file
 */
export function formOf(head: Buffer, isWhole: boolean, wish: FormWish): FileForm {
  const text = head
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  if (text === '') throw new Refusal('BODY_MALFORMED', 'There is nothing to import.');
  if (wish.format === undefined && text.startsWith('[')) {
    const sentence = 'This is a JSON list. Send one object a line: jq -c ".[]" file.json.';
    throw new Refusal('BODY_MALFORMED', sentence);
  }
  const format = wish.format ?? (text.startsWith('{') ? 'ndjson' : 'csv');
  if (format === 'ndjson') return { format, start: afterMark(head) };
  // A parser looks ahead: behind the end there is room to.
  const whole = isWhole ? Buffer.concat([head, Buffer.from('\n'.repeat(64))]) : head;
  const dialect = dialectOf(whole, wish);
  const [header, ...rows] = recordsOf(whole, dialect);
  if (!header) throw new Refusal('BODY_MALFORMED', 'The first row, with the names of the columns, has no end.');
  const lines = new LineEnds(beginning);
  lines.note(head);
  return {
    format,
    dialect,
    columns: columnsOf(header.record),
    start: lines.position(header.info.bytes),
    sample: rows.map((row) => row.record),
  };
}

function afterMark(head: Buffer): Position {
  return head.subarray(0, 3).equals(Buffer.from('\ufeff')) ? { bytes: 3, lines: 0 } : beginning;
}

/** The delimiter and quote by which most rows have as many cells as the first; of several, those that make more. */
function dialectOf(head: Buffer, wish: FormWish): CsvDialect {
  const quotes = wish.quote === undefined ? ['"', "'"] : [wish.quote];
  const candidates = wish.delimiter === undefined ? delimiters : [wish.delimiter];
  const tried = quotes.flatMap((quote) =>
    candidates.map((delimiter) => ({ delimiter, quote, score: scoreOf(recordsOf(head, { delimiter, quote })) })),
  );
  const { delimiter, quote } = tried.reduce((a, b) => (b.score > a.score ? b : a));
  return { delimiter, quote };
}

function scoreOf(records: readonly CsvRecord[]): number {
  const width = records[0]?.record.length ?? 0;
  if (width === 0) return -1;
  const cells = records.flatMap(({ record }) => record);
  const stillQuoted = cells.filter((cell) => cell.length > 1 && cell.startsWith("'") && cell.endsWith("'")).length;
  if (width === 1) return -stillQuoted / cells.length;
  const alike = records.filter(({ record }) => record.length === width).length;
  return alike / records.length + Math.min(width, 100) / 1_000 - stillQuoted / cells.length;
}

/** The whole rows of a piece of a table. */
function recordsOf(head: Buffer, dialect: CsvDialect): CsvRecord[] {
  const parser = parse({ ...csvOptions(dialect), to: sampleRows + 1 });
  const records: CsvRecord[] = [];
  parser.on('error', () => undefined);
  parser.write(head);
  for (let next = parser.read(); next !== null; next = parser.read()) records.push(next as CsvRecord);
  parser.destroy();
  return records.filter(({ record }, i) => i === 0 || record.length > 1 || record[0] !== '');
}

/** Names without blanks around them. A column without a name is called by its place; two of one name are refused. */
function columnsOf(header: readonly string[]): string[] {
  const names = header.map((cell, i) => cell.trim() || `column ${i + 1}`);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return names;
  throw new Refusal('BODY_MALFORMED', `Two columns have the name ${JSON.stringify(twice.slice(0, 100))}.`);
}
