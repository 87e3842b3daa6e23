import type { Composer, Shapes } from '../../platform/composer.js';
import { connection } from '../../platform/connection.js';
import { requireId } from '../../platform/ids.js';
import { raw, sql, workspace } from '../../platform/sql.js';

/** Imports, row alias `imp`, by `import_started` in the order of their beginning. */
export const importShapes = (q: Composer): Shapes => ({
  Query: {
    import: (f) =>
      q.object(
        f,
        sql`from import imp
where imp.workspace_id = ${workspace}::int
  and imp.id = ${f.arg('id', (id: string, _, path) => requireId('import', id, path))}::uuid`,
      ),
    imports: (f) =>
      connection(q, f, {
        row: 'imp',
        at: 'started_at',
        id: 'id',
        rows: (page) => sql`
select imp.*
from import imp
where imp.workspace_id = ${workspace}::int ${page}`,
      }),
  },
  Import: {
    id: raw(`'imp_' || replace(imp.id::text, '-', '')`),
    name: raw('imp.name'),
    startedBy: raw('imp.started_by'),
    state: raw(`case
  when imp.finished_at is null and imp.updated_at < now() - interval '15 minutes' then 'STALLED'
  when imp.finished_at is null then 'RUNNING'
  when imp.failure_reason is null then 'COMPLETED'
  else 'FAILED'
end`),
    backfill: raw('imp.is_backfill'),
    startedAt: raw('imp.started_at'),
    updatedAt: raw('imp.updated_at'),
    finishedAt: raw('imp.finished_at'),
    rows: raw('imp.rows'),
    created: raw('imp.created'),
    updated: raw('imp.updated'),
    duplicates: raw('imp.duplicates'),
    skipped: raw('imp.skipped'),
    refused: raw('imp.refused'),
    failureReason: raw('imp.failure_reason'),
    failure: raw('imp.failure'),
    refusals: (f) =>
      q.list(
        f,
        sql`from jsonb_array_elements(imp.refusals) with ordinality r(refusal, n)
order by r.n`,
      ),
  },
  ImportRefusal: {
    line: raw(`(r.refusal->>'line')::int`),
    reason: raw(`r.refusal->>'reason'`),
    field: raw(`r.refusal->>'field'`),
    // A sentence may quote what stood in the row.
    message: (f) => raw(f.isMasked ? 'null::text' : `r.refusal->>'message'`),
  },
});
