import type { EntityManager } from 'typeorm';
import type { VersionRef } from './blueprint.queries.js';
import {
  type Cause,
  type JourneyState,
  type JourneyStatus,
  journeyStatuses,
  type Stay,
  type Turn,
} from './journey-state.js';

/** A journey as its row has it, held until the end of the transaction. */
export interface HeldJourney extends VersionRef {
  readonly id: string;
  readonly profile: string;
  readonly customer: string;
  readonly journeyVersion: number;
  readonly status: JourneyStatus;
  readonly step: string;
  readonly startedAt: number;
  readonly stepSince: number;
  readonly endedAt: number | null;
  readonly state: JourneyState['data'];
  readonly turn: Turn | null;
  readonly cause: Cause;
  readonly isStuck: boolean;
}

interface JourneyRow extends Omit<HeldJourney, 'status' | 'startedAt' | 'stepSince' | 'endedAt'> {
  readonly status: number;
  readonly startedAt: Date;
  readonly stepSince: Date;
  readonly endedAt: Date | null;
}

const columns = `replace(j.id::text, '-', '') as id, j.profile_id::text as profile, p.canonical_id::text as customer,
  replace(j.blueprint_id::text, '-', '') as blueprint, j.blueprint_version as version, j.version as "journeyVersion",
  j.status, j.step, j.started_at as "startedAt", j.step_since as "stepSince", j.ended_at as "endedAt", j.state, j.turn, j.cause,
  j.is_stuck as "isStuck"`;

function heldOf(row: JourneyRow): HeldJourney {
  return {
    ...row,
    status: journeyStatuses[row.status] as JourneyStatus,
    startedAt: row.startedAt.getTime(),
    stepSince: row.stepSince.getTime(),
    endedAt: row.endedAt?.getTime() ?? null,
  };
}

/** Reads journeys and locks them, in the order of their ids: who changes one of them next, waits. */
export async function holdJourneys(
  db: EntityManager,
  workspace: number,
  ids: readonly string[],
  whenHeld: 'wait' | 'pass over' = 'wait',
): Promise<HeldJourney[]> {
  const rows: JourneyRow[] = await db.query(
    `select ${columns}
     from journey j
     join profile p on p.workspace_id = $1::int and p.id = j.profile_id
     where j.workspace_id = $1::int and j.id = any($2::uuid[])
     order by j.id
     for update of j ${whenHeld === 'wait' ? '' : 'skip locked'}`,
    [workspace, ids],
  );
  return rows.map(heldOf);
}

/**
 * The journeys of customers that are open, or ended at an instant of the customer’s or later, by `journey_history`.
 * What ended before cannot have been meant.
 */
export async function findJourneysOf(
  db: EntityManager,
  workspace: number,
  customers: readonly { readonly customer: string; readonly since: Date }[],
): Promise<string[]> {
  const rows: { id: string }[] = await db.query(
    `select replace(j.id::text, '-', '') as id
     from json_to_recordset($2::json) k(customer bigint, since timestamptz)
     join profile p on p.workspace_id = $1::int and p.canonical_id = k.customer
     join journey j on j.workspace_id = $1::int and j.profile_id = p.id
     where j.status < 2 or j.ended_at >= k.since`,
    [workspace, JSON.stringify(customers)],
  );
  return rows.map((row) => row.id);
}

/** The customer that a profile belongs to now, and whether it is there at all. */
export async function findCustomer(db: EntityManager, workspace: number, profile: string): Promise<string | null> {
  const rows: { customer: string }[] = await db.query(
    `select p.canonical_id::text as customer
     from profile p
     where p.workspace_id = $1::int and p.id = $2::bigint`,
    [workspace, profile],
  );
  return rows[0]?.customer ?? null;
}

export async function countOpenJourneys(db: EntityManager, workspace: number, profile: string): Promise<number> {
  const rows: { n: number }[] = await db.query(
    `select count(*)::int as n
     from profile own
     join profile p on p.workspace_id = $1::int and p.canonical_id = own.canonical_id
     join journey j on j.workspace_id = $1::int and j.profile_id = p.id and j.status < 2
     where own.workspace_id = $1::int and own.id = $2::bigint`,
    [workspace, profile],
  );
  return rows[0]?.n ?? 0;
}

export interface NewJourney extends VersionRef {
  readonly id: string;
  readonly profile: string;
  readonly step: string;
  readonly source: string;
  readonly externalId: string;
}

