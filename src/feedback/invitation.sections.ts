import { asOf, customerOf, instantOf, knownBy } from '../identity/customer-row.sections.js';
import { journeyById } from '../journeys/journey.sections.js';
import type { Composer, Field, Shapes } from '../platform/composer.js';
import { connection } from '../platform/connection.js';
import { limits } from '../platform/limits.js';
import { nothing, raw, type Sql, sql, workspace } from '../platform/sql.js';
import { plainText } from '../platform/text-argument.js';
import { idOf } from '../touchpoints/touchpoint.sections.js';
import { touchpointOf } from '../touchpoints/touchpoint-rows.sections.js';
import { surveyById } from './survey.sections.js';

const key = plainText(limits.shortTextCharactersMax);

/** Where invitation `iv` stood at the instant of the answer. */
const stateOf = (f: Field): Sql => sql`(case
  when ${answeredAt(f)} is not null then 'ANSWERED'
  when iv.expires_at <= ${instantOf(f)} then 'EXPIRED'
  when iv.opens_at > ${instantOf(f)} then 'WAITING'
  else 'OPEN' end)`;

/** What was answered later, had not been answered then. */
function answeredAt(f: Field): Sql {
  const time = asOf(f);
  return time ? sql`(case when iv.answered_at <= ${time}::timestamptz then iv.answered_at end)` : raw('iv.answered_at');
}

/** Invitations, row `iv`, that fit the arguments of a list. */
function invitations(f: Field, where: Sql, page: Sql): Sql {
  const survey = () => sql`and iv.survey_id = (
      select s.id from survey s where s.workspace_id = ${workspace}::int and s.key = ${f.arg('survey', key)}::text)`;
  const hasToken = () => sql`and (iv.token_hash is not null) = ${f.arg('hasToken')}::boolean`;
  return sql`
    select iv.*
    from survey_invitation iv
    where iv.workspace_id = ${workspace}::int ${knownBy(f, 'iv.invited_at')} ${where}
      ${f.has('state') ? sql`and ${stateOf(f)} = ${f.arg('state')}::text` : nothing}
      ${f.has('survey') ? survey() : nothing} ${f.has('hasToken') ? hasToken() : nothing} ${page}`;
}

/** Row alias `iv` of one; customers answer by its token and do not see it. */
export function invitationById(f: Field, id: Sql): Sql {
  const hidden = raw(f.isPortal ? 'and false' : '');
  return sql`from survey_invitation iv
    where iv.workspace_id = ${workspace}::int and iv.id = ${id}::uuid ${hidden}`;
}

/** Row alias `iv` for an invitation: of one customer by `survey_invitation_of`, of all by `survey_invitation_open`. */
export const invitationShapes = (q: Composer): Shapes => ({
  Query: {
    surveyInvitations: (f) =>
      connection(q, f, { row: 'iv', at: 'opens_at', id: 'id', rows: (page) => invitations(f, nothing, page) }),
  },
  Customer: {
    surveyInvitations: (f) =>
      connection(q, f, {
        row: 'iv',
        at: 'opens_at',
        id: 'id',
        rows: (page) => sql`
          select iv.*
          from unnest(c.members) m(id)
          cross join lateral (${invitations(f, raw('and iv.profile_id = m.id'), page)}) iv
          where true ${page}`,
      }),
  },
  SurveyInvitation: {
    id: idOf('inv', 'iv.id'),
    survey: (f) => q.object(f, surveyById(f, raw('iv.survey_id'))),
    state: stateOf,
    invitedAt: raw('iv.invited_at'),
    opensAt: raw('iv.opens_at'),
    expiresAt: raw('iv.expires_at'),
    answeredAt,
    hasToken: raw('iv.token_hash is not null'),
    actor: raw('iv.actor'),
    agentId: raw('iv.agent_id'),
    language: raw('iv.language'),
    touchpoint: (f) => q.object(f, touchpointOf(f, raw('iv.touchpoint_id'))),
    journey: (f) => q.object(f, journeyById(f, raw('iv.journey_id'))),
    customer: (f) => q.object(f, customerOf(f, raw('iv.profile_id'))),
  },
});
