import type { EntityManager } from 'typeorm';

export interface NewMark {
  readonly id: string;
  readonly profile: string;
  readonly kind: number;
  readonly reason: string;
  readonly actor: string;
  readonly expiresAt: Date;
}

/** Marks of the customer that a profile belongs to that are not over yet, by `customer_mark_of`. */
export async function countActiveMarks(
  db: EntityManager,
  workspace: number,
  profile: string,
  now: Date,
): Promise<number> {
  const rows: { count: number }[] = await db.query(
    `select count(*)::int as count
     from profile o
     join profile p on p.workspace_id = $1::int and p.canonical_id = o.canonical_id
     join customer_mark k on k.workspace_id = $1::int and k.profile_id = p.id
     where o.workspace_id = $1::int and o.id = $2::bigint and k.ended_at is null and k.expires_at > $3::timestamptz`,
    [workspace, profile, now],
  );
  return (rows[0] as { count: number }).count;
}

export async function insertMark(db: EntityManager, workspace: number, mark: NewMark, now: Date): Promise<void> {
  await db.query(
    `insert into customer_mark (workspace_id, id, profile_id, kind, reason, marked_at, expires_at, actor)
     values ($1::int, $2::uuid, $3::bigint, $4::smallint, $5::text, $6::timestamptz, $7::timestamptz, $8::text)`,
    [workspace, mark.id, mark.profile, mark.kind, mark.reason, now, mark.expiresAt, mark.actor],
  );
}

/** Ends a mark that is not over yet; answers with its profile, and whether that changed anything; null without one. */
export async function endMark(
  db: EntityManager,
  workspace: number,
  { id, reason, actor }: { readonly id: string; readonly reason: string; readonly actor: string },
  now: Date,
): Promise<{ readonly profile: string; readonly isChanged: boolean } | null> {
  const rows: { profile: string; isChanged: boolean }[] = await db.query(
    `with ended as (
       update customer_mark
       set ended_at = $3::timestamptz, end_reason = $4::text, ended_by = $5::text
       where workspace_id = $1::int and id = $2::uuid and ended_at is null and expires_at > $3::timestamptz
       returning id
     )
     select k.profile_id::text as profile, exists (select from ended) as "isChanged"
     from customer_mark k
     where k.workspace_id = $1::int and k.id = $2::uuid`,
    [workspace, id, now, reason, actor],
  );
  return rows[0] ?? null;
}
