import type { EntityManager } from 'typeorm';

export interface Located {
  /** By id of a touchpoint or an issue: the profile that it is of, and what a touchpoint stands under. */
  readonly entities: Readonly<Record<string, { profile: string; issue: string | null; journey: string | null }>>;
  /** By profile: the customer that it belongs to now. */
  readonly customers: Readonly<Record<string, string>>;
  /** By customer: all its profiles. */
  readonly members: Readonly<Record<string, readonly string[]>>;
}

/** Whose touchpoints, issues and profiles are now, in one statement by primary keys and `profile_canonical`. */
export async function locate(
  db: EntityManager,
  workspace: number,
  touchpoints: readonly string[],
  issues: readonly string[],
  profiles: readonly string[],
): Promise<Located> {
  const [row] = await db.query(
    `with entity as (
       select t.id, t.profile_id, t.issue_id, t.journey_id
       from touchpoint t
       where t.workspace_id = $1::int and t.id = any($2::uuid[])
       union all
       select i.id, i.profile_id, i.id, null
       from issue i
       where i.workspace_id = $1::int and i.id = any($3::uuid[])
     ), pointer as (
       select p.id, p.canonical_id
       from (select profile_id as id from entity union select unnest($4::bigint[])) n
       join profile p on p.workspace_id = $1::int and p.id = n.id
     )
     select
       (select coalesce(json_object_agg(encode(uuid_send(e.id), 'hex'), json_build_object('profile', e.profile_id::text,
          'issue', encode(uuid_send(e.issue_id), 'hex'), 'journey', encode(uuid_send(e.journey_id), 'hex'))), '{}')
        from entity e) as entities,
       (select coalesce(json_object_agg(p.id, p.canonical_id::text), '{}') from pointer p) as customers,
       (select coalesce(json_object_agg(r.id, m.members), '{}')
        from (select distinct canonical_id as id from pointer) r
        cross join lateral (
          select json_agg(p.id::text) as members
          from profile p
          where p.workspace_id = $1::int and p.canonical_id = r.id
        ) m) as members`,
    [workspace, touchpoints, issues, profiles],
  );
  return row;
}

/** The profile that an issue or a journey hangs on; null when there is none. */
export async function profileOf(
  db: EntityManager,
  workspace: number,
  table: 'issue' | 'journey',
  id: string,
): Promise<string | null> {
  const [row] = await db.query(
    `select profile_id::text as profile
     from ${table}
     where workspace_id = $1::int and id = $2::uuid`,
    [workspace, id],
  );
  return row?.profile ?? null;
}

/** All profiles of the customer that a profile belongs to now. */
export async function membersWith(db: EntityManager, workspace: number, profile: string): Promise<string[]> {
  const rows: { id: string }[] = await db.query(
    `select m.id::text
     from profile p
     join profile m on m.workspace_id = $1::int and m.canonical_id = p.canonical_id
     where p.workspace_id = $1::int and p.id = $2::bigint`,
    [workspace, profile],
  );
  return rows.map((row) => row.id);
}
