import type { EntityManager } from 'typeorm';

/** Open journeys of profiles, newest first, by `journey_history`: as many of each profile as are asked for in all. */
export async function findOpenJourneys(
  db: EntityManager,
  workspace: number,
  profiles: readonly string[],
  journeysMax: number,
): Promise<string[]> {
  const rows: { id: string }[] = await db.query(
    `select replace(j.id::text, '-', '') as id
     from unnest($2::bigint[]) m(id)
     cross join lateral (
       select j.id, j.started_at
       from journey j
       where j.workspace_id = $1::int and j.profile_id = m.id and j.status < 2
       order by j.started_at desc, j.id desc
       limit $3::int
     ) j
     order by j.started_at desc, j.id desc
     limit $3::int`,
    [workspace, profiles, journeysMax],
  );
  return rows.map((row) => row.id);
}
