import { asOf, knownBy } from '../../identity/customer-row.sections.js';
import type { Composer, Field, Shapes } from '../../platform/composer.js';
import { connection } from '../../platform/connection.js';
import { limits } from '../../platform/limits.js';
import { nothing, raw, type Sql, sql, word, workspace } from '../../platform/sql.js';
import { plainText } from '../../platform/text-argument.js';
import { idOf } from '../../touchpoints/touchpoint.sections.js';
import { inConversation, touchpointOf } from '../../touchpoints/touchpoint-rows.sections.js';
import { byCoach, bySelf, type Evaluator, evaluators } from './evaluation.js';
import { scorecardKey, scorecardVersion } from './scorecard.sections.js';

const agent = plainText(limits.shortTextCharactersMax);
const codeOf = (one: Evaluator) => evaluators.indexOf(one);

/** That an evaluation stood at the asked time; a customer never sees one. */
function standing(f: Field, row: string): Sql {
  const time = asOf(f);
  const held = time
    ? sql`${knownBy(f, `${row}.recorded_at`)} and (${raw(`${row}.replaced_at`)} is null or ${raw(`${row}.replaced_at`)} > ${time}::timestamptz)`
    : raw(`and ${row}.replaced_at is null`);
  return sql`${held} ${raw(f.isPortal ? 'and false' : '')}`;
}

/** Evaluations (alias `e` inside) that stood. */
export const evaluations = (f: Field, where: Sql) => sql`
    select e.*
    from evaluation e
    where e.workspace_id = ${workspace}::int ${standing(f, 'e')} ${where}`;

/** Row alias `ev` of one. */
export function evaluationById(f: Field, id: Sql): Sql {
  return sql`from (${evaluations(f, sql`and e.id = ${id}::uuid`)}) ev`;
}

/** What a coach (`e`) and the agent herself (`s`) said of the same, as rows with both their scores. */
const gaps = (f: Field, where: Sql) => sql`
    select e.id, e.evaluated_at, e.touchpoint_id, e.scorecard_id, e.scorecard_version, e.agent_id, s.id as self_id,
      s.scores as self_scores, e.scores as coach_scores
    from evaluation e
    join evaluation s on s.workspace_id = ${workspace}::int and s.touchpoint_id = e.touchpoint_id
      and s.scorecard_id = e.scorecard_id and s.agent_id = e.agent_id and s.evaluator = ${raw(String(bySelf))}
      ${standing(f, 's')}
    where e.workspace_id = ${workspace}::int and e.evaluator = ${raw(String(byCoach))} ${standing(f, 'e')} ${where}`;

/** The arguments that narrow a list, as conditions on row `e`. */
export function filteredEvaluations(f: Field): Sql {
  const when = (arg: string, condition: () => Sql) => (f.has(arg) ? sql`\n    ${condition()}` : nothing);
  return [
    when('agentId', () => sql`and e.agent_id = ${f.arg('agentId', agent)}::text`),
    when('by', () => sql`and e.evaluator = ${f.arg('by', codeOf)}::smallint`),
    when('from', () => sql`and e.evaluated_at >= ${f.arg('from')}::timestamptz`),
    when('to', () => sql`and e.evaluated_at < ${f.arg('to')}::timestamptz`),
    when(
      'scorecard',
      () => sql`and e.scorecard_id = (
      select k.id from scorecard k where k.workspace_id = ${workspace}::int and k.key = ${f.arg('scorecard', scorecardKey)}::text)`,
    ),
  ].reduce((all, one) => sql`${all}${one}`, nothing);
}

const ordered = raw('order by ev.evaluated_at, ev.evaluator, ev.id');
const orderedGaps = raw('order by gp.evaluated_at, gp.id');
const ofConversation = (f: Field) => sql`and e.touchpoint_id in (select t.id ${inConversation(f)})`;

/** The criteria of `sc`, each with its place, for scores that stand in the same order. */
const criteriaOf = (scorecard: string) => sql`
    from scorecard_version k
    cross join lateral json_array_elements(k.criteria) with ordinality cr(part, n)
    where k.workspace_id = ${workspace}::int and k.scorecard_id = ${raw(`${scorecard}.scorecard_id`)}
      and k.version = ${raw(`${scorecard}.scorecard_version`)}`;

