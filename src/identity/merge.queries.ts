import type { EntityManager } from 'typeorm';
import { workspaceLocks } from '../platform/workspace-locks.js';

/**
 * Lets no batch of the workspace write identity until this transaction ends. It spares batches and people lost races;
 * what is right is kept so by the versions of the customers.
 */
export async function lockIdentity(db: EntityManager, workspace: number): Promise<void> {
  await db.query('select pg_advisory_xact_lock($1::int, $2::int)', [workspaceLocks.ingest, workspace]);
}

/** For the rest of the transaction every table is walked by index from a handful of rows, whatever statistics say. */
export async function walkIndexes(db: EntityManager): Promise<void> {
  await db.query(
    `select set_config(setting, 'off', true)
     from unnest('{enable_seqscan,enable_hashjoin,enable_mergejoin,enable_bitmapscan}'::text[]) setting`,
  );
}

/** Locks the customers that profiles belong to, in the order of their ids, as ingest does. */
export async function lockCustomers(
  db: EntityManager,
  workspace: number,
  profiles: readonly string[],
): Promise<string[]> {
  const rows: { id: string }[] = await db.query(
    `select r.id::text
     from profile r
     where r.workspace_id = $1::int and r.canonical_id = r.id and r.id in (
       select p.canonical_id
       from profile p
       where p.workspace_id = $1::int and p.id = any($2::bigint[])
     )
     order by r.id
     for no key update of r`,
    [workspace, profiles],
  );
  return rows.map((row) => row.id);
}

export interface MemberRow {
  readonly id: string;
  readonly root: string;
}

/** All profiles of the customers, and those asked for wherever they are. By `profile_canonical` and the primary key. */
export async function findMembers(
  db: EntityManager,
  workspace: number,
  roots: readonly string[],
  profiles: readonly string[],
): Promise<MemberRow[]> {
  return db.query(
    `select m.id::text, m.canonical_id::text as root
     from (
       select p.id, p.canonical_id
       from profile p
       where p.workspace_id = $1::int and p.canonical_id = any($2::bigint[])
       union
       select p.id, p.canonical_id
       from profile p
       where p.workspace_id = $1::int and p.id = any($3::bigint[])
     ) m
     order by m.id`,
    [workspace, roots, profiles],
  );
}

/** The instant of an act: now, and later than any move of these profiles, so that histories have one order. */
export async function instantOfAct(db: EntityManager, workspace: number, profiles: readonly string[]): Promise<string> {
  const [row]: { at: string }[] = await db.query(
    `select greatest(clock_timestamp(), max(h.moved_at) + interval '1 microsecond')::text as at
     from unnest($2::bigint[]) m(id)
     left join lateral (
       select moved_at
       from profile_pointer
       where workspace_id = $1::int and profile_id = m.id
       order by moved_at desc
       limit 1
     ) h on true`,
    [workspace, profiles],
  );
  return (row as { at: string }).at;
}

export interface PointerRow {
  readonly id: string;
  readonly root: string;
  readonly isMoved: boolean;
  /** Merges that made the customer, where the profile stands for one. */
  readonly merges: number | null;
}

/**
 * Points profiles to the customers that they belong to from now on, with their history, and raises the version of each,
 * so that a batch that was decided on what was before decides again.
 */
export async function movePointers(
  db: EntityManager,
  workspace: number,
  rows: readonly PointerRow[],
  at: string,
): Promise<void> {
  await db.query(
    `with pointed as (
       update profile p
       set canonical_id = m.root, version = p.version + 1, merges = coalesce(m.merges, p.merges)
       from unnest($2::bigint[], $3::bigint[], $4::int[]) m(id, root, merges)
       where p.workspace_id = $1::int and p.id = m.id
     )
     insert into profile_pointer (workspace_id, profile_id, canonical_id, moved_at)
     select $1::int, m.id, m.root, $6::timestamptz
     from unnest($2::bigint[], $3::bigint[], $5::boolean[]) m(id, root, is_moved)
     where m.is_moved`,
    [
      workspace,
      rows.map((row) => row.id),
      rows.map((row) => row.root),
      rows.map((row) => row.merges),
      rows.map((row) => row.isMoved),
      at,
    ],
  );
}

/** Raises the versions of customers of which nothing else changes but what may be joined with them. */
export async function bumpVersions(db: EntityManager, workspace: number, roots: readonly string[]): Promise<void> {
  await db.query(
    `update profile
     set version = version + 1
     where workspace_id = $1::int and id = any($2::bigint[])`,
    [workspace, roots],
  );
}

export interface NewMerge {
  readonly survivor: string;
  readonly absorbed: string;
  readonly evidence: string;
  readonly rule: string;
  readonly actor: string;
  readonly reason: string | null;
}

export async function insertMerge(db: EntityManager, workspace: number, merge: NewMerge, at: string): Promise<string> {
  const [row]: { id: string }[] = await db.query(
    `insert into merge (workspace_id, survivor_id, absorbed_id, touchpoint_id, rule, actor, reason, merged_at)
     values ($1::int, $2::bigint, $3::bigint, $4::uuid, $5::text, $6::text, $7::text, $8::timestamptz)
     returning id::text`,
    [workspace, merge.survivor, merge.absorbed, merge.evidence, merge.rule, merge.actor, merge.reason, at],
  );
  return (row as { id: string }).id;
}

export interface MergeRow {
  readonly id: string;
  readonly survivor: string;
  readonly absorbed: string;
  readonly evidence: string | null;
  readonly isUndone: boolean;
}

const columns = `m.id::text, m.survivor_id::text as survivor, m.absorbed_id::text as absorbed,
  replace(m.touchpoint_id::text, '-', '') as evidence, m.undone_at is not null as "isUndone"`;

/** Reads a merge and locks it: who undoes it next, waits and finds it undone. */
export async function holdMerge(db: EntityManager, workspace: number, id: string): Promise<MergeRow | null> {
  const rows: MergeRow[] = await db.query(
    `select ${columns}
     from merge m
     where m.workspace_id = $1::int and m.id = $2::bigint
     for update`,
    [workspace, id],
  );
  return rows[0] ?? null;
}

/** Merges that hold between profiles, by `merge_absorbed`. */
export async function findMergesAmong(
  db: EntityManager,
  workspace: number,
  profiles: readonly string[],
): Promise<MergeRow[]> {
  return db.query(
    `select ${columns}
     from merge m
     where m.workspace_id = $1::int and m.absorbed_id = any($2::bigint[]) and m.survivor_id = any($2::bigint[])
       and m.undone_at is null
     order by m.id`,
    [workspace, profiles],
  );
}

/** The merge by which a person joined these very profiles, where it holds; null when none did. */
export async function findManualMerge(
  db: EntityManager,
  workspace: number,
  a: string,
  b: string,
): Promise<string | null> {
  const rows: { id: string }[] = await db.query(
    `select m.id::text
     from identity_link l
     join merge m on m.workspace_id = $1::int and m.touchpoint_id = l.touchpoint_id and m.undone_at is null
     where l.workspace_id = $1::int and l.profile_a = least($2::bigint, $3::bigint)
       and l.profile_b = greatest($2::bigint, $3::bigint) and l.rule = 'MANUAL' and l.revoked_at is null
     order by m.id
     limit 1`,
    [workspace, a, b],
  );
  return rows[0]?.id ?? null;
}
