select (select row_to_json(x$) from (select (select row_to_json(x$) from (select 'cus_' || c.id as "id",
(
select coalesce(json_agg('cus_' || m.id order by m.id), '[]') from unnest(c.members) m(id) where m.id <> c.id) as "mergedIds",
(
select n.name
from (
  select coalesce(coalesce(max(k.text) filter (where k.key = 'name')), nullif(concat_ws(' ', coalesce(max(k.text) filter (where k.key = 'firstName'), max(k.text) filter (where k.key = 'first_name')), coalesce(max(k.text) filter (where k.key = 'lastName'), max(k.text) filter (where k.key = 'last_name'))), '')) as name
  from (
    select v.key, case jsonb_typeof(v.value) when 'string' then nullif(btrim(v.value #>> '{}'), '') end as text
    from (
select distinct on (r.key) r.key, r.value
from unnest(c.members) m(id)
join trait r on r.workspace_id = $1::int and r.profile_id = m.id  and r.key = any('{name,firstName,first_name,lastName,last_name}')
order by r.key, r.occurred_at desc, r.value::text collate "C" desc) v
  ) k
) n) as "displayName",
(select coalesce(json_agg(x$), '[]') from (select i.type as "type",
i.value as "value",
coalesce(('{CLAIMED,VERIFIED}'::text[])[i.verification + 1], 'CLAIMED') as "verification",
coalesce(i.place = 1, false) as "primary"
from (
select i.*, coalesce(d.priority, 1000) as priority,
  row_number() over (partition by i.type order by i.verification desc, i.last_seen_at desc, i.value) as place
from unnest(c.members) m(id)
join identifier i on i.workspace_id = $1::int and i.profile_id = m.id

left join identifier_type d on d.workspace_id = $1::int and d.name = i.type) i order by i.priority, i.type, i.place, i.value) x$) as "identifiers",
(select row_to_json(x$) from (select (select row_to_json(x$) from (select i.type as "type",
i.value as "value"
from (
  select i.*,
    (select k.place from (
select i.*, coalesce(d.priority, 1000) as priority,
  row_number() over (partition by i.type order by i.verification desc, i.last_seen_at desc, i.value) as place
from unnest(c.members) m(id)
join identifier i on i.workspace_id = $1::int and i.profile_id = m.id

left join identifier_type d on d.workspace_id = $1::int and d.name = i.type) k where k.type = i.type and k.value = i.value) as place
  from (select i.* from identifier i where i.workspace_id = $1::int and i.type = $2::text
    and i.value = any($3::text[])
order by array_position($3::text[], i.value)
limit 1) i
  
) i) x$) as "matchedBy"
) x$) as "resolution",
(select coalesce(json_agg(x$), '[]') from (select (select row_to_json(x$) from (select s.key as "key"
) x$) as "segment"
from (
          select distinct on (sm.segment_id) sm.*
          from unnest(c.members) m(id)
          cross join lateral (
            select sm.*
            from segment_member sm
            where sm.workspace_id = $1::int and sm.profile_id = m.id and coalesce(sm.until_at, 'infinity') = 'infinity'
              and (sm.expires_at is null or sm.expires_at > now())
          ) sm
          order by sm.segment_id, sm.since_at, sm.profile_id
        ) sm
        join segment s on s.workspace_id = $1::int and s.id = sm.segment_id and s.deleted_at is null
        order by s.key) x$) as "segments",
(select row_to_json(x$) from (select coalesce(json_agg(r.e1 order by r.n) filter (where r.n <= $4::int), '[]') as "nodes"
from (select row_number() over (order by iss.opened_at desc, iss.id desc) as n,
(select row_to_json(x$) from (select 'iss_' || replace(iss.id::text, '-', '') as "id",
('{OPEN,PENDING,ON_HOLD,RESOLVED,CLOSED}'::text[])[iss.status + 1] as "status",
iss.subject as "subject"
) x$) as e1
from (
          select iss.*
          from unnest(c.members) m(id)
          cross join lateral (
            select iss.*
            from (
      select i.id, i.profile_id, i.opened_at, i.updated_at, i.resolved_at, i.version, i.status, i.priority, i.source,
        i.external_id, i.topic, i.subject, i.description, i.resolution, i.assignee, i.queue, i.escalated_at,
        i.escalation_reason, i.tier, i.first_response_due_at, i.resolution_due_at
      from issue i
      where i.workspace_id = $1::int and i.profile_id = m.id) iss
            where true and iss.status < 3  order by iss.opened_at desc, iss.id desc
limit $4::int + 1
          ) iss
          where true order by iss.opened_at desc, iss.id desc
limit $4::int + 1) iss) r
having true) x$) as "issues",
(select row_to_json(x$) from (select coalesce(json_agg(r.e1 order by r.n) filter (where r.n <= $5::int), '[]') as "edges",
(select row_to_json(x$) from (select (count(r.n) > $5::int or false) as "hasNextPage", (array_agg(r.cursor order by r.n) filter (where r.n <= $5::int))[least(count(r.n), $5::int)] as "endCursor") x$) as "pageInfo"
from (select row_number() over (order by t.occurred_at desc, t.id desc) as n,
(select row_to_json(x$) from (select translate(encode(int4send($1::int) || '\x34cc'::bytea || timestamptz_send(t.occurred_at) || uuid_send(t.id), 'base64'), '+/=', '-_') as "cursor",
(select row_to_json(x$) from (select 'tp_' || replace(t.id::text, '-', '') as "id",
coalesce(('{CALL,CHAT,EMAIL,WEB,SOCIAL,SMS,APP,STORE,OTHER}'::text[])[t.channel + 1], 'OTHER') as "channel",
coalesce(('{INBOUND,OUTBOUND,INTERNAL}'::text[])[t.direction + 1], 'INTERNAL') as "direction",
t.kind as "kind",
t.occurred_at as "occurredAt",
t.subject as "subject",
t.topic as "topic"
) x$) as "node") x$) as e1,
translate(encode(int4send($1::int) || '\x34cc'::bytea || timestamptz_send(t.occurred_at) || uuid_send(t.id), 'base64'), '+/=', '-_') as cursor
from (
select t.*
from unnest(c.members) m(id)
cross join lateral (
  select *
  from touchpoint t
where t.workspace_id = $1::int and t.profile_id = m.id   order by t.occurred_at desc, t.id desc
limit $5::int + 1
) t
where true order by t.occurred_at desc, t.id desc
limit $5::int + 1) t) r
having true) x$) as "touchpoints",
(select row_to_json(x$) from (select k.contacts_30d as "contacts30d",
k.touchpoints as "basedOnTouchpoints",
k.is_partial as "isPartial"
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
where w.place <= 200) k) x$) as "metrics",
(select row_to_json(x$) from (select coalesce(a.touchpoints, 0)::int as "totalTouchpoints",
to_json(a.sources) as "sources"
from (
select min(a.first_at) as first_at, max(a.last_at) as last_at, sum(a.touchpoints) as touchpoints,
  array(
    select distinct s.source
    from unnest(c.members) m(id)
    join profile_activity a on a.workspace_id = $1::int and a.profile_id = m.id
    cross join unnest(a.sources) s(source)
    order by s.source
  ) as sources
from unnest(c.members) m(id)
join profile_activity a on a.workspace_id = $1::int and a.profile_id = m.id and a.touchpoints > 0) a) x$) as "coverage"
from (select r.id, m.members from (
select p.canonical_id as id
from profile p
where p.workspace_id = $1::int and p.id = (select case when i.is_shared and i.profile_id is not null then coalesce((
  select u.profile_id
  from identifier_use u
  where u.workspace_id = $1::int and u.type = i.type and u.value = i.value
  order by u.last_seen_at desc, u.profile_id desc
  limit 1), i.profile_id) else i.profile_id end from (select i.* from identifier i where i.workspace_id = $1::int and i.type = $6::text
    and i.value = any($7::text[])
order by array_position($7::text[], i.value)
limit 1) i) ) r
cross join lateral (
  select array_agg(p.id) as members
  from profile p
  where p.workspace_id = $1::int and p.canonical_id = r.id
) m) c) x$) as "customer"
) x$)::text
