import { surveyKinds } from '../feedback/survey.js';
import { instantOf, knownBy } from '../identity/customer-row.sections.js';
import { issues } from '../issues/issue.sections.js';
import { issueStatuses } from '../issues/issue-state.js';
import type { Field } from '../platform/composer.js';
import { raw, type Sql, sql, workspace } from '../platform/sql.js';
import { isContact } from '../signals/matter.sections.js';
import { shown, touchpointRows } from '../touchpoints/touchpoint-rows.sections.js';
import { internal } from '../touchpoints/vocabulary.js';
import { neverHeld } from './habit.sections.js';
import { statementOf } from './preference.sections.js';
import { treatmentRow } from './treatment-settings.js';

/** Touchpoints among which the last good contact is looked for, the newest. */
const touchpointsMax = 200;

const newest = raw(`order by t.occurred_at desc, t.id desc limit ${touchpointsMax}`);
const columns = raw(`t.id, t.occurred_at, t.channel, t.status, t.is_abandoned, t.agent_id, t.outcome, t.sentiment,
          t.conversation_id, t.issue_id`);
const resolved = issueStatuses.indexOf('RESOLVED');
const csat = surveyKinds.indexOf('CSAT');

/** How somebody came to know that it was settled: what senders write there most. */
const settled = `('resolved', 'solved')`;

/**
 * `from …` of row `ag`: the agent that was asked for customer `c`, else who had her last good contact. A contact with an
 * agent was good when it settled something (its outcome, or its issue is resolved and nobody talked of that issue later),
 * or its sentiment or the CSAT about it was good; and neither was bad, it was not given up, and it was not passed on: by
 * its outcome, or since another agent had the conversation later.
 */
export function agentFor(f: Field): Sql {
  const now = instantOf(f);
  return sql`from (
    with st as materialized (${statementOf(f, 'AGENT')}),
    th as (${treatmentRow})
    select st.value #>> '{}' as agent_id, 'PREFERRED' as basis, 'She is to be served by this agent: it was stated.' as reason,
      st.stated_at as since, null::text as touchpoint_id
    from st
    where st.value is not null
    union all
    select g.agent_id, 'LAST_GOOD', 'Had her last good contact: ' || g.why || '.', g.occurred_at,
      'tp_' || replace(g.id::text, '-', '')
    from (
      select v.*, case
          when v.is_settled then 'it settled what it was about'
          when v.share >= th.good_score_percent / 100.0 then 'she rated it well'
          else 'she was content' end as why
      from (
        select t.*,
          t.outcome in ${raw(settled)} or (t.issue_place = 1 and exists (
            select from (${issues(f, raw('and i.id = t.issue_id'))}) iss where iss.status >= ${raw(String(resolved))}
          )) as is_settled,
          (
            select (b.score - b.score_min) / nullif(b.score_max - b.score_min, 0)
            from feedback b
            where b.workspace_id = ${workspace}::int and b.about_touchpoint_id = t.id
              and b.kind = ${raw(String(csat))} and b.score is not null ${knownBy(f, 'b.recorded_at')}
            order by b.answered_at desc, b.id desc
            limit 1
          ) as share
        from (
          select t.*,
            row_number() over (partition by t.issue_id order by t.occurred_at desc, t.id desc) as issue_place,
            first_value(t.agent_id) over (
              partition by coalesce(t.conversation_id, t.id) order by t.occurred_at desc, t.id desc
            ) as last_agent
          from (
            select t.*
            from unnest(c.members) m(id)
            cross join lateral (
              select ${columns}
              ${touchpointRows(
                f,
                sql`and t.profile_id = m.id ${shown(f)} and t.direction <> ${raw(String(internal))}
          and t.occurred_at > ${now} - (select th.agent_days from th) * interval '1 day' and t.occurred_at <= ${now}`,
                newest,
              )}
            ) t
            ${newest}
          ) t
          where t.agent_id is not null and ${raw(isContact('t'))} and t.status not in (${raw(neverHeld)})
        ) t
        where t.is_abandoned is not true and t.outcome is distinct from 'transferred' and t.last_agent = t.agent_id
      ) v
      cross join th
      where (v.is_settled or v.share >= th.good_score_percent / 100.0
          or v.sentiment::numeric >= th.good_sentiment_percent / 100.0)
        and (v.share > 1 - th.good_score_percent / 100.0) is not false
        and (v.sentiment::numeric > - th.good_sentiment_percent / 100.0) is not false
      order by v.occurred_at desc, v.id desc
      limit 1
    ) g
    where not exists (select from st where st.value is not null)
  ) ag`;
}
