import type { EntityManager } from 'typeorm';
import type { Definition } from './blueprint.js';

export interface BlueprintRow {
  readonly id: string;
  readonly key: string;
  readonly version: number;
  readonly isRetired: boolean;
}

const columns = `replace(b.id::text, '-', '') as id, b.key, b.version, b.retired_at is not null as "isRetired"`;

/** Who makes or changes blueprints of a workspace next, waits: the limit counts over all of them. */
export async function holdBlueprints(db: EntityManager, workspace: number): Promise<BlueprintRow[]> {
  return db.query(
    `select ${columns}
     from blueprint b
     where b.workspace_id = $1::int
     order by b.id
     for update`,
    [workspace],
  );
}

/** By the unique index of the key. */
export async function findBlueprint(db: EntityManager, workspace: number, key: string): Promise<BlueprintRow | null> {
  const rows: BlueprintRow[] = await db.query(
    `select ${columns}
     from blueprint b
     where b.workspace_id = $1::int and b.key = $2::text`,
    [workspace, key],
  );
  return rows[0] ?? null;
}

/** False when the key is taken. */
export async function insertBlueprint(
  db: EntityManager,
  workspace: number,
  blueprint: { readonly id: string; readonly key: string },
  now: Date,
): Promise<boolean> {
  const rows: unknown[] = await db.query(
    `insert into blueprint (workspace_id, id, key, created_at, updated_at)
     values ($1::int, $2::uuid, $3::text, $4::timestamptz, $4::timestamptz)
     on conflict do nothing
     returning id`,
    [workspace, blueprint.id, blueprint.key, now],
  );
  return rows.length > 0;
}

export async function insertBlueprintVersion(
  db: EntityManager,
  workspace: number,
  version: {
    readonly blueprint: string;
    readonly version: number;
    readonly definition: Definition;
    readonly actor: string;
  },
  now: Date,
): Promise<void> {
  await db.query(
    `insert into blueprint_version (workspace_id, blueprint_id, version, created_at, actor, definition)
     values ($1::int, $2::uuid, $3::int, $4::timestamptz, $5::text, $6::json)`,
    [workspace, version.blueprint, version.version, now, version.actor, JSON.stringify(version.definition)],
  );
}

export async function writeLatestVersion(
  db: EntityManager,
  workspace: number,
  id: string,
  version: number,
  now: Date,
): Promise<void> {
  await db.query(
    `update blueprint
     set version = $3::int, updated_at = $4::timestamptz
     where workspace_id = $1::int and id = $2::uuid`,
    [workspace, id, version, now],
  );
}

/** Told twice, the first time stays. */
export async function markRetired(db: EntityManager, workspace: number, id: string, now: Date): Promise<void> {
  await db.query(
    `update blueprint
     set retired_at = coalesce(retired_at, $3::timestamptz), updated_at = $3::timestamptz
     where workspace_id = $1::int and id = $2::uuid`,
    [workspace, id, now],
  );
}

export interface VersionRef {
  readonly blueprint: string;
  readonly version: number;
}

/** Definitions by the primary key; those that do not exist are missing. */
export async function findDefinitions(
  db: EntityManager,
  workspace: number,
  versions: readonly VersionRef[],
): Promise<(VersionRef & { readonly definition: Definition })[]> {
  return db.query(
    `select replace(v.blueprint_id::text, '-', '') as blueprint, v.version, v.definition
     from json_to_recordset($2::json) r(blueprint uuid, version int)
     join blueprint_version v
       on v.workspace_id = $1::int and v.blueprint_id = r.blueprint and v.version = r.version`,
    [workspace, JSON.stringify(versions)],
  );
}
