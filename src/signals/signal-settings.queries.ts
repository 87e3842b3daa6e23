import type { EntityManager } from 'typeorm';
import type { SignalThresholds } from './signal-thresholds.js';

export interface StoredThresholds {
  readonly version: number;
  /** Only those that the workspace changed. */
  readonly thresholds: Partial<SignalThresholds>;
}

const none: StoredThresholds = { version: 0, thresholds: {} };

/** What the workspace changed; with `lock` nobody else changes it until the end. */
export async function readThresholds(db: EntityManager, workspace: number, lock = false): Promise<StoredThresholds> {
  const rows: StoredThresholds[] = await db.query(
    `select version, thresholds from signal_settings where workspace_id = $1::int${lock ? ' for update' : ''}`,
    [workspace],
  );
  return rows[0] ?? none;
}

/** False when somebody else stored that version before. */
export async function writeThresholds(
  db: EntityManager,
  workspace: number,
  { version, thresholds }: StoredThresholds,
  actor: string,
): Promise<boolean> {
  const rows: unknown[] = await db.query(
    `insert into signal_settings as s (workspace_id, updated_at, version, thresholds, actor)
     values ($1::int, now(), $2::int, $3::jsonb, $4::text)
     on conflict (workspace_id) do update
       set updated_at = excluded.updated_at, version = excluded.version, thresholds = excluded.thresholds,
         actor = excluded.actor
       where s.version = excluded.version - 1
     returning version`,
    [workspace, version, JSON.stringify(thresholds), actor],
  );
  return rows.length > 0;
}
