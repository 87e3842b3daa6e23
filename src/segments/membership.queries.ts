import type { EntityManager } from 'typeorm';
import type { MembershipRef } from './segments.events.js';

/**
 * For the rest of the transaction every table is walked by index, also one that was empty when the statement was
 * planned, and no machine code is made for statements that run for milliseconds.
 */
export async function walkIndexes(db: EntityManager): Promise<void> {
  await db.query(`select set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)`);
}

/**
 * The customers that profiles belong to now, held until the end of the transaction: who evaluates one of them next,
 * waits and then sees what this evaluation saw and wrote. Rows are locked in the order of their ids.
 */
export async function holdCustomers(
  db: EntityManager,
  workspace: number,
  profiles: readonly string[],
): Promise<string[]> {
  const ids: { id: string }[] = await db.query(
    `with customer as (
       select distinct p.canonical_id as id
       from profile p
       where p.workspace_id = $1::int and p.id = any($2::bigint[])
     ), added as (
       insert into segment_due (workspace_id, profile_id)
       select $1::int, c.id from customer c
       where not exists (
         select from segment_due d
         where d.workspace_id = $1::int and d.profile_id = c.id
       )
       order by c.id
       on conflict do nothing
     )
     select id::text from customer order by id`,
    [workspace, profiles],
  );
  const customers = ids.map((row) => row.id);
  await db.query(
    `select from segment_due
     where workspace_id = $1::int and profile_id = any($2::bigint[])
     order by profile_id
     for update`,
    [workspace, customers],
  );
  return customers;
}

export interface Entering extends MembershipRef {
  readonly version: number;
  readonly reason: readonly unknown[];
}

export interface MembershipChange {
  readonly entered: readonly Entering[];
  readonly left: readonly MembershipRef[];
  readonly dues: readonly { readonly profile: string; readonly due: string | null }[];
}

/**
 * Writes what evaluations found, all in one statement: ends memberships, begins others, and notes when time alone may
 * change a customer next. A partial evaluation knows only some segments, so it may bring a due instant forward, never
 * put it off. To leave and enter again at one instant goes on with the old membership.
 */
export async function writeMemberships(
  db: EntityManager,
  workspace: number,
  change: MembershipChange,
  now: Date,
  isPartial: boolean,
): Promise<void> {
  await db.query(
    `with ended as (
       update segment_member sm
       set until_at = greatest($5::timestamptz, sm.since_at)
       from json_to_recordset($3::json) l(profile bigint, segment uuid)
       where sm.workspace_id = $1::int and sm.profile_id = l.profile and sm.segment_id = l.segment
         and sm.until_at is null
     ), begun as (
       insert into segment_member (workspace_id, profile_id, segment_id, since_at, rule_version, reason)
       select $1::int, e.profile, e.segment, $5::timestamptz, e.version, e.reason
       from json_to_recordset($2::json) e(profile bigint, segment uuid, version int, reason json)
       on conflict (workspace_id, profile_id, segment_id, since_at)
       do update set until_at = null, rule_version = excluded.rule_version, reason = excluded.reason
     )
     update segment_due d
     set due_at = case when $6::bool then least(d.due_at, n.due) else n.due end
     from json_to_recordset($4::json) n(profile bigint, due timestamptz)
     where d.workspace_id = $1::int and d.profile_id = n.profile
       and d.due_at is distinct from case when $6::bool then least(d.due_at, n.due) else n.due end`,
    [
      workspace,
      JSON.stringify(change.entered),
      JSON.stringify(change.left),
      JSON.stringify(change.dues),
      now,
      isPartial,
    ],
  );
}

export interface DueCustomer {
  readonly workspace: number;
  readonly profile: string;
}

/**
 * Claims customers of all workspaces whose time has come, along `segment_due_at`, and passes over those that another
 * instance holds. A claim is noted as done, for the row may be of a profile that was absorbed since and is never
 * evaluated under its own id again; what is evaluated gets its next instant in the same transaction.
 */
export async function claimDue(db: EntityManager, now: Date, customersMax: number): Promise<DueCustomer[]> {
  const [rows]: [DueCustomer[], number] = await db.query(
    `with due as (
       select workspace_id, profile_id
       from segment_due
       where due_at <= $1::timestamptz
       order by due_at
       limit $2::int
       for update skip locked
     )
     update segment_due d
     set due_at = null
     from due
     where d.workspace_id = due.workspace_id and d.profile_id = due.profile_id
     returning d.workspace_id as workspace, d.profile_id::text as profile`,
    [now, customersMax],
  );
  return rows;
}

/** The next canonical profiles after an id, by primary key. */
export async function nextCustomers(
  db: EntityManager,
  workspace: number,
  after: string,
  customersMax: number,
): Promise<string[]> {
  const rows: { id: string }[] = await db.query(
    `select p.id::text
     from profile p
     where p.workspace_id = $1::int and p.id = p.canonical_id and p.id > $2::bigint
     order by p.id
     limit $3::int`,
    [workspace, after, customersMax],
  );
  return rows.map((row) => row.id);
}

/** Profiles, canonical or not, that are members of a segment: those to close when it is gone. */
export async function nextMembers(
  db: EntityManager,
  workspace: number,
  segment: string,
  after: string,
  membersMax: number,
): Promise<string[]> {
  const rows: { id: string }[] = await db.query(
    `select sm.profile_id::text as id
     from segment_member sm
     where sm.workspace_id = $1::int and sm.segment_id = $2::uuid and sm.profile_id > $3::bigint and sm.until_at is null
     order by sm.profile_id
     limit $4::int`,
    [workspace, segment, after, membersMax],
  );
  return rows.map((row) => row.id);
}
