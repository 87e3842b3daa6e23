import type { EntityManager } from 'typeorm';
import { wasEverKnown } from '../identity/visitor.queries.js';
import type { Owner } from './resume-linking.js';

export interface IdentifierKey {
  readonly type: string;
  readonly value: string;
}

/** The customers of profiles, and whether somebody ever said who each is: as a portal token asks it. */
export async function findOwners(
  db: EntityManager,
  workspace: number,
  profiles: readonly string[],
): Promise<ReadonlyMap<string, Owner>> {
  const rows: (Owner & { profile: string })[] = await db.query(
    `select o.id::text as profile, o.canonical_id::text as customer, ${wasEverKnown} as "isKnown"
     from profile o
     where o.workspace_id = $1::int and o.id = any($2::bigint[])`,
    [workspace, profiles],
  );
  return new Map(rows.map(({ profile, ...owner }) => [profile, owner]));
}

/** The identifier by which a customer is best named: the strongest of its own, the proven one first, never a shared one. */
export async function findAnchor(db: EntityManager, workspace: number, profile: string): Promise<IdentifierKey | null> {
  const rows: IdentifierKey[] = await db.query(
    `select i.type, i.value
     from profile own
     join profile p on p.workspace_id = $1::int and p.canonical_id = own.canonical_id
     join identifier i on i.workspace_id = $1::int and i.profile_id = p.id
     join identifier_type t on t.workspace_id = $1::int and t.name = i.type
     where own.workspace_id = $1::int and own.id = $2::bigint and not i.is_shared and not i.is_quarantined
     order by (p.id = own.id) desc, t.priority, i.verification desc, i.last_seen_at desc, i.type, i.value
     limit 1`,
    [workspace, profile],
  );
  return rows[0] ?? null;
}

/** An identifier that names one customer for sure: neither shared nor in quarantine. */
export async function findRecognised(
  db: EntityManager,
  workspace: number,
  type: string,
  values: readonly string[],
): Promise<string | null> {
  const rows: { profile: string }[] = await db.query(
    `select i.profile_id::text as profile
     from identifier i
     where i.workspace_id = $1::int and i.type = $2::text and i.value = any($3::text[]) and i.profile_id is not null
       and not i.is_shared and not i.is_quarantined
     order by array_position($3::text[], i.value)
     limit 1`,
    [workspace, type, values],
  );
  return rows[0]?.profile ?? null;
}

/** The journey that a customer was on last and that can be gone on with. */
export async function findResumable(
  db: EntityManager,
  workspace: number,
  profile: string,
  blueprint: string | null,
): Promise<string | null> {
  const rows: { id: string }[] = await db.query(
    `select replace(j.id::text, '-', '') as id
     from profile own
     join profile p on p.workspace_id = $1::int and p.canonical_id = own.canonical_id
     join journey j on j.workspace_id = $1::int and j.profile_id = p.id and j.status in (0, 1, 3)
     join blueprint b on b.workspace_id = $1::int and b.id = j.blueprint_id and ($3::text is null or b.key = $3::text)
     where own.workspace_id = $1::int and own.id = $2::bigint
     order by j.status = 3, j.active_at desc, j.id desc
     limit 1`,
    [workspace, profile, blueprint],
  );
  return rows[0]?.id ?? null;
}

/** What a touchpoint of an act tells: read anew, so that it can be told again after a failure. */
export interface ToldAct {
  readonly kind: number;
  readonly n: number;
  readonly at: Date;
  readonly channel: number;
  readonly actor: string;
  readonly isCustomer: boolean;
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly turn: { readonly to: string; readonly name: string } | null;
  readonly profile: string;
  readonly source: string;
  readonly externalId: string;
  readonly name: string;
}

export async function findAct(
  db: EntityManager,
  workspace: number,
  journey: string,
  n: number,
): Promise<ToldAct | null> {
  const rows: ToldAct[] = await db.query(
    `select a.kind, a.n, a.at, a.channel, a.actor, a.is_customer as "isCustomer", a.data, a.turn,
       j.profile_id::text as profile, j.source, j.external_id as "externalId", v.definition ->> 'name' as name
     from journey_act a
     join journey j on j.workspace_id = $1::int and j.id = a.journey_id
     join blueprint_version v
       on v.workspace_id = $1::int and v.blueprint_id = j.blueprint_id and v.version = j.blueprint_version
     where a.workspace_id = $1::int and a.journey_id = $2::uuid and a.n = $3::int`,
    [workspace, journey, n],
  );
  return rows[0] ?? null;
}

/** What became of the identifiers that a touchpoint named; null when it is not there. */
export async function findSeen(
  db: EntityManager,
  workspace: number,
  touchpoint: string,
): Promise<
  | readonly {
      readonly type: string;
      readonly value: string;
      readonly status: string;
      readonly reason: string | null;
    }[]
  | null
> {
  const rows: { seen: { type: string; value: string; status: string; reason: string | null }[] }[] = await db.query(
    `select t.identifiers_seen as seen
     from touchpoint t
     where t.workspace_id = $1::int and t.id = $2::uuid`,
    [workspace, touchpoint],
  );
  return rows[0]?.seen ?? null;
}
