import type { EntityManager } from 'typeorm';
import { internal } from '../touchpoints/vocabulary.js';
import { inbound, isContact, isGivenUp, isHeldCall } from './matter.sections.js';
import { reasonDays, ruleCode } from './reason-rules.js';

export interface Learned {
  readonly contacts: number;
  readonly customers: number;
}

/**
 * Counts anew, over a workspace's customers (so many of them, the same ones each time), what they came about and what
 * the rules would have said just before. One statement reads, so that all counts are of one instant.
 */
export async function learnReasons(
  db: EntityManager,
  workspace: number,
  { until, days, customersMax }: { readonly until: Date; readonly days: number; readonly customersMax: number },
): Promise<Learned> {
  await db.query('delete from reason_count where workspace_id = $1::int', [workspace]);
  const rows: Learned[] = await db.query(
    `with people as (
       select p.id
       from profile p
       where p.workspace_id = $1::int and p.canonical_id = p.id
       order by hashint8(p.id)
       limit $4::int
     ), told as materialized (
       select m.canonical_id as customer, t.id, t.occurred_at, t.topic, t.channel, t.direction, t.conversation_id,
         t.journey_id, t.is_abandoned, t.status, t.kind ilike '%order%' as is_order,
         lag(t.occurred_at) over (
           partition by m.canonical_id, t.conversation_id, t.direction order by t.occurred_at, t.id
         ) as spoke_at
       from people c
       join profile m on m.workspace_id = $1::int and m.canonical_id = c.id
       join touchpoint t on t.workspace_id = $1::int and t.profile_id = m.id
         and t.occurred_at <= $2::timestamptz and t.occurred_at > $2::timestamptz - $3::int * interval '1 day'
       where t.direction <> ${internal}
     ), known as (
       select t.*,
         max(t.occurred_at) filter (where t.is_order) over before as ordered_at,
         max(t.occurred_at) filter (where ${isHeldCall('t')}) over before as called_at,
         -- The instant, in microseconds, and the topic in one text, which sorts by the instant.
         max(lpad((extract(epoch from t.occurred_at) * 1000000)::bigint::text, 20, '0') || t.topic) filter (
           where ${isGivenUp('t')}
         ) over before as given_up
       from told t
       window before as (
         partition by t.customer order by t.occurred_at, t.id rows between unbounded preceding and 1 preceding
       )
     ), occasion as materialized (
       select o.customer, o.id, o.occurred_at, o.topic, o.journey_id, o.ordered_at, o.called_at,
         to_timestamp(left(o.given_up, 20)::bigint / 1000000.0) as given_up_at,
         substr(o.given_up, 21) as given_up_topic,
         lag(o.topic) over w as last_topic, lag(o.occurred_at) over w as last_at
       from known o
       where o.direction = ${inbound} and ${isContact('o')} and o.topic is not null
         and (o.conversation_id is null or (o.occurred_at - o.spoke_at <= interval '1 hour') is not true)
       window w as (partition by o.customer order by o.occurred_at, o.id)
     ), counted as (
       select ${ruleCode('ANY')} as rule, '' as after, o.topic, count(*) as hits,
         sum(count(*)) over () as tries
       from occasion o
       group by o.topic
       union all
       select ${ruleCode('AFTER')}, o.last_topic, o.topic, count(*), sum(count(*)) over (partition by o.last_topic)
       from occasion o
       where o.last_at > o.occurred_at - interval '${reasonDays.after} days'
       group by o.last_topic, o.topic
       union all
       select ${ruleCode('ORDER')}, '', o.topic, count(*), sum(count(*)) over ()
       from occasion o
       where o.ordered_at > o.occurred_at - interval '${reasonDays.order} days'
       group by o.topic
       union all
       select ${ruleCode('AGAIN')}, o.last_topic, '', count(*) filter (where o.topic = o.last_topic), count(*)
       from occasion o
       where o.last_at > o.occurred_at - interval '${reasonDays.again} days'
       group by o.last_topic
       union all
       select ${ruleCode('ISSUE')}, i.topic, '', count(*) filter (where o.topic = i.topic), count(*)
       from occasion o
       cross join lateral (
         select i.topic
         from profile m
         join issue i on i.workspace_id = $1::int and i.profile_id = m.id and i.opened_at < o.occurred_at
         where m.workspace_id = $1::int and m.canonical_id = o.customer and i.topic is not null
           and (i.resolved_at is null or i.resolved_at > o.occurred_at)
         order by i.opened_at desc, i.id desc
         limit 1
       ) i
       group by i.topic
       union all
       select ${ruleCode('JOURNEY')}, j.topic, '', count(*) filter (where o.journey_id = j.id or o.topic = j.topic), count(*)
       from occasion o
       cross join lateral (
         select j.id, coalesce((
           select t.topic
           from touchpoint t
           where t.workspace_id = $1::int and t.journey_id = j.id and t.topic is not null
             and t.occurred_at < o.occurred_at
           order by t.occurred_at desc, t.id desc
           limit 1
         ), b.key) as topic
         from profile m
         join journey j on j.workspace_id = $1::int and j.profile_id = m.id and j.started_at < o.occurred_at
         join blueprint b on b.workspace_id = $1::int and b.id = j.blueprint_id
         where m.workspace_id = $1::int and m.canonical_id = o.customer
           and (j.ended_at is null or j.ended_at > o.occurred_at)
         order by j.started_at desc, j.id desc
         limit 1
       ) j
       group by j.topic
       union all
       select ${ruleCode('GIVEN_UP')}, o.given_up_topic, '', count(*) filter (where o.topic = o.given_up_topic), count(*)
       from occasion o
       where o.given_up_at > o.occurred_at - interval '${reasonDays.again} days'
         and (o.called_at > o.given_up_at) is not true
       group by o.given_up_topic
     ), kept as (
       insert into reason_count (workspace_id, learned_at, rule, after, topic, hits, tries)
       select $1::int, $2::timestamptz, k.rule, k.after, k.topic, k.hits, k.tries
       from (
         select k.*, row_number() over (partition by k.rule, k.after order by k.hits desc, k.topic) as place
         from counted k
         where k.tries > 0
       ) k
       where k.place <= 5
       -- Of two who count at once the later one stays.
       on conflict (workspace_id, rule, after, topic) do update
         set learned_at = excluded.learned_at, hits = excluded.hits, tries = excluded.tries
     )
     select count(*)::int as contacts, count(distinct o.customer)::int as customers from occasion o`,
    [workspace, until, days, customersMax],
  );
  return rows[0] as Learned;
}
