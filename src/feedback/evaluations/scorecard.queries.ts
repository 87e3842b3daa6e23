import type { EntityManager } from 'typeorm';
import type { Criterion } from './evaluation.js';

export interface ScorecardRow {
  readonly id: string;
  readonly key: string;
  readonly version: number;
  readonly scoreMin: number;
  readonly scoreMax: number;
  readonly isActive: boolean;
}

export interface ScorecardVersion {
  readonly version: number;
  readonly name: string;
  readonly criteria: readonly Criterion[];
}

const columns = `replace(s.id::text, '-', '') as id, s.key, s.version, s.score_min as "scoreMin",
  s.score_max as "scoreMax", s.is_active as "isActive"`;

/** All of the workspace, which nobody else changes until the end of the transaction. */
export async function holdScorecards(db: EntityManager, workspace: number): Promise<ScorecardRow[]> {
  return db.query(
    `select ${columns}
     from scorecard s
     where s.workspace_id = $1::int
     order by s.id
     for update`,
    [workspace],
  );
}

/** One by `scorecard_key`, whose version stays until the end of the transaction. */
export async function keepScorecard(db: EntityManager, workspace: number, key: string): Promise<ScorecardRow | null> {
  const rows: ScorecardRow[] = await db.query(
    `select ${columns}
     from scorecard s
     where s.workspace_id = $1::int and s.key = $2::text
     for share`,
    [workspace, key],
  );
  return rows[0] ?? null;
}

/** What a scorecard says in one version. */
export async function findScorecardVersion(
  db: EntityManager,
  workspace: number,
  id: string,
  version: number,
): Promise<ScorecardVersion> {
  const rows: ScorecardVersion[] = await db.query(
    `select v.version, v.name, v.criteria
     from scorecard_version v
     where v.workspace_id = $1::int and v.scorecard_id = $2::uuid and v.version = $3::int`,
    [workspace, id, version],
  );
  return rows[0] as ScorecardVersion;
}

/** False when the key is taken. */
export async function insertScorecard(
  db: EntityManager,
  workspace: number,
  scorecard: Omit<ScorecardRow, 'version'>,
  now: Date,
): Promise<boolean> {
  const { id, key, scoreMin, scoreMax, isActive } = scorecard;
  const rows: unknown[] = await db.query(
    `insert into scorecard (workspace_id, id, key, score_min, score_max, is_active, version, created_at, updated_at)
     values ($1::int, $2::uuid, $3::text, $4::smallint, $5::smallint, $6::boolean, 1, $7::timestamptz, $7::timestamptz)
     on conflict do nothing
     returning id`,
    [workspace, id, key, scoreMin, scoreMax, isActive, now],
  );
  return rows.length > 0;
}

export async function advanceScorecard(
  db: EntityManager,
  workspace: number,
  id: string,
  isActive: boolean,
  now: Date,
): Promise<void> {
  await db.query(
    `update scorecard
     set version = version + 1, is_active = $3::boolean, updated_at = $4::timestamptz
     where workspace_id = $1::int and id = $2::uuid`,
    [workspace, id, isActive, now],
  );
}

export async function insertScorecardVersion(
  db: EntityManager,
  workspace: number,
  id: string,
  { version, name, criteria }: ScorecardVersion,
  actor: string,
  now: Date,
): Promise<void> {
  await db.query(
    `insert into scorecard_version (workspace_id, scorecard_id, version, name, criteria, weights, actor, created_at)
     values ($1::int, $2::uuid, $3::int, $4::text, $5::json, $6::real[], $7::text, $8::timestamptz)`,
    [workspace, id, version, name, JSON.stringify(criteria), criteria.map(({ weight }) => weight), actor, now],
  );
}
