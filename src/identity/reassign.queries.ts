import type { EntityManager } from 'typeorm';
import type { NamedIdentifier } from './named-identifier.js';

export interface HeldIdentifier {
  readonly type: string;
  readonly value: string;
  /** Whose it is, or was before it was detached. */
  readonly profile: string;
  readonly isDetached: boolean;
  /** False when it is its owner's only since a later instant than the asked one. */
  readonly isTheirsBy: boolean;
  /** True when it was split off from that very instant on, and nothing came after. */
  readonly isSplitFrom: boolean;
  /** How often people gave it away. */
  readonly handovers: number;
}

/** Reads an identifier by its primary key, in the first form that is stored, and locks it. */
export async function holdIdentifier(
  db: EntityManager,
  workspace: number,
  { type, forms }: NamedIdentifier,
  from: string,
): Promise<HeldIdentifier | null> {
  const rows: HeldIdentifier[] = await db.query(
    `select i.type, i.value, coalesce(i.profile_id, i.former_profile_id)::text as profile,
       i.detached_at is not null as "isDetached", coalesce(i.valid_from <= $4::timestamptz, true) as "isTheirsBy",
       coalesce(i.valid_from = $4::timestamptz and i.detached_at is null and (
         select e.act = 'SPLIT'
         from identifier_event e
         where e.workspace_id = $1::int and e.type = i.type and e.value = i.value and e.to_profile_id is not null
         order by e.id desc
         limit 1
       ), false) as "isSplitFrom", (
         select count(*)::int
         from identifier_owner o
         where o.workspace_id = $1::int and o.type = i.type and o.value = i.value and o.actor is not null
       ) as handovers
     from identifier i
     where i.workspace_id = $1::int and i.type = $2::text and i.value = any($3::text[])
     order by array_position($3::text[], i.value)
     limit 1
     for update of i`,
    [workspace, type, forms, from],
  );
  return rows[0] ?? null;
}

/** Whose it was just before its present owner, as it was known then. */
export async function findPreviousOwner(
  db: EntityManager,
  workspace: number,
  type: string,
  value: string,
): Promise<string | null> {
  const rows: { profile: string }[] = await db.query(
    `select profile_id::text as profile
     from identifier_owner
     where workspace_id = $1::int and type = $2::text and value = $3::text
     order by replaced_at desc
     limit 1`,
    [workspace, type, value],
  );
  return rows[0]?.profile ?? null;
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

export interface Handover {
  readonly type: string;
  readonly value: string;
  readonly to: string;
  readonly from: string;
  readonly act: 'REASSIGNED' | 'SPLIT';
  readonly actor: string;
  readonly reason: string | null;
}

/**
 * Gives an identifier to a profile from an instant on. Whose it was is kept in `identifier_owner`; what was known of it as
 * the former owner's (that it was proved, shared, or tried to join others) does not speak of a new one.
 */
export async function handOver(db: EntityManager, workspace: number, it: Handover, at: string): Promise<void> {
  await db.query(
    `with former as (
       insert into identifier_owner (workspace_id, type, value, profile_id, valid_from, valid_to, first_seen_at,
         last_seen_at, recorded_at, replaced_at, actor, reason, detached_at, verification, verified_at,
         is_quarantined, is_shared, raw_value)
       select i.workspace_id, i.type, i.value, coalesce(i.profile_id, i.former_profile_id), i.valid_from,
         $5::timestamptz, i.first_seen_at, i.last_seen_at, i.recorded_at,
         greatest($8::timestamptz, i.recorded_at + interval '1 microsecond'), $6::text, $7::text, i.detached_at,
         i.verification, i.verified_at, i.is_quarantined, i.is_shared, i.raw_value
       from identifier i
       where i.workspace_id = $1::int and i.type = $2::text and i.value = $3::text
       returning profile_id, replaced_at, profile_id = $4::bigint as is_same
     ), told as (
       insert into identifier_event (workspace_id, type, value, act, reason, actor, from_profile_id, to_profile_id,
         happened_at)
       select $1::int, $2::text, $3::text, $9::text, coalesce($7::text, ''), $6::text, f.profile_id, $4::bigint,
         f.replaced_at
       from former f
     )
     update identifier i
     set profile_id = $4::bigint, valid_from = $5::timestamptz, recorded_at = f.replaced_at,
       first_seen_at = greatest(i.first_seen_at, $5::timestamptz), last_seen_at = greatest(i.last_seen_at, $5::timestamptz),
       verification = case when f.is_same then i.verification else 0 end,
       verified_at = case when f.is_same then i.verified_at end, former_profile_id = null, detached_at = null,
       is_shared = f.is_same and i.is_shared, is_sharing_decided = f.is_same and i.is_sharing_decided,
       is_quarantined = f.is_same and i.is_quarantined, rivals = case when f.is_same then i.rivals end
     from former f
     where i.workspace_id = $1::int and i.type = $2::text and i.value = $3::text`,
    [workspace, it.type, it.value, it.to, it.from, it.actor, it.reason, at, it.act],
  );
}

export interface OwnershipRow {
  readonly customer: string;
  readonly validFrom: string | null;
  readonly validTo: string | null;
  readonly recordedAt: string;
  readonly replacedAt: string | null;
  readonly actor: string | null;
  readonly reason: string | null;
}

/**
 * Who an identifier belonged to and belongs to, the latest decision first, by the primary keys of both tables. What was
 * decided later counts from its date on: so long, as we know now, it was theirs.
 */
export async function findOwnerships(
  db: EntityManager,
  workspace: number,
  { type, forms }: NamedIdentifier,
  rowsMax: number,
): Promise<OwnershipRow[]> {
  return db.query(
    `with stored as (
       select value
       from identifier
       where workspace_id = $1::int and type = $2::text and value = any($3::text[])
       order by array_position($3::text[], value)
       limit 1
     )
     select p.canonical_id::text as customer, to_json(o.valid_from) #>> '{}' as "validFrom",
       to_json(o.valid_to) #>> '{}' as "validTo", to_json(o.recorded_at) #>> '{}' as "recordedAt",
       to_json(nullif(o.replaced_at, 'infinity')) #>> '{}' as "replacedAt", o.actor, o.reason
     from (
       select o.profile_id, o.valid_from, o.recorded_at, o.replaced_at, o.actor, o.reason,
         coalesce(
           min(o.valid_from) over (order by o.replaced_at rows between 1 following and unbounded following),
           o.valid_to) as valid_to
       from (
         select coalesce(i.profile_id, i.former_profile_id) as profile_id, i.valid_from, i.detached_at as valid_to,
           i.recorded_at, 'infinity'::timestamptz as replaced_at, null::text as actor, null::text as reason
         from stored s
         join identifier i on i.workspace_id = $1::int and i.type = $2::text and i.value = s.value
         union all
         select o.profile_id, o.valid_from, o.valid_to, o.recorded_at, o.replaced_at, o.actor, o.reason
         from stored s
         join identifier_owner o on o.workspace_id = $1::int and o.type = $2::text and o.value = s.value
       ) o
     ) o
     join profile p on p.workspace_id = $1::int and p.id = o.profile_id
     order by o.replaced_at desc
     limit $4::int`,
    [workspace, type, forms, rowsMax],
  );
}
