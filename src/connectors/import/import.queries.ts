import type { EntityManager } from 'typeorm';
import type { ImportNews } from './import-entry.js';

/** What is told of an import, by whom and when. */
export interface DatedNews extends ImportNews {
  readonly startedBy: string;
  readonly at: Date;
}

/**
 * Writes how far an import is, or that it begins. Told twice it is the same; of the refusals it keeps the first.
 * @returns false when somebody else began it: nothing is written then
 */
export async function tellImport(
  db: EntityManager,
  workspace: number,
  news: DatedNews,
  refusalsMax: number,
): Promise<boolean> {
  const { counts } = news;
  const told: unknown[] = await db.query(
    `with told as (
     insert into import as i (
       workspace_id, id, name, started_by, is_backfill, started_at, updated_at, finished_at, failure_reason, failure,
       rows, created, updated, duplicates, skipped, refused, refusals
     )
     values (
       $1::int, $2::uuid, $3::text, $4::text, $5::boolean, $6::timestamptz, $6, case when $7::boolean then $6 end,
       $8::text, $9::text, $10::bigint, $11::bigint, $12::bigint, $13::bigint, $14::bigint, $15::bigint, $16::jsonb
     )
     on conflict (workspace_id, id) do update
     set updated_at = excluded.updated_at,
       finished_at = excluded.finished_at,
       failure_reason = excluded.failure_reason,
       failure = excluded.failure,
       rows = excluded.rows,
       created = excluded.created,
       updated = excluded.updated,
       duplicates = excluded.duplicates,
       skipped = excluded.skipped,
       refused = excluded.refused,
       refusals = case
         when excluded.refusals = '[]' then i.refusals
         else (
           select jsonb_agg(first.refusal order by first.n)
           from (
             select refusal, min(n) as n
             from jsonb_array_elements(i.refusals || excluded.refusals) with ordinality t(refusal, n)
             group by refusal
             order by min(n)
             limit $17::int
           ) first
         )
       end
     where i.started_by = excluded.started_by
     returning i.id
     )
     select id from told`,
    [
      workspace,
      news.id,
      news.name,
      news.startedBy,
      news.isBackfill,
      news.at,
      news.isFinished,
      news.failure?.reason ?? null,
      news.failure?.message ?? null,
      counts.rows,
      counts.created,
      counts.updated,
      counts.duplicates,
      counts.skipped,
      counts.refused,
      JSON.stringify(news.refusals.map(({ line, reason, field, message }) => ({ line, reason, field, message }))),
      refusalsMax,
    ],
  );
  return told.length > 0;
}
