import type { EntityManager } from 'typeorm';
import type { ExportWish } from './export-wish.js';

/** Stored as their numbers. */
export const exportStates = ['QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED'] as const;
export type ExportState = (typeof exportStates)[number];

export interface NewExport {
  readonly id: string;
  readonly at: Date;
  readonly state: ExportState;
  readonly isStream: boolean;
  readonly isMasked: boolean;
  readonly actor: string;
  readonly wish: ExportWish;
  readonly scopes: readonly string[];
}

/** Exports that are under way, by `export_running`: those that fell silent before the instant are not. */
export async function countRunning(db: EntityManager, workspace: number, aliveSince: Date): Promise<number> {
  const [row] = await db.query(
    `select count(*)::int as running
     from export
     where workspace_id = $1::int and state < 2 and (state = 0 or alive_at >= $2::timestamptz)`,
    [workspace, aliveSince],
  );
  return row.running;
}

export async function insertExport(db: EntityManager, workspace: number, one: NewExport): Promise<void> {
  const { wish } = one;
  await db.query(
    `insert into export (
       workspace_id, id, created_at, alive_at, state, is_stream, is_masked, is_formula_safe, what, format, compression,
       columns, filters, purpose, actor, scopes
     )
     values (
       $1::int, $2::uuid, $3::timestamptz, $3, $4::smallint, $5::boolean, $6::boolean, $7::boolean, $8::text, $9::text,
       $10::text, $11::text[], $12::json, $13::text, $14::text, $15::text[]
     )`,
    [
      workspace,
      one.id,
      one.at,
      exportStates.indexOf(one.state),
      one.isStream,
      one.isMasked,
      wish.isFormulaSafe,
      wish.what,
      wish.format,
      wish.compression,
      wish.columns,
      JSON.stringify(wish.filters),
      wish.purpose,
      one.actor,
      one.scopes,
    ],
  );
}

/** How far it is. */
export interface Progress {
  readonly rows: number;
  readonly bytes: number;
}

export async function tellProgress(
  db: EntityManager,
  workspace: number,
  id: string,
  at: Date,
  { rows, bytes }: Progress,
): Promise<void> {
  await db.query(
    `update export
     set alive_at = $3::timestamptz, row_count = $4::bigint, byte_count = $5::bigint
     where workspace_id = $1::int and id = $2::uuid and state < 2`,
    [workspace, id, at, rows, bytes],
  );
}

export interface Ending extends Progress {
  readonly state: ExportState;
  readonly sha256: Buffer | null;
  readonly failure: { readonly reason: string; readonly message: string } | null;
}

export async function finishExport(
  db: EntityManager,
  workspace: number,
  id: string,
  at: Date,
  ending: Ending,
): Promise<void> {
  await db.query(
    `update export
     set state = $4::smallint, alive_at = $3::timestamptz, finished_at = $3, row_count = $5::bigint,
       byte_count = $6::bigint, sha256 = $7::bytea, failure_reason = $8::text, failure = $9::text
     where workspace_id = $1::int and id = $2::uuid and state < 2`,
    [
      workspace,
      id,
      at,
      exportStates.indexOf(ending.state),
      ending.rows,
      ending.bytes,
      ending.sha256,
      ending.failure?.reason ?? null,
      ending.failure?.message ?? null,
    ],
  );
}
