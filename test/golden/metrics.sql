select (select row_to_json(x$) from (select (select row_to_json(x$) from (select (select row_to_json(x$) from (select k.contacts_30d as "contacts30d",
x.occasions as "occasions30d",
x.started_over as "startedOver30d",
x.story_told as "storyTold30d",
least(100, round(10 * x.repeat_occasions + 10 * x.transfers + 15 * x.abandoned
      + 10 * x.started_over + 3 * x.carried_over + 5 * x.self_service + least(20, x.wait_minutes)))::int as "effortScore30d"
from (
select count(*) filter (where w.is_contact and w.occurred_at > now() - interval '7 days')::int as contacts_7d,
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
        from touchpoint t
where t.workspace_id = $1::int and t.profile_id = m.id   and t.direction <> 2
      and t.occurred_at > now() - interval '30 days' and t.occurred_at <= now()
      order by t.occurred_at desc, t.id desc
      limit 201
      ) t
      where true and t.direction <> 2
      and t.occurred_at > now() - interval '30 days' and t.occurred_at <= now()
      order by t.occurred_at desc, t.id desc
      limit 201
    ) t
  ) p
) w
where w.place <= 200) k cross join lateral (
  with w as (
  select t.*,
    case when t.is_occasion and t.topic is not null
      then lead(t.occurred_at) over (partition by t.is_occasion, t.topic order by t.place) end as asked_at
  from (
    select t.*,
      t.is_contact and t.direction = 0
        and (t.occurred_at - t.spoke_at <= interval '1 hour') is not true as is_occasion
    from (
      select t.*,
        case when t.is_told then least(case when t.conversation_id is not null then lead(t.place) over (partition by t.is_told, t.conversation_id order by t.place) end,
          case when t.journey_id is not null then lead(t.place) over (partition by t.is_told, t.journey_id order by t.place) end,
          case when t.issue_id is not null then lead(t.place) over (partition by t.is_told, t.issue_id order by t.place) end,
          case when t.topic is not null then lead(t.place) over (partition by t.is_told, t.topic order by t.place) end) end as before,
        greatest(case when t.topic is not null then max(t.occurred_at) filter (where not t.is_contact)
        over (partition by t.topic order by t.place desc rows between unbounded preceding and 1 preceding) end,
          case when t.journey_id is not null then max(t.occurred_at) filter (where not t.is_contact)
        over (partition by t.journey_id order by t.place desc rows between unbounded preceding and 1 preceding) end) as looked_at,
        case when t.conversation_id is not null
          then lead(t.occurred_at) over (partition by t.conversation_id, t.direction order by t.place) end as spoke_at,
        case when t.conversation_id is not null and t.agent_id is not null
          then lead(t.agent_id) over (partition by t.conversation_id, t.agent_id is null order by t.place)
        end as agent_before
      from (
        select t.*, row_number() over (order by t.occurred_at desc, t.id desc) as place,
          t.channel not in (3, 6) as is_contact, (t.direction <> 2 and t.is_abandoned is not true and t.status not in (0, 3, 4)
    and (t.channel not in (3, 6) or t.journey_id is not null)) as is_told
        from (select t.id, t.profile_id, t.occurred_at, t.ended_at, t.channel, t.direction, t.status, t.is_abandoned, t.wait_seconds, t.sentiment, t.agent_id, t.outcome, t.kind, t.topic, t.conversation_id, t.journey_id, t.issue_id
    from unnest(c.members) m(id)
    cross join lateral (
      select t.id, t.profile_id, t.occurred_at, t.ended_at, t.channel, t.direction, t.status, t.is_abandoned, t.wait_seconds, t.sentiment, t.agent_id, t.outcome, t.kind, t.topic, t.conversation_id, t.journey_id, t.issue_id
      from touchpoint t
where t.workspace_id = $1::int and t.profile_id = m.id   and t.direction <> 2
    and t.occurred_at > now() - interval '30 days' and t.occurred_at <= now() order by t.occurred_at desc, t.id desc limit 200
    ) t
    order by t.occurred_at desc, t.id desc limit 200) t
      ) t
    ) t
  ) t),
  over as (
  select n.*, p.id as from_id, coalesce(n.topic, p.topic) as matter, case
    when (p.journey_id = n.journey_id and exists (
      select
      from journey_act a
      where a.workspace_id = $1::int and a.journey_id = n.journey_id
        and a.kind = 3 and a.at > p.occurred_at and a.at <= n.occurred_at
        and a.data ->> 'via' in ('code', 'link') )) then 'RESUME_CODE'
    when (p.journey_id = n.journey_id and exists (
      select
      from journey_act a
      where a.workspace_id = $1::int and a.journey_id = n.journey_id
        and a.kind = 4 and a.at > p.occurred_at and a.at <= n.occurred_at
         )) then 'HAND_OFF'
    when p.journey_id = n.journey_id then 'JOURNEY'
    when p.conversation_id = n.conversation_id then 'CONVERSATION'
    when exists (
      select
      from brief_opening b
      where b.workspace_id = $1::int and b.profile_id = any(c.members)
        and (b.touchpoint_id = n.id or (
          b.opened_at >= n.occurred_at - interval '15 minutes'
          and b.opened_at <= coalesce(n.ended_at, n.occurred_at + interval '15 minutes')
          and (b.agent_id = n.agent_id) is not false)) 
    ) then 'BRIEF'
  end as by
  from w n
  join w p on p.place = n.before
  where n.direction = 0 and (p.channel <> n.channel or p.agent_id <> n.agent_id))
  select count(*) filter (where w.is_occasion)::int as occasions,
    count(*) filter (where w.occurred_at - w.asked_at <= interval '7 days')::int as repeat_occasions,
    max(w.wait_seconds) filter (where w.is_contact) as longest_wait,
    count(*) filter (where w.is_contact and w.is_abandoned and w.direction = 0)::int as abandoned,
    (count(*) filter (where w.agent_id <> w.agent_before)
      + count(*) filter (where w.is_contact and w.conversation_id is null and w.outcome = 'transferred'))::int as transfers,
    count(*) filter (where w.is_occasion and w.occurred_at - w.looked_at <= interval '24 hours')::int as self_service,
    coalesce(sum(w.wait_seconds) filter (where w.is_contact and w.direction = 0), 0) / 60 as wait_minutes,
    count(w.sentiment)::int as felt, avg(w.sentiment::numeric) as feeling,
    (select count(*) from over o where o.by is not null)::int as carried_over,
    (select count(*) from over o where o.by is null)::int as started_over,
    (case when bool_or(w.is_told and w.is_contact and w.direction = 0) then 1 else 0 end + coalesce((
      select max(s.times)
      from (select count(*) as times from over o where o.by is null group by o.matter) s
    ), 0))::int as story_told
  from w) x) x$) as "metrics",
