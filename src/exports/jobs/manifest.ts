import { externalId } from '../../platform/ids.js';
import { namedColumns } from '../formats/file-formats.js';
import type { ExportFile } from './downloads.service.js';

/** What a file is and holds, to hold a copy of it against. */
export function manifestOf({ id, wish, parts, ...file }: ExportFile, isMasked: boolean): Record<string, unknown> {
  const { what, format, compression, filters, purpose } = wish;
  return {
    id: externalId('export', id),
    what,
    format,
    compression,
    filters: isMasked ? null : filters,
    purpose: isMasked ? null : purpose,
    isMasked: file.isMasked,
    columns: namedColumns(wish),
    createdAt: file.createdAt,
    finishedAt: file.finishedAt,
    expiresAt: file.expiresAt,
    rows: file.rows,
    bytes: file.bytes,
    sha256: file.sha256.toString('hex'),
    parts: parts.map(({ rows, bytes, sha256 }) => ({ rows, bytes, sha256: sha256.toString('hex') })),
  };
}
