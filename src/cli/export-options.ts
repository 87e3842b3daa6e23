import { type ExportWish, readWish } from '../exports/export-wish.js';
import { fileFormats } from '../exports/formats/file-formats.js';
import { fileEndings } from '../exports/formats/packing.js';
import { Refusal } from '../platform/refusal.js';
import { optionalText, UsageError, type Values } from './command.js';

export const exportOptions = {
  url: { type: 'string' },
  key: { type: 'string' },
  workspace: { type: 'string' },
  masked: { type: 'boolean' },
  purpose: { type: 'string' },
  format: { type: 'string' },
  columns: { type: 'string' },
  compression: { type: 'string' },
  formulas: { type: 'string' },
  filter: { type: 'string', multiple: true },
  out: { type: 'string' },
  restart: { type: 'boolean' },
} as const;

/** What is exported and to where; the same words as the query of `GET /v1/exports/stream`, with the same checks. */
export function wishOf(what: string, values: Values): ExportWish {
  const filters: Record<string, string> = {};
  for (const text of (values['filter'] as string[] | undefined) ?? []) {
    const [, name, value] = /^(\w+)=(.*)$/s.exec(text) ?? [];
    if (name === undefined || value === undefined)
      throw new UsageError('--filter takes name=value: channels=CALL,CHAT.');
    filters[name] = value;
  }
  const [format, columns, compression, formulas, purpose] = [
    'format',
    'columns',
    'compression',
    'formulas',
    'purpose',
  ].map((name) => optionalText(values, name));
  try {
    return readWish({ what, format, columns, compression, formulas, purpose, filters });
  } catch (error) {
    if (error instanceof Refusal) throw new UsageError(error.message);
    throw error;
  }
}

export function fileNameOf({ what, format, compression }: ExportWish): string {
  return `${what}.${fileFormats[format].ending}${format === 'parquet' ? '' : fileEndings[compression]}`;
}
