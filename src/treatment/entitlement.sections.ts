import type { Field } from '../platform/composer.js';
import { type Sql, sql } from '../platform/sql.js';
import { membershipsOf } from '../segments/segment.sections.js';
import { treatmentRow } from './treatment-settings.js';

/** The entitlement of customer `c` that counts most; of equals the first of the first segment by key. */
export function entitlementOf(f: Field): Sql {
  return sql`
    select e.name as entitlement, coalesce(p.points, 0) as points, s.key as segment_key,
      'Entitled to ' || e.name || ' by the segment ' || s.name || '.' as reason
    ${membershipsOf(f)}
    cross join lateral unnest(s.entitlements) with ordinality e(name, n)
    left join lateral (
      select (p.part ->> 'points')::int as points
      from (${treatmentRow}) th
      cross join lateral jsonb_array_elements(th.entitlements) p(part)
      where p.part ->> 'entitlement' = e.name
    ) p on true
    order by coalesce(p.points, 0) desc, s.key, e.n
    limit 1`;
}
