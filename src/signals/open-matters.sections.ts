import { issues } from '../issues/issue.sections.js';
import { journeys } from '../journeys/journey.sections.js';
import type { Field } from '../platform/composer.js';
import { nothing, raw, type Sql, sql } from '../platform/sql.js';

/** The newest open issues (row `iss`) of customer `c`, at most so many, of those that a condition finds. */
export function openIssues(f: Field, max: number, condition: Sql = nothing): Sql {
  const newest = raw(`order by iss.opened_at desc, iss.id desc limit ${max}`);
  return sql`
    select iss.*
    from unnest(c.members) m(id)
    cross join lateral (
      select iss.* from (${issues(f, raw('and i.profile_id = m.id'))}) iss
      where iss.status < 3 ${condition}
      ${newest}
    ) iss
    ${newest}`;
}

/** The newest open journeys (row `j`) of customer `c`, at most so many. */
export function openJourneys(f: Field, max: number): Sql {
  const newest = raw(`order by j.started_at desc, j.id desc limit ${max}`);
  return sql`
    select j.*
    from unnest(c.members) m(id)
    cross join lateral (
      select j.* from (${journeys(f, raw('and o.profile_id = m.id'))}) j
      where j.status < 2
      ${newest}
    ) j
    ${newest}`;
}
