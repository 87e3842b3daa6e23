import type { ColumnGuess } from '../connectors/import/column-guess.js';
import type { Counts, RefusedRow } from '../connectors/import/import-run.js';

const sampleCharactersMax = 28;
const columnCharactersMax = 24;

/** What each column of a table was taken for, and what no column tells. */
export function guessTable(columns: readonly ColumnGuess[], constants: Readonly<Record<string, string>>): string {
  const rows = columns.map((column) => [
    short(column.name, columnCharactersMax),
    column.field ?? (column.type === 'empty' ? '(empty, left out)' : 'attribute'),
    column.type === 'time' ? `time, ${column.format}${column.needsZone ? ', no offset' : ''}` : column.type,
    column.samples.map((sample) => short(sample, sampleCharactersMax)).join(' | '),
  ]);
  const fixed = Object.entries(constants).map(([field, value]) => ['(no column)', field, 'constant', value]);
  return aligned([['column', 'becomes', 'type', 'samples'], ...rows, ...fixed]);
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function short(text: string, max: number): string {
  const shown = printable(text);
  return shown.length > max ? `${shown.slice(0, max - 1)}…` : shown;
}

/** Text of a file without what would steer a terminal. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out.
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '·').toWellFormed();
}

export interface Summary extends Counts {
  /** To ask for by `import(id:)`; null of a dry run. */
  readonly import: string | null;
  readonly file: string;
  readonly to: string;
  readonly isDryRun: boolean;
  readonly resumedAtLine: number | null;
  readonly report: string | null;
}

export function summaryText(summary: Summary, first: readonly RefusedRow[]): string {
  const { rows, created, updated, duplicates, skipped, refused } = summary;
  const parts = [
    `${number(created)} ${summary.isDryRun ? 'would be new' : 'stored'}`,
    `${number(updated)} ${summary.isDryRun ? 'would be updated' : 'updated'}`,
    `${number(duplicates)} known already`,
    ...(skipped > 0 ? [`${number(skipped)} skipped`] : []),
    `${number(refused)} refused`,
  ];
  const lines = [`${number(rows)} rows of ${summary.file} to ${summary.to}: ${parts.join(', ')}.`];
  if (summary.isDryRun) lines.push('Nothing was stored: this was a dry run.');
  if (summary.resumedAtLine !== null) lines.push(`Went on behind line ${number(summary.resumedAtLine)}.`);
  for (const { line, faults } of first) {
    for (const { message, field } of faults) {
      const isNamed = field === null || message.includes(field);
      lines.push(`  line ${line}: ${isNamed ? '' : `${field}: `}${printable(message)}`);
    }
  }
  if (refused > first.length) lines.push(`  … and ${number(refused - first.length)} more.`);
  if (refused > 0) {
    lines.push(
      summary.report === null
        ? 'With --report refused.ndjson they are kept with their reasons.'
        : `All are in ${summary.report}.`,
    );
  }
  return lines.join('\n');
}

function number(value: number): string {
  return value.toLocaleString('en');
}
