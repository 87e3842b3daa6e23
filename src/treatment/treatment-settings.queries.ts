import type { EntityManager } from 'typeorm';
import type { Treatment } from './treatment-settings.js';

export interface StoredTreatment {
  readonly version: number;
  /** Only what the workspace changed. */
  readonly settings: Partial<Treatment>;
}

const none: StoredTreatment = { version: 0, settings: {} };

/** What the workspace changed; with `lock` nobody else changes it until the end. */
export async function readTreatment(db: EntityManager, workspace: number, lock = false): Promise<StoredTreatment> {
  const rows: StoredTreatment[] = await db.query(
    `select version, settings from treatment_settings where workspace_id = $1::int${lock ? ' for update' : ''}`,
    [workspace],
  );
  return rows[0] ?? none;
}

/** False when somebody else stored that version before. */
export async function writeTreatment(
  db: EntityManager,
  workspace: number,
  { version, settings }: StoredTreatment,
  actor: string,
  now: Date,
): Promise<boolean> {
  const rows: unknown[] = await db.query(
    `insert into treatment_settings as s (workspace_id, updated_at, version, settings, actor)
     values ($1::int, $5::timestamptz, $2::int, $3::jsonb, $4::text)
     on conflict (workspace_id) do update
       set updated_at = excluded.updated_at, version = excluded.version, settings = excluded.settings,
         actor = excluded.actor
       where s.version = excluded.version - 1
     returning version`,
    [workspace, version, JSON.stringify(settings), actor, now],
  );
  return rows.length > 0;
}
