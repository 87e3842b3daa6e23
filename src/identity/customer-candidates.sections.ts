import type { Composer, Field } from '../platform/composer.js';
import { raw, type Sql, sql, workspace } from '../platform/sql.js';
import { asOf, customerOf } from './customer-row.sections.js';
import { sightings } from './identifier-seen.sections.js';

const candidatesMax = 20;
/** Of a mailbox that thousands use only the latest are looked at. */
const usesMax = 200;

/** The profile that identifier row `i` leads to: of a shared one who used it last, by `identifier_use_latest`. */
export function usedBy(q: Composer, f: Field): Sql {
  return sql`case when i.is_shared and i.profile_id is not null then coalesce((
  select u.profile_id
  ${users(q, f)}
  order by u.last_seen_at desc, u.profile_id desc
  limit 1), i.profile_id) else i.profile_id end`;
}

/** Who uses identifier row `i`, and when last; of an earlier time those who were known then, by their touchpoints. */
function users(q: Composer, f: Field): Sql {
  const time = asOf(f);
  const used = sql`from identifier_use u
  where u.workspace_id = ${workspace}::int and u.type = i.type and u.value = i.value`;
  if (!time) return used;
  return sql`from (
    select u.profile_id, least(u.last_seen_at, coalesce(s.last_at, u.recorded_at)) as last_seen_at
    from (
      select u.*
      ${used} and u.recorded_at <= ${time}::timestamptz
      order by u.last_seen_at desc
      limit ${raw(String(usesMax))}
    ) u
    cross join lateral (
      select max(s.last_at) as last_at
      from (${q.rows(sightings, f, raw('array[u.profile_id]'))}) s
      where s.type = i.type and s.value = i.value
    ) s
  ) u
  where true`;
}

/**
 * Row `c` of each customer but the answer (an outer `c`) who uses the shared identifier, row `i` of a `from` clause: the
 * latest user first, its owner among them.
 */
export function otherCandidates(q: Composer, f: Field, identifier: Sql): Sql {
  return sql`from (
  select k.id, k.members
  from (
    select distinct on (o.id) o.id, o.members, n.last_seen_at
    from (
      select u.profile_id, u.last_seen_at
      from (select i.* ${identifier}) i
      cross join lateral (select u.profile_id, u.last_seen_at ${users(q, f)}) u
      where i.is_shared
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
