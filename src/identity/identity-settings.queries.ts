import type { EntityManager } from 'typeorm';
import type { IdentifierType } from './identifier-type.js';
import type { FormerRules } from './identifier-types.js';
import type { Settings } from './identity-settings.js';

export interface SettingsRow {
  readonly version: number;
  readonly updated_at: Date;
  readonly updated_by: string | null;
  readonly former: FormerRules | null;
  readonly progress: Progress | null;
}

/** How far stored identifiers are normalised anew. */
export interface Progress {
  readonly state: 'WAITING' | 'RUNNING' | 'DONE';
  readonly checked: number;
  readonly renamed: number;
  readonly detached: number;
  readonly folded: number;
  readonly merged: number;
  readonly reported: number;
}

/** The one row of a workspace; null when nobody has changed anything yet. */
export async function findSettings(db: EntityManager, workspace: number): Promise<SettingsRow | null> {
  const rows: SettingsRow[] = await db.query(
    `select version, updated_at, updated_by, former, progress
     from identity_settings
     where workspace_id = $1::int`,
    [workspace],
  );
  return rows[0] ?? null;
}

/** As `findSettings`, held until the end of the transaction; made when there is none. */
export async function holdSettings(db: EntityManager, workspace: number): Promise<SettingsRow> {
  await db.query('insert into identity_settings (workspace_id) values ($1::int) on conflict do nothing', [workspace]);
  const rows: SettingsRow[] = await db.query(
    `select version, updated_at, updated_by, former, progress
     from identity_settings
     where workspace_id = $1::int
     for update`,
    [workspace],
  );
  return rows[0] as SettingsRow;
}

export async function writeSettings(
  db: EntityManager,
  workspace: number,
  { folding, defaultRegion }: Settings,
  former: FormerRules | null,
  actor: string,
): Promise<void> {
  await db.query(
    `update identity_settings
     set version = version + 1, folds_plus = $2::boolean, folds_dots = $3::boolean, former = $4::json, updated_at = now(),
       updated_by = $5::text
     where workspace_id = $1::int`,
    [workspace, folding.plus, folding.dots, former && JSON.stringify(former), actor],
  );
  await db.query('update workspace set default_region = $2::text where id = $1::int', [workspace, defaultRegion]);
}

export async function writeProgress(
  db: EntityManager,
  workspace: number,
  progress: Progress,
  former: FormerRules | null,
): Promise<void> {
  await db.query(
    `update identity_settings
     set progress = $2::json, former = $3::json
     where workspace_id = $1::int`,
    [workspace, JSON.stringify(progress), former && JSON.stringify(former)],
  );
}

/** Writes the types as they shall be; those that are not among them are removed. */
export async function writeTypes(
  db: EntityManager,
  workspace: number,
  types: readonly IdentifierType[],
): Promise<void> {
  const rows = types.map((type) => ({
    ...type,
    values: [...type.blocked.values],
    patterns: type.blocked.patterns,
  }));
  await db.query(
    `insert into identifier_type as t (workspace_id, name, priority, limit_per_customer, window_days, is_unique,
       is_scoped, comparison, overflow, blocked_values, blocked_patterns)
     select $1::int, n.name, n.priority, n."limitPerCustomer", n."windowDays", n."isUnique", n."isScoped",
       n.comparison, n.overflow, n.values, n.patterns
     from json_to_recordset($2::json) n(name text, priority smallint, "limitPerCustomer" int, "windowDays" int,
       "isUnique" boolean, "isScoped" boolean, comparison text, overflow text, values text[], patterns text[])
     on conflict (workspace_id, name) do update
     set priority = excluded.priority, limit_per_customer = excluded.limit_per_customer,
       window_days = excluded.window_days, is_unique = excluded.is_unique, is_scoped = excluded.is_scoped,
       comparison = excluded.comparison, overflow = excluded.overflow, blocked_values = excluded.blocked_values,
       blocked_patterns = excluded.blocked_patterns, removed_at = null`,
    [workspace, JSON.stringify(rows)],
  );
  await db.query(
    `update identifier_type
     set removed_at = now()
     where workspace_id = $1::int and removed_at is null and name <> all($2::text[])`,
    [workspace, types.map((type) => type.name)],
  );
}

/** Of types, those of which identifiers are stored: one probe of the primary key each. */
export async function findTypesInUse(
  db: EntityManager,
  workspace: number,
  names: readonly string[],
): Promise<string[]> {
  const rows: { name: string }[] = await db.query(
    `select n.name
     from unnest($2::text[]) n(name)
     where exists (select from identifier i where i.workspace_id = $1::int and i.type = n.name)`,
    [workspace, names],
  );
  return rows.map((row) => row.name);
}

export interface StoredIdentifier {
  readonly type: string;
  readonly value: string;
  readonly raw: string | null;
  /** Epoch milliseconds. */
  readonly lastSeen: number;
  /** Null when it is detached. */
  readonly profile: string | null;
  readonly customer: string | null;
}

/** The next identifiers of some types after one, in the order of the primary key: a page costs the same at any depth. */
export async function findIdentifiersAfter(
  db: EntityManager,
  workspace: number,
  types: readonly string[],
  after: { readonly type: string; readonly value: string },
  count: number,
): Promise<StoredIdentifier[]> {
  return db.query(
    `select i.type, i.value, i.raw_value as raw, extract(epoch from i.last_seen_at)::float8 * 1000 as "lastSeen",
       i.profile_id::text as profile, p.canonical_id::text as customer
     from (
       select *
       from identifier
       where workspace_id = $1::int and (type, value) > ($3::text collate "C", $4::text collate "C")
         and type = any($2::text[])
       order by workspace_id, type, value
       limit $5::int
     ) i
     left join profile p on p.workspace_id = $1::int and p.id = i.profile_id
     order by i.type, i.value`,
    [workspace, types, after.type, after.value, count],
  );
}

/** What is stored under values that others would get, by the primary key. */
export async function findIdentifiers(
  db: EntityManager,
  workspace: number,
  named: readonly { readonly type: string; readonly value: string }[],
): Promise<StoredIdentifier[]> {
  return db.query(
    `select i.type, i.value, i.raw_value as raw, extract(epoch from i.last_seen_at)::float8 * 1000 as "lastSeen",
       i.profile_id::text as profile, p.canonical_id::text as customer
     from unnest($2::text[], $3::text[]) n(type, value)
     join identifier i on i.workspace_id = $1::int and i.type = n.type and i.value = n.value
     left join profile p on p.workspace_id = $1::int and p.id = i.profile_id`,
    [workspace, named.map((one) => one.type), named.map((one) => one.value)],
  );
}

export interface OverLimitRow {
  readonly customer: string;
}

/** Customers with more identifiers of a type than its limit: reads the whole type, so it is given little time. */
export async function findCustomersOverLimit(
  db: EntityManager,
  workspace: number,
  { name, limitPerCustomer, windowDays }: IdentifierType,
  msMax: number,
): Promise<OverLimitRow[]> {
  await db.query(`select set_config('statement_timeout', $1, true)`, [String(Math.max(1, Math.round(msMax)))]);
  return db.query(
    `select p.canonical_id::text as customer
     from identifier i
     join profile p on p.workspace_id = $1::int and p.id = i.profile_id
     where i.workspace_id = $1::int and i.type = $2::text
       and ($4::int is null or i.first_seen_at >= now() - make_interval(days => $4::int))
     group by p.canonical_id
     having count(*) > $3::int
     order by p.canonical_id`,
    [workspace, name, limitPerCustomer, windowDays],
  );
}