/** Makes the rows of journeys, to be written in the same transaction; answers with those that were not there before. */
export async function insertJourneys(
  db: EntityManager,
  workspace: number,
  journeys: readonly NewJourney[],
  now: Date,
): Promise<string[]> {
  const rows: { id: string }[] = await db.query(
    `insert into journey (workspace_id, id, profile_id, blueprint_id, blueprint_version, step, source, external_id, status,
       started_at, step_since, active_at, updated_at)
     select $1::int, n.id, n.profile, n.blueprint, n.version, n.step, n.source, n."externalId", 0, $3::timestamptz,
       $3::timestamptz, $3::timestamptz, $3::timestamptz
     from json_to_recordset($2::json) n(id uuid, profile bigint, blueprint uuid, version int, step text, source text,
       "externalId" text)
     order by n.id
     on conflict do nothing
     returning replace(id::text, '-', '') as id`,
    [workspace, JSON.stringify(journeys), now],
  );
  return rows.map((row) => row.id);
}

/** What a journey has become. Times are ISO texts. */
export interface JourneyWrite {
  readonly id: string;
  readonly blueprintVersion: number;
  readonly status: number;
  readonly step: string;
  readonly startedAt: string;
  readonly stepSince: string;
  readonly activeAt: string;
  readonly expectedAt: string | null;
  readonly stuckAt: string | null;
  readonly endedAt: string | null;
  readonly isStuck: boolean;
  readonly state: JourneyState['data'];
  readonly way: readonly Stay[];
  readonly turn: Turn | null;
  readonly cause: Cause;
  readonly dueAt: string | null;
  /** True when it is something else than before, to those who read it: then it is a new version. */
  readonly isChanged: boolean;
}

/** Writes journeys, the version of each that changed, and when time alone changes it next: one statement. */
export async function writeJourneys(
  db: EntityManager,
  workspace: number,
  journeys: readonly JourneyWrite[],
  now: Date,
): Promise<void> {
  await db.query(
    `with n as (
       select *
       from json_to_recordset($2::json) n(id uuid, "blueprintVersion" int, status smallint, step text,
         "startedAt" timestamptz, "stepSince" timestamptz, "activeAt" timestamptz, "expectedAt" timestamptz,
         "stuckAt" timestamptz, "endedAt" timestamptz, "isStuck" boolean, state json, way json, turn json, cause json,
         "dueAt" timestamptz, "isChanged" boolean)
     ), changed as (
       update journey j
       set blueprint_version = n."blueprintVersion", status = n.status, step = n.step, started_at = n."startedAt",
         step_since = n."stepSince", active_at = n."activeAt", expected_at = n."expectedAt", stuck_at = n."stuckAt",
         ended_at = n."endedAt", is_stuck = n."isStuck", state = n.state, way = n.way,
         turn = nullif(n.turn::text, 'null')::json,
         cause = n.cause, version = j.version + n."isChanged"::int,
         updated_at = case when n."isChanged" then greatest(j.updated_at, $3::timestamptz) else j.updated_at end
       from n
       where j.workspace_id = $1::int and j.id = n.id
       returning j.*, n."isChanged"
     ), versions as (
       insert into journey_version (workspace_id, journey_id, version, changed_at, blueprint_version, status, step,
         started_at, step_since, expected_at, stuck_at, ended_at, state, turn, cause)
       select workspace_id, id, version, updated_at, blueprint_version, status, step, started_at, step_since, expected_at,
         stuck_at, ended_at, state, turn, cause
       from changed
       where "isChanged"
     )
     insert into journey_due (workspace_id, journey_id, due_at)
     select $1::int, n.id, n."dueAt"
     from n
     order by n.id
     on conflict (workspace_id, journey_id) do update set due_at = excluded.due_at`,
    [workspace, JSON.stringify(journeys), now],
  );
}

/** Journeys of all workspaces whose time has come, along `journey_due_at`; who sees to one of them holds it first. */
export async function findDueJourneys(
  db: EntityManager,
  now: Date,
  journeysMax: number,
): Promise<{ readonly workspace: number; readonly journey: string }[]> {
  return db.query(
    `select d.workspace_id as workspace, replace(d.journey_id::text, '-', '') as journey
     from journey_due d
     where d.due_at <= $1::timestamptz
     order by d.due_at
     limit $2::int`,
    [now, journeysMax],
  );
}

/** Open journeys that run by a version, in the order of their ids, by `journey_running`. */
export async function findRunning(
  db: EntityManager,
  workspace: number,
  { blueprint, version }: VersionRef,
  after: string | null,
  journeysMax: number,
): Promise<string[]> {
  const rows: { id: string }[] = await db.query(
    `select replace(j.id::text, '-', '') as id
     from journey j
     where j.workspace_id = $1::int and j.blueprint_id = $2::uuid and j.blueprint_version = $3::int and j.status < 2
       and j.id > coalesce($4::uuid, '00000000-0000-0000-0000-000000000000')
     order by j.id
     limit $5::int`,
    [workspace, blueprint, version, after, journeysMax],
  );
  return rows.map((row) => row.id);
}
