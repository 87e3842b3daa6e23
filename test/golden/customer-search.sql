select (select row_to_json(x$) from (select (select row_to_json(x$) from (select coalesce(json_agg(r.e1 order by r.n) filter (where r.n <= $1::int), '[]') as "nodes"
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
) x$) as e1
from (
select c.id, c.members
from (select c.* from (select r.id, m.members from (
  select w.id
  from (
    select s.id, count(distinct s.n) as words
    from (
      select s.n, (
select b.canonical_id from profile b where b.workspace_id = $2::int and b.id = h.profile_id) as id
      from unnest($3::text[], $4::text[]) with ordinality s(low, high, n)
      join search_word h on h.workspace_id = $2::int and h.word >= s.low collate "C" and h.word < s.high collate "C"
    ) s
    group by s.id
  ) w
  where w.words = cardinality($3::text[])
  union
  select (
select b.canonical_id from profile b where b.workspace_id = $2::int and b.id = i.profile_id)
  from unnest($5::text[], $6::text[]) s(type, value)
  join identifier i on i.workspace_id = $2::int and i.type = s.type and i.value = s.value
  where i.profile_id is not null) r cross join lateral (
  select array_agg(p.id) as members
  from profile p
  where p.workspace_id = $2::int and p.canonical_id = r.id
) m) c
where true ) c
where true  order by c.id asc
limit $1::int + 1) c) r
having true) x$) as "customers"
) x$)::text
