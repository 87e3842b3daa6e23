import type { Field } from '../platform/composer.js';
import { raw, type Sql, sql, workspace } from '../platform/sql.js';
import { shown, touchpointRows } from './touchpoint-rows.sections.js';

/**
 * When touchpoints named identifiers of these profiles (an expression of ids), as what the caller may see tells: the
 * touchpoints of the profiles, and those of others that named one of them too, which is what links between them keep.
 */
export function sightingsOf(f: Field, profiles: Sql): Sql {
  const rows = (condition: Sql) => sql`
  cross join lateral (select t.occurred_at, t.identifiers_seen ${touchpointRows(f, sql`${condition} ${shown(f)}`)}) t`;
  const linked = (one: 'a' | 'b', other: 'a' | 'b') => sql`
    select l.touchpoint_id
    from unnest(${profiles}) m(id)
    join identity_link l on l.workspace_id = ${workspace}::int and l.profile_${raw(one)} = m.id
    where l.profile_${raw(other)} <> all(${profiles})`;
  return sql`
select e.seen ->> 'type' as type, e.seen ->> 'value' as value, min(t.occurred_at) as first_at, max(t.occurred_at) as last_at
from (
  select t.occurred_at, t.identifiers_seen
  from unnest(${profiles}) m(id) ${rows(sql`and t.profile_id = m.id`)}
  union all
  select t.occurred_at, t.identifiers_seen
  from (${linked('a', 'b')} union ${linked('b', 'a')}) l ${rows(sql`and t.id = l.touchpoint_id`)}
) t
cross join lateral json_array_elements(t.identifiers_seen) e(seen)
group by 1, 2`;
}
