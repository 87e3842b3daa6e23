import type { EntityManager } from 'typeorm';
import { bandCode, type Suggested, type SuggestionStatus, statusCode } from './suggestion.js';

export interface Renewal {
  /** All that is suggested of these is in `rows`; whatever else stands of them goes. */
  readonly customers: readonly string[];
  /** Profiles that are no customers of their own any more. */
  readonly gone: readonly string[];
  readonly rows: readonly (Suggested & { readonly status: SuggestionStatus })[];
  readonly model: string;
}

/**
 * Writes what was found of some customers and takes away what no longer holds. What people confirmed stays as long as
 * the two are one customer. `since_at` moves only with the status, so that a list does not change its order by itself.
 */
export async function writeSuggestions(db: EntityManager, workspace: number, renewal: Renewal): Promise<void> {
  const { customers, gone, rows, model } = renewal;
  await db.query(
    `with new as (
       select n.a, n.b, n.score, n.status, n.band, n.fields, n.evidence
       from json_to_recordset($3::json) n(a bigint, b bigint, score float8, status smallint, band smallint, fields json,
         evidence json)
     ), touched as (
       select s.customer_a, s.customer_b
       from match_suggestion s
       where s.workspace_id = $1::int and s.customer_a = any($2::bigint[])
       union
       select s.customer_a, s.customer_b
       from match_suggestion s
       where s.workspace_id = $1::int and s.customer_b = any($2::bigint[])
     ), removed as (
       delete from match_suggestion s
       using touched t
       where s.workspace_id = $1::int and s.customer_a = t.customer_a and s.customer_b = t.customer_b
         and not exists (select from new n where n.a = t.customer_a and n.b = t.customer_b)
         and not (s.status = $5::smallint and exists (
           select
           from profile x
           join profile y on y.workspace_id = $1::int and y.id = s.customer_b and y.canonical_id = x.canonical_id
           where x.workspace_id = $1::int and x.id = s.customer_a
         ))
     )
     insert into match_suggestion as s (workspace_id, customer_a, customer_b, id, score, status, band, model, fields,
       evidence)
     select $1::int, n.a, n.b, encode(int8send(n.a) || int8send(n.b), 'hex')::uuid, n.score, n.status, n.band, $4::text,
       n.fields, n.evidence
     from new n
     order by n.a, n.b
     on conflict (workspace_id, customer_a, customer_b) do update
     set score = excluded.score, status = excluded.status, band = excluded.band, model = excluded.model,
       fields = excluded.fields, evidence = excluded.evidence,
       since_at = case when s.status = excluded.status then s.since_at else excluded.since_at end
     where (s.score, s.status, s.band, s.model, s.fields::text, s.evidence::text)
       is distinct from (excluded.score, excluded.status, excluded.band, excluded.model, excluded.fields::text,
         excluded.evidence::text)`,
    [workspace, [...customers, ...gone], JSON.stringify(rows.map(encoded)), model, statusCode('CONFIRMED')],
  );
}

function encoded(row: Renewal['rows'][number]): object {
  return { ...row, status: statusCode(row.status), band: bandCode(row.band) };
}
