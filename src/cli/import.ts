import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { Bytes } from '../connectors/import/bytes.js';
import { constantsOf } from '../connectors/import/guessed-mapping.js';
import { beginEntry, type ImportEntry } from '../connectors/import/import-entry.js';
import { type ImportPlan, planImport, readRows } from '../connectors/import/import-plan.js';
import {
  type Counts,
  type Fault,
  faultOf,
  nothingYet,
  type RefusedRow,
  runImport,
} from '../connectors/import/import-run.js';
import type { ImportRequest } from '../connectors/import/import-wish.js';
import type { Position } from '../connectors/import/row.js';
import type { Mapping } from '../connectors/mapping/mapping.js';
import { readClientConfig } from '../platform/config.js';
import { externalId } from '../platform/ids.js';
import { limits } from '../platform/limits.js';
import { refusalOfError } from '../platform/problems.js';
import { type Command, type Output, optionalText, UsageError, type Values } from './command.js';
import {
  type Checkpoint,
  fingerprint,
  readCheckpoint,
  removeCheckpoint,
  writeCheckpoint,
} from './import-checkpoint.js';
import { importOptions, requestOf } from './import-options.js';
import { noReport, openReport } from './import-report.js';
import { serviceTarget, type Target, withDatabaseTarget } from './import-target.js';
import { guessTable, type Summary, summaryText } from './import-texts.js';
import { progressBar } from './progress-bar.js';

export const importFile: Command = {
  usage: '<file|-> [--url … --key …] [--mapping m.json | --preset p | --guess]',
  does: 'Imports CSV or lines of JSON of any size; see docs/import.md.',
  options: importOptions,
  async run([file], values) {
    if (!file) throw new UsageError('Name a file, or - for standard input: throughline import calls.csv.');
    const request = await requestOf(values);
    const opened = await openFile(file);
    const plan = await planImport(opened.stream as Bytes, request.wish);
    const saved = optionalText(values, 'save-mapping');
    if (saved !== undefined) await writeFile(saved, `${JSON.stringify(plan.written, null, 2)}\n`);
    const { mapping } = plan;
    if (mapping === 'undecided') {
      opened.stream.destroy();
      return undecided(file, plan, saved);
    }
    return toTarget(values, request, (target) => run({ file, opened, plan, mapping, values, request, target }));
  },
};

interface OpenFile {
  readonly stream: Readable;
  /** Null for what is read only once: standard input, a pipe. */
  readonly size: number | null;
}

async function openFile(file: string): Promise<OpenFile> {
  if (file === '-') return { stream: process.stdin, size: null };
  try {
    const found = await stat(file);
    if (found.isDirectory()) throw new Error('it is a folder');
    return { stream: createReadStream(file), size: found.isFile() ? found.size : null };
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : message;
    throw new Error(`${file} cannot be read: ${reason}.`, { cause });
  }
}

/** The columns have to be looked at before anything is imported. */
function undecided(file: string, plan: ImportPlan, saved: string | undefined): Output {
  const isNameless = !plan.guess.some((column) => column.field?.startsWith('identifier '));
  const hint = isNameless
    ? 'No column seems to name the customer. Give a mapping, or a preset.'
    : 'If that is right, add --guess. Else --save-mapping map.json writes it down, to be changed and given as --mapping.';
  const kept = saved === undefined ? '' : `\nThe mapping is in ${saved}.`;
  const isTimeless = !plan.guess.some((column) => column.field === 'occurredAt');
  const timeless: Record<string, string> = isTimeless ? { occurredAt: 'the time of the import' } : {};
  return {
    text: `${guessTable(plan.guess, { ...constantsOf(plan.guess), ...timeless })}\n\nNothing was imported. ${hint}${kept}`,
    data: { file, imported: false, columns: plan.guess, mapping: plan.written },
    exitCode: saved === undefined ? 2 : 0,
  };
}

function toTarget(values: Values, request: ImportRequest, act: (target: Target) => Promise<Output>): Promise<Output> {
  const url = optionalText(values, 'url') ?? readClientConfig().url;
  if (url === undefined) return withDatabaseTarget(optionalText(values, 'workspace'), request, act);
  const key = optionalText(values, 'key') ?? readClientConfig().key;
  if (key === undefined) throw new UsageError('--key is missing, and so is THROUGHLINE_KEY.');
  if (!URL.canParse(url)) throw new UsageError('--url takes an address such as http://127.0.0.1:4000.');
  return act(serviceTarget(url, key, request));
}

interface Task {
  readonly file: string;
  readonly opened: OpenFile;
  readonly plan: ImportPlan;
  readonly mapping: Mapping | null;
  readonly values: Values;
  readonly request: ImportRequest;
  readonly target: Target;
}

const refusalsShown = 10;

