import { knownBy } from '../identity/customer-row.sections.js';
import { journeyById } from '../journeys/journey.sections.js';
import type { Composer, Field, Shapes } from '../platform/composer.js';
import { connection } from '../platform/connection.js';
import { raw, type Sql, sql, word, workspace } from '../platform/sql.js';
import { idOf } from '../touchpoints/touchpoint.sections.js';
import { touchpointOf } from '../touchpoints/touchpoint-rows.sections.js';
import { channels } from '../touchpoints/vocabulary.js';
import { customaryScale, surveyKinds } from './survey.js';
import { surveyById } from './survey.sections.js';

/** Feedback (alias `b` inside) of which the asked time knew. */
export const feedback = (f: Field, where: Sql) => sql`
    select b.*
    from feedback b
    where b.workspace_id = ${workspace}::int ${knownBy(f, 'b.recorded_at')} ${where}`;

/** Row alias `fb` of one; customers do not see what is thought of them. */
export function feedbackById(f: Field, id: Sql): Sql {
  return sql`from (${feedback(f, sql`and b.id = ${id}::uuid ${raw(f.isPortal ? 'and false' : '')}`)}) fb`;
}

/** Row alias `fb` for feedback. Lists walk `feedback_history`, once per profile of the customer. */
export const feedbackShapes = (q: Composer): Shapes => ({
  Customer: {
    feedback: (f) =>
      connection(q, f, {
        row: 'fb',
        at: 'answered_at',
        id: 'id',
        rows: (page) => sql`
          select fb.*
          from unnest(c.members) m(id)
          cross join lateral (
            select fb.*
            from (${feedback(f, raw('and b.profile_id = m.id'))}) fb
            where true ${page}
          ) fb
          where true ${page}`,
      }),
  },
  CustomerMetrics: {
    lastCsat: (f) => lastScore(f, 'CSAT'),
    lastNps: (f) => lastScore(f, 'NPS'),
    lastCes: (f) => lastScore(f, 'CES'),
  },
  Feedback: {
    id: idOf('fbk', 'fb.id'),
    kind: sql`coalesce(${word('fb.kind', surveyKinds)}, 'OWN')`,
    survey: (f) => q.object(f, surveyById(f, raw('fb.survey_id'))),
    score: raw('fb.score'),
    scoreMin: raw('fb.score_min'),
    scoreMax: raw('fb.score_max'),
    answer: raw('fb.answer'),
    comment: (f) => raw(f.isMasked ? 'null::text' : 'fb.comment'),
    channel: sql`coalesce(${word('fb.channel', channels)}, 'OTHER')`,
    language: raw('fb.language'),
    answeredAt: raw('fb.answered_at'),
    recordedAt: raw('fb.recorded_at'),
    source: raw('fb.source'),
    agentId: raw('fb.agent_id'),
    actor: raw('fb.actor'),
    touchpoint: (f) => q.object(f, touchpointOf(f, raw('fb.touchpoint_id'))),
    about: (f) => q.object(f, touchpointOf(f, raw('fb.about_touchpoint_id'))),
    journey: (f) => q.object(f, journeyById(f, raw('fb.journey_id'))),
  },
});

/** The score of feedback `b` on the scale that is customary for a kind. */
export function onScale(kind: keyof typeof customaryScale): Sql {
  const { min, max } = customaryScale[kind];
  return sql`round((${raw(String(min))} + ${raw(String(max - min))} * (b.score - b.score_min)
    / (b.score_max - b.score_min))::numeric, 2)`;
}

/** The customer’s latest score of a kind, on the scale that is customary: one probe of the index for each profile. */
function lastScore(f: Field, kind: keyof typeof customaryScale): Sql {
  const code = surveyKinds.indexOf(kind);
  const latest = raw('order by b.answered_at desc, b.id desc limit 1');
  return sql`(
  select ${onScale(kind)}
  from unnest(c.members) m(id)
  cross join lateral (
    ${feedback(f, sql`and b.profile_id = m.id and b.kind = ${raw(String(code))} and b.score is not null ${latest}`)}
  ) b
  ${latest})`;
}
