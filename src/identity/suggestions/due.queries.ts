import type { EntityManager } from 'typeorm';
import { workspaceLocks } from '../../platform/workspace-locks.js';

/** What changed just now goes before what is gone over as a whole: history that is imported, a new set of weights. */
export const lanes = { now: 0, whole: 1 } as const;
export type Lane = (typeof lanes)[keyof typeof lanes];

/** In the place of a profile: the workspace waits for weights to be estimated. */
export const estimateDue = '0';

export interface DueOptions {
  readonly lane: Lane;
  /** Compared anew though nothing that it is compared by has changed. */
  readonly isForced: boolean;
}

/** Notes that the customers of these profiles are to be compared; one that is noted already gets a new ticket. */
export async function noteDue(
  db: EntityManager,
  workspace: number,
  profiles: readonly string[],
  { lane, isForced }: DueOptions,
): Promise<void> {
  await db.query(
    `insert into match_due as d (workspace_id, profile_id, lane, is_forced)
     select $1::int, p.id, $3::smallint, $4::boolean
     from (select distinct id from unnest($2::bigint[]) u(id) order by id) p
     on conflict (workspace_id, profile_id) do update
     set ticket = default, lane = least(d.lane, excluded.lane), is_forced = d.is_forced or excluded.is_forced,
       due_at = least(d.due_at, now()), attempts = 0`,
    [workspace, profiles, lane, isForced],
  );
}

/** Notes the next customers after an id, by the primary key; answers with the last one, null at the end. */
export async function noteNextDue(
  db: EntityManager,
  workspace: number,
  after: string,
  customersMax: number,
): Promise<string | null> {
  const [row]: { last: string | null }[] = await db.query(
    `with next as (
       select p.id
       from profile p
       where p.workspace_id = $1::int and p.id > $2::bigint and p.canonical_id = p.id
       order by p.id
       limit $3::int
     ), noted as (
       insert into match_due as d (workspace_id, profile_id, lane, is_forced)
       select $1::int, id, $4::smallint, true
       from next
       order by id
       on conflict (workspace_id, profile_id) do update
       set ticket = default, is_forced = true
     )
     select case when count(*) = $3::int then max(id)::text end as last
     from next`,
    [workspace, after, customersMax, lanes.whole],
  );
  return (row as { last: string | null }).last;
}

/** The next workspace after one in which somebody is due, in the system scope: one probe of `match_due_next` each. */
export async function nextDueWorkspace(db: EntityManager, after: number): Promise<number | null> {
  const [row]: { workspace: number }[] = await db.query(
    `select d.workspace_id as workspace
     from match_due d
     where d.workspace_id > $1::int and d.due_at <= now()
     order by d.workspace_id, d.lane, d.due_at
     limit 1`,
    [after],
  );
  return row?.workspace ?? null;
}

export interface DueRow {
  readonly profile: string;
  readonly ticket: string;
  readonly isForced: boolean;
}

/** Who is due in a workspace, along `match_due_next`. */
export async function findDue(db: EntityManager, workspace: number, customersMax: number): Promise<DueRow[]> {
  return db.query(
    `select d.profile_id::text as profile, d.ticket::text, d.is_forced as "isForced"
     from match_due d
     where d.workspace_id = $1::int and d.due_at <= now()
     order by d.lane, d.due_at, d.profile_id
     limit $2::int`,
    [workspace, customersMax],
  );
}

/** These were worked off; one that was noted again meanwhile stays. */
export async function deleteDue(db: EntityManager, workspace: number, done: readonly DueRow[]): Promise<void> {
  await db.query(
    `delete from match_due d
     using unnest($2::bigint[], $3::bigint[]) u(profile, ticket)
     where d.workspace_id = $1::int and d.profile_id = u.profile and d.ticket = u.ticket`,
    [workspace, done.map((one) => one.profile), done.map((one) => one.ticket)],
  );
}

/** What could not be worked off waits longer each time, up to an hour, and keeps nobody else back. */
export async function postponeDue(db: EntityManager, workspace: number, profiles: readonly string[]): Promise<void> {
  await db.query(
    `update match_due
     set attempts = attempts + 1, due_at = now() + least(3600, power(2, least(attempts, 20))) * interval '1 second'
     where workspace_id = $1::int and profile_id = any($2::bigint[])`,
    [workspace, profiles],
  );
}

/**
 * One at a time brings a workspace's suggestions up to date or decides on one of them, so that no score is written that
 * rests on what somebody else has changed in between. Ends with the transaction.
 */
export async function lockUpkeep(db: EntityManager, workspace: number): Promise<void> {
  await db.query('select pg_advisory_xact_lock($1::int, $2::int)', [workspaceLocks.matchUpkeep, workspace]);
}

/** The same, without waiting: false when somebody else is at it. */
export async function tryLockUpkeep(db: EntityManager, workspace: number): Promise<boolean> {
  const [row]: { isLocked: boolean }[] = await db.query(
    'select pg_try_advisory_xact_lock($1::int, $2::int) as "isLocked"',
    [workspaceLocks.matchUpkeep, workspace],
  );
  return row?.isLocked === true;
}

/** How many are due in all workspaces, counted up to a limit. */
export async function countDue(db: EntityManager, countMax: number): Promise<number> {
  const [row]: { n: number }[] = await db.query(
    'select count(*)::int as n from (select from match_due limit $1::int) d',
    [countMax],
  );
  return row?.n ?? 0;
}
