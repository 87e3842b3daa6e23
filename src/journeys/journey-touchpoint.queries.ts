import type { EntityManager } from 'typeorm';
import { workspaceLocks } from '../platform/workspace-locks.js';
import { type Channel, channels, type Direction, directions } from '../touchpoints/vocabulary.js';
import type { VersionRef } from './blueprint.queries.js';
import type { Candidate } from './journey-assignment.js';

/** What all triggers of a workspace together look at, so that no more of a touchpoint is read. */
export interface Interest {
  /** Null when some trigger does not say which kinds it is about. */
  readonly kinds: readonly string[] | null;
  readonly attributes: readonly string[];
}

/** A touchpoint with the journey that it belongs to, if any. */
export interface PlacedTouchpoint extends Candidate {
  readonly journey: string | null;
}

interface TouchpointRow {
  readonly id: string;
  readonly profile: string;
  readonly customer: string;
  readonly journey: string | null;
  readonly at: Date;
  readonly channel: number;
  readonly direction: number;
  readonly kind: string;
  readonly topic: string | null;
  readonly attributes: Record<string, unknown> | null;
}

/** Of the attributes, `$n` names those that matter. */
const columns = (wanted: string) => `replace(t.id::text, '-', '') as id, t.profile_id::text as profile,
  p.canonical_id::text as customer, replace(t.journey_id::text, '-', '') as journey, t.occurred_at as at, t.channel,
  t.direction, t.kind, t.topic, (
    select json_object_agg(a.key, a.value)
    from json_each(t.attributes) a
    where a.key = any(${wanted}::text[])
  ) as attributes`;

function placedOf(row: TouchpointRow): PlacedTouchpoint {
  const { id, profile, customer, journey } = row;
  return {
    id,
    profile,
    customer,
    journey,
    at: row.at.getTime(),
    happening: {
      channel: channels[row.channel] as Channel,
      direction: directions[row.direction] as Direction,
      kind: row.kind,
      topic: row.topic,
      attributes: row.attributes ?? {},
    },
  };
}

/** Versions that touchpoints may concern: the latest of each blueprint, and those that journeys run by. */
export async function findVersionsInUse(
  db: EntityManager,
  workspace: number,
): Promise<(VersionRef & { readonly mayStart: boolean })[]> {
  return db.query(
    `select replace(v.blueprint_id::text, '-', '') as blueprint, v.version,
       v.version = b.version and b.retired_at is null as "mayStart"
     from blueprint b
     join blueprint_version v on v.workspace_id = $1::int and v.blueprint_id = b.id
     where b.workspace_id = $1::int and (v.version = b.version or exists (
       select from journey j
       where j.workspace_id = $1::int and j.blueprint_id = b.id and j.blueprint_version = v.version and j.status < 2
     ))
     order by b.key, v.version desc`,
    [workspace],
  );
}

/** By the primary key. */
export async function findTouchpoints(
  db: EntityManager,
  workspace: number,
  ids: readonly string[],
  { attributes }: Interest,
): Promise<PlacedTouchpoint[]> {
  const rows: TouchpointRow[] = await db.query(
    `select ${columns('$3')}
     from touchpoint t
     join profile p on p.workspace_id = $1::int and p.id = t.profile_id
     where t.workspace_id = $1::int and t.id = any($2::uuid[])`,
    [workspace, ids, attributes],
  );
  return rows.map(placedOf);
}

/**
 * What customers did since an instant that belongs to no journey yet: of each profile so many at most, the earliest.
 * Walks `touchpoint_history` from there.
 */
export async function findUnplaced(
  db: EntityManager,
  workspace: number,
  customers: readonly { readonly customer: string; readonly since: Date }[],
  { kinds, attributes }: Interest,
  touchpointsMax: number,
): Promise<PlacedTouchpoint[]> {
  const rows: TouchpointRow[] = await db.query(
    `select ${columns('$4')}
     from json_to_recordset($2::json) k(customer bigint, since timestamptz)
     join profile p on p.workspace_id = $1::int and p.canonical_id = k.customer
     cross join lateral (
       select t.*
       from touchpoint t
       where t.workspace_id = $1::int and t.profile_id = p.id and t.occurred_at >= k.since and t.journey_id is null
         and ($3::text[] is null or t.kind = any($3::text[]))
       order by t.occurred_at, t.id
       limit $5::int
     ) t`,
    [workspace, JSON.stringify(customers), kinds, attributes, touchpointsMax],
  );
  return rows.map(placedOf);
}

/** The touchpoints that journeys are folded from. */
export async function findFolded(
  db: EntityManager,
  workspace: number,
  journeys: readonly string[],
  { attributes }: Interest,
): Promise<PlacedTouchpoint[]> {
  const rows: (TouchpointRow & { folded: string })[] = await db.query(
    `select ${columns('$3')}, replace(jt.journey_id::text, '-', '') as folded
     from journey_touchpoint jt
     join touchpoint t on t.workspace_id = $1::int and t.id = jt.touchpoint_id
     join profile p on p.workspace_id = $1::int and p.id = t.profile_id
     where jt.workspace_id = $1::int and jt.journey_id = any($2::uuid[])`,
    [workspace, journeys, attributes],
  );
  return rows.map((row) => ({ ...placedOf(row), journey: row.folded }));
}

/** Touchpoints that name a journey and are not among what it is folded from, by `touchpoint_journey`: the earliest. */
export async function findReferring(
  db: EntityManager,
  workspace: number,
  journey: string,
  { attributes }: Interest,
  touchpointsMax: number,
): Promise<PlacedTouchpoint[]> {
  const rows: TouchpointRow[] = await db.query(
    `select ${columns('$3')}
     from touchpoint t
     join profile p on p.workspace_id = $1::int and p.id = t.profile_id
     where t.workspace_id = $1::int and t.journey_id = $2::uuid
     order by t.occurred_at, t.id
     limit $4::int`,
    [workspace, journey, attributes, touchpointsMax],
  );
  return rows.map(placedOf);
}

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
