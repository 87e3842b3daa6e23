import type { EntityManager } from 'typeorm';

/** Open issues of profiles, newest first, by `issue_open`: as many of each profile as are asked for in all. */
export async function findOpenIssues(
  db: EntityManager,
  workspace: number,
  profiles: readonly string[],
  issuesMax: number,
): Promise<string[]> {
  const rows: { id: string }[] = await db.query(
    `select replace(i.id::text, '-', '') as id
     from unnest($2::bigint[]) m(id)
     cross join lateral (
       select i.id, i.opened_at
       from issue i
       where i.workspace_id = $1::int and i.profile_id = m.id and i.status < 3
       order by i.opened_at desc, i.id desc
       limit $3::int
     ) i
     order by i.opened_at desc, i.id desc
     limit $3::int`,
    [workspace, profiles, issuesMax],
  );
  return rows.map((row) => row.id);
}
