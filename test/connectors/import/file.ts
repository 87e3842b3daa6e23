import type { Bytes } from '../../../src/connectors/import/bytes.js';
import { type ImportWish, planImport, readRows } from '../../../src/connectors/import/import-plan.js';
import type { Position, Row } from '../../../src/connectors/import/row.js';

/** The bytes of a file, in pieces as a disk or network might give them. */
export async function* inPieces(content: string | Uint8Array, size = 64 * 1024): Bytes {
  const bytes = Buffer.from(content as Uint8Array);
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

export async function planOf(content: string | Uint8Array, wish: ImportWish = {}, size?: number) {
  return planImport(inPieces(content, size), wish);
}

/** Every row of a file; from a position on, where one is given. */
export async function rowsOf(
  content: string | Uint8Array,
  wish: ImportWish = {},
  { size, from }: { size?: number | undefined; from?: Position } = {},
): Promise<Row[]> {
  const plan = await planOf(content, wish, size);
  const rows: Row[] = [];
  for await (const row of readRows(plan.form, plan.text, from)) rows.push(row);
  return rows;
}

/** A row without where it ends: its line, and what it says or why it says nothing. */
export function shown(row: Row): [number, unknown] {
  return [row.line, 'record' in row ? row.record : row.refusal.reason];
}

/** A table as others write it: quoted where it must be. */
export function csvOf(rows: readonly (readonly string[])[], delimiter = ',', lineEnd = '\r\n'): string {
  const cell = (text: string) =>
    text.includes(delimiter) || /["\r\n]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text;
  return rows.map((row) => row.map(cell).join(delimiter) + lineEnd).join('');
}
