import type { Composer, Field } from '../platform/composer.js';
import { nothing, raw, type Sql, sql } from '../platform/sql.js';
import { asOf } from './customer-row.sections.js';

/**
 * The rows (`type`, `value`, `first_at`, `last_at`) that tell when touchpoints of profiles named identifiers, as was known
 * at the time asked for. Touchpoints are above; their module lends the rows.
 */
export const sightings = 'sightings';

/**
 * As of an earlier time joins to rows `i`, identifiers of customer `c`, row `s`: when the customer's touchpoints named
 * each, by what was known then. What is stored with an identifier is the whole span until today.
 */
export function seenThen(q: Composer, f: Field): Sql {
  if (!asOf(f)) return nothing;
  return sql`left join (
  select s.type, s.value, min(s.first_at) as first_at, max(s.last_at) as last_at
  from (${q.rows(sightings, f, raw('c.members'))}) s
  group by s.type, s.value
) s on s.type = i.type and s.value = i.value`;
}

/**
 * When row `i` was seen first. One that changed hands is its owner's from the change on; one that no touchpoint named by
 * then was told of when it was recorded.
 */
export function firstSeen(f: Field): Sql {
  if (!asOf(f)) return raw('i.first_seen_at');
  const known = 'greatest(i.first_seen_at, coalesce(s.first_at, least(i.last_seen_at, i.recorded_at)))';
  return raw(`case when i.valid_from is null then ${known} else i.first_seen_at end`);
}

/** When row `i` was seen last. */
export function lastSeen(f: Field): Sql {
  if (!asOf(f)) return raw('i.last_seen_at');
  const told = raw('case when i.valid_from is null then i.recorded_at else i.first_seen_at end');
  return sql`greatest(${firstSeen(f)}, least(i.last_seen_at, coalesce(s.last_at, ${told})))`;
}
