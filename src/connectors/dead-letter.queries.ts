import type { EntityManager } from 'typeorm';

/** An item that could not be stored, and why. */
export interface DeadLetter {
  /** 32 hexadecimal digits, made of what the item says. */
  readonly id: string;
  readonly receivedAt: Date;
  /** By what a replay knows how it is understood. */
  readonly dialect: string;
  readonly source: string;
  /** A reason of the error catalogue. */
  readonly reason: string;
  readonly field: string | null;
  readonly message: string;
  /** JSON of the item. */
  readonly raw: string;
  /** The raw request of a vendor that it came with; null when it came otherwise. */
  readonly request: string | null;
}

/**
 * Answers with the ids of those that were not there yet; the primary key knows those that come again. One that was
 * settled only because its request was translated anew (which gives a reason) waits again; one that a replay has
 * stored stays stored, however often its sender sends it as it was. From the first letter on the workspace is looked at
 * for old ones.
 */
export async function insertDeadLetters(
  db: EntityManager,
  workspace: number,
  letters: readonly DeadLetter[],
): Promise<string[]> {
  const rows: { id: string }[] = await db.query(
    `with kept as (
     insert into dead_letter (workspace_id, id, received_at, dialect, source, reason, field, message, raw, request_id)
     select $1::int, u.id, u.received_at, u.dialect, u.source, u.reason, u.field, u.message, u.raw, u.request_id
     from unnest($2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
       $10::uuid[]) as u (id, received_at, dialect, source, reason, field, message, raw, request_id)
     order by u.id
     on conflict (workspace_id, id) do update
       set state = 0, received_at = excluded.received_at, settled_at = null, settled_by = null, settled_reason = null
       where dead_letter.state = 1 and dead_letter.settled_reason is not null
     returning id
     ), looked_at as (
       insert into dead_letter_sweep (workspace_id, due_at)
       select $1::int, now() + interval '1 hour' where exists (select from kept)
       on conflict do nothing
     )
     select replace(id::text, '-', '') as id from kept`,
    [
      workspace,
      letters.map((letter) => letter.id),
      letters.map((letter) => letter.receivedAt),
      letters.map((letter) => letter.dialect),
      letters.map((letter) => letter.source),
      letters.map((letter) => letter.reason),
      letters.map((letter) => letter.field),
      letters.map((letter) => letter.message),
      letters.map((letter) => letter.raw),
      letters.map((letter) => letter.request),
    ],
  );
  return rows.map((row) => row.id);
}
