select (select row_to_json(x$) from (select (select row_to_json(x$) from (select (select row_to_json(x$) from (select coalesce(json_agg(r.e1 order by r.n) filter (where r.n <= $1::int), '[]') as "nodes"
from (select row_number() over (order by v.last_at desc, v.id desc) as n,
(select row_to_json(x$) from (select 'cnv_' || replace(v.id::text, '-', '') as "id",
coalesce((
select ('{CALL,CHAT,EMAIL,WEB,SOCIAL,SMS,APP,STORE,OTHER}'::text[])[t.channel + 1] from touchpoint t
where t.workspace_id = $2::int and t.conversation_id = v.id and t.profile_id = any(v.members)   order by t.occurred_at, t.id limit 1), 'OTHER') as "channel",
(
select sum(o.touchpoints)::int
from conversation o
where o.workspace_id = $2::int and o.id = v.id and o.profile_id = any(v.members)
  and o.touchpoints > 0) as "touchpointCount",
(select row_to_json(x$) from (select coalesce(json_agg(r.e1 order by r.n) filter (where r.n <= $3::int), '[]') as "nodes"
from (select row_number() over (order by t.occurred_at desc, t.id desc) as n,
(select row_to_json(x$) from (select 'tp_' || replace(t.id::text, '-', '') as "id"
) x$) as e1
from (select t.* from touchpoint t
where t.workspace_id = $2::int and t.conversation_id = v.id and t.profile_id = any(v.members)   order by t.occurred_at desc, t.id desc
limit $3::int + 1) t) r
having true) x$) as "touchpoints"
) x$) as e1
from (
select v.*
from unnest(c.members) m(id)
cross join lateral (
  select v.id, v.last_at, v.source, v.external_id, c.members
  from conversation v
  where v.workspace_id = $2::int and v.profile_id = m.id and v.touchpoints > 0
    and not exists (
      select
      from conversation o
      where o.workspace_id = $2::int and o.id = v.id and o.profile_id = any(c.members) and o.touchpoints > 0
        and (o.last_at, o.profile_id) > (v.last_at, v.profile_id)
    ) order by v.last_at desc, v.id desc
limit $1::int + 1
) v
where true order by v.last_at desc, v.id desc
limit $1::int + 1) v) r
having true) x$) as "conversations"
from (select r.id, m.members from (
select p.canonical_id as id
from profile p
where p.workspace_id = $2::int and p.id = $4::bigint ) r
cross join lateral (
  select array_agg(p.id) as members
  from profile p
  where p.workspace_id = $2::int and p.canonical_id = r.id
) m) c) x$) as "customer"
) x$)::text
