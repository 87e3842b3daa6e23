import type { ExportWish } from './export-wish.js';
import { fileEndings, packedTypes } from './packing.js';

const contentTypes = { csv: 'text/csv; charset=utf-8; header=present', ndjson: 'application/x-ndjson' } as const;

/** What a file of an export is, and what to call it. */
export function fileHeaders({ what, format, compression }: ExportWish): Record<string, string> {
  return {
    'content-type': packedTypes[compression] ?? contentTypes[format],
    'content-disposition': `attachment; filename="${what}.${format}${fileEndings[compression]}"`,
    'cache-control': 'no-store',
  };
}
