import type { EntityManager } from 'typeorm';
import type { NamedIdentifier } from './named-identifier.js';

/** One step of the chain that makes two profiles one customer, as its oldest evidence tells. */
export interface Step {
  readonly from: string;
  readonly to: string;
  readonly rule: string;
  /** 32 hexadecimal digits: a touchpoint's id, or what stands for an act of a person or an identification. */
  readonly evidence: string;
  readonly at: string;
  /** How many pieces of evidence join the two. */
  readonly evidenceCount: number;
  readonly merge: string | null;
  readonly actor: string | null;
  readonly reason: string | null;
}

/** For each step of a path its oldest live evidence, with the merge that it made. Reads the evidence of these pairs only. */
export async function findSteps(db: EntityManager, workspace: number, path: readonly string[]): Promise<Step[]> {
  return db.query(
    `select s.a::text as "from", s.b::text as "to", l.rule, replace(l.touchpoint_id::text, '-', '') as evidence,
       to_json(l.recorded_at) #>> '{}' as at, l.n as "evidenceCount", m.id::text as merge, m.actor, m.reason
     from unnest($2::bigint[], $3::bigint[]) with ordinality s(a, b, place)
     cross join lateral (
       select l.*, count(*) over ()::int as n
       from identity_link l
       where l.workspace_id = $1::int and l.profile_a = least(s.a, s.b) and l.profile_b = greatest(s.a, s.b)
         and l.revoked_at is null
       order by l.recorded_at, l.touchpoint_id
       limit 1
     ) l
     left join lateral (
       select m.id, m.actor, m.reason
       from merge m
       where m.workspace_id = $1::int and m.touchpoint_id = l.touchpoint_id and m.undone_at is null
       order by m.id
       limit 1
     ) m on true
     order by s.place`,
    [workspace, path.slice(0, -1), path.slice(1)],
  );
}

/** Profiles of the customer that two profiles make, by `profile_canonical`; none when they are not one. */
export async function findCommonMembers(
  db: EntityManager,
  workspace: number,
  a: string,
  b: string,
): Promise<{ customer: string; members: string[] } | null> {
  const rows: { customer: string; members: string[] }[] = await db.query(
    `select a.canonical_id::text as customer, array(
       select m.id::text
       from profile m
       where m.workspace_id = $1::int and m.canonical_id = a.canonical_id
       order by m.id
     ) as members
     from profile a
     join profile b on b.workspace_id = $1::int and b.id = $3::bigint and b.canonical_id = a.canonical_id
     where a.workspace_id = $1::int and a.id = $2::bigint`,
    [workspace, a, b],
  );
  return rows[0] ?? null;
}

/** The profile that an identifier belongs to now, by its primary key; of two stored forms the first. */
export async function findOwner(
  db: EntityManager,
  workspace: number,
  { type, forms }: NamedIdentifier,
): Promise<string | null> {
  const rows: { profile: string }[] = await db.query(
    `select profile_id::text as profile
     from identifier
     where workspace_id = $1::int and type = $2::text and value = any($3::text[]) and detached_at is null
     order by array_position($3::text[], value)
     limit 1`,
    [workspace, type, forms],
  );
  return rows[0]?.profile ?? null;
}

export interface OwnedIdentifier {
  readonly profile: string;
  readonly type: string;
  readonly value: string;
}

/** What profiles are known by, by `identifier_profile`: of each profile the first so many. */
export async function findIdentifiersOf(
  db: EntityManager,
  workspace: number,
  profiles: readonly string[],
  perProfileMax: number,
  isMasked: boolean,
): Promise<OwnedIdentifier[]> {
  return db.query(
    `select i.profile_id::text as profile, i.type,
       case when not $4::boolean then i.value when length(i.value) > 6 then '****' || right(i.value, 2) else '****' end
         as value
     from unnest($2::bigint[]) p(id)
     cross join lateral (
       select i.profile_id, i.type, i.value
       from identifier i
       where i.workspace_id = $1::int and i.profile_id = p.id and i.detached_at is null
       order by i.first_seen_at, i.type, i.value
       limit $3::int
     ) i
     order by i.profile_id, i.type, i.value`,
    [workspace, profiles, perProfileMax, isMasked],
  );
}
