import { instantOf } from '../identity/customer-row.sections.js';
import { firstResponse } from '../issues/issue-talk.sections.js';
import { touchpointsOf } from '../journeys/journey.sections.js';
import type { Field } from '../platform/composer.js';
import { raw, type Sql, sql, word, workspace } from '../platform/sql.js';
import { shown, touchpointRows } from '../touchpoints/touchpoint-rows.sections.js';
import { isActive, marksOf } from './customer-mark.sections.js';
import { markKinds } from './customer-mark.types.js';
import { openIssues, openJourneys } from './open-matters.sections.js';
import { citedFrom, minuteOf, newest, signalRows } from './signal-row.sections.js';

/** Open issues and journeys that signals look at, the newest of each. */
const openMax = 50;

/** Signals from what stands now: marks, open issues, open journeys of customer `c`. */
export function standingSignals(f: Field): Sql[] {
  return [marks(f), breaches(f), stuckJourneys(f, true), stuckJourneys(f, false)];
}

function marks(f: Field): Sql {
  const wordOf = sql`replace(${word('k.kind', markKinds)}, '_', ' ')`;
  return signalRows({
    kind: 'MARK',
    // Vulnerable, or somebody's safety.
    rank: raw('case when k.kind <= 1 then 2 else 1 end'),
    since: raw('k.marked_at'),
    message: sql`left(${wordOf}, 1) || lower(substr(${wordOf}, 2)) || ': marked by an agent'${raw(
      f.isMasked ? '' : ` || ', “' || k.reason || '”'`,
    )} || '.'`,
    cited: raw(`'{}'::text[]`),
    from: sql`from (${marksOf(f)}) k where ${isActive(f)}`,
  });
}

function breaches(f: Field): Sql {
  const subject = raw(f.isMasked ? `''` : `' “' || iss.subject || '”'`);
  const cited = citedFrom(touchpointRows(f, sql`and t.issue_id = iss.id ${shown(f)}`, newest));
  return signalRows({
    kind: 'SLA_BREACH',
    rank: raw('2'),
    since: raw('least(iss.late_answer, iss.late_end)'),
    message: sql`'Open issue' || ${subject} || ' was not ' || case when iss.late_end is null
      then 'answered by ' || ${raw(minuteOf('iss.late_answer'))}
      else 'settled by ' || ${raw(minuteOf('iss.late_end'))} end || ', as promised.'`,
    cited,
    issue: raw(`'iss_' || replace(iss.id::text, '-', '')`),
    from: sql`from (
    select iss.*,
      case when iss.first_response_due_at <= ${instantOf(f)} and ${firstResponse(f)} is null
        then iss.first_response_due_at end as late_answer,
      case when iss.resolution_due_at <= ${instantOf(f)} then iss.resolution_due_at end as late_end
    from (${openIssues(f, openMax)}) iss
  ) iss
  where iss.late_answer is not null or iss.late_end is not null`,
  });
}

function stuckJourneys(f: Field, isStuck: boolean): Sql {
  const condition = isStuck ? raw('j.is_stuck') : sql`not j.is_stuck and j.expected_at <= ${instantOf(f)}`;
  const what = isStuck ? `' is stuck at step '` : `' is late at step '`;
  return signalRows({
    kind: isStuck ? 'JOURNEY_STUCK' : 'JOURNEY_OVERDUE',
    rank: raw(isStuck ? '1' : '0'),
    since: raw(isStuck ? 'j.step_since' : 'j.expected_at'),
    message: sql`coalesce(st.name, 'A journey') || ${raw(what)} || coalesce(st.n || ' ‘' || st.title || '’', j.step) || '.'`,
    cited: citedFrom(touchpointsOf(f, raw(''), newest)),
    journey: raw(`'jrn_' || replace(j.id::text, '-', '')`),
    from: sql`from (${openJourneys(f, openMax)}) j
  left join lateral (
    select bv.definition ->> 'name' as name, st.step ->> 'title' as title, st.n
    from blueprint_version bv
    cross join lateral json_array_elements(bv.definition -> 'steps') with ordinality st(step, n)
    where bv.workspace_id = ${workspace}::int and bv.blueprint_id = j.blueprint_id
      and bv.version = j.blueprint_version and st.step ->> 'key' = j.step
  ) st on true
  where ${condition}`,
  });
}
