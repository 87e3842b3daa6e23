import type { EntityManager } from 'typeorm';
import { answeredKind } from '../touchpoints/vocabulary.js';

/** An answer that another system told of. */
export interface ToldAnswer {
  readonly id: string;
  readonly profile: string;
  readonly outcome: string | null;
  readonly attributes: unknown;
}

/** Of touchpoints those that tell of an answer to another system’s survey, by the primary key. */
export async function findToldAnswers(
  db: EntityManager,
  workspace: number,
  touchpoints: readonly string[],
  ownSource: string,
): Promise<ToldAnswer[]> {
  return db.query(
    `select replace(t.id::text, '-', '') as id, t.profile_id::text as profile, t.outcome, t.attributes
     from unnest($2::uuid[]) k(id)
     join touchpoint t on t.workspace_id = $1::int and t.id = k.id
     where t.kind = '${answeredKind}' and t.source <> $3::text`,
    [workspace, touchpoints, ownSource],
  );
}

export interface ReadAnswer {
  readonly id: string;
  readonly kind: number;
  readonly score: number | null;
  readonly min: number | null;
  readonly max: number | null;
}

/** Keeps what they come to, beside what the touchpoints say themselves; one that was corrected is corrected here. */
export async function keepToldAnswers(
  db: EntityManager,
  workspace: number,
  answers: readonly ReadAnswer[],
): Promise<void> {
  await db.query(
    `insert into feedback as b (workspace_id, id, answered_at, recorded_at, profile_id, score, score_min, score_max, kind,
       channel, touchpoint_id, conversation_id, journey_id, issue_id, language, agent_id, source, answer, comment)
     select $1::int, t.id, t.occurred_at, t.recorded_at, t.profile_id, k.score, k.min, k.max, k.kind, t.channel, t.id,
       t.conversation_id, t.journey_id, t.issue_id, t.language, t.agent_id, t.source, t.outcome, t.summary
     from unnest($2::uuid[], $3::smallint[], $4::real[], $5::real[], $6::real[]) k(id, kind, score, min, max)
     join touchpoint t on t.workspace_id = $1::int and t.id = k.id
     on conflict (workspace_id, id) do update
     set answered_at = excluded.answered_at, score = excluded.score, score_min = excluded.score_min,
       score_max = excluded.score_max, kind = excluded.kind, channel = excluded.channel,
       conversation_id = excluded.conversation_id, journey_id = excluded.journey_id, issue_id = excluded.issue_id,
       language = excluded.language, agent_id = excluded.agent_id, answer = excluded.answer, comment = excluded.comment`,
    [
      workspace,
      answers.map(({ id }) => id),
      answers.map(({ kind }) => kind),
      answers.map(({ score }) => score),
      answers.map(({ min }) => min),
      answers.map(({ max }) => max),
    ],
  );
}
