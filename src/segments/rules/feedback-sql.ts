import { onScale } from '../../feedback/feedback.sections.js';
import { surveyKinds } from '../../feedback/survey.js';
import { join, nothing, raw, type Sql, sql } from '../../platform/sql.js';
import { channels } from '../../touchpoints/vocabulary.js';
import { bind } from './bound-value.js';
import { enoughOf } from './bounds.js';
import { type FeedbackCondition, type InvitationsCondition, npsClasses, type ScoreCondition } from './conditions.js';
import { between, type CompiledCondition, codes, type Facts, leaving, milliseconds } from './facts.js';

/** Of answers `b` on the scale from 0 to 10. */
const classTests = {
  PROMOTER: sql`${onScale('NPS')} >= 9`,
  PASSIVE: sql`(${onScale('NPS')} > 6 and ${onScale('NPS')} < 9)`,
  DETRACTOR: sql`${onScale('NPS')} <= 6`,
} as const;

/** The newest answers, no more than the bounds need: walks `feedback_history` from its end. */
export function feedbackCondition(facts: Facts, condition: FeedbackCondition): CompiledCondition {
  const { survey, kind, class: classes, channel, within } = condition.feedback;
  const enough = enoughOf(condition);
  const times = facts.fact({ feedback: condition.feedback, enough }, () => {
    const limit = sql`${bind(enough)}::int`;
    const only = join(
      [
        ofSurveys(facts, 'b', survey),
        codes('b.kind', kind, surveyKinds),
        codes('b.channel', channel, channels),
        classes === undefined ? nothing : ofClasses(classes),
        within === undefined ? nothing : sql`and b.answered_at > ${facts.since(within)}`,
      ],
      ' ',
    );
    return sql`array(
      select b.answered_at
      from unnest(c.members) m(id)
      cross join lateral (
        select b.answered_at
        from feedback b
        where b.workspace_id = ${facts.workspace}::int and b.profile_id = m.id ${only}
        order by b.answered_at desc, b.id desc
        limit ${limit}
      ) b
      order by b.answered_at desc
      limit ${limit})`;
  });
  const count = sql`cardinality(${times})`;
  return { holds: between(count, condition), observed: count, due: leaving(times, within, condition) };
}

function ofClasses(classes: readonly string[]): Sql {
  const tests = npsClasses.filter((name) => classes.includes(name)).map((name) => classTests[name]);
  return sql`and b.kind = ${raw(String(surveyKinds.indexOf('NPS')))} and (${join(tests, ' or ')})`;
}

function ofSurveys(facts: Facts, alias: string, keys: readonly string[] | undefined): Sql {
  if (keys === undefined) return nothing;
  return sql`and ${raw(alias)}.survey_id = any(array(
    select s.id from survey s
    where s.workspace_id = ${facts.workspace}::int and s.key = any(${bind(keys)}::text[])))`;
}

/** Of several answers one score, or their mean; nothing where there is none. */
const picks = {
  last: raw('(array_agg(b.score order by b.answered_at desc, b.id desc))[1]'),
  lowest: raw('min(b.score)'),
  highest: raw('max(b.score)'),
  average: raw('round(avg(b.score), 2)'),
} as const;

/**
 * A score on the scale of its survey, or for a kind on the customary one, as `metrics.lastCsat` has it. With the oldest
 * answer in the window, since the next change by time alone comes when that leaves.
 */
export function scoreCondition(facts: Facts, condition: ScoreCondition): CompiledCondition {
  const { pick, survey, kind, within } = condition.score;
  const row = facts.fact({ score: condition.score }, () => {
    const score = kind === undefined ? raw('round(b.score::numeric, 2)') : onScale(kind);
    const only = join(
      [
        ofSurveys(facts, 'b', survey === undefined ? undefined : [survey]),
        codes('b.kind', kind === undefined ? undefined : [kind], surveyKinds),
        within === undefined ? nothing : sql`and b.answered_at > ${facts.since(within)}`,
      ],
      ' ',
    );
    return sql`(
      select jsonb_build_object('score', ${picks[pick]}, 'oldest', min(b.answered_at))
      from (
        select b.id, b.answered_at, ${score} as score
        from unnest(c.members) m(id)
        join feedback b on b.workspace_id = ${facts.workspace}::int and b.profile_id = m.id
        where b.score is not null ${only}
      ) b)`;
  });
  const value = sql`(${row} ->> 'score')::numeric`;
  return {
    holds: sql`coalesce(${between(value, condition, 'numeric')}, false)`,
    observed: sql`(${value})`,
    due: within === undefined ? null : sql`((${row} ->> 'oldest')::timestamptz + ${milliseconds(within)})`,
  };
}

/** Walks `survey_invitation_of`. Invitations open and expire by time alone. */
export function invitationsCondition(facts: Facts, condition: InvitationsCondition): CompiledCondition {
  const { survey, state, within } = condition.invitations;
  const enough = enoughOf(condition);
  const own = (only: Sql) => sql`
    from unnest(c.members) m(id)
    join survey_invitation iv on iv.workspace_id = ${facts.workspace}::int and iv.profile_id = m.id
    where true ${ofSurveys(facts, 'iv', survey)} ${only}`;
  const times = facts.fact({ invitations: condition.invitations, enough }, () => {
    const since = within === undefined ? nothing : sql`and iv.invited_at > ${facts.since(within)}`;
    const isIn = state === undefined ? nothing : sql`and ${stateNow(facts)} = any(${bind(state)}::text[])`;
    return sql`array(
      select iv.invited_at
      ${own(sql`${since} ${isIn}`)}
      order by iv.invited_at desc
      limit ${bind(enough)}::int)`;
  });
  const count = sql`cardinality(${times})`;
  const leaves = leaving(times, within, condition);
  const turns =
    state === undefined
      ? null
      : facts.fact({ nextTurn: survey ?? null }, () => {
          const next = (column: string) =>
            sql`min(iv.${raw(column)}) filter (where iv.${raw(column)} > ${facts.now()})`;
          return sql`(
            select least(${next('opens_at')}, ${next('expires_at')})
            ${own(raw('and iv.answered_at is null'))})`;
        });
  const dues = [leaves, turns].filter((due) => due !== null);
  return {
    holds: between(count, condition),
    observed: count,
    due: dues.length === 0 ? null : sql`least(${join(dues, ', ')})`,
  };
}

/** As `SurveyInvitation.state` has it. */
function stateNow(facts: Facts): Sql {
  const now = facts.now();
  return sql`(case when iv.answered_at is not null then 'ANSWERED' when iv.expires_at <= ${now} then 'EXPIRED'
      when iv.opens_at > ${now} then 'WAITING' else 'OPEN' end)`;
}
