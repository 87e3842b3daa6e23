import type { Composer, Field, Shapes } from '../platform/composer.js';
import { nothing, raw, type Sql, sql } from '../platform/sql.js';
import { contactWindow } from '../signals/matter.sections.js';
import { openIssues } from '../signals/open-matters.sections.js';
import { reasonCandidates } from '../signals/reason.sections.js';
import { entitlementOf } from './entitlement.sections.js';
import { observedLanguage } from './habit.sections.js';
import { preferred } from './preference.sections.js';
import { agentFor } from './routing-agent.sections.js';
import { priorityFor } from './routing-priority.sections.js';
import { treatmentRow } from './treatment-settings.js';

/** Open issues of which one may wait in a queue already, the newest. */
const issuesMax = 5;

/**
 * Row alias `sk` for the skill, which stands beside the hints since the queue needs it too; `ag` for the agent, `en` for
 * the entitlement, `qu` for the queue.
 */
export const routingShapes = (q: Composer): Shapes => ({
  Customer: {
    routing: (f) => {
      const isTopical = f.selects('skill') || f.selects('queue');
      return q.object(f, isTopical ? sql`from (select 1) one left join lateral (${skillFor(f)}) sk on true` : nothing);
    },
  },
  RoutingHints: {
    priority: (f) => q.object(f, priorityFor(f)),
    language: (f) => q.object(f, preferred(f, 'LANGUAGE', observedLanguage(f))),
    skill: (f) => q.object(f, raw('where sk.skill is not null')),
    agent: (f) => q.object(f, agentFor(f)),
    entitlement: (f) => q.object(f, sql`from (${entitlementOf(f)}) en`),
    queue: (f) => q.object(f, queueFor(f)),
  },
  RoutingPriority: {
    level: raw(`case when rp.points >= rp.urgent_points then 'URGENT' when rp.points >= rp.high_points then 'HIGH'
      else 'NORMAL' end`),
    points: raw('rp.points'),
    reasons: (f) => q.list(f, raw('from jsonb_array_elements(rp.reasons) with ordinality why(part, n) order by why.n')),
  },
  RoutingReason: {
    rule: raw(`why.part ->> 'rule'`),
    points: raw(`(why.part ->> 'points')::int`),
    text: raw(`why.part ->> 'text'`),
    touchpointIds: raw(`why.part -> 'cited'`),
    issueId: raw(`why.part ->> 'issue'`),
    segmentKey: raw(`why.part ->> 'segment'`),
  },
  RoutingSkill: {
    skill: raw('sk.skill'),
    topic: raw('sk.topic'),
    reason: raw('sk.message'),
    touchpointIds: raw('to_json(sk.cited)'),
    issueId: raw('sk.issue_id'),
    journeyId: raw('sk.journey_id'),
  },
  RoutingAgent: {
    agentId: raw('ag.agent_id'),
    basis: raw('ag.basis'),
    reason: raw('ag.reason'),
    since: raw('ag.since'),
    touchpointId: raw('ag.touchpoint_id'),
  },
  RoutingEntitlement: {
    entitlement: raw('en.entitlement'),
    points: raw('en.points'),
    reason: raw('en.reason'),
    segmentKey: raw('en.segment_key'),
  },
  RoutingQueue: {
    queue: raw('qu.queue'),
    reason: raw('qu.reason'),
    issueId: raw('qu.issue_id'),
  },
});

/**
 * The skill for the likeliest reason of customer `c` that has one in the table, in the order of `likelyReasons`. What all
 * customers come about says nothing of this one.
 */
function skillFor(f: Field): Sql {
  return sql`
    with w as (${contactWindow(f)}),
    th as (${treatmentRow})
    select lr.topic, lr.message, lr.cited, lr.issue_id, lr.journey_id, k.part ->> 'skill' as skill,
      k.part ->> 'queue' as queue
    from (
      select distinct on (r.topic) r.*
      from (${reasonCandidates(f)}) r
      where r.rule <> 'ANY'
      order by r.topic, r.confidence desc, r.rank desc, r.issue_id, r.journey_id
    ) lr
    join (select k.part from th cross join lateral jsonb_array_elements(th.skills) k(part)) k
      on k.part ->> 'topic' = lr.topic
    order by lr.confidence desc, lr.rank desc, lr.topic
    limit 1`;
}

/** Where the issue that the skill rests on waits; else the queue of the skill; else where her newest open issue waits. */
function queueFor(f: Field): Sql {
  const waiting = openIssues(f, issuesMax, raw('and iss.queue is not null'));
  return sql`from (
    select n.queue, n.reason, n.issue_id
    from (
      select iss.queue, 'An open issue of hers waits in ' || iss.queue || '.' as reason,
        'iss_' || replace(iss.id::text, '-', '') as issue_id,
        case when 'iss_' || replace(iss.id::text, '-', '') = sk.issue_id then 1 else 3 end as place, iss.opened_at, iss.id
      from (${waiting}) iss
      union all
      select sk.queue, 'The queue for ' || sk.topic || '.', null, 2, null, null
      where sk.queue is not null
    ) n
    order by n.place, n.opened_at desc, n.id desc
    limit 1
  ) qu`;
}
