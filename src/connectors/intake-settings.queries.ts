import type { EntityManager } from 'typeorm';

export interface IntakeSettingsRow {
  readonly version: number;
  readonly own_mail: string[];
  readonly updated_at: Date;
  readonly updated_by: string | null;
}

/** By primary key; null when the workspace has decided nothing. */
export async function findIntakeSettings(db: EntityManager, workspace: number): Promise<IntakeSettingsRow | null> {
  const rows: IntakeSettingsRow[] = await db.query(
    `select version, own_mail, updated_at, updated_by
     from intake_settings
     where workspace_id = $1::int`,
    [workspace],
  );
  return rows[0] ?? null;
}

/** Writes what follows the version that was read; null when another change came first. Nothing decided is version 1. */
export async function writeIntakeSettings(
  db: EntityManager,
  workspace: number,
  change: { readonly version: number; readonly ownMail: readonly string[] },
  actor: string,
): Promise<IntakeSettingsRow | null> {
  const rows: IntakeSettingsRow[] = await db.query(
    `with settings as (
       insert into intake_settings as s (workspace_id, version, own_mail, updated_by)
       select $1::int, 2, $3::text[], $4::text
       where $2::int = 1 or exists (select from intake_settings where workspace_id = $1::int)
       on conflict (workspace_id) do update
       set version = s.version + 1, own_mail = excluded.own_mail, updated_by = excluded.updated_by, updated_at = now()
       where s.version = $2::int
       returning version, own_mail, updated_at, updated_by
     )
     select * from settings`,
    [workspace, change.version, change.ownMail, actor],
  );
  return rows[0] ?? null;
}
