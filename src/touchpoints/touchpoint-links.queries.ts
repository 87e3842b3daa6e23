import type { EntityManager } from 'typeorm';
import { keepVersions } from './touchpoint-table.js';

/**
 * Puts touchpoints under an issue and answers with the ids of those that were not under it before, by the primary key.
 * The id is the only thing that changes: what the touchpoint tells is the fact and stays.
 */
export async function linkTouchpointsToIssue(
  db: EntityManager,
  workspace: number,
  issueId: string,
  touchpointIds: readonly string[],
): Promise<string[]> {
  const [rows]: [{ id: string }[], number] = await db.query(
    `with held as (
       select t.id
       from touchpoint t
       where t.workspace_id = $1::int and t.id = any($3::uuid[]) and t.issue_id is distinct from $2::uuid
       order by t.id
       for update
     ), kept as (${keepVersions('held', '$1')}
     )
     update touchpoint t
     set issue_id = $2::uuid
     from held
     where t.workspace_id = $1::int and t.id = held.id
     returning replace(t.id::text, '-', '') as id`,
    [workspace, issueId, touchpointIds],
  );
  return rows.map((row) => row.id);
}
