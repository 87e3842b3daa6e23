import type { EntityManager } from 'typeorm';
import { IDENTITY_REAPPLY, type IdentityReapply } from './identifier.events.js';

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

/** Gives identifiers another value, which nobody has; what first came is kept. */
export async function renameIdentifiers(
  db: EntityManager,
  workspace: number,
  renames: readonly Rename[],
): Promise<void> {
  const values = [
    workspace,
    renames.map((one) => one.type),
    renames.map((one) => one.value),
    renames.map((one) => one.to),
  ];
  await db.query(
    `update identifier i
     set value = n.renamed, raw_value = coalesce(i.raw_value, i.value)
     from unnest($2::text[], $3::text[], $4::text[]) n(type, value, renamed)
     where i.workspace_id = $1::int and i.type = n.type and i.value = n.value`,
    values,
  );
  await db.query(
    `update identifier_use u
     set value = n.renamed
     from unnest($2::text[], $3::text[], $4::text[]) n(type, value, renamed)
     where u.workspace_id = $1::int and u.type = n.type and u.value = n.value`,
    values,
  );
}

/**
 * Folds identifiers into others that have become the same: sightings and proof go over, and the owner where the other
 * one had none.
 */
export async function foldIdentifiers(db: EntityManager, workspace: number, folds: readonly Rename[]): Promise<void> {
  await db.query(
    `update identifier h
     set first_seen_at = least(h.first_seen_at, r.first_at), last_seen_at = greatest(h.last_seen_at, r.last_at),
       verification = greatest(h.verification, r.verification), profile_id = coalesce(h.profile_id, r.profile_id),
       former_profile_id = case when h.profile_id is null and r.profile_id is null then h.former_profile_id end,
       detached_at = case when h.profile_id is null and r.profile_id is null then h.detached_at end
     from (
       select n.type, n.renamed, min(i.first_seen_at) as first_at, max(i.last_seen_at) as last_at,
         max(i.verification) as verification, min(i.profile_id) as profile_id
       from unnest($2::text[], $3::text[], $4::text[]) n(type, value, renamed)
       join identifier i on i.workspace_id = $1::int and i.type = n.type and i.value = n.value
       group by n.type, n.renamed
     ) r
     where h.workspace_id = $1::int and h.type = r.type and h.value = r.renamed`,
    [workspace, folds.map((one) => one.type), folds.map((one) => one.value), folds.map((one) => one.to)],
  );
}

export interface Detachment {
  readonly type: string;
  readonly value: string;
  readonly reason: string;
}

/** They keep their rows, name nobody any more, and it is told why; those that were detached before stay as they are. */
export async function detachIdentifiers(
  db: EntityManager,
  workspace: number,
  detachments: readonly Detachment[],
): Promise<void> {
  await db.query(
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
     where i.workspace_id = $1::int and i.type = was.type and i.value = was.value`,
    [
      workspace,
      detachments.map((one) => one.type),
      detachments.map((one) => one.value),
      detachments.map((one) => one.reason),
    ],
  );
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
