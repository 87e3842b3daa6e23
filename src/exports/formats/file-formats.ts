import { kindOf } from '../export-kinds.js';
import type { RowStretch } from '../export-reader.service.js';
import type { RowForm } from '../export-statement.js';
import type { ExportWish, Format, RowWish } from '../export-wish.js';
import { ocelKinds } from '../ocel-kinds.sections.js';
import type { FileBytes } from './file-bytes.js';
import { OcelBytes } from './ocel-bytes.js';
import { packed } from './packing.js';
import { ParquetBytes } from './parquet-bytes.js';
import type { NamedColumn } from './parquet-columns.js';
import { allOfThem, RowBytes, type RowBytesOptions } from './row-bytes.js';
import { XesBytes } from './xes-bytes.js';

/** What tells a format from others. */
export interface FileFormat {
  readonly type: string;
  readonly ending: string;
  /** How its rows leave the database. */
  readonly form: RowForm;
  /** Whether a file may end after any row, and another go on behind it. */
  readonly isPartable: boolean;
}

export const fileFormats: Readonly<Record<Format, FileFormat>> = {
  csv: { type: 'text/csv; charset=utf-8; header=present', ending: 'csv', form: 'cells', isPartable: true },
  ndjson: { type: 'application/x-ndjson', ending: 'ndjson', form: 'objects', isPartable: true },
  parquet: { type: 'application/vnd.apache.parquet', ending: 'parquet', form: 'objects', isPartable: false },
  xes: { type: 'application/xml; charset=utf-8', ending: 'xes', form: 'objects', isPartable: false },
  ocel: { type: 'application/json; charset=utf-8', ending: 'ocel.json', form: 'objects', isPartable: false },
};

/** The rows that a file is made of. */
export function readsOf(wish: ExportWish): RowWish[] {
  if (wish.format !== 'ocel') return [wish];
  const { filters, isFormulaSafe } = wish;
  return (Object.keys(ocelKinds) as (keyof typeof ocelKinds)[]).map((what) => ({
    what,
    columns: Object.keys(kindOf(what).columns),
    filters,
    isFormulaSafe,
  }));
}

/** A file of rows, before it is packed. */
export function fileBytes(
  wish: ExportWish,
  stretches: AsyncGenerator<RowStretch>,
  part: RowBytesOptions = allOfThem,
): FileBytes {
  if (wish.format === 'parquet') return new ParquetBytes(wish, namedColumns(wish), stretches);
  if (wish.format === 'xes') return new XesBytes(wish.what, namedColumns(wish), stretches);
  if (wish.format === 'ocel') return new OcelBytes(stretches);
  return new RowBytes(wish, stretches, part);
}

/** The bytes as they are sent and stored: Parquet packs by itself. */
export function packedFile(wish: ExportWish, bytes: FileBytes): AsyncIterable<Buffer> {
  return wish.format === 'parquet' ? bytes : packed(bytes, wish.compression);
}

/** The columns of a file with their types. */
export function namedColumns({ what, columns }: RowWish): NamedColumn[] {
  const known = kindOf(what).columns;
  return columns.map((name) => {
    const column = known[name];
    if (!column) throw new Error(`There is no column ${name}.`);
    return { name, type: column.type };
  });
}
