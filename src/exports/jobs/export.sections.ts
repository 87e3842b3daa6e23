import type { Composer, Shapes } from '../../platform/composer.js';
import { connection } from '../../platform/connection.js';
import { requireId } from '../../platform/ids.js';
import { limits } from '../../platform/limits.js';
import { raw, sql, word, workspace } from '../../platform/sql.js';
import { exportStates } from '../export.queries.js';

const name = (column: string) => raw(`upper(replace(${column}, '-', '_'))`);

/** Exports, row alias `e`, by `export_created` in the order in which they were asked for. */
export const exportShapes = (q: Composer): Shapes => ({
  Query: {
    export: (f) =>
      q.object(
        f,
        sql`from export e
where e.workspace_id = ${workspace}::int
  and e.id = ${f.arg('id', (id: string, _, path) => requireId('export', id, path))}::uuid`,
      ),
    exports: (f) =>
      connection(q, f, {
        row: 'e',
        at: 'created_at',
        id: 'id',
        rows: (page) => sql`
select e.*
from export e
where e.workspace_id = ${workspace}::int ${page}`,
      }),
  },
  Export: {
    id: raw(`'exp_' || replace(e.id::text, '-', '')`),
    what: name('e.what'),
    format: name('e.format'),
    compression: name('e.compression'),
    columns: raw('to_json(e.columns)'),
    // Both are free text, in which anything may stand.
    filters: (f) => raw(f.isMasked ? 'null::json' : 'e.filters'),
    purpose: (f) => raw(f.isMasked ? 'null::text' : 'e.purpose'),
    createdBy: raw('e.actor'),
    isMasked: raw('e.is_masked'),
    isStream: raw('e.is_stream'),
    state: word('e.state', exportStates),
    createdAt: raw('e.created_at'),
    startedAt: raw('e.started_at'),
    finishedAt: raw('e.finished_at'),
    expiresAt: raw('e.expires_at'),
    rows: raw('e.row_count'),
    // Once there are more, they are what is known.
    estimatedRows: raw('case when e.state < 2 then greatest(e.estimated_rows, e.row_count) else e.estimated_rows end'),
    bytes: raw('e.byte_count'),
    sha256: raw(`encode(e.sha256, 'hex')`),
    downloadPath: raw(`case
  when e.state = 2 and e.expires_at > now() then '/v1/exports/exp_' || replace(e.id::text, '-', '') || '/download'
end`),
    failureReason: raw('e.failure_reason'),
    failure: raw('e.failure'),
    downloads: (f) =>
      q.list(
        f,
        sql`from export_download d
where d.workspace_id = ${workspace}::int and d.export_id = e.id
order by d.at desc, d.id desc
limit ${() => limits.exportDownloadsShownMax}`,
      ),
  },
  ExportDownload: {
    at: raw('d.at'),
    by: raw('d.actor'),
    fromByte: raw('d.from_byte'),
    bytes: raw('d.byte_count'),
  },
});
