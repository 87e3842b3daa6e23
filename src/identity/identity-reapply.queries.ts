import type { EntityManager } from 'typeorm';
import { IDENTITY_REAPPLY, type IdentityReapply } from './identity.events.js';

/** Published in the caller's transaction, to be handled after a while. */
export async function publishReapplication(
  db: EntityManager,
  workspace: number,
  event: IdentityReapply,
  delayMs: number,
): Promise<void> {
  await db.query(
    `insert into outbox (workspace_id, kind, payload, due_at)
     values ($1::int, $2::text, $3::json, now() + $4::float8 * interval '1 millisecond')`,
    [workspace, IDENTITY_REAPPLY, JSON.stringify(event), delayMs],
  );
}

export interface Rename {
  readonly type: string;
  readonly value: string;
  readonly to: string;
}

const columnsOf = (workspace: number, renames: readonly Rename[]) => [
  workspace,
  renames.map((one) => one.type),
  renames.map((one) => one.value),
  renames.map((one) => one.to),
];

/** Gives identifiers another value, which nobody has; what first came is kept, and their history goes with them. */
export async function renameIdentifiers(
  db: EntityManager,
  workspace: number,
  renames: readonly Rename[],
): Promise<void> {
  const renamed = (table: string) => `
       update ${table} h
       set value = n.renamed
       from n
       where h.workspace_id = $1::int and h.type = n.type and h.value = n.value`;
  await db.query(
    `with n as (
       select * from unnest($2::text[], $3::text[], $4::text[]) n(type, value, renamed)
     ), uses as (${renamed('identifier_use')}
     ), owners as (${renamed('identifier_owner')}
     ), events as (${renamed('identifier_event')}
     )
     update identifier i
     set value = n.renamed, raw_value = coalesce(i.raw_value, i.value)
     from n
     where i.workspace_id = $1::int and i.type = n.type and i.value = n.value`,
    columnsOf(workspace, renames),
  );
}

/**
 * Folds identifiers into others that have become the same: sightings, proof and what is known of their use go over, and
 * the owner where the other one had none.
 */
export async function foldIdentifiers(db: EntityManager, workspace: number, folds: readonly Rename[]): Promise<void> {
  const values = columnsOf(workspace, folds);
  await db.query(
    `update identifier h
     set first_seen_at = least(h.first_seen_at, r.first_at), last_seen_at = greatest(h.last_seen_at, r.last_at),
       verification = greatest(h.verification, r.verification),
       verified_at = case when r.verification > h.verification then r.verified_at else h.verified_at end, is_shared = h.is_shared or r.is_shared,
       is_sharing_decided = h.is_sharing_decided or r.is_sharing_decided,
       is_quarantined = h.is_quarantined or r.is_quarantined, profile_id = coalesce(h.profile_id, r.profile_id),
       former_profile_id = case when h.profile_id is null and r.profile_id is null then h.former_profile_id end,
       detached_at = case when h.profile_id is null and r.profile_id is null then h.detached_at end
     from (
       select n.type, n.renamed, min(i.first_seen_at) as first_at, max(i.last_seen_at) as last_at,
         max(i.verification) as verification,
         min(i.verified_at) filter (where i.verification > 0) as verified_at, min(i.profile_id) as profile_id, bool_or(i.is_shared) as is_shared,
         bool_or(i.is_sharing_decided) as is_sharing_decided, bool_or(i.is_quarantined) as is_quarantined
       from unnest($2::text[], $3::text[], $4::text[]) n(type, value, renamed)
       join identifier i on i.workspace_id = $1::int and i.type = n.type and i.value = n.value
       group by n.type, n.renamed
     ) r
     where h.workspace_id = $1::int and h.type = r.type and h.value = r.renamed`,
    values,
  );
  await db.query(
    `insert into identifier_use as x (workspace_id, type, value, profile_id, uses, last_seen_at)
     select $1::int, n.type, n.renamed, u.profile_id, sum(u.uses), max(u.last_seen_at)
     from unnest($2::text[], $3::text[], $4::text[]) n(type, value, renamed)
     join identifier_use u on u.workspace_id = $1::int and u.type = n.type and u.value = n.value
     group by n.type, n.renamed, u.profile_id
     on conflict (workspace_id, type, value, profile_id) do update
     set uses = x.uses + excluded.uses, last_seen_at = greatest(x.last_seen_at, excluded.last_seen_at)`,
    values,
  );
}

/** What happened to identifiers is told under the value of those that they have become. */
export async function moveEvents(db: EntityManager, workspace: number, folds: readonly Rename[]): Promise<void> {
  await db.query(
    `update identifier_event e
     set value = n.renamed
     from unnest($2::text[], $3::text[], $4::text[]) n(type, value, renamed)
     where e.workspace_id = $1::int and e.type = n.type and e.value = n.value`,
    columnsOf(workspace, folds),
  );
}

export interface Detachment {
  readonly type: string;
  readonly value: string;
  readonly reason: string;
}

/**
 * They keep their rows, name nobody any more, and it is told why; those that were detached before stay as they are.
 * Answers with the profiles that had them.
 */
export async function detachIdentifiers(
  db: EntityManager,
  workspace: number,
  detachments: readonly Detachment[],
): Promise<string[]> {
  const [rows]: [{ profile: string }[], number] = await db.query(
    `with n as (
       select * from unnest($2::text[], $3::text[], $4::text[]) n(type, value, reason)
     ), was as (
       select i.type, i.value, i.profile_id, n.reason
       from n
       join identifier i on i.workspace_id = $1::int and i.type = n.type and i.value = n.value
       where i.profile_id is not null
     ), told as (
       insert into identifier_event (workspace_id, type, value, act, reason, from_profile_id)
       select $1::int, type, value, 'RENORMALISED', reason, profile_id
       from was
     )
     update identifier i
     set profile_id = null, former_profile_id = i.profile_id, detached_at = now()
     from was
     where i.workspace_id = $1::int and i.type = was.type and i.value = was.value
     returning i.former_profile_id::text as profile`,
    [
      workspace,
      detachments.map((one) => one.type),
      detachments.map((one) => one.value),
      detachments.map((one) => one.reason),
    ],
  );
  return rows.map((row) => row.profile);
}

/** A pair that was not joined is left as a suggestion. */
export async function insertClaims(
  db: EntityManager,
  workspace: number,
  pairs: readonly { readonly a: string; readonly b: string; readonly evidence: string }[],
): Promise<void> {
  await db.query(
    `insert into claimed_link as x (workspace_id, profile_a, profile_b, first_at, last_at, times, touchpoint_id, rule)
     select distinct on (least(a, b), greatest(a, b)) $1::int, least(a, b), greatest(a, b), now(), now(), 1, evidence,
       'RENORMALISED'
     from unnest($2::bigint[], $3::bigint[], $4::uuid[]) u(a, b, evidence)
     on conflict (workspace_id, profile_a, profile_b) do update
     set last_at = excluded.last_at, times = x.times + 1`,
    [workspace, pairs.map((one) => one.a), pairs.map((one) => one.b), pairs.map((one) => one.evidence)],
  );
}
