import type { EntityManager } from 'typeorm';

/** A contact that may be judged. */
export interface JudgedContact {
  readonly profile: string;
  readonly agent: string | null;
  readonly direction: number;
  readonly status: number;
}

export async function findJudgedContact(
  db: EntityManager,
  workspace: number,
  touchpoint: string,
): Promise<JudgedContact | null> {
  const rows: JudgedContact[] = await db.query(
    `select t.profile_id::text as profile, t.agent_id as agent, t.direction, t.status
     from touchpoint t
     where t.workspace_id = $1::int and t.id = $2::uuid`,
    [workspace, touchpoint],
  );
  return rows[0] ?? null;
}

/** What stands of a contact. */
export interface StandingEvaluation {
  readonly id: string;
  readonly version: number;
  readonly evaluatedAt: Date;
  readonly scorecard: string;
  readonly scorecardVersion: number;
  readonly agent: string;
  readonly evaluator: number;
}

/** All that stands of a contact, which nobody else changes until the end of the transaction. */
export async function holdEvaluations(
  db: EntityManager,
  workspace: number,
  touchpoint: string,
): Promise<StandingEvaluation[]> {
  return db.query(
    `select replace(e.id::text, '-', '') as id, e.version, e.evaluated_at as "evaluatedAt",
       replace(e.scorecard_id::text, '-', '') as scorecard, e.scorecard_version as "scorecardVersion",
       e.agent_id as agent, e.evaluator
     from evaluation e
     where e.workspace_id = $1::int and e.touchpoint_id = $2::uuid and e.replaced_at is null
     order by e.id
     for update`,
    [workspace, touchpoint],
  );
}

export interface NewEvaluation {
  readonly id: string;
  readonly version: number;
  readonly evaluatedAt: Date;
  readonly touchpoint: string;
  readonly profile: string;
  readonly scorecard: string;
  readonly scorecardVersion: number;
  readonly agent: string;
  readonly evaluator: number;
  readonly evaluatorId: string | null;
  readonly scores: readonly (number | null)[];
  readonly overall: number;
  readonly comment: string | null;
  readonly actor: string;
}

/** False when somebody else was faster. */
export async function insertEvaluation(
  db: EntityManager,
  workspace: number,
  evaluation: NewEvaluation,
  now: Date,
): Promise<boolean> {
  const rows: unknown[] = await db.query(
    `insert into evaluation (workspace_id, id, version, evaluated_at, recorded_at, touchpoint_id, profile_id,
       scorecard_id, scorecard_version, agent_id, evaluator, evaluator_id, scores, overall, comment, actor)
     values ($1::int, $2::uuid, $3::int, $4::timestamptz, $5::timestamptz, $6::uuid, $7::bigint, $8::uuid, $9::int,
       $10::text, $11::smallint, $12::text, $13::smallint[], $14::real, $15::text, $16::text)
     on conflict do nothing
     returning id`,
    [
      workspace,
      evaluation.id,
      evaluation.version,
      evaluation.evaluatedAt,
      now,
      evaluation.touchpoint,
      evaluation.profile,
      evaluation.scorecard,
      evaluation.scorecardVersion,
      evaluation.agent,
      evaluation.evaluator,
      evaluation.evaluatorId,
      evaluation.scores,
      evaluation.overall,
      evaluation.comment,
      evaluation.actor,
    ],
  );
  return rows.length > 0;
}

/** What stood no longer does; it is kept for reads as of a time. */
export async function replaceEvaluation(
  db: EntityManager,
  workspace: number,
  id: string,
  version: number,
  now: Date,
): Promise<void> {
  await db.query(
    `update evaluation
     set replaced_at = $4::timestamptz
     where workspace_id = $1::int and id = $2::uuid and version = $3::int`,
    [workspace, id, version, now],
  );
}
