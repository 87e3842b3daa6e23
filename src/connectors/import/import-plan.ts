import { Refusal } from '../../platform/refusal.js';
import type { Mapping } from '../mapping/mapping.js';
import { parseMapping } from '../mapping/mapping.schema.js';
import { type Bytes, type Encoding, guessEncoding, inUtf8, lookAtHead, skipping, unpacked } from './bytes.js';
import { type ColumnGuess, guessColumns } from './column-guess.js';
import { readCsv } from './csv.js';
import { type FileForm, type FormWish, formOf, headBytes } from './file-form.js';
import { mappingOfGuess } from './guessed-mapping.js';
import { readNdjson } from './ndjson.js';
import { mappingOfPlainColumns } from './plain-columns.js';
import { type PresetWish, presetMapping } from './presets.js';
import type { Position, Row } from './row.js';

/** What was told of a file, and how its rows are to become touchpoints. */
export interface ImportWish extends FormWish, PresetWish {
  readonly encoding?: Encoding | undefined;
  /** In the mapping language, as it was written. */
  readonly mapping?: unknown;
  readonly preset?: string | undefined;
  /** The guess is good. */
  readonly guess?: boolean | undefined;
}

/** A file that was looked at and is ready to be read. */
export interface ImportPlan {
  readonly form: FileForm;
  readonly encoding: Encoding;
  readonly isPacked: boolean;
  /** Null when rows have the shape of touchpoints; `undecided` when somebody has to look at the guess first. */
  readonly mapping: Mapping | null | 'undecided';
  /** The mapping as it is written; null when there is none. */
  readonly written: object | null;
  /** What each column was taken for; empty where nothing was guessed. */
  readonly guess: readonly ColumnGuess[];
  /** The whole file from its beginning, unpacked and as UTF-8. */
  readonly text: Bytes;
}

/** Looks at the beginning of a file, and decides how it is read. */
export async function planImport(file: Bytes, wish: ImportWish): Promise<ImportPlan> {
  const { bytes, isPacked } = await unpacked(file);
  const opened = await lookAtHead(bytes, headBytes);
  const encoding = wish.encoding ?? guessEncoding(opened.head);
  const { head, all } = await lookAtHead(inUtf8(opened.all, encoding), headBytes);
  const form = formOf(head, head.length < headBytes, wish);
  return { form, encoding, isPacked, text: all, ...mappingFor(form, wish) };
}

function mappingFor(form: FileForm, wish: ImportWish): Pick<ImportPlan, 'mapping' | 'written' | 'guess'> {
  const told = wish.mapping ?? (wish.preset === undefined ? undefined : presetMapping(wish.preset, wish));
  if (told !== undefined) return { mapping: parseMapping(told, 'mapping'), written: Object(told), guess: [] };
  if (form.format === 'ndjson') return { mapping: null, written: null, guess: [] };
  const plain = mappingOfPlainColumns(form.columns);
  if (plain) return { mapping: parseMapping(plain, 'mapping'), written: plain, guess: [] };
  const guess = guessColumns(form.columns, form.sample);
  const written = mappingOfGuess(guess, { zone: wish.zone ?? 'UTC', region: wish.region });
  const names = guess.some((column) => column.field?.startsWith('identifier '));
  return { mapping: wish.guess && names ? parseMapping(written, 'mapping') : 'undecided', written, guess };
}

/** The rows of a file from where its first one begins, or from where an import was broken off. */
export function readRows(form: FileForm, text: Bytes, from: Position = form.start, textBegin = 0): AsyncIterable<Row> {
  const rest = from.bytes > textBegin ? skipping(text, from.bytes - textBegin) : text;
  return form.format === 'ndjson' ? readNdjson(rest, from) : readCsv(rest, form.dialect, form.columns, from);
}

/** The mapping of a plan; a guess that nobody looked at is refused. */
export function requireMapping(plan: ImportPlan): Mapping | null {
  if (plan.mapping !== 'undecided') return plan.mapping;
  const isNameless = !plan.guess.some((column) => column.field?.startsWith('identifier '));
  const sentence = isNameless
    ? 'No column seems to name the customer: give a mapping or a preset.'
    : 'The columns are not named as fields of touchpoints: give a mapping or a preset, or accept the guess.';
  throw new Refusal('INPUT_INVALID', sentence, { field: 'mapping' });
}
