import type { EntityManager } from 'typeorm';

/** By the primary key: whether a customer id, of today or of before a merge, is one of this workspace. */
export async function profileExists(db: EntityManager, workspace: number, profile: string): Promise<boolean> {
  const rows = await db.query('select from profile where workspace_id = $1 and id = $2', [workspace, profile]);
  return rows.length > 0;
}
