select (select row_to_json(x$) from (select (select row_to_json(x$) from (select (select coalesce(json_agg(x$), '[]') from (select lr.topic as "topic",
round(lr.confidence, 2) as "confidence",
lr.rule as "rule",
lr.message as "message",
to_json(lr.cited) as "touchpointIds",
lr.issue_id as "issueId",
lr.journey_id as "journeyId"
from (
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
  ) t)
  select distinct on (r.topic) r.*
  from (select 'ISSUE' as rule, 4 as rank, iss.topic as topic,
    (
    select (coalesce(sum(k.hits) filter (where k.after = iss.topic), 0) + 10 * (coalesce(sum(k.hits), 0) + 5::numeric) / (coalesce(sum(k.tries), 0) + 10)) / (coalesce(sum(k.tries) filter (where k.after = iss.topic), 0) + 10)
    from reason_count k
    where k.workspace_id = $1::int and k.rule = 4)::numeric as confidence, 'Has an open issue about ' || iss.topic || '.' as message, array(select 'tp_' || replace(t.id::text, '-', '') from (
      select t.id, t.occurred_at from touchpoint t
where t.workspace_id = $1::int and t.issue_id = iss.id   order by t.occurred_at desc, t.id desc limit 12
    ) t order by t.occurred_at desc, t.id desc) as cited,
    'iss_' || replace(iss.id::text, '-', '') as issue_id, null::text as journey_id
  from (
    select iss.*
    from unnest(c.members) m(id)
    cross join lateral (
      select iss.* from (
      select i.id, i.profile_id, i.opened_at, i.updated_at, i.resolved_at, i.version, i.status, i.priority, i.source,
        i.external_id, i.topic, i.subject, i.description, i.resolution, i.assignee, i.queue, i.escalated_at,
        i.escalation_reason, i.tier, i.first_response_due_at, i.resolution_due_at
      from issue i
      where i.workspace_id = $1::int and i.profile_id = m.id) iss
      where iss.status < 3 and iss.topic is not null
      order by iss.opened_at desc, iss.id desc limit 5
    ) iss
    order by iss.opened_at desc, iss.id desc limit 5) iss
  union all
  select 'JOURNEY' as rule, 5 as rank, j.topic as topic,
    (
    select (coalesce(sum(k.hits) filter (where k.after = j.topic), 0) + 10 * (coalesce(sum(k.hits), 0) + 4::numeric) / (coalesce(sum(k.tries), 0) + 10)) / (coalesce(sum(k.tries) filter (where k.after = j.topic), 0) + 10)
    from reason_count k
    where k.workspace_id = $1::int and k.rule = 5)::numeric as confidence, 'Has an open journey: ' || coalesce(j.name, j.topic) || '.' as message, array(select 'tp_' || replace(t.id::text, '-', '') from (
      select t.id, t.occurred_at from touchpoint t
where t.workspace_id = $1::int and t.journey_id = j.id     order by t.occurred_at desc, t.id desc limit 12
    ) t order by t.occurred_at desc, t.id desc) as cited,
    null::text as issue_id, 'jrn_' || replace(j.id::text, '-', '') as journey_id
  from (
    select j.*, bv.definition ->> 'name' as name, coalesce((
      select t.topic
      from touchpoint t
where t.workspace_id = $1::int and t.journey_id = j.id    and t.topic is not null order by t.occurred_at desc, t.id desc limit 1
    ), b.key) as topic
    from (
    select j.*
    from unnest(c.members) m(id)
    cross join lateral (
      select j.* from (
      select o.id, o.profile_id, o.blueprint_id, o.blueprint_version, o.version, o.status, o.step, o.started_at,
        o.step_since, o.updated_at, o.expected_at, o.ended_at, o.is_stuck, o.state, o.turn, o.cause, o.source,
        o.external_id
      from journey o
      where o.workspace_id = $1::int and o.profile_id = m.id) j
      where j.status < 2
      order by j.started_at desc, j.id desc limit 5
    ) j
    order by j.started_at desc, j.id desc limit 5) j
    join blueprint b on b.workspace_id = $1::int and b.id = j.blueprint_id
    join blueprint_version bv on bv.workspace_id = $1::int and bv.blueprint_id = j.blueprint_id
      and bv.version = j.blueprint_version
  ) j
  union all
  select 'GIVEN_UP' as rule, 6 as rank, g.topic as topic,
    (
    select (coalesce(sum(k.hits) filter (where k.after = g.topic), 0) + 10 * (coalesce(sum(k.hits), 0) + 6::numeric) / (coalesce(sum(k.tries), 0) + 10)) / (coalesce(sum(k.tries) filter (where k.after = g.topic), 0) + 10)
    from reason_count k
    where k.workspace_id = $1::int and k.rule = 6)::numeric as confidence, 'Gave up a call about ' || g.topic || ', and nobody called back.' as message, array['tp_' || replace(g.id::text, '-', '')] as cited,
    null::text as issue_id, null::text as journey_id
  from (
    select w.topic, w.id
    from w
    where (w.channel = 0 and w.direction = 0 and w.is_abandoned) and w.topic is not null
      and w.occurred_at > now() - interval '7 days'
      and not exists (
        select from w later where later.place < w.place and (later.channel = 0 and later.is_abandoned is not true and later.status not in (0, 3, 4))
      )
    order by w.place
    limit 1
  ) g
  union all
  select 'AGAIN' as rule, 3 as rank, l.topic as topic,
    (
    select (coalesce(sum(k.hits) filter (where k.after = l.topic), 0) + 10 * (coalesce(sum(k.hits), 0) + 4::numeric) / (coalesce(sum(k.tries), 0) + 10)) / (coalesce(sum(k.tries) filter (where k.after = l.topic), 0) + 10)
    from reason_count k
    where k.workspace_id = $1::int and k.rule = 3)::numeric as confidence, 'Last came about ' || l.topic || '.' as message, array['tp_' || replace(l.id::text, '-', '')] as cited,
    null::text as issue_id, null::text as journey_id
  from (
    select w.id, w.topic, w.occurred_at from w where w.is_occasion and w.topic is not null order by w.place limit 1) l where l.occurred_at > now() - interval '7 days'
  union all
  select 'AFTER' as rule, 1 as rank, k.topic as topic,
    k.hits::numeric / (k.tries + 5)::numeric as confidence, 'After ' || k.after || ', ' || k.hits || ' of ' || k.tries || ' customers came about ' || k.topic || '.' as message, array['tp_' || replace(l.id::text, '-', '')] as cited,
    null::text as issue_id, null::text as journey_id
  from reason_count k
  join (
    select w.id, w.topic, w.occurred_at from w where w.is_occasion and w.topic is not null order by w.place limit 1) l on l.topic = k.after where true and k.workspace_id = $1::int and k.rule = 1
  union all
  select 'ORDER' as rule, 2 as rank, k.topic as topic,
    k.hits::numeric / (k.tries + 5)::numeric as confidence, 'After an order, ' || k.hits || ' of ' || k.tries || ' contacts were about ' || k.topic || '.' as message, array['tp_' || replace(o.id::text, '-', '')] as cited,
    null::text as issue_id, null::text as journey_id
  from reason_count k
  cross join (
    select w.id from w where w.kind ilike '%order%' and w.occurred_at > now() - interval '14 days' order by w.place limit 1
  ) o where true and k.workspace_id = $1::int and k.rule = 2
  union all
  select 'ANY' as rule, 0 as rank, k.topic as topic,
    k.hits::numeric / (k.tries + 5)::numeric as confidence, 'Of all contacts, ' || k.hits || ' of ' || k.tries || ' were about ' || k.topic || '.' as message, '{}'::text[] as cited,
    null::text as issue_id, null::text as journey_id
  from reason_count k
  where true and k.workspace_id = $1::int and k.rule = 0) r
  order by r.topic, r.confidence desc, r.rank desc, r.issue_id, r.journey_id
) lr
order by lr.confidence desc, lr.rank desc, lr.topic
limit 3) x$) as "likelyReasons",
(select coalesce(json_agg(x$), '[]') from (select ns.kind as "kind",
ns.message as "because",
round(ns.confidence, 2) as "confidence",
to_json(ns.cited) as "touchpointIds",
ns.issue_id as "issueId",
ns.journey_id as "journeyId"
from (
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
  where n.direction = 0 and (p.channel <> n.channel or p.agent_id <> n.agent_id)),
  sg as (
  with th as (
  select coalesce((s.thresholds ->> 'repeatOccasions')::int, 3) as repeat_occasions,
    coalesce((s.thresholds ->> 'repeatDays')::int, 7) as repeat_days,
    coalesce((s.thresholds ->> 'longWaitSeconds')::int, 1200) as long_wait_seconds,
    coalesce((s.thresholds ->> 'longWaitDays')::int, 7) as long_wait_days,
    coalesce((s.thresholds ->> 'callBackMinutes')::int, 60) as call_back_minutes,
    coalesce((s.thresholds ->> 'callBackDays')::int, 7) as call_back_days,
    coalesce((s.thresholds ->> 'storyTold')::int, 3) as story_told,
    coalesce((s.thresholds ->> 'selfServiceDays')::int, 7) as self_service_days,
    coalesce((s.thresholds ->> 'negativeTouchpoints')::int, 3) as negative_touchpoints,
    coalesce((s.thresholds ->> 'negativeSentiment')::numeric, -0.3) as negative_sentiment
  from (select 1) one
  left join signal_settings s on s.workspace_id = $1::int)
  select 'REPEAT_CONTACT' as kind, case when g.n >= 2 * g.enough then 2 else 1 end as rank, g.since as since, coalesce(('{First,Second,Third,Fourth,Fifth,Sixth,Seventh,Eighth,Ninth,Tenth}'::text[])[g.n], g.n ||
      case when g.n % 100 between 11 and 13 then 'th' when g.n % 10 = 1 then 'st' when g.n % 10 = 2 then 'nd'
        when g.n % 10 = 3 then 'rd' else 'th' end) || ' contact in ' || g.days || ' day' || case when g.days = 1 then '' else 's' end || ' about ' || g.topic || '.' as message,
    g.cited as cited, null::text as issue_id, null::text as journey_id
  from (
    select w.topic, count(*)::int as n, th.repeat_occasions as enough, (array_agg('tp_' || replace(w.id::text, '-', '') order by w.place))[1:12] as cited,
      (array_agg(w.occurred_at order by w.place desc))[th.repeat_occasions] as since,
      greatest(1, round(extract(epoch from now() - min(w.occurred_at)) / 86400))::int as days
    from w
    cross join th
    where w.is_occasion and w.topic is not null and w.occurred_at > now() - th.repeat_days * interval '1 day'
    group by w.topic, th.repeat_occasions
    having count(*) >= th.repeat_occasions
  ) g
  union all
  select 'LONG_WAIT' as kind, case when g.seconds >= 2 * g.enough then 2 else 1 end as rank, g.since as since, 'Waited ' || round(g.seconds / 60.0) || ' minute' || case when round(g.seconds / 60.0) = 1 then '' else 's' end || ' on ' || ('{CALL,CHAT,EMAIL,WEB,SOCIAL,SMS,APP,STORE,OTHER}'::text[])[g.channel + 1]
      || case when g.is_abandoned then ' and gave up' else '' end || case when g.n > 1 then ', and long ' || (g.n - 1) || ' more time' || case when (g.n - 1) = 1 then '' else 's' end else '' end || '.' as message,
    g.cited as cited, null::text as issue_id, null::text as journey_id
  from (
    select count(*)::int as n, th.long_wait_seconds as enough, (array_agg('tp_' || replace(w.id::text, '-', '') order by w.place))[1:12] as cited, max(w.wait_seconds) as seconds,
      (array_agg(w.occurred_at order by w.wait_seconds desc, w.place))[1] as since,
      (array_agg(w.channel order by w.wait_seconds desc, w.place))[1] as channel,
      (array_agg(w.is_abandoned order by w.wait_seconds desc, w.place))[1] as is_abandoned
    from w
    cross join th
    where w.is_contact and w.wait_seconds >= th.long_wait_seconds and w.occurred_at > now() - th.long_wait_days * interval '1 day'
    group by th.long_wait_seconds
  ) g
  union all
  select 'NOT_CALLED_BACK' as kind, case when g.n > 1 then 2 else 1 end as rank, g.since as since, 'Gave up calling' || case when g.seconds >= 60 then ' after ' || round(g.seconds / 60.0) || ' minute' || case when round(g.seconds / 60.0) = 1 then '' else 's' end else '' end
      || case when g.n > 1 then ', ' || g.n || ' time' || case when g.n = 1 then '' else 's' end || ' by now,' else '' end || ' and was not called back.' as message,
    g.cited as cited, null::text as issue_id, null::text as journey_id
  from (
    select count(*)::int as n, (array_agg('tp_' || replace(w.id::text, '-', '') order by w.place))[1:12] as cited, min(w.occurred_at) as since,
      (array_agg(w.wait_seconds order by w.place))[1] as seconds
    from w
    cross join th
    where (w.channel = 0 and w.direction = 0 and w.is_abandoned)
      and w.occurred_at > now() - th.call_back_days * interval '1 day'
      and w.occurred_at <= now() - th.call_back_minutes * interval '1 minute'
      and not exists (
        select
        from w later
        where later.place < w.place and (later.channel = 0 and later.is_abandoned is not true and later.status not in (0, 3, 4))
      )
    having count(*) > 0
  ) g
  union all
  select 'STORY_TOLD_AGAIN' as kind, case when g.times >= 2 * g.enough then 2 else 1 end as rank, g.since as since, 'Told her story ' || g.times || ' times' || coalesce(' about ' || g.matter, '') || '.' as message,
    g.cited as cited, null::text as issue_id, null::text as journey_id
  from (
    select o.matter, count(*)::int + 1 as times, th.story_told as enough, (array_agg('tp_' || replace(o.id::text, '-', '') order by o.place))[1:12] as cited,
      (array_agg(o.occurred_at order by o.place desc))[th.story_told - 1] as since
    from over o
    cross join th
    where o.by is null
    group by o.matter, th.story_told
    having count(*) + 1 >= th.story_told
  ) g
  union all
  select 'NEGATIVE_SENTIMENT' as kind, 1 as rank, g.since as since, 'Sentiment of ' || g.mean || ' over the last ' || g.n || ' touchpoint' || case when g.n = 1 then '' else 's' end
      || coalesce(', after ' || g.before, '') || '.' as message,
    g.cited as cited, null::text as issue_id, null::text as journey_id
  from (
    select count(*) filter (where r.is_last)::int as n, th.negative_sentiment as enough,
      round(avg(r.sentiment::numeric) filter (where r.is_last), 2) as mean,
      round(avg(r.sentiment::numeric) filter (where not r.is_last), 2) as before,
      min(r.occurred_at) filter (where r.is_last) as since,
      (array_agg('tp_' || replace(r.id::text, '-', '') order by r.place) filter (where r.is_last))[1:12] as cited,
      th.negative_touchpoints as of
    from (
      select w.*, row_number() over (order by w.place) <= th.negative_touchpoints as is_last
      from w
      cross join th
      where w.sentiment is not null
    ) r
    cross join th
    group by th.negative_sentiment, th.negative_touchpoints
  ) g
  where g.n = g.of and g.mean <= g.enough and (g.mean < g.before) is not false
  union all
  select 'SELF_SERVICE_FAILED' as kind, 0 as rank, g.since as since, 'Looked for help on WEB or APP and came by ' || ('{CALL,CHAT,EMAIL,WEB,SOCIAL,SMS,APP,STORE,OTHER}'::text[])[g.channel + 1] || ' all the same'
      || case when g.n > 1 then ', ' || g.n || ' times' else '' end || '.' as message,
    g.cited as cited, null::text as issue_id, null::text as journey_id
  from (
    select count(*)::int as n, (array_agg('tp_' || replace(w.id::text, '-', '') order by w.place))[1:12] as cited, max(w.occurred_at) as since,
      (array_agg(w.channel order by w.place))[1] as channel
    from w
    cross join th
    where w.is_occasion and w.occurred_at - w.looked_at <= interval '24 hours'
      and w.occurred_at > now() - th.self_service_days * interval '1 day'
    having count(*) > 0
  ) g
  union all
  select 'MARK' as kind, case when k.kind <= 1 then 2 else 1 end as rank, k.marked_at as since, left(replace(('{VULNERABLE,SAFETY,COMPLAINT,LEAVING,SPECIAL_CARE}'::text[])[k.kind + 1], '_', ' '), 1) || lower(substr(replace(('{VULNERABLE,SAFETY,COMPLAINT,LEAVING,SPECIAL_CARE}'::text[])[k.kind + 1], '_', ' '), 2)) || ': marked by an agent' || ', “' || k.reason || '”' || '.' as message,
    '{}'::text[] as cited, null::text as issue_id, null::text as journey_id
  from (
    select k.id, k.kind, k.reason, k.marked_at, k.expires_at, k.actor,
      case when k.ended_at is not null then k.ended_at end as ended_at,
      case when k.ended_at is not null then k.end_reason end as end_reason,
      case when k.ended_at is not null then k.ended_by end as ended_by
    from unnest(c.members) m(id)
    join customer_mark k on k.workspace_id = $1::int and k.profile_id = m.id ) k where (k.ended_at is null and k.expires_at > now())
  union all
  select 'SLA_BREACH' as kind, 2 as rank, least(iss.late_answer, iss.late_end) as since, 'Open issue' || ' “' || iss.subject || '”' || ' was not ' || case when iss.late_end is null
      then 'answered by ' || to_char(iss.late_answer at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')
      else 'settled by ' || to_char(iss.late_end at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"') end || ', as promised.' as message,
    array(select 'tp_' || replace(t.id::text, '-', '') from (
      select t.id, t.occurred_at from touchpoint t
where t.workspace_id = $1::int and t.issue_id = iss.id   order by t.occurred_at desc, t.id desc limit 12
    ) t order by t.occurred_at desc, t.id desc) as cited, 'iss_' || replace(iss.id::text, '-', '') as issue_id, null::text as journey_id
  from (
    select iss.*,
      case when iss.first_response_due_at <= now() and least((
  select min(t.occurred_at)
  from touchpoint t
  where t.workspace_id = $1::int and t.issue_id = iss.id and t.direction = 1 and t.status <> 3
    and t.occurred_at >= iss.opened_at  
), (
  select min(ic.created_at)
  from issue_comment ic
  where ic.workspace_id = $1::int and ic.issue_id = iss.id and ic.is_public
    )) is null
        then iss.first_response_due_at end as late_answer,
      case when iss.resolution_due_at <= now() then iss.resolution_due_at end as late_end
    from (
    select iss.*
    from unnest(c.members) m(id)
    cross join lateral (
      select iss.* from (
      select i.id, i.profile_id, i.opened_at, i.updated_at, i.resolved_at, i.version, i.status, i.priority, i.source,
        i.external_id, i.topic, i.subject, i.description, i.resolution, i.assignee, i.queue, i.escalated_at,
        i.escalation_reason, i.tier, i.first_response_due_at, i.resolution_due_at
      from issue i
      where i.workspace_id = $1::int and i.profile_id = m.id) iss
      where iss.status < 3 
      order by iss.opened_at desc, iss.id desc limit 50
    ) iss
    order by iss.opened_at desc, iss.id desc limit 50) iss
  ) iss
  where iss.late_answer is not null or iss.late_end is not null
  union all
  select 'JOURNEY_STUCK' as kind, 1 as rank, j.step_since as since, coalesce(st.name, 'A journey') || ' is stuck at step ' || coalesce(st.n || ' ‘' || st.title || '’', j.step) || '.' as message,
    array(select 'tp_' || replace(t.id::text, '-', '') from (
      select t.id, t.occurred_at from touchpoint t
where t.workspace_id = $1::int and t.journey_id = j.id     order by t.occurred_at desc, t.id desc limit 12
    ) t order by t.occurred_at desc, t.id desc) as cited, null::text as issue_id, 'jrn_' || replace(j.id::text, '-', '') as journey_id
  from (
    select j.*
    from unnest(c.members) m(id)
    cross join lateral (
      select j.* from (
      select o.id, o.profile_id, o.blueprint_id, o.blueprint_version, o.version, o.status, o.step, o.started_at,
        o.step_since, o.updated_at, o.expected_at, o.ended_at, o.is_stuck, o.state, o.turn, o.cause, o.source,
        o.external_id
      from journey o
      where o.workspace_id = $1::int and o.profile_id = m.id) j
      where j.status < 2
      order by j.started_at desc, j.id desc limit 50
    ) j
    order by j.started_at desc, j.id desc limit 50) j
  left join lateral (
    select bv.definition ->> 'name' as name, st.step ->> 'title' as title, st.n
    from blueprint_version bv
    cross join lateral json_array_elements(bv.definition -> 'steps') with ordinality st(step, n)
    where bv.workspace_id = $1::int and bv.blueprint_id = j.blueprint_id
      and bv.version = j.blueprint_version and st.step ->> 'key' = j.step
  ) st on true
  where j.is_stuck
  union all
  select 'JOURNEY_OVERDUE' as kind, 0 as rank, j.expected_at as since, coalesce(st.name, 'A journey') || ' is late at step ' || coalesce(st.n || ' ‘' || st.title || '’', j.step) || '.' as message,
    array(select 'tp_' || replace(t.id::text, '-', '') from (
      select t.id, t.occurred_at from touchpoint t
where t.workspace_id = $1::int and t.journey_id = j.id     order by t.occurred_at desc, t.id desc limit 12
    ) t order by t.occurred_at desc, t.id desc) as cited, null::text as issue_id, 'jrn_' || replace(j.id::text, '-', '') as journey_id
  from (
    select j.*
    from unnest(c.members) m(id)
    cross join lateral (
      select j.* from (
      select o.id, o.profile_id, o.blueprint_id, o.blueprint_version, o.version, o.status, o.step, o.started_at,
        o.step_since, o.updated_at, o.expected_at, o.ended_at, o.is_stuck, o.state, o.turn, o.cause, o.source,
        o.external_id
      from journey o
      where o.workspace_id = $1::int and o.profile_id = m.id) j
      where j.status < 2
      order by j.started_at desc, j.id desc limit 50
    ) j
    order by j.started_at desc, j.id desc limit 50) j
  left join lateral (
    select bv.definition ->> 'name' as name, st.step ->> 'title' as title, st.n
    from blueprint_version bv
    cross join lateral json_array_elements(bv.definition -> 'steps') with ordinality st(step, n)
    where bv.workspace_id = $1::int and bv.blueprint_id = j.blueprint_id
      and bv.version = j.blueprint_version and st.step ->> 'key' = j.step
  ) st on true
  where not j.is_stuck and j.expected_at <= now()),
  lr as (select 'ISSUE' as rule, 4 as rank, iss.topic as topic,
    (
    select (coalesce(sum(k.hits) filter (where k.after = iss.topic), 0) + 10 * (coalesce(sum(k.hits), 0) + 5::numeric) / (coalesce(sum(k.tries), 0) + 10)) / (coalesce(sum(k.tries) filter (where k.after = iss.topic), 0) + 10)
    from reason_count k
    where k.workspace_id = $1::int and k.rule = 4)::numeric as confidence, 'Has an open issue about ' || iss.topic || '.' as message, array(select 'tp_' || replace(t.id::text, '-', '') from (
      select t.id, t.occurred_at from touchpoint t
where t.workspace_id = $1::int and t.issue_id = iss.id   order by t.occurred_at desc, t.id desc limit 12
    ) t order by t.occurred_at desc, t.id desc) as cited,
    'iss_' || replace(iss.id::text, '-', '') as issue_id, null::text as journey_id
  from (
    select iss.*
    from unnest(c.members) m(id)
    cross join lateral (
      select iss.* from (
      select i.id, i.profile_id, i.opened_at, i.updated_at, i.resolved_at, i.version, i.status, i.priority, i.source,
        i.external_id, i.topic, i.subject, i.description, i.resolution, i.assignee, i.queue, i.escalated_at,
        i.escalation_reason, i.tier, i.first_response_due_at, i.resolution_due_at
      from issue i
      where i.workspace_id = $1::int and i.profile_id = m.id) iss
      where iss.status < 3 and iss.topic is not null
      order by iss.opened_at desc, iss.id desc limit 5
    ) iss
    order by iss.opened_at desc, iss.id desc limit 5) iss
  union all
  select 'JOURNEY' as rule, 5 as rank, j.topic as topic,
    (
    select (coalesce(sum(k.hits) filter (where k.after = j.topic), 0) + 10 * (coalesce(sum(k.hits), 0) + 4::numeric) / (coalesce(sum(k.tries), 0) + 10)) / (coalesce(sum(k.tries) filter (where k.after = j.topic), 0) + 10)
    from reason_count k
    where k.workspace_id = $1::int and k.rule = 5)::numeric as confidence, 'Has an open journey: ' || coalesce(j.name, j.topic) || '.' as message, array(select 'tp_' || replace(t.id::text, '-', '') from (
      select t.id, t.occurred_at from touchpoint t
where t.workspace_id = $1::int and t.journey_id = j.id     order by t.occurred_at desc, t.id desc limit 12
    ) t order by t.occurred_at desc, t.id desc) as cited,
    null::text as issue_id, 'jrn_' || replace(j.id::text, '-', '') as journey_id
  from (
    select j.*, bv.definition ->> 'name' as name, coalesce((
      select t.topic
      from touchpoint t
where t.workspace_id = $1::int and t.journey_id = j.id    and t.topic is not null order by t.occurred_at desc, t.id desc limit 1
    ), b.key) as topic
    from (
    select j.*
    from unnest(c.members) m(id)
    cross join lateral (
      select j.* from (
      select o.id, o.profile_id, o.blueprint_id, o.blueprint_version, o.version, o.status, o.step, o.started_at,
        o.step_since, o.updated_at, o.expected_at, o.ended_at, o.is_stuck, o.state, o.turn, o.cause, o.source,
        o.external_id
      from journey o
      where o.workspace_id = $1::int and o.profile_id = m.id) j
      where j.status < 2
      order by j.started_at desc, j.id desc limit 5
    ) j
    order by j.started_at desc, j.id desc limit 5) j
    join blueprint b on b.workspace_id = $1::int and b.id = j.blueprint_id
    join blueprint_version bv on bv.workspace_id = $1::int and bv.blueprint_id = j.blueprint_id
      and bv.version = j.blueprint_version
  ) j
  union all
  select 'GIVEN_UP' as rule, 6 as rank, g.topic as topic,
    (
    select (coalesce(sum(k.hits) filter (where k.after = g.topic), 0) + 10 * (coalesce(sum(k.hits), 0) + 6::numeric) / (coalesce(sum(k.tries), 0) + 10)) / (coalesce(sum(k.tries) filter (where k.after = g.topic), 0) + 10)
    from reason_count k
    where k.workspace_id = $1::int and k.rule = 6)::numeric as confidence, 'Gave up a call about ' || g.topic || ', and nobody called back.' as message, array['tp_' || replace(g.id::text, '-', '')] as cited,
    null::text as issue_id, null::text as journey_id
  from (
    select w.topic, w.id
    from w
    where (w.channel = 0 and w.direction = 0 and w.is_abandoned) and w.topic is not null
      and w.occurred_at > now() - interval '7 days'
      and not exists (
        select from w later where later.place < w.place and (later.channel = 0 and later.is_abandoned is not true and later.status not in (0, 3, 4))
      )
    order by w.place
    limit 1
  ) g
  union all
  select 'AGAIN' as rule, 3 as rank, l.topic as topic,
    (
    select (coalesce(sum(k.hits) filter (where k.after = l.topic), 0) + 10 * (coalesce(sum(k.hits), 0) + 4::numeric) / (coalesce(sum(k.tries), 0) + 10)) / (coalesce(sum(k.tries) filter (where k.after = l.topic), 0) + 10)
    from reason_count k
    where k.workspace_id = $1::int and k.rule = 3)::numeric as confidence, 'Last came about ' || l.topic || '.' as message, array['tp_' || replace(l.id::text, '-', '')] as cited,
    null::text as issue_id, null::text as journey_id
  from (
    select w.id, w.topic, w.occurred_at from w where w.is_occasion and w.topic is not null order by w.place limit 1) l where l.occurred_at > now() - interval '7 days'
  union all
  select 'AFTER' as rule, 1 as rank, k.topic as topic,
    k.hits::numeric / (k.tries + 5)::numeric as confidence, 'After ' || k.after || ', ' || k.hits || ' of ' || k.tries || ' customers came about ' || k.topic || '.' as message, array['tp_' || replace(l.id::text, '-', '')] as cited,
    null::text as issue_id, null::text as journey_id
  from reason_count k
  join (
    select w.id, w.topic, w.occurred_at from w where w.is_occasion and w.topic is not null order by w.place limit 1) l on l.topic = k.after where true and k.workspace_id = $1::int and k.rule = 1
  union all
  select 'ORDER' as rule, 2 as rank, k.topic as topic,
    k.hits::numeric / (k.tries + 5)::numeric as confidence, 'After an order, ' || k.hits || ' of ' || k.tries || ' contacts were about ' || k.topic || '.' as message, array['tp_' || replace(o.id::text, '-', '')] as cited,
    null::text as issue_id, null::text as journey_id
  from reason_count k
  cross join (
    select w.id from w where w.kind ilike '%order%' and w.occurred_at > now() - interval '14 days' order by w.place limit 1
  ) o where true and k.workspace_id = $1::int and k.rule = 2
  union all
  select 'ANY' as rule, 0 as rank, k.topic as topic,
    k.hits::numeric / (k.tries + 5)::numeric as confidence, 'Of all contacts, ' || k.hits || ' of ' || k.tries || ' were about ' || k.topic || '.' as message, '{}'::text[] as cited,
    null::text as issue_id, null::text as journey_id
  from reason_count k
  where true and k.workspace_id = $1::int and k.rule = 0)
  select distinct on (s.place) s.*
  from (select 'READ_MARK' as kind, 0 as place,
    sg.rank, sg.since, sg.message, null::numeric as confidence, sg.cited, sg.issue_id, sg.journey_id
  from sg where sg.kind in ('MARK')
  union all
  select 'CALL_BACK' as kind, 1 as place,
    sg.rank, sg.since, sg.message, (
    select (coalesce(sum(k.hits), 0) + 6::numeric) / (coalesce(sum(k.tries), 0) + 10)
    from reason_count k
    where k.workspace_id = $1::int and k.rule = 6) as confidence, sg.cited, sg.issue_id, sg.journey_id
  from sg where sg.kind in ('NOT_CALLED_BACK')
  union all
  select 'SETTLE_LATE_ISSUE' as kind, 2 as place,
    sg.rank, sg.since, sg.message, (
    select (coalesce(sum(k.hits), 0) + 5::numeric) / (coalesce(sum(k.tries), 0) + 10)
    from reason_count k
    where k.workspace_id = $1::int and k.rule = 4) as confidence, sg.cited, sg.issue_id, sg.journey_id
  from sg where sg.kind in ('SLA_BREACH')
  union all
  select 'FREE_STUCK_JOURNEY' as kind, 3 as place,
    sg.rank, sg.since, sg.message, (
    select (coalesce(sum(k.hits), 0) + 4::numeric) / (coalesce(sum(k.tries), 0) + 10)
    from reason_count k
    where k.workspace_id = $1::int and k.rule = 5) as confidence, sg.cited, sg.issue_id, sg.journey_id
  from sg where sg.kind in ('JOURNEY_STUCK', 'JOURNEY_OVERDUE')
  union all
  select 'TAKE_OVER' as kind, 4 as place,
    sg.rank, sg.since, sg.message, (
    select (coalesce(sum(k.hits), 0) + 4::numeric) / (coalesce(sum(k.tries), 0) + 10)
    from reason_count k
    where k.workspace_id = $1::int and k.rule = 3) as confidence, sg.cited, sg.issue_id, sg.journey_id
  from sg where sg.kind in ('STORY_TOLD_AGAIN', 'REPEAT_CONTACT')
  union all
  select 'MEND_MOOD' as kind, 7 as place,
    sg.rank, sg.since, sg.message, null::numeric as confidence, sg.cited, sg.issue_id, sg.journey_id
  from sg where sg.kind in ('NEGATIVE_SENTIMENT')
  union all
  select 'TELL_ABOUT_ISSUE', 5, 0, null::timestamptz, lr.message,
    lr.confidence, lr.cited, lr.issue_id, lr.journey_id
  from lr where lr.rule = 'ISSUE'
    and not exists (select from sg where sg.issue_id = lr.issue_id or sg.journey_id = lr.journey_id)
  union all
  select 'GO_ON_WITH_JOURNEY', 6, 0, null::timestamptz, lr.message,
    lr.confidence, lr.cited, lr.issue_id, lr.journey_id
  from lr where lr.rule = 'JOURNEY'
    and not exists (select from sg where sg.issue_id = lr.issue_id or sg.journey_id = lr.journey_id)) s
  order by s.place, s.rank desc, s.since desc nulls last, s.message, s.issue_id, s.journey_id
) ns
order by ns.place
limit 3) x$) as "nextSteps"
from (select r.id, m.members from (
select p.canonical_id as id
from profile p
where p.workspace_id = $1::int and p.id = (select case when i.is_shared and i.profile_id is not null then coalesce((
  select u.profile_id
  from identifier_use u
  where u.workspace_id = $1::int and u.type = i.type and u.value = i.value
  order by u.last_seen_at desc, u.profile_id desc
  limit 1), i.profile_id) else i.profile_id end from (select i.* from identifier i where i.workspace_id = $1::int and i.type = $2::text
    and i.value = any($3::text[])
order by array_position($3::text[], i.value)
limit 1) i) ) r
cross join lateral (
  select array_agg(p.id) as members
  from profile p
  where p.workspace_id = $1::int and p.canonical_id = r.id
) m) c) x$) as "customer"
) x$)::text
