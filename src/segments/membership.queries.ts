import type { EntityManager } from 'typeorm';
import { type Begin, endings } from './membership-change.js';
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

export interface Entering extends Begin, Term {
  readonly version: number;
  readonly reason: readonly unknown[];
}

/** Until when a membership goes: to an instant, or so long after its beginning, whichever comes first. */
export interface Term {
  readonly expires: string | null;
  readonly lastsMs: number | null;
}

export interface Ended extends MembershipRef {
  /** Place in the list of endings. */
  readonly by: number;
  /** Whether its rule holds: then it has lapsed until that changes. */
  readonly isLapsed: boolean;
}

export interface Kept extends MembershipRef, Term {
  readonly isOrphan: boolean;
}

export interface MembershipChange {
  readonly entered: readonly Entering[];
  readonly ended: readonly Ended[];
  /** Members that stay and may have another term now. */
  readonly kept: readonly Kept[];
  /** Of customers, lapsed memberships whose rule does not hold any more: she may enter again. */
  readonly freed: readonly MembershipRef[];
  readonly dues: readonly { readonly profile: string; readonly due: string | null }[];
}

/**
 * Writes what evaluations found, all in one statement: ends memberships, begins others, and notes when time alone may
 * change a customer next. A partial evaluation knows only some segments, so it may bring a due instant forward, never
 * put it off. To leave and enter again at one instant goes on with the old membership. One that goes on from another, or
 * from before a merge that was taken back, has its beginning, and so its term.
 */
export async function writeMemberships(
  db: EntityManager,
  workspace: number,
  change: MembershipChange,
  now: Date,
  isPartial: boolean,
): Promise<void> {
  await db.query(
    `with entering as (
       select e.profile, e.segment, e.version, e.reason, e."isManual" as is_manual,
         case when b.is_merged then b.since else e.entered end as entered,
         case when b.is_merged then e.profile else e.origin end as origin,
         least(e.expires, coalesce(case when b.is_merged then b.since else e.entered end, $5::timestamptz)
           + e."lastsMs" * interval '1 millisecond') as expires
       from json_to_recordset($2::json) e(profile bigint, segment uuid, version int, reason json, "isManual" boolean,
         entered timestamptz, origin bigint, expires timestamptz, "lastsMs" float8)
       left join lateral (
         select e.entered is null and sm.ended_by is not distinct from $9::smallint as is_merged,
           coalesce(sm.entered_at, sm.since_at) as since
         from segment_member sm
         where sm.workspace_id = $1::int and sm.profile_id = e.profile and sm.segment_id = e.segment
         order by sm.since_at desc
         limit 1
       ) b on true
     ), ended as (
       update segment_member sm
       set until_at = greatest(case when l.by = $10::smallint then coalesce(sm.expires_at, $5::timestamptz)
           else $5::timestamptz end, sm.since_at),
         ended_by = l.by, is_lapsed = l."isLapsed"
       from json_to_recordset($3::json) l(profile bigint, segment uuid, by smallint, "isLapsed" boolean)
       where sm.workspace_id = $1::int and sm.profile_id = l.profile and sm.segment_id = l.segment
         and sm.until_at is null and not exists (
           select from entering e
           where e.profile = sm.profile_id and e.segment = sm.segment_id and sm.since_at = $5::timestamptz
         )
       returning sm.profile_id
     ), begun as (
       insert into segment_member as sm (workspace_id, profile_id, segment_id, since_at, entered_at, expires_at, origin_id,
         rule_version, is_manual, reason)
       select $1::int, e.profile, e.segment, $5::timestamptz, e.entered, e.expires, e.origin, e.version, e.is_manual,
         e.reason
       from entering e
       -- After what it goes on from has ended: there is one open row at a time.
       where (select count(*) from ended) >= 0
       on conflict (workspace_id, profile_id, segment_id, since_at)
       do update set until_at = null, ended_by = null, is_lapsed = false, rule_version = excluded.rule_version,
         is_manual = excluded.is_manual, expires_at = excluded.expires_at, reason = excluded.reason
       returning profile_id, expires_at
     ), kept as (
       update segment_member sm
       set entered_at = k.entered, expires_at = k.expires
       from (
         select k.profile, k.segment, o.since_at, o.entered,
           least(k.expires, coalesce(o.entered, o.since_at) + k."lastsMs" * interval '1 millisecond') as expires
         from json_to_recordset($7::json) k(profile bigint, segment uuid, expires timestamptz, "lastsMs" float8,
           "isOrphan" boolean)
         join lateral (
           select o.since_at, case when not k."isOrphan" then o.entered_at end as entered
           from segment_member o
           where o.workspace_id = $1::int and o.profile_id = k.profile and o.segment_id = k.segment
             and o.until_at is null
         ) o on true
       ) k
       where sm.workspace_id = $1::int and sm.profile_id = k.profile and sm.segment_id = k.segment
         and sm.since_at = k.since_at
         and (sm.expires_at, sm.entered_at) is distinct from (k.expires, k.entered)
       returning sm.profile_id, sm.expires_at
     ), freed as (
       update segment_member sm
       set is_lapsed = false
       from json_to_recordset($8::json) l(profile bigint, segment uuid)
       join profile p on p.workspace_id = $1::int and p.canonical_id = l.profile
       where sm.workspace_id = $1::int and sm.profile_id = p.id and sm.segment_id = l.segment and sm.is_lapsed
     ), due as (
       select n.profile, least(n.due, (
         select min(t.expires_at)
         from (select * from begun union all select * from kept) t
         where t.profile_id = n.profile
       )) as due
       from json_to_recordset($4::json) n(profile bigint, due timestamptz)
     )
     update segment_due d
     set due_at = case when $6::bool then least(d.due_at, n.due) else n.due end
     from due n
     where d.workspace_id = $1::int and d.profile_id = n.profile
       and d.due_at is distinct from case when $6::bool then least(d.due_at, n.due) else n.due end`,
    [
      workspace,
      JSON.stringify(change.entered),
      JSON.stringify(change.ended),
      JSON.stringify(change.dues),
      now,
      isPartial,
      JSON.stringify(change.kept),
      JSON.stringify(change.freed),
      endings.indexOf('MERGE'),
      endings.indexOf('EXPIRED'),
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