/** Row alias `ev` for an evaluation, `es` for a score, `gp` for a gap, `gc` for that of a criterion. */
export const evaluationShapes = (q: Composer): Shapes => ({
  Query: {
    evaluations: (f) =>
      connection(q, f, {
        row: 'ev',
        at: 'evaluated_at',
        id: 'id',
        rows: (page) => sql`select ev.* from (${evaluations(f, filteredEvaluations(f))}) ev where true ${page}`,
      }),
    evaluationGaps: (f) =>
      connection(q, f, {
        row: 'gp',
        at: 'evaluated_at',
        id: 'id',
        rows: (page) => sql`select gp.* from (${gaps(f, filteredEvaluations(f))}) gp where true ${page}`,
      }),
  },
  Customer: {
    evaluations: (f) =>
      connection(q, f, {
        row: 'ev',
        at: 'evaluated_at',
        id: 'id',
        rows: (page) => sql`
          select ev.*
          from unnest(c.members) m(id)
          cross join lateral (
            select ev.* from (${evaluations(f, sql`and e.profile_id = m.id ${filteredEvaluations(f)}`)}) ev where true ${page}
          ) ev
          where true ${page}`,
      }),
  },
  Touchpoint: {
    evaluations: (f) => q.list(f, sql`from (${evaluations(f, raw('and e.touchpoint_id = t.id'))}) ev ${ordered}`),
    evaluationGaps: (f) => q.list(f, sql`from (${gaps(f, raw('and e.touchpoint_id = t.id'))}) gp ${orderedGaps}`),
  },
  Conversation: {
    evaluations: (f) => q.list(f, sql`from (${evaluations(f, ofConversation(f))}) ev ${ordered}`),
    evaluationGaps: (f) => q.list(f, sql`from (${gaps(f, ofConversation(f))}) gp ${orderedGaps}`),
  },
  Evaluation: {
    id: idOf('evl', 'ev.id'),
    by: sql`coalesce(${word('ev.evaluator', evaluators)}, 'COACH')`,
    agentId: raw('ev.agent_id'),
    evaluatorId: raw('ev.evaluator_id'),
    touchpoint: (f) => q.object(f, touchpointOf(f, raw('ev.touchpoint_id'))),
    scorecard: (f) => q.object(f, scorecardVersion('ev.scorecard_id', 'ev.scorecard_version')),
    scores: (f) =>
      q.list(f, sql`from (select cr.part, ev.scores[cr.n] as score, cr.n ${criteriaOf('ev')}) es order by es.n`),
    overall: raw('ev.overall'),
    comment: (f) => raw(f.isMasked ? 'null::text' : 'ev.comment'),
    evaluatedAt: raw('ev.evaluated_at'),
    updatedAt: raw('ev.recorded_at'),
    version: raw('ev.version'),
    actor: raw('ev.actor'),
  },
  CriterionScore: {
    criterion: (f) => q.object(f, raw('from (select es.part) cr')),
    score: raw('es.score'),
  },
  EvaluationGap: {
    touchpoint: (f) => q.object(f, touchpointOf(f, raw('gp.touchpoint_id'))),
    agentId: raw('gp.agent_id'),
    scorecard: (f) => q.object(f, scorecardVersion('gp.scorecard_id', 'gp.scorecard_version')),
    self: (f) => q.object(f, evaluationById(f, raw('gp.self_id'))),
    coach: (f) => q.object(f, evaluationById(f, raw('gp.id'))),
    overall: sql`(
  select round((sum(u.weight * (u.self - u.coach)) / sum(u.weight))::numeric, 3)
  from scorecard_version k
  cross join lateral unnest(gp.self_scores, gp.coach_scores, k.weights) u(self, coach, weight)
  where k.workspace_id = ${workspace}::int and k.scorecard_id = gp.scorecard_id and k.version = gp.scorecard_version
    and u.self is not null and u.coach is not null)`,
    criteria: (f) =>
      q.list(
        f,
        sql`from (
    select cr.part, gp.self_scores[cr.n] as self, gp.coach_scores[cr.n] as coach, cr.n ${criteriaOf('gp')}
  ) gc order by gc.n`,
      ),
  },
  CriterionGap: {
    criterion: (f) => q.object(f, raw('from (select gc.part) cr')),
    self: raw('gc.self'),
    coach: raw('gc.coach'),
    gap: raw('gc.self - gc.coach'),
  },
});
