import { raw, type Sql, sql } from '../../platform/sql.js';
import { bind } from './bound-value.js';
import type { TraitCondition } from './conditions.js';
import type { CompiledCondition, Facts } from './facts.js';

/** As `Customer.traits` shows it, the latest by its own clock: at most one row a profile, by primary key. */
export function traitCondition(facts: Facts, condition: TraitCondition): CompiledCondition {
  const value = facts.fact(
    { trait: condition.trait },
    () => sql`(
      select nullif(v.value, 'null'::jsonb)
      from unnest(c.members) m(id)
      cross join lateral (
        select v.value, v.occurred_at
        from trait v
        where v.workspace_id = ${facts.workspace}::int and v.profile_id = m.id and v.key = ${bind(condition.trait)}::text
      ) v
      order by v.occurred_at desc, v.value::text collate "C" desc
      limit 1)`,
  );
  return { holds: traitHolds(value, condition), observed: value, due: null };
}

/** Whether a trait's value, which may be null, passes its test. Never null, and never an error: values are data. */
function traitHolds(value: Sql, condition: TraitCondition): Sql {
  if (condition.exists !== undefined) {
    return condition.exists ? sql`(${value} is not null)` : sql`(${value} is null)`;
  }
  return sql`coalesce(${test(value, condition)}, false)`;
}

function test(value: Sql, condition: TraitCondition): Sql {
  if (condition.is !== undefined) return sql`${value} = ${bind(JSON.stringify(condition.is))}::jsonb`;
  if (condition.in !== undefined) {
    return sql`${value} = any(${bind(condition.in.map((item) => JSON.stringify(item)))}::jsonb[])`;
  }
  if (condition.contains !== undefined) {
    const part = bind(condition.contains);
    return sql`case jsonb_typeof(${value})
      when 'string' then strpos(${value} #>> '{}', ${part}::text) > 0
      when 'array' then ${value} ? ${part}::text
    end`;
  }
  if (condition.before !== undefined || condition.after !== undefined) {
    const before = condition.before === undefined ? raw('true') : sql`i.at < ${instant(condition.before)}`;
    const after = condition.after === undefined ? raw('true') : sql`i.at > ${instant(condition.after)}`;
    return sql`(select ${before} and ${after} from (select ${instantOf(value)} as at) i)`;
  }
  const atLeast = condition.atLeast === undefined ? raw('true') : sql`n.n >= ${bind(condition.atLeast)}::numeric`;
  const atMost = condition.atMost === undefined ? raw('true') : sql`n.n <= ${bind(condition.atMost)}::numeric`;
  return sql`(select ${atLeast} and ${atMost} from (
    select case jsonb_typeof(${value}) when 'number' then (${value})::numeric end as n) n
    where n.n is not null)`;
}

function instant(ms: number): Sql {
  return sql`${bind(new Date(ms))}::timestamptz`;
}

const date = '[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])';
const time = '([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])';

/** The instant that a text names, a date being its midnight in UTC; null for every other value, 30 February included. */
function instantOf(value: Sql): Sql {
  const text = sql`(${value} #>> '{}')`;
  return sql`case
    when jsonb_typeof(${value}) <> 'string' or ${text} !~ ${raw(`'^${date}(T${time})?$'`)} then null
    when substr(${text}, 9, 2)::int > extract(day from
      make_date(substr(${text}, 1, 4)::int, substr(${text}, 6, 2)::int, 1) + interval '1 month' - interval '1 day') then null
    when length(${text}) = 10 then (${text} || 'T00:00:00Z')::timestamptz
    else ${text}::timestamptz
  end`;
}
