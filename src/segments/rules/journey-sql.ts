import { journeyStatuses } from '../../journeys/journey-state.js';
import { join, nothing, raw, sql } from '../../platform/sql.js';
import { bind } from './bound-value.js';
import { enoughOf } from './bounds.js';
import type { JourneysCondition } from './conditions.js';
import { between, type CompiledCondition, codes, type Facts, leaving, words } from './facts.js';

/** When the newest began, no more than the bounds need: walks `journey_history` from its end. */
export function journeysCondition(facts: Facts, condition: JourneysCondition): CompiledCondition {
  const { blueprint, status, step, stuck, within } = condition.journeys;
  const enough = enoughOf(condition);
  const times = facts.fact({ journeys: condition.journeys, enough }, () => {
    const limit = sql`${bind(enough)}::int`;
    const only = join(
      [
        codes('o.status', status, journeyStatuses),
        words('o.step', step),
        stuck === undefined ? nothing : raw(stuck ? 'and o.is_stuck' : 'and not o.is_stuck'),
        within === undefined ? nothing : sql`and o.started_at > ${facts.since(within)}`,
        blueprint === undefined
          ? nothing
          : sql`and o.blueprint_id = any(array(
              select b.id from blueprint b
              where b.workspace_id = ${facts.workspace}::int and b.key = any(${bind(blueprint)}::text[])))`,
      ],
      ' ',
    );
    return sql`array(
      select o.started_at
      from unnest(c.members) m(id)
      cross join lateral (
        select o.started_at
        from journey o
        where o.workspace_id = ${facts.workspace}::int and o.profile_id = m.id ${only}
        order by o.started_at desc, o.id desc
        limit ${limit}
      ) o
      order by o.started_at desc
      limit ${limit})`;
  });
  const count = sql`cardinality(${times})`;
  return { holds: between(count, condition), observed: count, due: leaving(times, within, condition) };
}
