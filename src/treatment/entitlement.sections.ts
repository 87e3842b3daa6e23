import type { Field } from '../platform/composer.js';
import { type Sql, sql, workspace } from '../platform/sql.js';
import { entitlementsOf } from '../segments/entitlement.sections.js';
import { treatmentRow } from './treatment-settings.js';

/**
 * The entitlement of customer `c` that counts most, of those that a channel honours; of equals the one of the segment
 * that comes first.
 */
export function entitlementOf(f: Field): Sql {
  return sql`
    select et.name as entitlement, coalesce(p.points, 0) as points, et.key as segment_key,
      'Entitled to ' || et.name || ' by the segment ' || s.name || '.' as reason
    from (select et.* ${entitlementsOf(f)}) et
    join segment s on s.workspace_id = ${workspace}::int and s.id = et.segment_id
    left join lateral (
      select (p.part ->> 'points')::int as points
      from (${treatmentRow}) th
      cross join lateral jsonb_array_elements(th.entitlements) p(part)
      where p.part ->> 'entitlement' = et.name
    ) p on true
    order by coalesce(p.points, 0) desc, et.priority desc, et.key, et.name
    limit 1`;
}
