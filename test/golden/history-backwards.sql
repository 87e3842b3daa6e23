select (select row_to_json(x$) from (select (select row_to_json(x$) from (select (select row_to_json(x$) from (select coalesce(json_agg(r.e1 order by r.n desc) filter (where r.n <= $1::int), '[]') as "nodes",
(select row_to_json(x$) from (select (count(r.n) > $1::int or false) as "hasPreviousPage", (array_agg(r.cursor order by r.n desc) filter (where r.n <= $1::int))[1] as "startCursor") x$) as "pageInfo"
from (select row_number() over (order by t.occurred_at asc, t.id asc) as n,
(select row_to_json(x$) from (select 'tp_' || replace(t.id::text, '-', '') as "id",
t.occurred_at as "occurredAt"
) x$) as e1,
translate(encode(int4send($2::int) || '\x34cc'::bytea || timestamptz_send(t.occurred_at) || uuid_send(t.id), 'base64'), '+/=', '-_') as cursor
from (
select t.*
from unnest(c.members) m(id)
cross join lateral (
  select *
  from touchpoint t
where t.workspace_id = $2::int and t.profile_id = m.id  
    and t.channel = any($3::smallint[])
    and t.occurred_at >= $4::timestamptz order by t.occurred_at asc, t.id asc
limit $1::int + 1
) t
where true order by t.occurred_at asc, t.id asc
limit $1::int + 1) t) r
having true) x$) as "touchpoints"
from (select r.id, m.members from (
select p.canonical_id as id
from profile p
where p.workspace_id = $2::int and p.id = $5::bigint ) r
cross join lateral (
  select array_agg(p.id) as members
  from profile p
  where p.workspace_id = $2::int and p.canonical_id = r.id
) m) c) x$) as "customer"
) x$)::text
