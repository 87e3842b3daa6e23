import type { ExportWish } from '../export-wish.js';
import { fileFormats } from './file-formats.js';
import { fileEndings, packedTypes } from './packing.js';

/** What a file of an export is, and what to call it. */
export function fileHeaders({ what, format, compression }: ExportWish): Record<string, string> {
  const { type, ending } = fileFormats[format];
  const isPacked = format !== 'parquet';
  return {
    'content-type': (isPacked ? packedTypes[compression] : null) ?? type,
    'content-disposition': `attachment; filename="${what}.${ending}${isPacked ? fileEndings[compression] : ''}"`,
    'cache-control': 'no-store',
  };
}
