select (select row_to_json(x$) from (select (select row_to_json(x$) from (select 'cus_' || c.id as "id",
(select row_to_json(x$) from (select coalesce(json_agg(r.e1 order by r.n) filter (where r.n <= $1::int), '[]') as "nodes"
from (select row_number() over (order by j.started_at desc, j.id desc) as n,
(select row_to_json(x$) from (select 'jrn_' || replace(j.id::text, '-', '') as "id",
('{ACTIVE,PAUSED,COMPLETED,ABANDONED,CANCELLED}'::text[])[j.status + 1] as "status",
j.version as "version",
j.started_at as "startedAt",
(select row_to_json(x$) from (select st.step ->> 'key' as "key",
st.step ->> 'title' as "title",
st.step -> 'schema' as "schema"
from blueprint_version bv
  cross join lateral json_array_elements(bv.definition -> 'steps') st(step)
  where bv.workspace_id = $2::int and bv.blueprint_id = j.blueprint_id and bv.version = j.blueprint_version
    and st.step ->> 'key' = j.step) x$) as "step",
(select row_to_json(x$) from (select bp.key as "key",
bp.definition ->> 'goal' as "goal"
from (
    select b.id, b.key, b.version as latest_version, b.retired_at, v.version, v.created_at, v.actor, v.definition
    from blueprint b
    join blueprint_version v on v.workspace_id = $2::int and v.blueprint_id = b.id and v.version = j.blueprint_version
    where b.workspace_id = $2::int and b.id = j.blueprint_id
  ) bp) x$) as "blueprint",
j.state as "state",
coalesce(j.expected_at <= now(), false) as "isOverdue",
(select row_to_json(x$) from (select tn.part ->> 'to' as "to",
tn.part ->> 'name' as "name"
from (select j.turn as part where j.turn is not null) tn) x$) as "turn",
(select coalesce(json_agg(x$), '[]') from (select ('{CALL,CHAT,EMAIL,WEB,SOCIAL,SMS,APP,STORE,OTHER}'::text[])[ch.channel + 1] as "channel"
from (
    select e.channel, e.at, lag(e.channel) over (order by e.at, e.rank) as before
    from (
      select t.channel, t.occurred_at as at, 0 as rank
      from touchpoint t
where t.workspace_id = $2::int and t.journey_id = j.id     
      union all
      select a.channel, a.at, a.n
      from journey_act a
      where a.workspace_id = $2::int and a.journey_id = j.id and a.channel is not null 
    ) e
  ) ch
  where ch.before is distinct from ch.channel
  order by ch.at
  limit 200) x$) as "channels",
(select row_to_json(x$) from (select coalesce(json_agg(r.e1 order by r.n) filter (where r.n <= $3::int), '[]') as "nodes"
from (select row_number() over (order by t.occurred_at desc, t.id desc) as n,
(select row_to_json(x$) from (select 'tp_' || replace(t.id::text, '-', '') as "id",
t.kind as "kind"
) x$) as e1
from (select t.* from touchpoint t
where t.workspace_id = $2::int and t.journey_id = j.id     order by t.occurred_at desc, t.id desc
limit $3::int + 1) t) r
having true) x$) as "touchpoints"
) x$) as e1
from (
          select j.*
          from unnest(c.members) m(id)
          cross join lateral (
            select j.*
            from (
      select o.id, o.profile_id, o.blueprint_id, o.blueprint_version, o.version, o.status, o.step, o.started_at,
        o.step_since, o.updated_at, o.expected_at, o.ended_at, o.is_stuck, o.state, o.turn, o.cause, o.source,
        o.external_id
      from journey o
      where o.workspace_id = $2::int and o.profile_id = m.id) j
            where true and j.status = any($4::smallint[])  order by j.started_at desc, j.id desc
limit $1::int + 1
          ) j
          where true order by j.started_at desc, j.id desc
limit $1::int + 1) j) r
having true) x$) as "journeys",
(select row_to_json(x$) from (select br.text as "text",
br.is_complete as "isComplete",
(select coalesce(json_agg(x$), '[]') from (select bl.line ->> 'kind' as "kind",
bl.line -> 'ids' as "touchpointIds"
from json_array_elements(br.lines) with ordinality bl(line, n) order by bl.n) x$) as "lines"
from (
  select coalesce(string_agg(k.text, e'
' order by k.place, k.at desc, k.id desc) filter (where k.used <= $5::int), '') as text,
    coalesce(json_agg(json_build_object('kind', k.kind, 'text', k.text, 'ids', k.ids) order by k.place, k.at desc, k.id desc)
      filter (where k.used <= $5::int), '[]') as lines,
    coalesce(bool_and(k.used <= $5::int), true) as is_complete
  from (
    select l.kind, l.place, l.at, l.id, l.text, l.ids,
      sum(length(l.text) + 1) over (order by l.rank, l.at desc, l.id desc, l.place) as used
    from (
      select u.kind, u.rank, u.place, u.at, u.id, coalesce(u.ids, '[]'::json) as ids,
        case when length(u.text) > 300
          then left(u.text, 299) || '…' else u.text end as text
      from (
        select p.kind, p.rank, p.place, p.at, p.id, p.ids, translate(p.text, e'
	', '   ') as text
        from (select 'GOAL' as kind, 0 as rank, 0 as place,
    j.started_at as at, j.id as id, (select bv.definition ->> 'name' from blueprint_version bv 
    where bv.workspace_id = $2::int and bv.blueprint_id = j.blueprint_id and bv.version = j.blueprint_version) || ' (' || (select bv.definition ->> 'goal' from blueprint_version bv 
    where bv.workspace_id = $2::int and bv.blueprint_id = j.blueprint_id and bv.version = j.blueprint_version) || '): ' || ('{ACTIVE,PAUSED,COMPLETED,ABANDONED,CANCELLED}'::text[])[j.status + 1] || ' on ‘' || (select st.step ->> 'title' from blueprint_version bv cross join lateral json_array_elements(bv.definition -> 'steps') with ordinality st(step, n)
    where bv.workspace_id = $2::int and bv.blueprint_id = j.blueprint_id and bv.version = j.blueprint_version and st.step ->> 'key' = j.step)
    || '’ since ' || to_char(j.step_since at time zone 'UTC', 'YYYY-MM-DD HH24:MI')
    || case when j.expected_at <= now() then ', overdue' else '' end
    || case when j.is_stuck then ', stuck' else '' end || '.' as text, case when j.cause ->> 'touchpoint' is not null
    then json_build_array('tp_' || (j.cause ->> 'touchpoint')) end as ids
  from (
        select j.*
        from unnest(c.members) m(id)
        cross join lateral (
          select j.* from (
      select o.id, o.profile_id, o.blueprint_id, o.blueprint_version, o.version, o.status, o.step, o.started_at,
        o.step_since, o.updated_at, o.expected_at, o.ended_at, o.is_stuck, o.state, o.turn, o.cause, o.source,
        o.external_id
      from journey o
      where o.workspace_id = $2::int and o.profile_id = m.id) j
          where j.status < 2
          order by j.started_at desc, j.id desc
          limit $5::int / 32 + 1
        ) j
        order by j.started_at desc, j.id desc
        limit $5::int / 32 + 1
      ) j where true
union all
select 'ISSUE' as kind, 0 as rank, 1 as place,
    iss.opened_at as at, iss.id as id, 'Open issue since ' || to_char(iss.opened_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') || ': ' || iss.subject || ' ('
        || lower(('{LOW,NORMAL,HIGH,URGENT}'::text[])[iss.priority + 1]) || coalesce(', ' || iss.topic, '') || ').' as text, (
        select json_agg('tp_' || replace(t.id::text, '-', '') order by t.occurred_at desc, t.id desc)
        from (select t.id, t.occurred_at from touchpoint t
where t.workspace_id = $2::int and t.issue_id = iss.id   order by t.occurred_at desc, t.id desc
limit 12) t) as ids
  from (
        select iss.*
        from unnest(c.members) m(id)
        cross join lateral (
          select iss.* from (
      select i.id, i.profile_id, i.opened_at, i.updated_at, i.resolved_at, i.version, i.status, i.priority, i.source,
        i.external_id, i.topic, i.subject, i.description, i.resolution, i.assignee, i.queue, i.escalated_at,
        i.escalation_reason, i.tier, i.first_response_due_at, i.resolution_due_at
      from issue i
      where i.workspace_id = $2::int and i.profile_id = m.id) iss
          where iss.status < 3
          order by iss.opened_at desc, iss.id desc
          limit $5::int / 32 + 1
        ) iss
        order by iss.opened_at desc, iss.id desc
        limit $5::int / 32 + 1
      ) iss
union all
select 'TRIED' as kind, case
      when row_number() over (order by t.occurred_at desc, t.id desc) <= 12 then 3
      else 5 end as rank, 2 as place,
    t.occurred_at as at, t.id as id, to_char(t.occurred_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') || ' ' || ('{CALL,CHAT,EMAIL,WEB,SOCIAL,SMS,APP,STORE,OTHER}'::text[])[t.channel + 1] || ' ' || lower(('{INBOUND,OUTBOUND,INTERNAL}'::text[])[t.direction + 1]) || ' ' || t.kind
    || coalesce(' about ' || t.topic, '') || coalesce(': ' || t.outcome, '')
    || coalesce('; waited ' || round(nullif(t.wait_seconds, 0) / 60.0, 1)::float8 || ' min', '')
    || case when t.is_abandoned then '; given up' else '' end || coalesce('; agent ' || t.agent_id, '') || '.' as text, json_build_array('tp_' || replace(t.id::text, '-', '')) as ids
  from (

        select t.*
        from unnest(c.members) m(id)
        cross join lateral (
          select t.* from touchpoint t
where t.workspace_id = $2::int and t.profile_id = m.id   order by t.occurred_at desc, t.id desc
limit $5::int / 32 + 1
        ) t
        order by t.occurred_at desc, t.id desc
limit $5::int / 32 + 1
      ) t
union all
select 'SAID' as kind, case
      when row_number() over (order by t.occurred_at desc, t.id desc) <= 12 then 2
      else 4 end as rank, 3 as place,
    t.occurred_at as at, t.id as id, to_char(t.occurred_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') || ' ' || ('{CALL,CHAT,EMAIL,WEB,SOCIAL,SMS,APP,STORE,OTHER}'::text[])[t.channel + 1] || ', ' || lower(('{INBOUND,OUTBOUND,INTERNAL}'::text[])[t.direction + 1]) || ': “'
    || coalesce(t.summary, case when t.source <> 'throughline' then t.subject end) || '”' as text, json_build_array('tp_' || replace(t.id::text, '-', '')) as ids
  from (
        select t.id, t.occurred_at, t.channel, t.direction, t.source, t.subject, t.summary from (

        select t.*
        from unnest(c.members) m(id)
        cross join lateral (
          select t.* from touchpoint t
where t.workspace_id = $2::int and t.profile_id = m.id   order by t.occurred_at desc, t.id desc
limit $5::int / 32 + 1
        ) t
        order by t.occurred_at desc, t.id desc
limit $5::int / 32 + 1
      ) t where true and coalesce(t.summary, case when t.source <> 'throughline' then t.subject end) is not null
        union
        select t.id, t.occurred_at, t.channel, t.direction, t.source, t.subject, t.summary
        from (
        select j.*
        from unnest(c.members) m(id)
        cross join lateral (
          select j.* from (
      select o.id, o.profile_id, o.blueprint_id, o.blueprint_version, o.version, o.status, o.step, o.started_at,
        o.step_since, o.updated_at, o.expected_at, o.ended_at, o.is_stuck, o.state, o.turn, o.cause, o.source,
        o.external_id
      from journey o
      where o.workspace_id = $2::int and o.profile_id = m.id) j
          where j.status < 2
          order by j.started_at desc, j.id desc
          limit $5::int / 32 + 1
        ) j
        order by j.started_at desc, j.id desc
        limit $5::int / 32 + 1
      ) j
        cross join lateral (select t.* from touchpoint t
where t.workspace_id = $2::int and t.journey_id = j.id    and coalesce(t.summary, case when t.source <> 'throughline' then t.subject end) is not null order by t.occurred_at desc, t.id desc
limit $5::int / 32 + 1) t
      ) t
union all
select 'NEXT' as kind, 1 as rank, 4 as place,
    j.started_at as at, j.id as id, (select bv.definition ->> 'name' from blueprint_version bv 
    where bv.workspace_id = $2::int and bv.blueprint_id = j.blueprint_id and bv.version = j.blueprint_version) || ': next ' || coalesce((
    select string_agg('‘' || (nx.step ->> 'title') || '’', ' or ' order by nx.n)
    from blueprint_version bv cross join lateral json_array_elements(bv.definition -> 'steps') with ordinality st(step, n)
    cross join lateral json_array_elements_text(st.step -> 'next') k(key)
    join lateral json_array_elements(bv.definition -> 'steps') with ordinality nx(step, n)
      on nx.step ->> 'key' = k.key
    where bv.workspace_id = $2::int and bv.blueprint_id = j.blueprint_id and bv.version = j.blueprint_version and st.step ->> 'key' = j.step), 'nothing') || '.'
    || coalesce(' Still asked for: ' || (
    select string_agg(r.field, ', ' order by r.n)
    from blueprint_version bv cross join lateral json_array_elements(bv.definition -> 'steps') with ordinality st(step, n)
    cross join lateral json_array_elements_text(st.step -> 'schema' -> 'required') with ordinality r(field, n)
    where bv.workspace_id = $2::int and bv.blueprint_id = j.blueprint_id and bv.version = j.blueprint_version and st.step ->> 'key' = j.step
      and j.state -> j.step -> r.field is null) || '.', '')
    || coalesce(' With ' || lower(j.turn ->> 'to') || ' ' || (j.turn ->> 'name') || '.', '')
    || case when j.status = 1 then ' It rests.' else '' end as text, case when j.cause ->> 'touchpoint' is not null
    then json_build_array('tp_' || (j.cause ->> 'touchpoint')) end as ids
  from (
        select j.*
        from unnest(c.members) m(id)
        cross join lateral (
          select j.* from (
      select o.id, o.profile_id, o.blueprint_id, o.blueprint_version, o.version, o.status, o.step, o.started_at,
        o.step_since, o.updated_at, o.expected_at, o.ended_at, o.is_stuck, o.state, o.turn, o.cause, o.source,
        o.external_id
      from journey o
      where o.workspace_id = $2::int and o.profile_id = m.id) j
          where j.status < 2
          order by j.started_at desc, j.id desc
          limit $5::int / 32 + 1
        ) j
        order by j.started_at desc, j.id desc
        limit $5::int / 32 + 1
      ) j where true and j.status < 2) p
      ) u
    ) l
  ) k
) br) x$) as "brief",
(select row_to_json(x$) from (select coalesce(json_agg(r.e1 order by r.n) filter (where r.n <= $6::int), '[]') as "nodes"
from (select row_number() over (order by t.occurred_at desc, t.id desc) as n,
(select row_to_json(x$) from (select 'tp_' || replace(t.id::text, '-', '') as "id",
(select row_to_json(x$) from (select 'jrn_' || replace(j.id::text, '-', '') as "id",
('{ACTIVE,PAUSED,COMPLETED,ABANDONED,CANCELLED}'::text[])[j.status + 1] as "status"
from (
      select o.id, o.profile_id, o.blueprint_id, o.blueprint_version, o.version, o.status, o.step, o.started_at,
        o.step_since, o.updated_at, o.expected_at, o.ended_at, o.is_stuck, o.state, o.turn, o.cause, o.source,
        o.external_id
      from journey o
      where o.workspace_id = $2::int and o.id = t.journey_id::uuid ) j) x$) as "journey"
) x$) as e1
from (
select t.*
from unnest(c.members) m(id)
cross join lateral (
  select *
  from touchpoint t
where t.workspace_id = $2::int and t.profile_id = m.id   order by t.occurred_at desc, t.id desc
limit $6::int + 1
) t
where true order by t.occurred_at desc, t.id desc
limit $6::int + 1) t) r
having true) x$) as "touchpoints"
from (select r.id, m.members from (
select p.canonical_id as id
from profile p
where p.workspace_id = $2::int and p.id = (select case when i.is_shared and i.profile_id is not null then coalesce((
  select u.profile_id
  from identifier_use u
  where u.workspace_id = $2::int and u.type = i.type and u.value = i.value
  order by u.last_seen_at desc, u.profile_id desc
  limit 1), i.profile_id) else i.profile_id end from (select i.* from identifier i where i.workspace_id = $2::int and i.type = $7::text
    and i.value = any($8::text[])
order by array_position($8::text[], i.value)
limit 1) i) ) r
cross join lateral (
  select array_agg(p.id) as members
  from profile p
  where p.workspace_id = $2::int and p.canonical_id = r.id
) m) c) x$) as "customer"
) x$)::text
