import type { EntityManager } from 'typeorm';
import { named } from '../platform/named-sql.js';
import { type Grouping, type GroupRow, groupColumns, grouped, type SecondsRow, seconds } from './groups.js';
import {
  inbound,
  inSegment,
  isContact,
  matches,
  outbound,
  type Span,
  type SpanName,
  touchpointsIn,
  within,
} from './span.js';

export interface ResolutionRow extends GroupRow {
  readonly contacts: number;
  readonly occasions: number;
  readonly firstResponse: SecondsRow;
  readonly withTopic: number;
  readonly repeats: number;
  readonly ripe: number;
  readonly settledAtOnce: number;
  readonly transfers: number;
  readonly issues: number;
  readonly resolved: number;
  readonly resolution: SecondsRow;
}

const aWeek = `interval '7 days'`;

/**
 * Occasions with what came a week before and after each, and the issues opened in the span. Contacts along
 * `touchpoint_time`, index only but for the outcome; issues along `issue_opened`, each with its first touchpoint by
 * `touchpoint_issue`.
 */
export async function resolutionFigures(db: EntityManager, span: Span, grouping: Grouping): Promise<ResolutionRow[]> {
  const isMatching = matches(span, 'o');
  const statement = named<SpanName>(
    `with told as (
       select p.canonical_id as customer, t.id, t.occurred_at, t.channel, t.direction, t.topic, t.queue, t.agent_id,
         t.conversation_id, t.journey_id, t.is_abandoned, t.wait_seconds, t.outcome
       ${touchpointsIn(span, { before: '7 days 1 hour', after: '7 days' }, true, `and ${isContact('t')}`)}
     ), threaded as (
       select t.*,
         lag(t.occurred_at) over (
           partition by t.customer, t.conversation_id, t.direction order by t.occurred_at, t.id
         ) as spoke_at,
         lag(t.agent_id) over w_agent as agent_before, lag(t.occurred_at) over w_agent as agent_before_at,
         -- From the latest on, so that the minimum is the one that follows, and only ever moves.
         min(t.occurred_at) filter (where t.direction = ${outbound}) over (
           partition by t.customer, t.conversation_id order by t.occurred_at desc, t.id desc
           rows between unbounded preceding and 1 preceding
         ) as answered_at
       from told t
       where t.conversation_id is not null
       window w_agent as (
         partition by t.customer, t.conversation_id, t.agent_id is null order by t.occurred_at, t.id
       )
     ), contact as (
       select t.*,
         t.direction = ${inbound} and (t.occurred_at - t.spoke_at <= interval '1 hour') is not true as is_occasion,
         (t.agent_id <> t.agent_before and t.occurred_at - t.agent_before_at <= ${aWeek}) is true as is_transfer,
         case when t.answered_at - t.occurred_at <= ${aWeek} then extract(epoch from t.answered_at - t.occurred_at) end
           as response
       from threaded t
       union all
       select t.*, null, null, null, null, t.direction = ${inbound}, coalesce(t.outcome = 'transferred', false),
         case when t.is_abandoned is not true then t.wait_seconds end
       from told t
       where t.conversation_id is null
     ), occasion as (
       select o.*,
         case when o.is_occasion and o.topic is not null then lag(o.occurred_at) over w_topic end as asked_at,
         case when o.is_occasion and o.topic is not null then lead(o.occurred_at) over w_topic end as asked_again_at
       from contact o
       window w_topic as (partition by o.customer, o.topic, o.is_occasion order by o.occurred_at, o.id)
     ), counted as (
       select ${groupColumns(grouping, 'o')}, true as is_contact, o.is_occasion, o.is_transfer,
         o.is_occasion and o.topic is not null as has_topic,
         (o.occurred_at - o.asked_at <= ${aWeek}) is true as is_repeat,
         (o.asked_again_at - o.occurred_at <= ${aWeek}) is true as is_followed,
         o.occurred_at <= :now::timestamptz - ${aWeek} as is_ripe,
         case when o.is_occasion then o.response end as response,
         false as is_issue, false as is_resolved, null::float8 as resolution
       from occasion o
       where ${within('o')} and ${isMatching}
       union all
       select ${groupColumns(grouping, 'o')}, false, false, false, false, false, false, false, null,
         true, o.resolved_at is not null, extract(epoch from o.resolved_at - o.occurred_at)
       from (
         select i.opened_at as occurred_at, i.resolved_at, coalesce(i.topic, t.topic) as topic,
           coalesce(i.queue, t.queue) as queue, t.channel, t.agent_id, t.journey_id
         from issue i
         ${span.segment === null ? '' : 'join profile p on p.workspace_id = :workspace::int and p.id = i.profile_id'}
         left join lateral (
           select t.channel, t.topic, t.queue, t.agent_id, t.journey_id
           from touchpoint t
           where t.workspace_id = :workspace::int and t.issue_id = i.id
           order by t.occurred_at, t.id
           limit 1
         ) t on true
         where i.workspace_id = :workspace::int and i.opened_at >= :from::timestamptz and i.opened_at < :to::timestamptz
           ${span.segment === null ? '' : inSegment('p.canonical_id')}
       ) o
       where ${isMatching}
     )`,
    grouped(
      'counted',
      grouping,
      `count(*) filter (where r.is_contact)::int as contacts, count(*) filter (where r.is_occasion)::int as occasions,
       ${seconds('r.response', 'firstResponse')},
       count(*) filter (where r.has_topic)::int as "withTopic", count(*) filter (where r.is_repeat)::int as repeats,
       count(*) filter (where r.has_topic and not r.is_repeat and r.is_ripe)::int as ripe,
       count(*) filter (where r.has_topic and not r.is_repeat and r.is_ripe and not r.is_followed)::int
         as "settledAtOnce",
       count(*) filter (where r.is_transfer)::int as transfers,
       count(*) filter (where r.is_issue)::int as issues, count(*) filter (where r.is_resolved)::int as resolved,
       ${seconds('r.resolution', 'resolution')}`,
    ),
  );
  return db.query(statement.text, statement.values(span));
}
