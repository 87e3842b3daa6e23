select (select row_to_json(x$) from (select (select row_to_json(x$) from (select 'cus_' || c.id as "id",
(
select coalesce(json_agg('cus_' || m.id order by m.id), '[]') from unnest(c.members) m(id) where m.id <> c.id) as "mergedIds",
(select row_to_json(x$) from (select coalesce(json_agg(r.e1 order by r.n) filter (where r.n <= $1::int), '[]') as "nodes"
from (select row_number() over (order by t.occurred_at desc, t.id desc) as n,
(select row_to_json(x$) from (select 'tp_' || replace(t.id::text, '-', '') as "id"
) x$) as e1
from (
select t.*
from unnest(c.members) m(id)
cross join lateral (
  select *
  from touchpoint t
  where t.workspace_id = $2::int and t.profile_id = m.id  and t.recorded_at <= $3::timestamptz order by t.occurred_at desc, t.id desc
limit $1::int + 1
) t
where true order by t.occurred_at desc, t.id desc
limit $1::int + 1) t) r
having true) x$) as "touchpoints",
(select row_to_json(x$) from (select k.contacts_7d as "contacts7d",
k.contacts_30d as "contacts30d",
k.channel_switches as "channelSwitches30d"
from (
select count(*) filter (where w.direction <> 2 and w.channel not in (3, 6) and w.occurred_at > least($3::timestamptz, now()) - interval '7 days')::int as contacts_7d,
  count(*) filter (where w.direction <> 2 and w.channel not in (3, 6))::int as contacts_30d,
  count(distinct w.channel) filter (where w.direction <> 2)::int as channels_used,
  count(*) filter (where w.direction <> 2 and w.channel <> w.channel_before)::int as channel_switches,
  count(*) filter (where w.direction = 0 and w.topic is not null and w.channel not in (3, 6) and w.occurred_at - w.topic_before <= interval '7 days')::int as repeat_contacts,
  round(avg(w.wait_seconds) filter (where w.direction <> 2 and w.channel not in (3, 6)), 1) as average_wait,
  round(avg(w.sentiment::numeric) filter (where w.direction <> 2), 3) as average_sentiment,
  count(*)::int as touchpoints,
  coalesce(bool_or(w.all_touchpoints > 500), false) as is_partial
from (
  select t.*,
    lag(t.channel) over (partition by t.direction = 2 order by t.occurred_at, t.id) as channel_before,
    lag(t.occurred_at) over (
      partition by t.topic, t.direction = 0 and t.channel not in (3, 6)
      order by t.occurred_at, t.id
    ) as topic_before,
    count(*) over () as all_touchpoints,
    row_number() over (order by t.occurred_at desc, t.id desc) as place
  from (
    select t.*
    from unnest(c.members) m(id)
    cross join lateral (
      select *
      from touchpoint t
      where t.workspace_id = $2::int and t.profile_id = m.id and t.occurred_at > least($3::timestamptz, now()) - interval '30 days' and t.occurred_at <= least($3::timestamptz, now())  and t.recorded_at <= $3::timestamptz
      order by t.occurred_at desc, t.id desc
      limit 501
    ) t
    where true and t.occurred_at > least($3::timestamptz, now()) - interval '30 days' and t.occurred_at <= least($3::timestamptz, now())  and t.recorded_at <= $3::timestamptz
      order by t.occurred_at desc, t.id desc
      limit 501
  ) t
) w
where w.place <= 500) k) x$) as "metrics",
(select row_to_json(x$) from (select coalesce(a.touchpoints, 0)::int as "totalTouchpoints",
(select coalesce(json_agg(x$), '[]') from (select r.field as "field",
r.reason as "reason"
from (select * from (select null::text, null::text where false
union all
select 'identifiers', 'RECORDED_LATER'
where exists (
  select
  from unnest(c.members) m(id)
  join identifier z on z.workspace_id = $2::int and z.profile_id = m.id
  where z.recorded_at > $3::timestamptz
)
union all
select 'touchpoints', 'RECORDED_LATER'
where exists (
  select
  from unnest(c.members) m(id)
  join touchpoint z on z.workspace_id = $2::int and z.profile_id = m.id
  where z.recorded_at > $3::timestamptz
)
union all
select 'traits', 'RECORDED_LATER'
where exists (
  select
  from unnest(c.members) m(id)
  join trait z on z.workspace_id = $2::int and z.profile_id = m.id
  where z.recorded_at > $3::timestamptz
)) r(field, reason)) r order by r.field, r.reason) x$) as "redactedFields"
from (
select min(t.occurred_at) as first_at, max(t.occurred_at) as last_at, count(*) as touchpoints,
  coalesce(array_agg(distinct t.source), '{}') as sources
from unnest(c.members) m(id)
join touchpoint t on t.workspace_id = $2::int and t.profile_id = m.id  and t.recorded_at <= $3::timestamptz) a) x$) as "coverage"
from (select r.id, m.members from (
select coalesce((
  select h.canonical_id
  from profile_pointer h
  where h.workspace_id = $2::int and h.profile_id = p.id and h.moved_at <= $3::timestamptz
  order by h.moved_at desc
  limit 1), p.id) as id
from profile p
where p.workspace_id = $2::int and p.id = $4::bigint and p.created_at <= $3::timestamptz ) r
cross join lateral (
  select array_agg(k.id) as members
  from (
    select r.id
    union
    select h.profile_id
    from profile_pointer h
    where h.workspace_id = $2::int and h.canonical_id = r.id and h.moved_at <= $3::timestamptz
  ) k(id)
  where coalesce((
  select h.canonical_id
  from profile_pointer h
  where h.workspace_id = $2::int and h.profile_id = k.id and h.moved_at <= $3::timestamptz
  order by h.moved_at desc
  limit 1), k.id) = r.id
) m) c) x$) as "customer"
) x$)::text
