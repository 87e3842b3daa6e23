import type { EntityManager } from 'typeorm';
import { type SurveyKind, surveyKinds } from '../feedback/survey.js';
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
}

/** From where on an answer is a good one, and up to where a bad one, as parts of its scale. */
const bounds: Record<SurveyKind, { good: number; bad: number }> = {
  CSAT: { good: 0.75, bad: 0.25 },
  NPS: { good: 0.9, bad: 0.6 },
  CES: { good: 0.75, bad: 0.25 },
  OWN: { good: 0.75, bad: 0.25 },
};

const scoreIf = (name: string, condition: string) => sample(`case when ${condition} then r.score end`, name);

const pair = (name: string, column: string) =>
  `json_build_object('count', regr_count(r.score, ${column})::int, 'r', corr(r.score, ${column})) as "${name}"`;

/** Answers with a score along `feedback_answered`, each with the touchpoint that it is about. */
export async function bothSides(
  db: EntityManager,
  span: Span,
  kind: SurveyKind,
  grouping: Grouping,
): Promise<BothSidesRow[]> {
  const { good, bad } = bounds[kind];
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
         ) > 1 as is_passed_on
       from feedback f
       left join touchpoint t on t.workspace_id = :workspace::int and t.id = f.about_touchpoint_id
       ${span.segment === null ? '' : 'join profile p on p.workspace_id = :workspace::int and p.id = f.profile_id'}
       where f.workspace_id = :workspace::int and f.answered_at >= :from::timestamptz
         and f.answered_at < :to::timestamptz and f.kind = ${surveyKinds.indexOf(kind)}
         and f.score is not null and f.score_max > f.score_min
         ${span.segment === null ? '' : inSegment('p.canonical_id')}
     ), told as (
       select a.*, ${groupColumns(grouping, 'a')}
       from answer a
       where ${matches(span, 'a')}
     )`,
    grouped(
      'told',
      grouping,
      `${scoreIf('score', 'true')}, ${scoreIf('passedOn', 'r.is_passed_on')},
       ${scoreIf('notPassedOn', 'not r.is_passed_on')},
       count(*) filter (where r.score >= ${good})::int as content,
       count(*) filter (where r.score <= ${bad})::int as discontent,
       ${pair('wait', 'r.wait')}, ${pair('handle', 'r.handle')}, ${pair('sentiment', 'r.sentiment')}`,
    ),
  );
  return db.query(statement.text, statement.values(span));
}
