import type { EntityManager } from 'typeorm';
import type { Counts, Fault } from './import-run.js';

/** What is known of an import since it was last told. */
export interface ImportNews {
  readonly id: string;
  readonly name: string | null;
  readonly startedBy: string;
  readonly isBackfill: boolean;
  readonly at: Date;
  readonly isFinished: boolean;
  readonly failure: Fault | null;
  /** To be added to what is there. */
  readonly counts: Counts;
  /** JSON. */
  readonly refusals: string;
}

/** Adds to an import, or begins it. Of the refusals it keeps the first. */
export async function tellImport(
  db: EntityManager,
  workspace: number,
  news: ImportNews,
  refusalsMax: number,
): Promise<void> {
  const { counts } = news;
  await db.query(
    `insert into import as i (
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
       rows = i.rows + excluded.rows,
       created = i.created + excluded.created,
       updated = i.updated + excluded.updated,
       duplicates = i.duplicates + excluded.duplicates,
       skipped = i.skipped + excluded.skipped,
       refused = i.refused + excluded.refused,
       refusals = case
         when jsonb_array_length(i.refusals) < $17::int
         then jsonb_path_query_array(i.refusals || excluded.refusals, '$[0 to $last]', jsonb_build_object('last', $17 - 1))
         else i.refusals
       end`,
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
      news.refusals,
      refusalsMax,
    ],
  );
}
