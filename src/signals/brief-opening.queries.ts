import type { EntityManager } from 'typeorm';

export interface NewBriefOpening {
  readonly id: string;
  readonly profile: string;
  readonly touchpoint: string | null;
  readonly agent: string | null;
  readonly actor: string;
}

export async function insertBriefOpening(
  db: EntityManager,
  workspace: number,
  { id, profile, touchpoint, agent, actor }: NewBriefOpening,
  now: Date,
): Promise<void> {
  await db.query(
    `insert into brief_opening (workspace_id, id, profile_id, touchpoint_id, agent_id, opened_at, actor)
     values ($1::int, $2::uuid, $3::bigint, $4::uuid, $5::text, $6::timestamptz, $7::text)`,
    [workspace, id, profile, touchpoint, agent, now, actor],
  );
}

/** Whether a touchpoint is one of the customer that a profile belongs to: by the primary keys. */
export async function isTouchpointOf(
  db: EntityManager,
  workspace: number,
  touchpoint: string,
  profile: string,
): Promise<boolean> {
  const rows: unknown[] = await db.query(
    `select
     from touchpoint t
     join profile p on p.workspace_id = $1::int and p.id = t.profile_id
     join profile o on o.workspace_id = $1::int and o.id = $3::bigint and o.canonical_id = p.canonical_id
     where t.workspace_id = $1::int and t.id = $2::uuid`,
    [workspace, touchpoint, profile],
  );
  return rows.length > 0;
}
