import type { EntityManager } from 'typeorm';

export interface HeldIdentifier {
  readonly profile: string;
  /** Since when it is that profile's; null from the beginning. */
  readonly validFrom: string | null;
  readonly isValidBefore: boolean;
}

/** Reads an identifier and locks it; `isValidBefore` says whether its owner had it before the instant. */
export async function holdIdentifier(
  db: EntityManager,
  workspace: number,
  type: string,
  value: string,
  from: string,
): Promise<HeldIdentifier | null> {
  const rows: HeldIdentifier[] = await db.query(
    `select coalesce(profile_id, former_profile_id)::text as profile, to_json(valid_from) #>> '{}' as "validFrom",
       coalesce(valid_from < $4::timestamptz, true) as "isValidBefore"
     from identifier
     where workspace_id = $1::int and type = $2::text and value = $3::text
     for update`,
    [workspace, type, value, from],
  );
  return rows[0] ?? null;
}

/** The start of a block of ids for new profiles: see `ProfileIds`. */
export async function nextProfileBlock(db: EntityManager): Promise<number> {
  const [row]: { start: string }[] = await db.query(`select nextval('profile_id_block')::text as start`);
  return Number((row as { start: string }).start);
}

export async function insertProfile(db: EntityManager, workspace: number, id: string): Promise<void> {
  await db.query(
    `insert into profile (workspace_id, id, canonical_id)
     values ($1::int, $2::bigint, $2::bigint)`,
    [workspace, id],
  );
}

export interface Reassignment {
  readonly type: string;
  readonly value: string;
  readonly to: string;
  readonly from: string;
  readonly actor: string;
  readonly reason: string | null;
}

/**
 * Gives an identifier to another profile from an instant on. Whose it was is kept in `identifier_owner`; what was known
 * of it as the former owner's (that it was proved, shared, or tried to join others) does not speak of the new one.
 */
export async function reassign(db: EntityManager, workspace: number, it: Reassignment, at: string): Promise<void> {
  await db.query(
    `with former as (
       insert into identifier_owner (workspace_id, type, value, profile_id, valid_from, valid_to, first_seen_at,
         last_seen_at, recorded_at, replaced_at, actor, reason)
       select i.workspace_id, i.type, i.value, coalesce(i.profile_id, i.former_profile_id), i.valid_from, $5::timestamptz, i.first_seen_at,
         i.last_seen_at, i.recorded_at, $8::timestamptz, $6::text, $7::text
       from identifier i
       where i.workspace_id = $1::int and i.type = $2::text and i.value = $3::text
       returning profile_id
     ), told as (
       insert into identifier_event (workspace_id, type, value, act, reason, actor, from_profile_id, to_profile_id,
         happened_at)
       select $1::int, $2::text, $3::text, 'REASSIGNED', coalesce($7::text, ''), $6::text, f.profile_id, $4::bigint,
         $8::timestamptz
       from former f
     )
     update identifier i
     set profile_id = $4::bigint, valid_from = $5::timestamptz, recorded_at = $8::timestamptz,
       first_seen_at = greatest(i.first_seen_at, $5::timestamptz), last_seen_at = greatest(i.last_seen_at, $5::timestamptz),
       verification = 0, former_profile_id = null, detached_at = null, is_shared = false, is_quarantined = false, rivals = null
     where i.workspace_id = $1::int and i.type = $2::text and i.value = $3::text`,
    [workspace, it.type, it.value, it.to, it.from, it.actor, it.reason, at],
  );
}

export interface OwnershipRow {
  readonly profile: string;
  readonly customer: string;
  readonly validFrom: string | null;
  readonly validTo: string | null;
  readonly recordedAt: string;
  readonly actor: string | null;
  readonly reason: string | null;
}

/** Who an identifier belonged to and belongs to, newest first, by the primary keys of both tables. */
export async function findOwnerships(
  db: EntityManager,
  workspace: number,
  type: string,
  value: string,
  rowsMax: number,
): Promise<OwnershipRow[]> {
  return db.query(
    `select o.profile_id::text as profile, p.canonical_id::text as customer, to_json(o.valid_from) #>> '{}' as "validFrom",
       to_json(o.valid_to) #>> '{}' as "validTo", to_json(o.recorded_at) #>> '{}' as "recordedAt", o.actor, o.reason
     from (
       select profile_id, valid_from, null::timestamptz as valid_to, recorded_at, null::text as actor,
         null::text as reason, 'infinity'::timestamptz as replaced_at
       from identifier
       where workspace_id = $1::int and type = $2::text and value = $3::text and detached_at is null
       union all
       select profile_id, valid_from, valid_to, recorded_at, actor, reason, replaced_at
       from identifier_owner
       where workspace_id = $1::int and type = $2::text and value = $3::text
     ) o
     join profile p on p.workspace_id = $1::int and p.id = o.profile_id
     order by o.replaced_at desc
     limit $4::int`,
    [workspace, type, value, rowsMax],
  );
}
