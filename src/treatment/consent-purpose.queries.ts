import type { EntityManager } from 'typeorm';

export interface PurposeRow {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly description: string | null;
  /** Codes; null covers all. */
  readonly channels: readonly number[] | null;
  readonly legalBasis: number;
  readonly defaultState: number;
  readonly heedsHours: boolean;
  readonly isRetired: boolean;
  readonly version: number;
}

const columns = `id, key, name, description, channels, legal_basis as "legalBasis", default_state as "defaultState",
       heeds_hours as "heedsHours", retired_at is not null as "isRetired", version`;

/** A purpose by its key; with `lock` nobody else changes it until the end. */
export async function findPurpose(
  db: EntityManager,
  workspace: number,
  key: string,
  lock = false,
): Promise<PurposeRow | null> {
  const rows: PurposeRow[] = await db.query(
    `select ${columns}
     from consent_purpose
     where workspace_id = $1::int and key = $2::text${lock ? ' for update' : ''}`,
    [workspace, key],
  );
  return rows[0] ?? null;
}

export async function countPurposes(db: EntityManager, workspace: number): Promise<number> {
  const rows: { count: number }[] = await db.query(
    'select count(*)::int as count from consent_purpose where workspace_id = $1::int',
    [workspace],
  );
  return (rows[0] as { count: number }).count;
}

/** False when the key is taken. */
export async function insertPurpose(
  db: EntityManager,
  workspace: number,
  { id, key, name, description, channels, legalBasis, defaultState, heedsHours }: PurposeRow,
  actor: string,
  now: Date,
): Promise<boolean> {
  const rows: unknown[] = await db.query(
    `insert into consent_purpose (workspace_id, id, key, name, description, channels, legal_basis, default_state,
       heeds_hours, version, created_at, updated_at, actor)
     values ($1::int, $2::uuid, $3::text, $4::text, $5::text, $6::smallint[], $7::smallint, $8::smallint, $9::boolean, 1,
       $10::timestamptz, $10::timestamptz, $11::text)
     on conflict (workspace_id, key) do nothing
     returning id`,
    [workspace, id, key, name, description, channels, legalBasis, defaultState, heedsHours, now, actor],
  );
  return rows.length > 0;
}

/** Writes the next version of a purpose that is held. */
export async function writePurpose(
  db: EntityManager,
  workspace: number,
  { id, name, description, channels, legalBasis, defaultState, heedsHours, isRetired, version }: PurposeRow,
  actor: string,
  now: Date,
): Promise<void> {
  await db.query(
    `update consent_purpose
     set name = $3::text, description = $4::text, channels = $5::smallint[], legal_basis = $6::smallint,
       default_state = $7::smallint, heeds_hours = $8::boolean, version = $9::int, updated_at = $10::timestamptz,
       retired_at = case when $11::boolean then coalesce(retired_at, $10::timestamptz) end, actor = $12::text
     where workspace_id = $1::int and id = $2::uuid`,
    [workspace, id, name, description, channels, legalBasis, defaultState, heedsHours, version, now, isRetired, actor],
  );
}
