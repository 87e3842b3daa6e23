import type { View } from '../../identity/customer-row.sections.js';
import { join, raw, type Sql, sql } from '../../platform/sql.js';
import { experience, firstContact } from '../../signals/metrics.sections.js';
import { figures } from '../../touchpoints/activity.sections.js';
import { bind } from './bound-value.js';
import type { MetricCondition } from './conditions.js';
import { between, type CompiledCondition, type Facts, milliseconds } from './facts.js';
import { figuresOfActivity, figuresOfWindow, isDaysSinceFirstContact } from './metrics.js';

const day = 86_400_000;

/** A figure of `Customer.metrics`, made by the very same SQL; one that says nothing passes no test. */
export function metricCondition(facts: Facts, condition: MetricCondition): CompiledCondition {
  const { metric } = condition;
  if (isDaysSinceFirstContact(metric)) return daysSinceFirstContact(facts, condition);
  const isActivity = Object.hasOwn(figuresOfActivity, metric);
  const row = isActivity
    ? facts.fact('activity', () => record('k', figures(viewOf(facts)), figuresOfActivity))
    : facts.fact('window', () => record('x', experience(viewOf(facts)), figuresOfWindow));
  const value = sql`(${row} ->> ${bind(metric)}::text)::numeric`;
  return { holds: holdsFor(value, condition), observed: sql`(${value})`, due: nextChange(facts) };
}

const holdsFor = (value: Sql, condition: MetricCondition) =>
  sql`coalesce(${between(value, condition, 'numeric')}, false)`;

/** Everything, at the instant of the evaluation. */
function viewOf(facts: Facts): View {
  return { isPortal: false, inherited: () => null, now: facts.now() };
}

function record(alias: string, from: Sql, columns: Readonly<Record<string, string>>): Sql {
  const pairs = Object.entries(columns).map(([name, column]) => raw(`${column} as "${name}"`));
  return sql`(select to_jsonb(n) from (select ${join(pairs, ', ')} from (${from}) ${raw(alias)}) n)`;
}

/** The next instant at which a touchpoint comes into a window or leaves one; until then no figure changes. */
function nextChange(facts: Facts): Sql {
  const probe = (condition: Sql) => sql`(
    select min(t.occurred_at)
    from unnest(c.members) m(id)
    cross join lateral (
      select t.occurred_at
      from touchpoint t
      where t.workspace_id = ${facts.workspace}::int and t.profile_id = m.id and t.occurred_at > ${condition}
      order by t.occurred_at, t.id
      limit 1
    ) t)`;
  const leaves = (days: number) => sql`${probe(facts.since(days * day))} + ${milliseconds(days * day)}`;
  return facts.fact('next figure', () => sql`least(${probe(facts.now())}, ${leaves(7)}, ${leaves(30)})`);
}

function daysSinceFirstContact(facts: Facts, condition: MetricCondition): CompiledCondition {
  const first = facts.fact('first contact', () => firstContact(viewOf(facts)));
  const days = sql`floor(extract(epoch from ${facts.now()} - ${first}) / 86400)`;
  const { atLeast, atMost } = condition;
  const turns = [atLeast, atMost === undefined ? undefined : Math.floor(atMost) + 1]
    .filter((turn) => turn !== undefined)
    .map((turn) => {
      const at = sql`(${first} + ${milliseconds(Math.ceil(turn) * day)})`;
      return sql`case when ${at} > ${facts.now()} then ${at} end`;
    });
  return { holds: holdsFor(days, condition), observed: days, due: sql`least(${join(turns, ', ')})` };
}
