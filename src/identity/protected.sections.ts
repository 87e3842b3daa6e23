import type { Composer, Field, Shapes } from '../platform/composer.js';
import { connection } from '../platform/connection.js';
import { limits } from '../platform/limits.js';
import { raw, type Sql, sql, workspace } from '../platform/sql.js';
import { asOf, customerOf } from './customer-row.sections.js';
import type { IdentifierMark } from './protected.types.js';

/** What protection keeps from joining: identifiers that are marked, row `mk`, and customers past a brake. */
export const protectedShapes = (q: Composer): Shapes => ({
  Query: {
    markedIdentifiers: (f) =>
      connection(q, f, { row: 'mk', at: 'marked_at', id: 'id', idType: 'bigint', rows: (page) => marked(f, page) }),
    brakedCustomers: (f) => connection(q, f, { row: 'c', at: 'braked_at', id: 'id', idType: 'bigint', rows: braked }),
  },
  Customer: {
    brake: (f) => (asOf(f) ? raw('null::json') : q.object(f, sql`from (${brake}) b where b.reason is not null`)),
  },
  CustomerBrake: { reason: raw('b.reason'), alarmedAt: raw('b.alarmed_at') },
  MarkedIdentifier: {
    identifier: (f) => q.object(f, sql`from (${identifier}) i`),
    customer: (f) => q.object(f, customerOf(f, raw('mk.profile_id'))),
    mark: raw('mk.act'),
    markedAt: raw('mk.marked_at'),
    reason: (f) => raw(f.isMasked ? `case when mk.actor is null then mk.reason else '****' end` : 'mk.reason'),
    actor: raw('mk.actor'),
    touchpointId: raw(`'tp_' || replace(mk.touchpoint_id::text, '-', '')`),
  },
});

/** Walks `identifier_marked`; since when and why is the last act of `identifier_event_of` that said so. */
function marked(f: Field, page: Sql): Sql {
  const mark = f.has('mark')
    ? sql`and k.act = ${f.arg('mark', (one: keyof typeof IdentifierMark) => one)}::text`
    : raw('');
  return sql`
select mk.*
from (
  select i.type, i.value, i.profile_id, k.act, e.id, e.happened_at as marked_at, e.reason, e.actor, e.touchpoint_id
  from identifier i
  join (values ('SHARED'), ('QUARANTINED')) k(act) on case k.act when 'SHARED' then i.is_shared else i.is_quarantined end
  cross join lateral (
    select e.id, e.happened_at, e.reason, e.actor, e.touchpoint_id
    from identifier_event e
    where e.workspace_id = ${workspace}::int and e.type = i.type and e.value = i.value and e.act = k.act
    order by e.id desc
    limit 1
  ) e
  where i.workspace_id = ${workspace}::int and (i.is_shared or i.is_quarantined) ${mark}
) mk
where true ${page}`;
}

/** Row `i`, the marked identifier itself; of which it is the first of its customer is not told here. */
const identifier = sql`
select i.*, null::int as place
from identifier i
where i.workspace_id = ${workspace}::int and i.type = mk.type and i.value = mk.value`;

/** Why nothing is joined to customer `c`, null when things are, and when that was last noticed. */
const brake = sql`
  select max(p.braked_at) as alarmed_at,
    case
      when max(p.braked_at) is null then null
      when max(p.merges) filter (where p.id = c.id) >= ${raw(String(limits.mergesPerCustomerMax))} then 'TOO_MANY_MERGES'
      when (
        select count(*)
        from unnest(c.members) m(id)
        join identifier i on i.workspace_id = ${workspace}::int and i.profile_id = m.id
      ) >= ${raw(String(limits.identifiersPerCustomerMax))} then 'TOO_MANY_IDENTIFIERS'
    end as reason
  from unnest(c.members) m(id)
  join profile p on p.workspace_id = ${workspace}::int and p.id = m.id`;

/** Row `c` of customers past a brake, with `braked_at`: walks `profile_braked`. */
function braked(page: Sql): Sql {
  return sql`
select c.id, c.members, c.braked_at
from (
  select r.id, r.braked_at, (
    select array_agg(p.id) from profile p where p.workspace_id = ${workspace}::int and p.canonical_id = r.id) as members
  from (
    select p.canonical_id as id, max(p.braked_at) as braked_at
    from profile p
    where p.workspace_id = ${workspace}::int and p.braked_at is not null
    group by p.canonical_id
  ) r
  offset 0
) c
where exists (select from (${brake}) b where b.reason is not null) ${page}`;
}
