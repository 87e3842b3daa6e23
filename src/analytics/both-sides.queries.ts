import type { EntityManager } from 'typeorm';
import { byCoach, bySelf } from '../feedback/evaluations/evaluation.js';
import { decisiveScores, type SurveyKind, surveyKinds } from '../feedback/survey.js';
import { named } from '../platform/named-sql.js';
import { type Grouping, type GroupRow, groupColumns, grouped, type SampleRow, sample } from './groups.js';
import { inSegment, matches, type Span, type SpanName } from './span.js';

export interface PairRow {
  readonly count: number;
  readonly r: number | null;
}

export interface BothSidesRow extends GroupRow {
  readonly score: SampleRow;
  readonly passedOn: SampleRow;
  readonly notPassedOn: SampleRow;
  readonly content: number;
  readonly discontent: number;
  readonly wait: PairRow;
  readonly handle: PairRow;
  readonly sentiment: PairRow;
  readonly agents: SampleRow;
  readonly coaches: SampleRow;
  readonly agentsMinusCustomers: SampleRow;
  readonly coachesMinusCustomers: SampleRow;
  readonly agentsMinusCoaches: SampleRow;
}

const scoreIf = (name: string, condition: string) => sample(`case when ${condition} then r.score end`, name);

/** The evaluations that stand of what answer `a` is about, of its agent where one is known, each as a part of its scale. */
const evaluated = `
       select avg(v.part) filter (where v.evaluator = ${bySelf}) as self,
         avg(v.part) filter (where v.evaluator = ${byCoach}) as coach
       from (
         select e.evaluator,
           round(((e.overall - s.score_min) / (s.score_max - s.score_min))::numeric, 6)::float8 as part
         from evaluation e
         join scorecard s on s.workspace_id = :workspace::int and s.id = e.scorecard_id
         where e.workspace_id = :workspace::int and e.replaced_at is null
           and (e.touchpoint_id = a.about_id or e.touchpoint_id in (
             select c.id
             from touchpoint c
             where c.workspace_id = :workspace::int and c.conversation_id = a.conversation_id))
           and (a.agent_id is null or e.agent_id = a.agent_id)
       ) v`;

const pair = (name: string, column: string) =>
  `json_build_object('count', regr_count(r.score, ${column})::int, 'r', corr(r.score, ${column})) as "${name}"`;

/** Answers with a score along `feedback_answered`, each with the touchpoint that it is about. */
export async function bothSides(
  db: EntityManager,
  span: Span,
  kind: SurveyKind,
  grouping: Grouping,
): Promise<BothSidesRow[]> {
  const { good, bad } = decisiveScores[kind];
  const statement = named<SpanName>(
    `with answer as (
       select f.answered_at as occurred_at, coalesce(t.channel, f.channel) as channel, t.topic, t.queue,
         coalesce(f.agent_id, t.agent_id) as agent_id, coalesce(f.journey_id, t.journey_id) as journey_id,
         -- Scores are kept in four bytes: rounded, so that 9 of 10 is not a little less.
         round(((f.score - f.score_min) / (f.score_max - f.score_min))::numeric, 6)::float8 as score,
         t.wait_seconds::float8 as wait, t.handle_seconds::float8 as handle, t.sentiment::float8 as sentiment,
         (
           select count(distinct c.agent_id)
           from touchpoint c
           where c.workspace_id = :workspace::int and c.conversation_id = coalesce(f.conversation_id, t.conversation_id)
         ) > 1 as is_passed_on,
         t.id as about_id, coalesce(f.conversation_id, t.conversation_id) as conversation_id
       from feedback f
       left join touchpoint t on t.workspace_id = :workspace::int and t.id = f.about_touchpoint_id
       ${span.segment === null ? '' : 'join profile p on p.workspace_id = :workspace::int and p.id = f.profile_id'}
       where f.workspace_id = :workspace::int and f.answered_at >= :from::timestamptz
         and f.answered_at < :to::timestamptz and f.kind = ${surveyKinds.indexOf(kind)}
         and f.score is not null and f.score_max > f.score_min
         ${span.segment === null ? '' : inSegment('p.canonical_id')}
     ), told as (
       select a.*, v.self, v.coach, ${groupColumns(grouping, 'a')}
       from answer a
       cross join lateral (${evaluated}) v
       where ${matches(span, 'a')}
     )`,
    grouped(
      'told',
      grouping,
      `${scoreIf('score', 'true')}, ${scoreIf('passedOn', 'r.is_passed_on')},
       ${scoreIf('notPassedOn', 'not r.is_passed_on')},
       ${sample('r.self', 'agents')}, ${sample('r.coach', 'coaches')},
       ${sample('r.self - r.score', 'agentsMinusCustomers')}, ${sample('r.coach - r.score', 'coachesMinusCustomers')},
       ${sample('r.self - r.coach', 'agentsMinusCoaches')},
       count(*) filter (where r.score >= ${good})::int as content,
       count(*) filter (where r.score <= ${bad})::int as discontent,
       ${pair('wait', 'r.wait')}, ${pair('handle', 'r.handle')}, ${pair('sentiment', 'r.sentiment')}`,
    ),
  );
  return db.query(statement.text, statement.values(span));
}
