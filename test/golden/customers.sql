select (select row_to_json(x$) from (select (select row_to_json(x$) from (select coalesce(json_agg(r.e1 order by r.n) filter (where r.n <= $1::int), '[]') as "nodes",
(select row_to_json(x$) from (select (count(r.n) > $1::int or false) as "hasNextPage", (array_agg(r.cursor order by r.n) filter (where r.n <= $1::int))[least(count(r.n), $1::int)] as "endCursor") x$) as "pageInfo"
from (select row_number() over (order by c.id asc) as n,
(select row_to_json(x$) from (select 'cus_' || c.id as "id",
(select row_to_json(x$) from (select coalesce(json_agg(r.e1 order by r.n) filter (where r.n <= $2::int), '[]') as "nodes"
from (select row_number() over (order by t.occurred_at desc, t.id desc) as n,
(select row_to_json(x$) from (select 'tp_' || replace(t.id::text, '-', '') as "id"
) x$) as e1
from (
select t.*
from unnest(c.members) m(id)
cross join lateral (
  select *
  from touchpoint t
where t.workspace_id = $3::int and t.profile_id = m.id   order by t.occurred_at desc, t.id desc
limit $2::int + 1
) t
where true order by t.occurred_at desc, t.id desc
limit $2::int + 1) t) r
having true) x$) as "touchpoints"
) x$) as e1,
translate(encode(int4send($3::int) || '\x040a'::bytea || int8send(c.id), 'base64'), '+/=', '-_') as cursor
from (
select c.id, c.members
from (
  select r.id, m.members
  from (select p.canonical_id as id from profile p where p.workspace_id = $3::int and p.canonical_id = p.id) r
  cross join lateral (
  select array_agg(p.id) as members
  from profile p
  where p.workspace_id = $3::int and p.canonical_id = r.id
) m
) c
where true  order by c.id asc
limit $1::int + 1) c) r
having true) x$) as "customers"
) x$)::text
