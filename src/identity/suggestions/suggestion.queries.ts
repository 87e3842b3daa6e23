import type { EntityManager } from 'typeorm';
import { type SuggestionStatus, statusCode, suggestionStatuses } from './suggestion.js';

export interface SuggestionRow {
  readonly a: string;
  readonly b: string;
  readonly status: SuggestionStatus;
}

/** The suggestion of two customers, by the primary key. */
export async function findSuggestion(
  db: EntityManager,
  workspace: number,
  a: string,
  b: string,
): Promise<SuggestionRow | null> {
  const [row]: { a: string; b: string; status: number }[] = await db.query(
    `select s.customer_a::text as a, s.customer_b::text as b, s.status
     from match_suggestion s
     where s.workspace_id = $1::int and s.customer_a = $2::bigint and s.customer_b = $3::bigint`,
    [workspace, a, b],
  );
  return row ? { ...row, status: suggestionStatuses[row.status] ?? 'OPEN' } : null;
}

/** Gives a suggestion another status. */
export async function writeStatus(
  db: EntityManager,
  workspace: number,
  { a, b }: { readonly a: string; readonly b: string },
  status: SuggestionStatus,
  at: string,
): Promise<void> {
  await db.query(
    `update match_suggestion
     set status = $4::smallint, since_at = $5::timestamptz
     where workspace_id = $1::int and customer_a = $2::bigint and customer_b = $3::bigint`,
    [workspace, a, b, statusCode(status), at],
  );
}

export interface NewDecision {
  readonly act: 'CONFIRMED' | 'REJECTED' | 'REOPENED';
  readonly actor: string;
  readonly reason: string | null;
  readonly merge: string | null;
}

/** Notes who decided what and when, with what the suggestion said at that time. */
export async function insertDecision(
  db: EntityManager,
  workspace: number,
  { a, b }: { readonly a: string; readonly b: string },
  decision: NewDecision,
  at: string,
): Promise<void> {
  await db.query(
    `insert into match_decision (workspace_id, customer_a, customer_b, decided_at, act, actor, reason, merge_id, score,
       band, model, fields, evidence)
     select $1::int, s.customer_a, s.customer_b, $4::timestamptz, $5::text, $6::text, $7::text, $8::bigint, s.score,
       s.band, s.model, s.fields, s.evidence
     from match_suggestion s
     where s.workspace_id = $1::int and s.customer_a = $2::bigint and s.customer_b = $3::bigint`,
    [workspace, a, b, at, decision.act, decision.actor, decision.reason, decision.merge],
  );
}

/** The merge by which a suggestion of these two was confirmed last; null when it never was. */
export async function findConfirmation(
  db: EntityManager,
  workspace: number,
  { a, b }: { readonly a: string; readonly b: string },
): Promise<string | null> {
  const [row]: { merge: string }[] = await db.query(
    `select d.merge_id::text as merge
     from match_decision d
     where d.workspace_id = $1::int and d.customer_a = $2::bigint and d.customer_b = $3::bigint and d.act = 'CONFIRMED'
     order by d.id desc
     limit 1`,
    [workspace, a, b],
  );
  return row?.merge ?? null;
}
