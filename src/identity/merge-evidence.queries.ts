import type { EntityManager } from 'typeorm';

/**
 * Who was absorbed by merges: of the profiles that a merge's evidence names (`n`), those that belonged to the absorbed
 * customer just before. Where each belonged is its pointer before that instant, followed through the merges that the
 * same batch made before this one.
 */
const absorbedBy = `
  named as (
    select distinct a.id as merge, a.absorbed_id, a.merged_at, n.id
    from merge a
    join identity_link l on l.workspace_id = $1::int and l.touchpoint_id = a.touchpoint_id
    cross join lateral (values (l.profile_a), (l.profile_b)) n(id)
    where a.workspace_id = $1::int and a.id = any($2::bigint[])
  ), walk as (
    select n.merge, n.absorbed_id, n.merged_at, n.id, coalesce((
      select h.canonical_id
      from profile_pointer h
      where h.workspace_id = $1::int and h.profile_id = n.id and h.moved_at < n.merged_at
      order by h.moved_at desc
      limit 1), n.id) as root
    from named n
    union all
    select w.merge, w.absorbed_id, w.merged_at, w.id, m.survivor_id
    from walk w
    join merge m on m.workspace_id = $1::int and m.absorbed_id = w.root and m.merged_at = w.merged_at and m.id < w.merge
  ), side as (
    select w.merge, array_agg(distinct w.id) as ids
    from walk w
    where w.root = w.absorbed_id
    group by w.merge
  )`;

/** The profiles that a merge brought to its survivor, of those that its evidence names. */
export async function findAbsorbed(db: EntityManager, workspace: number, merge: string): Promise<string[]> {
  const [row]: { ids: string[] }[] = await db.query(
    `with recursive ${absorbedBy}
     select coalesce((select ids::text[] from side), '{}') as ids`,
    [workspace, [merge]],
  );
  return (row as { ids: string[] }).ids;
}

/** Marks those of the merges as undone of whose evidence nothing holds any more; answers with these. */
export async function markUndone(
  db: EntityManager,
  workspace: number,
  merges: readonly string[],
  why: { readonly actor: string; readonly reason: string | null },
  at: string,
): Promise<string[]> {
  const [rows]: [{ id: string }[], number] = await db.query(
    `with recursive ${absorbedBy}
     update merge m
     set undone_at = $3::timestamptz, undone_by = $4::text, undo_reason = $5::text
     where m.workspace_id = $1::int and m.id = any($2::bigint[]) and m.undone_at is null and not exists (
       select from identity_link l
       join side s on s.merge = m.id
       where l.workspace_id = $1::int and l.touchpoint_id = m.touchpoint_id and l.revoked_at is null
         and (l.profile_a = any(s.ids)) <> (l.profile_b = any(s.ids))
     )
     returning m.id::text`,
    [workspace, merges, at, why.actor, why.reason],
  );
  return rows.map((row) => row.id).sort();
}
