import type { EntityManager } from 'typeorm';
import { workspaceLocks } from '../platform/workspace-locks.js';

/** Those of the touchpoints that are folded into another journey than the one that they belong to now. */
export async function findMoved(
  db: EntityManager,
  workspace: number,
  touchpoints: readonly string[],
): Promise<{ readonly touchpoint: string; readonly journey: string }[]> {
  if (touchpoints.length === 0) return [];
  return db.query(
    `select replace(t.id::text, '-', '') as touchpoint, replace(jt.journey_id::text, '-', '') as journey
     from journey_touchpoint jt
     join touchpoint t on t.workspace_id = $1::int and t.id = jt.touchpoint_id
     where jt.workspace_id = $1::int and jt.touchpoint_id = any($2::uuid[]) and t.journey_id is distinct from jt.journey_id`,
    [workspace, touchpoints],
  );
}

/** Folds touchpoints into journeys. One that its sender puts elsewhere moves there; one that stands right stays as it is. */
export async function placeTouchpoints(
  db: EntityManager,
  workspace: number,
  places: readonly { readonly touchpoint: string; readonly journey: string; readonly isReferred: boolean }[],
): Promise<void> {
  await db.query(
    `insert into journey_touchpoint as jt (workspace_id, touchpoint_id, journey_id, is_referred)
     select $1::int, n.touchpoint, n.journey, n."isReferred"
     from json_to_recordset($2::json) n(touchpoint uuid, journey uuid, "isReferred" boolean)
     order by n.touchpoint
     on conflict (workspace_id, touchpoint_id) do update
     set journey_id = excluded.journey_id, is_referred = excluded.is_referred
     where jt.journey_id <> excluded.journey_id`,
    [workspace, JSON.stringify(places)],
  );
}

/** A touchpoint that was put to a journey because it was its customer’s, and is not any more. */
export interface Misplaced {
  readonly touchpoint: string;
  readonly journey: string;
  /** The customer of the touchpoint now. */
  readonly customer: string;
  readonly at: Date;
}

/** Those among the journeys and the touchpoints of customers. */
export async function findMisplaced(
  db: EntityManager,
  workspace: number,
  customers: readonly string[],
): Promise<Misplaced[]> {
  return db.query(
    `select replace(t.id::text, '-', '') as touchpoint, replace(j.id::text, '-', '') as journey,
       tp.canonical_id::text as customer, t.occurred_at as at
     from unnest($2::bigint[]) k(customer)
     join profile jp on jp.workspace_id = $1::int and jp.canonical_id = k.customer
     join journey j on j.workspace_id = $1::int and j.profile_id = jp.id
     join journey_touchpoint jt on jt.workspace_id = $1::int and jt.journey_id = j.id and not jt.is_referred
     join touchpoint t on t.workspace_id = $1::int and t.id = jt.touchpoint_id
     join profile tp on tp.workspace_id = $1::int and tp.id = t.profile_id
     where tp.canonical_id <> jp.canonical_id`,
    [workspace, customers],
  );
}

export async function unplaceTouchpoints(
  db: EntityManager,
  workspace: number,
  touchpoints: readonly string[],
): Promise<void> {
  await db.query(
    `delete from journey_touchpoint
     where workspace_id = $1::int and touchpoint_id = any($2::uuid[])`,
    [workspace, touchpoints],
  );
}

/** The customers of profiles, and for each when the earliest of its journeys started. */
export async function findEarliest(
  db: EntityManager,
  workspace: number,
  profiles: readonly string[],
): Promise<{ readonly customer: string; readonly since: Date | null }[]> {
  if (profiles.length === 0) return [];
  return db.query(
    `select k.customer::text, min(j.started_at) as since
     from (
       select distinct p.canonical_id as customer
       from profile p
       where p.workspace_id = $1::int and p.id = any($2::bigint[])
     ) k
     join profile p on p.workspace_id = $1::int and p.canonical_id = k.customer
     left join journey j on j.workspace_id = $1::int and j.profile_id = p.id
     group by k.customer`,
    [workspace, profiles],
  );
}

/** Taken by whoever may begin a journey because of touchpoints: two of them must not begin the same one. */
export async function beginAlone(db: EntityManager, workspace: number): Promise<void> {
  await db.query('select pg_advisory_xact_lock($1::int, $2::int)', [workspaceLocks.journeyBeginning, workspace]);
}
