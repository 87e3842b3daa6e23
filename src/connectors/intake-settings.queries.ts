import type { EntityManager } from 'typeorm';

export interface IntakeSettingsRow {
  readonly version: number;
  readonly own_mail: string[];
  /** Null is the default, as in the next. */
  readonly request_days: number | null;
  readonly dead_letter_days: number | null;
  /** Null is for ever. */
  readonly waiting_dead_letter_days: number | null;
  readonly updated_at: Date;
  readonly updated_by: string | null;
}

/** By primary key; null when the workspace has decided nothing. */
export async function findIntakeSettings(db: EntityManager, workspace: number): Promise<IntakeSettingsRow | null> {
  const rows: IntakeSettingsRow[] = await db.query(
    `select version, own_mail, request_days, dead_letter_days, waiting_dead_letter_days, updated_at, updated_by
     from intake_settings
     where workspace_id = $1::int`,
    [workspace],
  );
  return rows[0] ?? null;
}

/** What is left out stays. */
export interface IntakeChange {
  readonly version: number;
  readonly ownMail: readonly string[] | undefined;
  readonly requestDays: number | undefined;
  readonly deadLetterDays: number | undefined;
  readonly waitingDeadLetterDays: number | null | undefined;
}

/** Writes what follows the version that was read; null when another change came first. Nothing decided is version 1. */
export async function writeIntakeSettings(
  db: EntityManager,
  workspace: number,
  change: IntakeChange,
  actor: string,
): Promise<IntakeSettingsRow | null> {
  const rows: IntakeSettingsRow[] = await db.query(
    `with settings as (
       insert into intake_settings as s (workspace_id, version, own_mail, updated_by, request_days, dead_letter_days,
         waiting_dead_letter_days)
       select $1::int, 2, coalesce($3::text[], '{}'), $4::text, $5::int, $6::int, $7::int
       where $2::int = 1 or exists (select from intake_settings where workspace_id = $1::int)
       on conflict (workspace_id) do update
       set version = s.version + 1, own_mail = coalesce($3::text[], s.own_mail), updated_by = excluded.updated_by,
         updated_at = now(), request_days = coalesce(excluded.request_days, s.request_days),
         dead_letter_days = coalesce(excluded.dead_letter_days, s.dead_letter_days),
         waiting_dead_letter_days =
           case when $8::boolean then excluded.waiting_dead_letter_days else s.waiting_dead_letter_days end
       where s.version = $2::int
       returning version, own_mail, request_days, dead_letter_days, waiting_dead_letter_days, updated_at, updated_by
     )
     select * from settings`,
    [
      workspace,
      change.version,
      change.ownMail,
      actor,
      change.requestDays,
      change.deadLetterDays,
      change.waitingDeadLetterDays,
      change.waitingDeadLetterDays !== undefined,
    ],
  );
  return rows[0] ?? null;
}