(select row_to_json(x$) from (select coalesce(json_agg(r.e1 order by r.n) filter (where r.n <= $2::int), '[]') as "nodes"
from (select row_number() over (order by t.occurred_at desc, t.id desc) as n,
(select row_to_json(x$) from (select 'tp_' || replace(t.id::text, '-', '') as "id",
coalesce(('{CALL,CHAT,EMAIL,WEB,SOCIAL,SMS,APP,STORE,OTHER}'::text[])[t.channel + 1], 'OTHER') as "channel",
(select row_to_json(x$) from (select case when cy.by is null then 'STARTED_OVER' else 'CARRIED_OVER' end as "kind",
cy.by as "by",
'tp_' || replace(cy.id::text, '-', '') as "fromTouchpointId"
from (
    select p.id, p.channel, p.channel <> n.channel as is_channel, p.agent_id <> n.agent_id as is_agent,
      case
    when (p.journey_id = n.journey_id and exists (
      select
      from journey_act a
      where a.workspace_id = $1::int and a.journey_id = n.journey_id
        and a.kind = 3 and a.at > p.occurred_at and a.at <= n.occurred_at
        and a.data ->> 'via' in ('code', 'link') )) then 'RESUME_CODE'
    when (p.journey_id = n.journey_id and exists (
      select
      from journey_act a
      where a.workspace_id = $1::int and a.journey_id = n.journey_id
        and a.kind = 4 and a.at > p.occurred_at and a.at <= n.occurred_at
         )) then 'HAND_OFF'
    when p.journey_id = n.journey_id then 'JOURNEY'
    when p.conversation_id = n.conversation_id then 'CONVERSATION'
    when exists (
      select
      from brief_opening b
      where b.workspace_id = $1::int and b.profile_id = any(n.members)
        and (b.touchpoint_id = n.id or (
          b.opened_at >= n.occurred_at - interval '15 minutes'
          and b.opened_at <= coalesce(n.ended_at, n.occurred_at + interval '15 minutes')
          and (b.agent_id = n.agent_id) is not false)) 
    ) then 'BRIEF'
  end as by
    from (
      select t.id, t.profile_id, t.occurred_at, t.ended_at, t.channel, t.direction, t.status, t.is_abandoned, t.wait_seconds, t.sentiment, t.agent_id, t.outcome, t.kind, t.topic, t.conversation_id, t.journey_id, t.issue_id, (select c.members from (select r.id, m.members from (
select p.canonical_id as id
from profile p
where p.workspace_id = $1::int and p.id = t.profile_id ) r
cross join lateral (
  select array_agg(p.id) as members
  from profile p
  where p.workspace_id = $1::int and p.canonical_id = r.id
) m) c) as members
      where (t.direction <> 2 and t.is_abandoned is not true and t.status not in (0, 3, 4)
    and (t.channel not in (3, 6) or t.journey_id is not null)) and t.direction = 0
      offset 0
    ) n
    cross join lateral (
      select p.*
      from (select t.id, t.profile_id, t.occurred_at, t.ended_at, t.channel, t.direction, t.status, t.is_abandoned, t.wait_seconds, t.sentiment, t.agent_id, t.outcome, t.kind, t.topic, t.conversation_id, t.journey_id, t.issue_id
    from unnest(n.members) m(id)
    cross join lateral (
      select t.id, t.profile_id, t.occurred_at, t.ended_at, t.channel, t.direction, t.status, t.is_abandoned, t.wait_seconds, t.sentiment, t.agent_id, t.outcome, t.kind, t.topic, t.conversation_id, t.journey_id, t.issue_id
      from touchpoint t
where t.workspace_id = $1::int and t.profile_id = m.id   and (t.occurred_at, t.id) < (n.occurred_at, n.id)
          and t.occurred_at > n.occurred_at - interval '30 days' and (t.direction <> 2 and t.is_abandoned is not true and t.status not in (0, 3, 4)
    and (t.channel not in (3, 6) or t.journey_id is not null)) order by t.occurred_at desc, t.id desc limit 200
    ) t
    order by t.occurred_at desc, t.id desc limit 200) p
      where (p.conversation_id = n.conversation_id or p.journey_id = n.journey_id or p.issue_id = n.issue_id or p.topic = n.topic)
      order by p.occurred_at desc, p.id desc
      limit 1
    ) p
    where (p.channel <> n.channel or p.agent_id <> n.agent_id)
  ) cy) x$) as "continuity"
) x$) as e1
from (
select t.*
from unnest(c.members) m(id)
cross join lateral (
  select *
  from touchpoint t
where t.workspace_id = $1::int and t.profile_id = m.id   order by t.occurred_at desc, t.id desc
limit $2::int + 1
) t
where true order by t.occurred_at desc, t.id desc
limit $2::int + 1) t) r
having true) x$) as "touchpoints"
from (select r.id, m.members from (
select p.canonical_id as id
from profile p
where p.workspace_id = $1::int and p.id = (select case when i.is_shared and i.profile_id is not null then coalesce((
  select u.profile_id
  from identifier_use u
  where u.workspace_id = $1::int and u.type = i.type and u.value = i.value
  order by u.last_seen_at desc, u.profile_id desc
  limit 1), i.profile_id) else i.profile_id end from (select i.* from identifier i where i.workspace_id = $1::int and i.type = $3::text
    and i.value = any($4::text[])
order by array_position($4::text[], i.value)
limit 1) i) ) r
cross join lateral (
  select array_agg(p.id) as members
  from profile p
  where p.workspace_id = $1::int and p.canonical_id = r.id
) m) c) x$) as "customer"
) x$)::text
