import { asOf, instantOf, knownBy } from '../identity/customer-row.sections.js';
import type { Composer, Field, Shapes } from '../platform/composer.js';
import { raw, type Sql, sql, word, workspace } from '../platform/sql.js';
import { idOf } from '../touchpoints/touchpoint.sections.js';
import { markKinds } from './customer-mark.types.js';

/** Marks that `marks` shows, the newest. */
const marksMax = 100;

/** Marks (alias `k`) of customer `c` that the asked time knew; what ended later had not ended then. */
export function marksOf(f: Field): Sql {
  const time = asOf(f);
  const isKnown = time ? sql`k.ended_at <= ${time}::timestamptz` : raw('k.ended_at is not null');
  return sql`
    select k.id, k.kind, k.reason, k.marked_at, k.expires_at, k.actor,
      case when ${isKnown} then k.ended_at end as ended_at,
      case when ${isKnown} then k.end_reason end as end_reason,
      case when ${isKnown} then k.ended_by end as ended_by
    from unnest(c.members) m(id)
    join customer_mark k on k.workspace_id = ${workspace}::int and k.profile_id = m.id ${knownBy(f, 'k.marked_at')}`;
}

export const isActive = (f: Field): Sql => sql`(k.ended_at is null and k.expires_at > ${instantOf(f)})`;

/** What people wrote may hold anything: masked callers do not get it. */
const freeText = (column: string, masked: string) => (f: Field) => raw(f.isMasked ? masked : column);

/** Row alias `k` for a mark. */
export const markShapes = (q: Composer): Shapes => ({
  Customer: {
    marks: (f) => q.list(f, sql`from (${marksOf(f)}) k order by k.marked_at desc, k.id limit ${raw(String(marksMax))}`),
  },
  CustomerMark: {
    id: idOf('mrk', 'k.id'),
    kind: sql`coalesce(${word('k.kind', markKinds)}, 'SPECIAL_CARE')`,
    reason: freeText('k.reason', `'****'`),
    isActive,
    markedAt: raw('k.marked_at'),
    expiresAt: raw('k.expires_at'),
    endedAt: raw('k.ended_at'),
    endReason: freeText('k.end_reason', 'null::text'),
    actor: raw('k.actor'),
    endedBy: raw('k.ended_by'),
  },
});
