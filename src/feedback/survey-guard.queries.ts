import type { EntityManager } from 'typeorm';

/**
 * Counts an unknown token and answers with how many there are of the bucket in the present window. The one that is too
 * many starts the lock; those after it do not prolong it. A workspace that does not exist counts nothing.
 */
export async function countUnknownToken(
  db: EntityManager,
  workspace: number,
  bucket: number,
  { attemptsMax, windowMs, now }: { attemptsMax: number; windowMs: number; now: Date },
): Promise<{ readonly attempts: number; readonly until: Date }> {
  const rows: { attempts: number; until: Date }[] = await db.query(
    `insert into survey_attempts as a (workspace_id, bucket, attempts, until_at)
     select w.id, $2::smallint, 1, $4::timestamptz + $5::float8 * interval '1 millisecond'
     from workspace w
     where w.id = $1::int
     on conflict (workspace_id, bucket) do update
     set attempts = case when a.until_at <= $4::timestamptz then 1 else a.attempts + 1 end,
       until_at = case
         when a.until_at <= $4::timestamptz or a.attempts = $3::int
           then $4::timestamptz + $5::float8 * interval '1 millisecond'
         else a.until_at
       end
     returning attempts, until_at as until`,
    [workspace, bucket, attemptsMax, now, windowMs],
  );
  return rows[0] ?? { attempts: 0, until: now };
}
