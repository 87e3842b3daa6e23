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
  from (
  (select t.workspace_id, t.recorded_at, t.id, t.profile_id, t.sent_at, t.source, t.external_id, t.occurred_at, t.ended_at, t.version, t.content_hash, t.duration_seconds, t.wait_seconds, t.hold_seconds, t.handle_seconds, t.sentiment, t.channel, t.direction, t.status, t.defaulted, t.is_abandoned, t.conversation_id, t.journey_id, t.issue_id, t.kind, t.topic, t.language, t.agent_id, t.queue, t.outcome, t.subject, t.summary, t.identifiers_seen, t.attributes
  from touchpoint t
  where t.workspace_id = $2::int and not exists (
    select
    from touchpoint_version later
    where later.workspace_id = $2::int and later.id = t.id and later.replaced_at > $3::timestamptz
  ) and t.profile_id = m.id  and t.recorded_at <= $3::timestamptz order by t.occurred_at desc, t.id desc
limit $1::int + 1)
  union all
  (select t.workspace_id, t.recorded_at, t.id, t.profile_id, t.sent_at, t.source, t.external_id, t.occurred_at, t.ended_at, t.version, t.content_hash, t.duration_seconds, t.wait_seconds, t.hold_seconds, t.handle_seconds, t.sentiment, t.channel, t.direction, t.status, t.defaulted, t.is_abandoned, t.conversation_id, t.journey_id, t.issue_id, t.kind, t.topic, t.language, t.agent_id, t.queue, t.outcome, t.subject, t.summary, t.identifiers_seen, t.attributes
  from touchpoint_version t
  where t.workspace_id = $2::int and t.since_at <= $3::timestamptz and t.replaced_at > $3::timestamptz
    and t.profile_id = m.id  and t.recorded_at <= $3::timestamptz order by t.occurred_at desc, t.id desc
limit $1::int + 1)
) t
where true order by t.occurred_at desc, t.id desc
limit $1::int + 1
) t
where true order by t.occurred_at desc, t.id desc
limit $1::int + 1) t) r
having true) x$) as "touchpoints",
(select row_to_json(x$) from (select k.contacts_7d as "contacts7d",
k.contacts_30d as "contacts30d",
k.channel_switches as "channelSwitches30d"
from (
select count(*) filter (where w.is_contact and w.occurred_at > least($3::timestamptz, now()) - interval '7 days')::int as contacts_7d,
  count(*) filter (where w.is_contact)::int as contacts_30d,
  count(distinct w.channel)::int as channels_used,
  count(*) filter (where w.channel <> w.channel_before)::int as channel_switches,
  count(*) filter (where w.repeats and w.occurred_at - w.topic_before <= interval '7 days')::int as repeat_contacts,
  round(avg(w.wait_seconds) filter (where w.is_contact), 1) as average_wait,
  round(avg(w.sentiment::numeric), 3) as average_sentiment,
  count(*)::int as touchpoints,
  coalesce(bool_or(w.place = 200 and w.channel_before is not null), false) as is_partial
from (
  select p.*, lead(p.occurred_at) over (partition by p.repeats, p.topic order by p.place) as topic_before
  from (
    select t.*,
      row_number() over () as place,
      lead(t.channel) over () as channel_before,
      t.channel not in (3, 6) as is_contact,
      t.channel not in (3, 6) and t.direction = 0
        and t.topic is not null as repeats
    from (
      select t.id, t.occurred_at, t.channel, t.direction, t.wait_seconds, t.sentiment, t.topic
      from unnest(c.members) m(id)
      cross join lateral (
        select t.id, t.occurred_at, t.channel, t.direction, t.wait_seconds, t.sentiment, t.topic
        from (
  (select t.workspace_id, t.recorded_at, t.id, t.profile_id, t.sent_at, t.source, t.external_id, t.occurred_at, t.ended_at, t.version, t.content_hash, t.duration_seconds, t.wait_seconds, t.hold_seconds, t.handle_seconds, t.sentiment, t.channel, t.direction, t.status, t.defaulted, t.is_abandoned, t.conversation_id, t.journey_id, t.issue_id, t.kind, t.topic, t.language, t.agent_id, t.queue, t.outcome, t.subject, t.summary, t.identifiers_seen, t.attributes
  from touchpoint t
  where t.workspace_id = $2::int and not exists (
    select
    from touchpoint_version later
    where later.workspace_id = $2::int and later.id = t.id and later.replaced_at > $3::timestamptz
  ) and t.profile_id = m.id  and t.recorded_at <= $3::timestamptz and t.direction <> 2
      and t.occurred_at > least($3::timestamptz, now()) - interval '30 days' and t.occurred_at <= least($3::timestamptz, now())
      order by t.occurred_at desc, t.id desc
      limit 201)
  union all
  (select t.workspace_id, t.recorded_at, t.id, t.profile_id, t.sent_at, t.source, t.external_id, t.occurred_at, t.ended_at, t.version, t.content_hash, t.duration_seconds, t.wait_seconds, t.hold_seconds, t.handle_seconds, t.sentiment, t.channel, t.direction, t.status, t.defaulted, t.is_abandoned, t.conversation_id, t.journey_id, t.issue_id, t.kind, t.topic, t.language, t.agent_id, t.queue, t.outcome, t.subject, t.summary, t.identifiers_seen, t.attributes
  from touchpoint_version t
  where t.workspace_id = $2::int and t.since_at <= $3::timestamptz and t.replaced_at > $3::timestamptz
    and t.profile_id = m.id  and t.recorded_at <= $3::timestamptz and t.direction <> 2
      and t.occurred_at > least($3::timestamptz, now()) - interval '30 days' and t.occurred_at <= least($3::timestamptz, now())
      order by t.occurred_at desc, t.id desc
      limit 201)
) t
where true and t.direction <> 2
      and t.occurred_at > least($3::timestamptz, now()) - interval '30 days' and t.occurred_at <= least($3::timestamptz, now())
      order by t.occurred_at desc, t.id desc
      limit 201
      ) t
      where true and t.direction <> 2
      and t.occurred_at > least($3::timestamptz, now()) - interval '30 days' and t.occurred_at <= least($3::timestamptz, now())
      order by t.occurred_at desc, t.id desc
      limit 201
    ) t
  ) p
) w
where w.place <= 200) k) x$) as "metrics",
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
cross join lateral (select t.* from (
  (select t.workspace_id, t.recorded_at, t.id, t.profile_id, t.sent_at, t.source, t.external_id, t.occurred_at, t.ended_at, t.version, t.content_hash, t.duration_seconds, t.wait_seconds, t.hold_seconds, t.handle_seconds, t.sentiment, t.channel, t.direction, t.status, t.defaulted, t.is_abandoned, t.conversation_id, t.journey_id, t.issue_id, t.kind, t.topic, t.language, t.agent_id, t.queue, t.outcome, t.subject, t.summary, t.identifiers_seen, t.attributes
  from touchpoint t
  where t.workspace_id = $2::int and not exists (
    select
    from touchpoint_version later
    where later.workspace_id = $2::int and later.id = t.id and later.replaced_at > $3::timestamptz
  ) and t.profile_id = m.id  and t.recorded_at <= $3::timestamptz )
  union all
  (select t.workspace_id, t.recorded_at, t.id, t.profile_id, t.sent_at, t.source, t.external_id, t.occurred_at, t.ended_at, t.version, t.content_hash, t.duration_seconds, t.wait_seconds, t.hold_seconds, t.handle_seconds, t.sentiment, t.channel, t.direction, t.status, t.defaulted, t.is_abandoned, t.conversation_id, t.journey_id, t.issue_id, t.kind, t.topic, t.language, t.agent_id, t.queue, t.outcome, t.subject, t.summary, t.identifiers_seen, t.attributes
  from touchpoint_version t
  where t.workspace_id = $2::int and t.since_at <= $3::timestamptz and t.replaced_at > $3::timestamptz
    and t.profile_id = m.id  and t.recorded_at <= $3::timestamptz )
) t
where true ) t) a) x$) as "coverage"
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
