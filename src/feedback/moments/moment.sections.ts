import type { Composer, Field, Shapes } from '../../platform/composer.js';
import { connection } from '../../platform/connection.js';
import { limits } from '../../platform/limits.js';
import { raw, type Sql, sql, workspace } from '../../platform/sql.js';
import { plainText } from '../../platform/text-argument.js';
import { idOf } from '../../touchpoints/touchpoint.sections.js';
import { shown, touchpointOf, touchpointRows } from '../../touchpoints/touchpoint-rows.sections.js';
import { channels, internal, statuses } from '../../touchpoints/vocabulary.js';
import { feedback, feedbackById } from '../feedback.sections.js';
import { decisiveScores, surveyKinds } from '../survey.js';
import { wordsOf } from '../survey.sections.js';
import { isMoment } from './moment-match.js';
import { tellingSentiment } from './moment-verdict.js';

const key = plainText(limits.shortTextCharactersMax);

/** Row alias `mt` of one; customers do not see what we hold to matter to them. */
export function momentById(f: Field, id: Sql): Sql {
  return sql`from moment_of_truth mt
    where mt.workspace_id = ${workspace}::int and mt.id = ${id}::uuid ${raw(f.isPortal ? 'and false' : '')}`;
}

/** The moment (row `mt`) that touchpoint `t` is: of several the one that was marked first. */
const momentOf = (f: Field): Sql => sql`from moment_of_truth mt
    where mt.workspace_id = ${workspace}::int and ${raw(isMoment('mt', 't'))} ${raw(f.isPortal ? 'and false' : '')}
    order by mt.created_at, mt.id
    limit 1`;

/** A list of kinds with a number each, as SQL over the code of a kind. */
const byKind = (which: 'good' | 'bad') =>
  raw(
    `(case an.kind ${surveyKinds.map((kind, code) => `when ${code} then ${decisiveScores[kind][which]}`).join(' ')} end)`,
  );

/** The latest answer about touchpoint `pm` that has a score, else one about its conversation since. */
const answerOf = (f: Field): Sql => sql`
    select b.id, b.kind, round(((b.score - b.score_min) / (b.score_max - b.score_min))::numeric, 6) as part
    from (${feedback(
      f,
      sql`and b.score is not null and b.score_max > b.score_min
      and (b.about_touchpoint_id = pm.id or b.conversation_id = pm.conversation_id and b.answered_at >= pm.occurred_at)`,
    )}) b
    order by (b.about_touchpoint_id = pm.id) desc nulls last, b.answered_at desc, b.id desc
    limit 1`;

const failed = statuses.indexOf('FAILED');
const wentWrong = `(pm.is_abandoned is true or pm.status = ${failed} or pm.outcome = any(pm.bad_outcomes))`;
const wentRight = 'pm.outcome = any(pm.good_outcomes)';

/** Moments of truth of the customer, row `pm`: touchpoints with the moment that each is, and what she answered. */
function passed(q: Composer, f: Field): Sql {
  return connection(q, f, {
    row: 'pm',
    at: 'occurred_at',
    id: 'id',
    rows: (page) => sql`
select pm.*, an.id as answer_id, an.kind as answer_kind, an.part,
  case
    when an.id is not null then case when an.part >= ${byKind('good')} then 'WELL' when an.part <= ${byKind('bad')} then 'BADLY' else 'BETWEEN' end
    when ${raw(wentWrong)} then 'BADLY'
    when ${raw(wentRight)} then 'WELL'
    when pm.sentiment >= ${raw(String(tellingSentiment))} then 'WELL'
    when pm.sentiment <= ${raw(String(-tellingSentiment))} then 'BADLY'
    when pm.sentiment is not null then 'BETWEEN'
    else 'UNKNOWN'
  end as verdict,
  case
    when an.id is not null then 'ANSWER'
    when ${raw(`${wentWrong} or ${wentRight}`)} then 'OUTCOME'
    when pm.sentiment is not null then 'SENTIMENT'
  end as evidence
from (
  select pm.*
  from unnest(c.members) m(id)
  cross join lateral (
    select pm.*
    from (
      select t.*, mo.id as moment_id, mo.good_outcomes, mo.bad_outcomes
      from (select * ${touchpointRows(f, sql`and t.profile_id = m.id and t.direction <> ${raw(String(internal))} ${shown(f)}`)}) t
      cross join lateral (select mt.* ${momentOf(f)}) mo
    ) pm
    where true ${page}
  ) pm
  where true ${page}
) pm
left join lateral (${answerOf(f)}) an on true
where true ${page}`,
  });
}

/** Row alias `mt` for a moment of truth, `pm` for one that a customer went through. */
export const momentShapes = (q: Composer): Shapes => ({
  Query: {
    momentsOfTruth: (f) =>
      q.list(f, sql`from moment_of_truth mt where mt.workspace_id = ${workspace}::int order by mt.key`),
    momentOfTruth: (f) =>
      q.object(
        f,
        sql`from moment_of_truth mt where mt.workspace_id = ${workspace}::int and mt.key = ${f.arg('key', key)}::text`,
      ),
  },
  Customer: { momentsOfTruth: (f) => passed(q, f) },
  Touchpoint: { momentOfTruth: (f) => q.object(f, momentOf(f)) },
  MomentOfTruth: {
    id: idOf('mot', 'mt.id'),
    key: raw('mt.key'),
    name: raw('mt.name'),
    kinds: raw('to_json(mt.kinds)'),
    channels: wordsOf('mt.channels', channels),
    topics: raw('to_json(mt.topics)'),
    goodOutcomes: raw('to_json(mt.good_outcomes)'),
    badOutcomes: raw('to_json(mt.bad_outcomes)'),
    isActive: raw('mt.is_active'),
    version: raw('mt.version'),
    createdAt: raw('mt.created_at'),
    updatedAt: raw('mt.updated_at'),
  },
  PassedMoment: {
    moment: (f) => q.object(f, momentById(f, raw('pm.moment_id'))),
    touchpoint: (f) => q.object(f, touchpointOf(f, raw('pm.id'))),
    verdict: raw('pm.verdict'),
    by: raw('pm.evidence'),
    answer: (f) => q.object(f, feedbackById(f, raw('pm.answer_id'))),
  },
});
