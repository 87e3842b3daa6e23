import type { EntityManager } from 'typeorm';
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
