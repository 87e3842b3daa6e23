import type { SchemaElement } from 'hyparquet-writer';
import { parseInstant } from '../../platform/instant.js';
import type { ColumnType } from '../export-kind.js';

const text: Partial<SchemaElement> = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } };

/** How Parquet holds what a column holds. */
const elements: Readonly<Record<ColumnType, Partial<SchemaElement>>> = {
  id: text,
  text,
  word: text,
  time: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MICROS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
  },
  int: { type: 'INT32' },
  float: { type: 'DOUBLE' },
  boolean: { type: 'BOOLEAN' },
  json: { type: 'BYTE_ARRAY', converted_type: 'JSON', logical_type: { type: 'JSON' } },
};

export interface NamedColumn {
  readonly name: string;
  readonly type: ColumnType;
}

export function parquetSchema(columns: readonly NamedColumn[]): SchemaElement[] {
  const leaves = columns.map(({ name, type }) => ({ ...elements[type], name, repetition_type: 'OPTIONAL' as const }));
  return [{ name: 'row', num_children: columns.length }, ...leaves];
}

/** A value of JSON as its column takes it. */
export function parquetValue(type: ColumnType, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  return type === 'time' ? microseconds(value as string) : value;
}

/** Since 1970, from ISO 8601 with at most six digits behind the second. */
function microseconds(time: string): bigint {
  const ms = parseInstant(time);
  if (ms === null) throw new Error('A time of the database cannot be read.');
  const fraction = /\.(\d+)/.exec(time)?.[1] ?? '';
  return BigInt(ms) * 1_000n + BigInt(fraction.slice(3, 6).padEnd(3, '0') || '0');
}
