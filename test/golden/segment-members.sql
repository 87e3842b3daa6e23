select (select row_to_json(x$) from (select (select row_to_json(x$) from (select coalesce(json_agg(r.e1 order by r.n) filter (where r.n <= $1::int), '[]') as "nodes",
(select row_to_json(x$) from (select (count(r.n) > $1::int or false) as "hasNextPage", (array_agg(r.cursor order by r.n) filter (where r.n <= $1::int))[least(count(r.n), $1::int)] as "endCursor") x$) as "pageInfo"
from (select row_number() over (order by c.id asc) as n,
(select row_to_json(x$) from (select 'cus_' || c.id as "id",
(
select n.name
from (
  select coalesce(coalesce(max(k.text) filter (where k.key = 'name')), nullif(concat_ws(' ', coalesce(max(k.text) filter (where k.key = 'firstName'), max(k.text) filter (where k.key = 'first_name')), coalesce(max(k.text) filter (where k.key = 'lastName'), max(k.text) filter (where k.key = 'last_name'))), '')) as name
  from (
    select v.key, case jsonb_typeof(v.value) when 'string' then nullif(btrim(v.value #>> '{}'), '') end as text
    from (
select distinct on (r.key) r.key, r.value
from unnest(c.members) m(id)
join trait r on r.workspace_id = $2::int and r.profile_id = m.id  and r.key = any('{name,firstName,first_name,lastName,last_name}')
order by r.key, r.occurred_at desc, r.value::text collate "C" desc) v
  ) k
) n) as "displayName"
) x$) as e1,
translate(encode(int4send($2::int) || '\x040a'::bytea || int8send(c.id), 'base64'), '+/=', '-_') as cursor
from (
select c.id, c.members
from (select r.id, m.members from (
  select sm.profile_id as id
  from segment_member sm
  join profile p on p.workspace_id = $2::int and p.id = sm.profile_id and p.canonical_id = p.id
  where sm.workspace_id = $2::int and sm.segment_id = (
    select s.id
    from segment s
    where s.workspace_id = $2::int and s.key = $3::text and s.deleted_at is null) and sm.until_at is null
    and (sm.expires_at is null or sm.expires_at > now())) r cross join lateral (
  select array_agg(p.id) as members
  from profile p
  where p.workspace_id = $2::int and p.canonical_id = r.id
) m) c
where true  and c.id > $4::bigint
order by c.id asc
limit $1::int + 1) c) r
having true) x$) as "customers"
) x$)::text
