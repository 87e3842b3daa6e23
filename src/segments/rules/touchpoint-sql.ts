import { join, nothing, sql } from '../../platform/sql.js';
import { channels, directions } from '../../touchpoints/vocabulary.js';
import { bind } from './bound-value.js';
import { enoughOf } from './bounds.js';
import type { LastSeenCondition, TouchpointsCondition } from './conditions.js';
import { between, type CompiledCondition, codes, type Facts, leaving, milliseconds, words } from './facts.js';

/** The newest occurrences, no more than the bounds need: walks `touchpoint_history` from its end. */
export function touchpointsCondition(facts: Facts, condition: TouchpointsCondition): CompiledCondition {
  const { channel, direction, kind, topic, within } = condition.touchpoints;
  const enough = enoughOf(condition);
  const times = facts.fact({ touchpoints: condition.touchpoints, enough }, () => {
    const limit = sql`${bind(enough)}::int`;
    const only = join(
      [
        within === undefined ? nothing : sql`and t.occurred_at > ${facts.since(within)}`,
        codes('t.channel', channel, channels),
        codes('t.direction', direction, directions),
        words('t.kind', kind),
        words('t.topic', topic),
      ],
      ' ',
    );
    return sql`array(
      select t.occurred_at
      from unnest(c.members) m(id)
      cross join lateral (
        select t.occurred_at
        from touchpoint t
        where t.workspace_id = ${facts.workspace}::int and t.profile_id = m.id ${only}
        order by t.occurred_at desc, t.id desc
        limit ${limit}
      ) t
      order by t.occurred_at desc
      limit ${limit})`;
  });
  const count = sql`cardinality(${times})`;
  return { holds: between(count, condition), observed: count, due: leaving(times, within, condition) };
}

/** One index probe a profile. */
export function lastSeenCondition(facts: Facts, condition: LastSeenCondition): CompiledCondition {
  const { channel, direction } = condition.lastSeen;
  const { before, within } = condition;
  const last = facts.fact(
    { lastSeen: condition.lastSeen },
    () => sql`(
      select max(t.occurred_at)
      from unnest(c.members) m(id)
      cross join lateral (
        select t.occurred_at
        from touchpoint t
        where t.workspace_id = ${facts.workspace}::int and t.profile_id = m.id
          ${codes('t.channel', channel, channels)} ${codes('t.direction', direction, directions)}
        order by t.occurred_at desc, t.id desc
        limit 1
      ) t)`,
  );
  const tests = [
    ...(before === undefined ? [] : [sql`${last} <= ${facts.since(before)}`]),
    ...(within === undefined ? [] : [sql`${last} > ${facts.since(within)}`]),
  ];
  const dues = [before, within]
    .filter((ms) => ms !== undefined)
    .map((ms) => sql`case when ${last} > ${facts.since(ms)} then ${last} + ${milliseconds(ms)} end`);
  return {
    holds: sql`coalesce(${join(tests, ' and ')}, false)`,
    observed: last,
    due: sql`least(${join(dues, ', ')})`,
  };
}
