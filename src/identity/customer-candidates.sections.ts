import type { Field } from '../platform/composer.js';
import { raw, type Sql, sql, workspace } from '../platform/sql.js';
import { customerOf, knownBy } from './customer-row.sections.js';

const candidatesMax = 20;
/** Of a mailbox that thousands use only the latest are looked at. */
const usesMax = 200;

/** The profile that identifier row `i` leads to: of a shared one who used it last, by `identifier_use_latest`. */
export function usedBy(f: Field): Sql {
  return sql`case when i.is_shared and i.profile_id is not null then coalesce((
  select u.profile_id
  from identifier_use u
  where u.workspace_id = ${workspace}::int and u.type = i.type and u.value = i.value ${knownBy(f, 'u.recorded_at')}
  order by u.last_seen_at desc, u.profile_id desc
  limit 1), i.profile_id) else i.profile_id end`;
}

/**
 * Row `c` of each customer but the answer (an outer `c`) who uses the shared identifier, row `i` of a `from` clause: the
 * latest user first, its owner among them.
 */
export function otherCandidates(f: Field, identifier: Sql): Sql {
  return sql`from (
  select k.id, k.members
  from (
    select distinct on (o.id) o.id, o.members, n.last_seen_at
    from (
      select u.profile_id, u.last_seen_at
      from (select i.* ${identifier}) i
      join identifier_use u on u.workspace_id = ${workspace}::int and u.type = i.type and u.value = i.value
      where i.is_shared ${knownBy(f, 'u.recorded_at')}
      union all
      select i.profile_id, i.first_seen_at
      from (select i.* ${identifier}) i
      where i.is_shared
      order by last_seen_at desc
      limit ${raw(String(usesMax))}
    ) n
    cross join lateral (select c.id, c.members ${customerOf(f, raw('n.profile_id'))}) o
    where o.id <> c.id
    order by o.id, n.last_seen_at desc
  ) k
  order by k.last_seen_at desc, k.id
  limit ${raw(String(candidatesMax))}
) c`;
}
