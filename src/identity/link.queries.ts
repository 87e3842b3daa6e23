import type { EntityManager } from 'typeorm';
import type { Pair } from './link-graph.js';

/** What a person decided joins two profiles; the other rules are those of ingest. */
export const MANUAL = 'MANUAL';

/**
 * Pairs of these profiles that live evidence joins, each counted up to `strengthMax`. Jumps from pair to pair along the
 * primary key of `identity_link`, so that it costs the pairs, however many touchpoints named both. The touchpoint in the
 * order is what only that key can give.
 */
export async function findPairs(
  db: EntityManager,
  workspace: number,
  profiles: readonly string[],
  strengthMax: number,
): Promise<Pair[]> {
  return db.query(
    `with recursive walk as (
       select m.id as a, n.b
       from unnest($2::bigint[]) m(id)
       cross join lateral (
         select l.profile_b as b
         from identity_link l
         where l.workspace_id = $1::int and l.profile_a = m.id and l.revoked_at is null
         order by l.profile_b, l.touchpoint_id
         limit 1
       ) n
       union all
       select w.a, n.b
       from walk w
       cross join lateral (
         select l.profile_b as b
         from identity_link l
         where l.workspace_id = $1::int and l.profile_a = w.a and l.profile_b > w.b and l.revoked_at is null
         order by l.profile_b, l.touchpoint_id
         limit 1
       ) n
     )
     select w.a::text, w.b::text, s.n as strength
     from walk w
     cross join lateral (
       select count(*)::int as n
       from (
         select from identity_link l
         where l.workspace_id = $1::int and l.profile_a = w.a and l.profile_b = w.b and l.revoked_at is null
         limit $3::int
       ) one
     ) s
     where w.b = any($2::bigint[])
     order by w.a, w.b`,
    [workspace, profiles, strengthMax],
  );
}

/** Profiles that one piece of evidence names, by `identity_link_evidence`; `isLive` when it still joins them to another. */
export async function findNamed(
  db: EntityManager,
  workspace: number,
  evidence: string,
): Promise<{ id: string; isLive: boolean }[]> {
  return db.query(
    `select n.id::text, bool_or(l.revoked_at is null) as "isLive"
     from identity_link l
     cross join lateral (values (l.profile_a), (l.profile_b)) n(id)
     where l.workspace_id = $1::int and l.touchpoint_id = $2::uuid
     group by n.id
     order by n.id`,
    [workspace, evidence],
  );
}

/** A person's word that two profiles are one. */
export async function insertManualLink(
  db: EntityManager,
  workspace: number,
  link: { readonly a: string; readonly b: string; readonly evidence: string },
  at: string,
): Promise<void> {
  await db.query(
    `insert into identity_link (workspace_id, profile_a, profile_b, touchpoint_id, rule, recorded_at)
     values ($1::int, least($2::bigint, $3::bigint), greatest($2::bigint, $3::bigint), $4::uuid, $5::text,
       $6::timestamptz)`,
    [workspace, link.a, link.b, link.evidence, MANUAL, at],
  );
}

export interface Cut {
  /** Pairs that lost evidence. */
  readonly pairs: readonly { readonly a: string; readonly b: string }[];
  /** Merges, not undone so far, that rested on it. */
  readonly merges: readonly string[];
}

export type Crossing =
  | { readonly evidence: string }
  | { readonly pairs: readonly { readonly a: string; readonly b: string }[] };

/**
 * Takes back what joins profiles of one side with all others: of one piece of evidence, or all that joins the given
 * pairs. What evidence says within a side still holds: where the taken links were the way between two profiles of one
 * side, a link between these two takes their place.
 */
export async function cutLinks(
  db: EntityManager,
  workspace: number,
  side: readonly string[],
  crossing: Crossing,
  at: string,
): Promise<Cut> {
  const evidence = 'evidence' in crossing ? crossing.evidence : null;
  const pairs = 'pairs' in crossing ? crossing.pairs : [];
  const [row]: Cut[] = await db.query(
    `with crossing as (
       select l.profile_a, l.profile_b, l.touchpoint_id
       from identity_link l
       where l.workspace_id = $1::int and l.touchpoint_id = $3::uuid and l.revoked_at is null
         and (l.profile_a = any($2::bigint[])) <> (l.profile_b = any($2::bigint[]))
       union all
       select l.profile_a, l.profile_b, l.touchpoint_id
       from unnest($4::bigint[], $6::bigint[]) p(a, b)
       join identity_link l on l.workspace_id = $1::int and l.profile_a = p.a and l.profile_b = p.b
       where l.revoked_at is null
     ), taken as (
       update identity_link l
       set revoked_at = $5::timestamptz
       from crossing c
       where l.workspace_id = $1::int and l.profile_a = c.profile_a and l.profile_b = c.profile_b
         and l.touchpoint_id = c.touchpoint_id
       returning l.profile_a, l.profile_b, l.touchpoint_id, l.rule, l.recorded_at
     ), ends as (
       select t.touchpoint_id, e.id, e.id = any($2::bigint[]) as is_side, min(t.rule) as rule,
         min(t.recorded_at) as recorded_at
       from taken t
       cross join lateral (values (t.profile_a), (t.profile_b)) e(id)
       group by 1, 2, 3
     ), kept as (
       insert into identity_link (workspace_id, profile_a, profile_b, touchpoint_id, rule, recorded_at)
       select $1::int, before, id, touchpoint_id, rule, recorded_at
       from (
         select ends.*, lag(id) over (partition by touchpoint_id, is_side order by id) as before
         from ends
       ) e
       where before is not null
       on conflict do nothing
     )
     select
       coalesce((
         select json_agg(json_build_object('a', p.profile_a::text, 'b', p.profile_b::text)
           order by p.profile_a, p.profile_b)
         from (select distinct profile_a, profile_b from taken) p), '[]') as pairs,
       coalesce((
         select json_agg(m.id::text order by m.id)
         from merge m
         where m.workspace_id = $1::int and m.undone_at is null
           and m.touchpoint_id in (select touchpoint_id from taken)), '[]') as merges`,
    [workspace, side, evidence, pairs.map((pair) => pair.a), at, pairs.map((pair) => pair.b)],
  );
  if (!row) throw new Error('A statement that answers with one row answered with none.');
  return row;
}

/** Takes back one piece of evidence whole. */
export async function takeEvidenceBack(
  db: EntityManager,
  workspace: number,
  evidence: string,
  at: string,
): Promise<Cut> {
  const [row]: Cut[] = await db.query(
    `with taken as (
       update identity_link
       set revoked_at = $3::timestamptz
       where workspace_id = $1::int and touchpoint_id = $2::uuid and revoked_at is null
       returning profile_a, profile_b
     )
     select
       coalesce((
         select json_agg(json_build_object('a', p.profile_a::text, 'b', p.profile_b::text)
           order by p.profile_a, p.profile_b)
         from taken p), '[]') as pairs,
       coalesce((
         select json_agg(m.id::text order by m.id)
         from merge m
         where m.workspace_id = $1::int and m.touchpoint_id = $2::uuid and m.undone_at is null), '[]') as merges`,
    [workspace, evidence, at],
  );
  if (!row) throw new Error('A statement that answers with one row answered with none.');
  return row;
}
