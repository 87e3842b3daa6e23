import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { requireText } from '../platform/text-input.js';
import { type AnyWhat, exportKinds, kindOf, requireWhat, type What } from './export-kinds.js';
import { xesColumns } from './formats/xes-columns.js';

export const formats = ['csv', 'ndjson', 'parquet', 'xes', 'ocel'] as const;
export type Format = (typeof formats)[number];

export const compressions = ['none', 'gzip', 'zstd', 'snappy'] as const;
export type Compression = (typeof compressions)[number];

/** Which rows are read, and what of them. */
export interface RowWish {
  readonly what: AnyWhat;
  readonly columns: readonly string[];
  /** By name, as they were given. */
  readonly filters: Readonly<Record<string, unknown>>;
  /** False leaves cells of CSV as they are, although a spreadsheet may take one for a formula. */
  readonly isFormulaSafe: boolean;
}

/** What somebody wants exported, checked. */
export interface ExportWish extends RowWish {
  readonly what: What;
  readonly format: Format;
  readonly compression: Compression;
  readonly purpose: string;
}

/** The parts of a wish as they came: texts of an address, or values of an input. */
export interface WishParts {
  readonly what?: unknown;
  readonly format?: unknown;
  readonly columns?: unknown;
  readonly filters: Readonly<Record<string, unknown>>;
  readonly compression?: unknown;
  readonly formulas?: unknown;
  readonly purpose?: unknown;
}

/**
 * @param filtersPath what a filter's name stands under where it came from
 * @throws Refusal naming the field that is at fault
 */
export function readWish(parts: WishParts, filtersPath = ''): ExportWish {
  const what = requireWhat(parts.what);
  const format = oneOf('format', parts.format ?? 'csv', formats);
  const columns = readColumns(what, parts.columns);
  requireFit(what, format, columns, parts.columns);
  return {
    what,
    format,
    columns,
    filters: readFilters(what, parts.filters, filtersPath),
    compression: readCompression(format, parts.compression),
    isFormulaSafe: oneOf('formulas', parts.formulas ?? 'escape', ['escape', 'keep']) === 'escape',
    purpose: readPurpose(parts.purpose),
  };
}

function oneOf<T extends string>(field: string, given: unknown, words: readonly T[]): T {
  if (words.includes(given as T)) return given as T;
  throw new Refusal('INPUT_INVALID', `${field} must be one of ${words.join(', ')}.`, { field });
}

/** Formats that hold logs of events take nothing else. */
function requireFit(what: What, format: Format, columns: readonly string[], asked: unknown): void {
  if (format === 'ocel') {
    if (what !== 'touchpoints') {
      throw new Refusal('INPUT_INVALID', 'ocel is made of touchpoints: ask for what=touchpoints.', { field: 'what' });
    }
    if (asked != null && asked !== '') {
      throw new Refusal('INPUT_INVALID', 'ocel has attributes of its own: leave columns out.', { field: 'columns' });
    }
  }
  if (format !== 'xes') return;
  const missing = xesColumns.find((name) => !columns.includes(name));
  if (missing === undefined) return;
  const sentence = what.endsWith('-events')
    ? `xes needs the columns ${xesColumns.join(', ')}.`
    : `xes holds events of cases: ask for ${Object.keys(exportKinds)
        .filter((name) => name.endsWith('-events'))
        .join(', ')}.`;
  throw new Refusal('INPUT_INVALID', sentence, { field: what.endsWith('-events') ? 'columns' : 'what' });
}

/** Within Parquet it is of its pages, elsewhere of the whole file. */
function readCompression(format: Format, given: unknown): Compression {
  const compression = oneOf('compression', given ?? (format === 'parquet' ? 'snappy' : 'none'), compressions);
  if (compression !== 'snappy' || format === 'parquet') return compression;
  throw new Refusal('INPUT_INVALID', 'snappy packs parquet only.', { field: 'compression' });
}

function readPurpose(given: unknown): string {
  if (typeof given !== 'string' || given.trim() === '') {
    throw new Refusal('INPUT_INVALID', 'purpose must say what the data is exported for.', { field: 'purpose' });
  }
  return requireText(given, 'purpose', limits.shortTextCharactersMax);
}

function readColumns(what: What, given: unknown): string[] {
  const known = Object.keys(kindOf(what).columns);
  const asked = listOf(given);
  if (asked === null) return known;
  const unknown = asked.find((name) => !known.includes(name as string));
  if (unknown !== undefined) {
    const sentence = `${what} have no column of that name; there are ${known.join(', ')}.`;
    throw new Refusal('INPUT_INVALID', sentence, { field: `columns[${asked.indexOf(unknown)}]` });
  }
  if (asked.length === 0 || new Set(asked).size < asked.length) {
    throw new Refusal('INPUT_INVALID', 'columns must name at least one column, and each once.', { field: 'columns' });
  }
  return asked as string[];
}

/** Names are checked here, values where the statement is written: by the API's own rules. */
function readFilters(what: What, given: WishParts['filters'], path: string): Record<string, unknown> {
  const kind = kindOf(what);
  const filters = Object.fromEntries(Object.entries(given).filter(([, value]) => value != null && value !== ''));
  for (const name of Object.keys(filters)) {
    if (!Object.hasOwn(kind.arguments, name) && !Object.hasOwn(kind.own, name)) {
      const known = [...Object.keys(kind.arguments), ...Object.keys(kind.own)].join(', ');
      throw new Refusal('INPUT_INVALID', `${what} are not filtered by ${named(name)}, but by ${known}.`, {
        field: `${path}${named(name)}`,
      });
    }
  }
  return filters;
}

/** A list, or a text with commas; null when there is none. */
export function listOf(given: unknown): unknown[] | null {
  if (given == null || given === '') return null;
  if (Array.isArray(given)) return given.flatMap((one) => listOf(one) ?? []);
  return typeof given === 'string' ? given.split(',').map((one) => one.trim()) : [given];
}

/** What a caller wrote, as far as a sentence may repeat it. */
function named(name: string): string {
  return /^\w{1,40}$/.test(name) ? name : 'that';
}