async function run(task: Task): Promise<Output> {
  const { request, target, values } = task;
  const place = await checkpointOf(task);
  const before = place === null ? null : await readCheckpoint(place.file, place.of);
  const reportFile = optionalText(values, 'report');
  const report = reportFile === undefined ? noReport : await openReport(reportFile, before?.reportBytes ?? 0);
  const bar = progressBar('import [{bar}] {percentage} % | {rows} rows, {refused} refused | {eta_formatted} left');
  const first: RefusedRow[] = [];
  const input = inputOf(task, before);
  let entry: ImportEntry | null = null;
  try {
    entry = await begin(task, before);
    const note = noteIn(place, entry);
    // At once, so that one that is killed in its first batch goes on under the same name.
    if (before === null) await note({ position: input.from, counts: nothingYet, reportBytes: 0 });
    const counts = await runImport(
      readRows(task.plan.form, input.text, input.from, input.textBegin),
      {
        rules: { mapping: task.mapping, source: request.source },
        store: target.store,
        tell: async ({ counts, position, refused }) => {
          first.push(...refused.slice(0, refusalsShown - first.length));
          const reportBytes = await report.add(refused);
          await entry?.add({ counts, refused });
          await note({ position, counts, reportBytes });
          if (task.opened.size !== null) bar.update(input.bytesDone(position) / task.opened.size, { ...counts });
        },
      },
      before?.counts ?? nothingYet,
    );
    await entry?.finish(null);
    if (place !== null) await removeCheckpoint(place.file);
    bar.stop();
    const summary = summaryOf(task, counts, before, reportFile, entry);
    return { text: summaryText(summary, first), data: summary, exitCode: counts.refused > 0 ? 3 : 0 };
  } catch (error) {
    bar.stop();
    // Where nobody is there to be told, it stays as one that stalled.
    await entry?.finish(failureOf(error)).catch(() => undefined);
    if (place === null) throw error;
    throw new Error(`${(error as Error).message}\nThe same command goes on where this one ended.`, { cause: error });
  } finally {
    input.stream.destroy();
    await report.close();
  }
}

/** Its place in the list of imports; none, when it stores nothing. */
async function begin({ file, request, target }: Task, before: Checkpoint | null): Promise<ImportEntry | null> {
  if (request.isDryRun) return null;
  const name =
    request.name ?? (file === '-' ? null : path.basename(file).slice(-limits.nameCharactersMax).toWellFormed());
  return beginEntry(target.tell, { name, isBackfill: request.isBackfill }, before);
}

/** What the list of imports says of what broke one off; what nobody foresaw is told to who runs the command. */
function failureOf(error: unknown): Fault {
  const fault = faultOf(refusalOfError(error));
  if (fault.reason !== 'UNEXPECTED') return fault;
  return { ...fault, message: 'The command broke off, and said why where it ran.' };
}

interface Place {
  readonly file: string;
  readonly of: string;
}

/** Writes checkpoints where there is a place for them. */
function noteIn(place: Place | null, entry: ImportEntry | null) {
  return async (how: Omit<Checkpoint, 'of' | 'id'>): Promise<void> => {
    if (place !== null && entry !== null) await writeCheckpoint(place.file, { of: place.of, id: entry.id, ...how });
  };
}

/** Where an import writes how far it is; nowhere, when it reads what cannot be read again or stores nothing. */
async function checkpointOf({ file, opened, plan, values, request, target }: Task): Promise<Place | null> {
  if (opened.size === null || request.isDryRun) return null;
  const { form, encoding, written } = plan;
  const reading = form.format === 'csv' ? [form.dialect, form.columns] : [];
  const how = [target.name, request.source, request.isBackfill, form.format, encoding, reading, written];
  const of = createHash('sha256')
    .update(JSON.stringify([await fingerprint(file), how]))
    .digest('hex');
  const place = { file: optionalText(values, 'checkpoint') ?? `${file}.checkpoint`, of };
  if (values['restart'] === true) await removeCheckpoint(place.file);
  return place;
}

interface Input {
  readonly stream: Readable;
  readonly text: Bytes;
  readonly from: Position;
  /** Bytes of the text that lie before what `text` gives. */
  readonly textBegin: number;
  /** Bytes of the file that are done with: of one that is packed or in another encoding, those that were read. */
  bytesDone(position: Position): number;
}

/** A plain file is entered where it was left; packed or in another encoding it is read again up to there. */
function inputOf({ file, opened, plan }: Task, before: Checkpoint | null): Input {
  const from = before?.position ?? plan.form.start;
  const { stream } = opened;
  const isPlain = !plan.isPacked && plan.encoding === 'utf-8';
  if (before === null || !isPlain) {
    const bytesDone = (position: Position) => (isPlain ? position.bytes : bytesReadOf(stream));
    return { stream, text: plan.text, from, textBegin: 0, bytesDone };
  }
  stream.destroy();
  const rest = createReadStream(file, { start: from.bytes });
  return { stream: rest, text: rest as Bytes, from, textBegin: from.bytes, bytesDone: (position) => position.bytes };
}

function bytesReadOf(stream: Readable): number {
  return (stream as Readable & { bytesRead?: number }).bytesRead ?? 0;
}

function summaryOf(
  task: Task,
  counts: Counts,
  before: Checkpoint | null,
  report: string | undefined,
  entry: ImportEntry | null,
): Summary {
  return {
    import: entry && externalId('import', entry.id),
    file: task.file,
    to: task.target.name,
    isDryRun: task.request.isDryRun,
    resumedAtLine: before && before.counts.rows > 0 ? before.position.lines : null,
    ...counts,
    report: report ?? null,
  };
}
