import type { EntityManager } from 'typeorm';
import type { DeadLetterFilter } from './dead-letter.types.js';

/** Dead letters by their ids, or the oldest that fit a filter. */
export type Choice = { readonly ids: readonly string[] } | { readonly filter: DeadLetterFilter };

/** Who works on dead letters, and until when nobody else may. */
export interface Hold {
  readonly id: string;
  readonly actor: string;
  readonly now: Date;
  readonly until: Date;
}

/** A dead letter that a replay holds. */
export interface HeldLetter {
  readonly id: string;
  readonly dialect: string;
  readonly source: string;
  readonly raw: string;
  readonly mended: string | null;
}

/**
 * The ids `c.id` of those that wait, oldest first, and that nobody holds: `dead_letter_pkey` for ids, for a filter
 * `dead_letter_state` in its order. Rows that another transaction is just taking are left to it.
 */
function waiting(choice: Choice): string {
  const chosen =
    'ids' in choice
      ? 'w.id = any($5::uuid[])'
      : `($5::text is null or w.source = $5::text)
         and ($6::text is null or w.reason = $6::text)
         and ($7::timestamptz is null or w.received_at >= $7::timestamptz)
         and ($8::timestamptz is null or w.received_at < $8::timestamptz)`;
  return `(
       select w.id
       from dead_letter w
       where w.workspace_id = $1::int and w.state = 0 and (w.held_until is null or w.held_until <= $3::timestamptz)
         and ${chosen}
       order by w.received_at, w.id
       limit $2::int
       for update skip locked
     ) c`;
}

function chosenParameters(choice: Choice): unknown[] {
  if ('ids' in choice) return [choice.ids];
  const { source, reason, from, to } = choice.filter;
  return [source ?? null, reason ?? null, from ?? null, to ?? null];
}

/** Takes dead letters that wait, so that two replays at once never work on the same one. */
export async function holdDeadLetters(
  db: EntityManager,
  workspace: number,
  choice: Choice,
  count: number,
  hold: Hold,
): Promise<HeldLetter[]> {
  const held: HeldLetter[] = await db.query(
    `with held as (
       update dead_letter d
       set held_by = ($4::text[])[1]::uuid, held_until = ($4::text[])[2]::timestamptz, attempts = d.attempts + 1,
         tried_at = $3::timestamptz, tried_by = ($4::text[])[3]
       from ${waiting(choice)}
       where d.workspace_id = $1::int and d.id = c.id
       returning d.id, d.received_at, d.dialect, d.source, d.raw, d.mended
     )
     select replace(h.id::text, '-', '') as id, h.dialect, h.source, h.raw, h.mended
     from held h
     order by h.received_at, h.id`,
    [workspace, count, hold.now, [hold.id, hold.until.toISOString(), hold.actor], ...chosenParameters(choice)],
  );
  return held;
}

/** What a replay came to: stored, or refused once more with a new reason. */
export interface Settlement {
  readonly id: string;
  readonly mended: string | null;
  readonly touchpoint: string | null;
  readonly refusal: { readonly reason: string; readonly field: string | null; readonly message: string } | null;
}

/** Writes what became of dead letters that are still held by this replay. */
export async function settleDeadLetters(
  db: EntityManager,
  workspace: number,
  hold: Hold,
  settled: readonly Settlement[],
): Promise<void> {
  await db.query(
    `update dead_letter d
     set state = case when u.reason is null then 1 else 0 end,
       reason = coalesce(u.reason, d.reason),
       field = case when u.reason is null then d.field else u.field end,
       message = coalesce(u.message, d.message),
       mended = u.mended,
       touchpoint_id = u.touchpoint_id,
       settled_at = case when u.reason is null then now() end,
       settled_by = case when u.reason is null then $3::text end,
       held_by = null,
       held_until = null
     from unnest($4::uuid[], $5::text[], $6::uuid[], $7::text[], $8::text[], $9::text[])
       as u (id, mended, touchpoint_id, reason, field, message)
     where d.workspace_id = $1::int and d.id = u.id and d.held_by = $2::uuid`,
    [
      workspace,
      hold.id,
      hold.actor,
      settled.map((one) => one.id),
      settled.map((one) => one.mended),
      settled.map((one) => one.touchpoint),
      settled.map((one) => one.refusal?.reason ?? null),
      settled.map((one) => one.refusal?.field ?? null),
      settled.map((one) => one.refusal?.message ?? null),
    ],
  );
}

/** Lets go of what a replay held and did not settle. */
export async function releaseDeadLetters(db: EntityManager, workspace: number, hold: Hold): Promise<void> {
  await db.query(
    `update dead_letter
     set held_by = null, held_until = null
     where workspace_id = $1::int and state = 0 and held_by = $2::uuid`,
    [workspace, hold.id],
  );
}

/** Discards dead letters that wait and that no replay holds; answers with their ids, oldest first. */
export async function discardDeadLetters(
  db: EntityManager,
  workspace: number,
  choice: Choice,
  count: number,
  by: { readonly actor: string; readonly reason: string; readonly now: Date },
): Promise<{ id: string; source: string }[]> {
  return db.query(
    `with discarded as (
       update dead_letter d
       set state = 2, settled_at = $3::timestamptz, settled_by = ($4::text[])[1], settled_reason = ($4::text[])[2]
       from ${waiting(choice)}
       where d.workspace_id = $1::int and d.id = c.id
       returning d.id, d.received_at, d.source
     )
     select replace(x.id::text, '-', '') as id, x.source
     from discarded x
     order by x.received_at, x.id`,
    [workspace, count, by.now, [by.actor, by.reason], ...chosenParameters(choice)],
  );
}
