import { instantOf, type View } from '../identity/customer-row.sections.js';
import type { Composer, Shapes } from '../platform/composer.js';
import { nothing, raw, type Sql, sql } from '../platform/sql.js';
import { figures } from '../touchpoints/activity.sections.js';
import { shown, touchpointRows } from '../touchpoints/touchpoint-rows.sections.js';
import { internal } from '../touchpoints/vocabulary.js';
import { changesIn, contactWindow, inbound, isContact } from './matter.sections.js';

/** Touchpoints with a sentiment from which on it says something. */
const feltMin = 3;

const effort = `least(100, round(10 * x.repeat_occasions + 10 * x.transfers + 15 * x.abandoned
      + 10 * x.started_over + 3 * x.carried_over + 5 * x.self_service + least(20, x.wait_minutes)))::int`;

/** Twice what she showed, once what it cost her; nothing is said of somebody who showed too little. */
const attitude = `case when x.felt >= ${feltMin} then round(case when x.occasions > 0
      then (200 * x.feeling + 50 - ${effort}) / 3 else 100 * x.feeling end)::int end`;

/** Figures that the window’s row `x` answers. */
export const windowFigures = {
  occasions30d: 'x.occasions',
  repeatOccasions30d: 'x.repeat_occasions',
  longestWaitSeconds30d: 'x.longest_wait',
  abandonedContacts30d: 'x.abandoned',
  transfers30d: 'x.transfers',
  selfServiceThenContact30d: 'x.self_service',
  carriedOver30d: 'x.carried_over',
  startedOver30d: 'x.started_over',
  storyTold30d: 'x.story_told',
  effortScore30d: effort,
  attitudeScore: attitude,
} as const;

/** Fields that the window’s row answers. */
const ofWindow = {
  ...windowFigures,
  attitude: `case when x.felt >= ${feltMin} then (
      select case when a.score >= 50 then 'ADVOCATE' when a.score >= 15 then 'SATISFIED' when a.score > -15 then 'NEUTRAL'
        when a.score > -50 then 'CRITIC' else 'DETRACTOR' end
      from (select ${attitude} as score) a) end`,
} as const;

/** `Customer.metrics`: row `k` of touchpoints, and row `x` of the window where something asks for it. */
export function metricShapes(q: Composer): Shapes {
  return {
    Customer: {
      metrics: (f) => {
        const isAsked = Object.keys(ofWindow).some((name) => f.selects(name));
        return q.object(
          f,
          sql`from (${figures(f)}) k${isAsked ? sql` cross join lateral (${experience(f)}) x` : nothing}`,
        );
      },
    },
    CustomerMetrics: {
      ...Object.fromEntries(Object.entries(ofWindow).map(([name, column]) => [name, raw(column)])),
      firstContactAt: (f) => firstContact(f),
      daysSinceFirstContact: (f) => sql`floor(extract(epoch from ${instantOf(f)} - ${firstContact(f)}) / 86400)::int`,
    },
  };
}

/** What the window comes to for the customer. */
export function experience(f: View): Sql {
  const told = raw(`w.direction = ${inbound}`);
  return sql`
  with w as (${contactWindow(f)}),
  over as (${changesIn(f)})
  select count(*) filter (where w.is_occasion)::int as occasions,
    count(*) filter (where w.occurred_at - w.asked_at <= interval '7 days')::int as repeat_occasions,
    max(w.wait_seconds) filter (where w.is_contact) as longest_wait,
    count(*) filter (where w.is_contact and w.is_abandoned and ${told})::int as abandoned,
    (count(*) filter (where w.agent_id <> w.agent_before)
      + count(*) filter (where w.is_contact and w.conversation_id is null and w.outcome = 'transferred'))::int as transfers,
    count(*) filter (where w.is_occasion and w.occurred_at - w.looked_at <= interval '24 hours')::int as self_service,
    coalesce(sum(w.wait_seconds) filter (where w.is_contact and ${told}), 0) / 60 as wait_minutes,
    count(w.sentiment)::int as felt, avg(w.sentiment::numeric) as feeling,
    (select count(*) from over o where o.by is not null)::int as carried_over,
    (select count(*) from over o where o.by is null)::int as started_over,
    (case when bool_or(w.is_told and w.is_contact and ${told}) then 1 else 0 end + coalesce((
      select max(s.times)
      from (select count(*) as times from over o where o.by is null group by o.matter) s
    ), 0))::int as story_told
  from w`;
}

/** When people first talked: walks `touchpoint_history` from its beginning to the first contact. */
export function firstContact(f: View): Sql {
  return sql`(
  select min(t.occurred_at)
  from unnest(c.members) m(id)
  cross join lateral (
    select t.occurred_at
    ${touchpointRows(
      f,
      sql`and t.profile_id = m.id and t.direction <> ${raw(String(internal))} and ${raw(isContact('t'))} ${shown(f)}`,
      raw('order by t.occurred_at, t.id limit 1'),
    )}
  ) t)`;
}
