import type { Composer, Field, Shapes } from '../platform/composer.js';
import { connection } from '../platform/connection.js';
import { nothing, raw, type Sql, sql, workspace } from '../platform/sql.js';
import { asOf, knownBy } from './customer-row.sections.js';

/** Free text may hold anything: masked callers do not get it. */
const freeText = (column: string) => (f: Field) => raw(f.isMasked ? 'null::text' : column);

/** What became known of a merge later than the asked time is not shown. */
function undone(f: Field, column: Sql): Sql {
  const time = asOf(f);
  return time === null ? column : sql`case when mg.undone_at <= ${time}::timestamptz then ${column} end`;
}

/** The row of one merge, alias `mg`, by its id; merges are our own business and no portal token sees them. */
export function mergeById(f: Field, id: Sql): Sql {
  return sql`from merge mg
where mg.workspace_id = ${workspace}::int and mg.id = ${id} ${f.isPortal ? raw('and false') : nothing}`;
}

/**
 * A customer's merges, row `mg`, by `merge_survivor` and `merge_absorbed`, once per profile; those that were taken back
 * stay in the histories of both sides.
 */
export const mergeShapes = (q: Composer): Shapes => ({
  Customer: {
    mergeHistory: (f) =>
      connection(q, f, {
        row: 'mg',
        at: 'merged_at',
        id: 'id',
        idType: 'bigint',
        rows: (page) => sql`
select mg.*
from (
  select mg.*
  from unnest(c.members) m(id)
  join merge mg on mg.workspace_id = ${workspace}::int and mg.survivor_id = m.id
  union
  select mg.*
  from unnest(c.members) m(id)
  join merge mg on mg.workspace_id = ${workspace}::int and mg.absorbed_id = m.id
) mg
where true ${knownBy(f, 'mg.merged_at')} ${page}`,
      }),
  },
  Merge: {
    id: raw(`'mrg_' || mg.id`),
    survivorId: raw(`'cus_' || mg.survivor_id`),
    absorbedId: raw(`'cus_' || mg.absorbed_id`),
    rule: raw('mg.rule'),
    mergedAt: raw('mg.merged_at'),
    actor: raw('mg.actor'),
    reason: freeText('mg.reason'),
    undoneAt: (f) => undone(f, raw('mg.undone_at')),
    undoneBy: (f) => undone(f, raw('mg.undone_by')),
    undoReason: (f) => undone(f, freeText('mg.undo_reason')(f)),
  },
});
