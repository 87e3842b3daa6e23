import type { EntityManager } from 'typeorm';
import type { ExportState, Progress } from '../export.queries.js';
import { exportStates } from '../export.queries.js';
import type { ExportWish } from '../export-wish.js';

/** A job that one instance holds: what it writes names the attempt, so that it counts only while it still holds it. */
export interface Claim {
  readonly workspace: number;
  readonly id: string;
  readonly attempt: number;
  readonly task: 'WRITE' | 'REMOVE';
}

export async function insertDue(db: EntityManager, workspace: number, id: string, at: Date): Promise<void> {
  await db.query(
    `insert into export_due (workspace_id, export_id, due_at)
     values ($1::int, $2::uuid, $3::timestamptz)`,
    [workspace, id, at],
  );
}

/** Takes one thing that is due, of any workspace, and holds it until `heldUntil`; what others take is passed over. */
export async function claimDue(db: EntityManager, now: Date, heldUntil: Date): Promise<Claim | null> {
  const [[row]] = await db.query(
    `update export_due d
     set due_at = $2::timestamptz, attempts = d.attempts + 1
     from (
       select workspace_id, export_id
       from export_due
       where due_at <= $1::timestamptz
       order by due_at
       limit 1
       for update skip locked
     ) due
     where d.workspace_id = due.workspace_id and d.export_id = due.export_id
     returning d.workspace_id as workspace, d.export_id as id, d.attempts as attempt, d.task`,
    [now, heldUntil],
  );
  return row === undefined ? null : { ...row, task: row.task === 0 ? 'WRITE' : 'REMOVE' };
}

/** Holds it for longer; false when it is no longer to be written, or is another's. */
export async function holdOn(db: EntityManager, claim: Claim, until: Date): Promise<boolean> {
  const [, count] = await db.query(
    `update export_due
     set due_at = $4::timestamptz
     where workspace_id = $1::int and export_id = $2::uuid and attempts = $3::int and task = 0`,
    [claim.workspace, claim.id, claim.attempt, until],
  );
  return count === 1;
}

/** Plans what is to be done next, unless another holds it by now. */
export async function planNext(db: EntityManager, claim: Claim, task: Claim['task'], at: Date): Promise<boolean> {
  const [, count] = await db.query(
    `update export_due
     set due_at = $4::timestamptz, task = $5::smallint
     where workspace_id = $1::int and export_id = $2::uuid and attempts = $3::int and task = 0`,
    [claim.workspace, claim.id, claim.attempt, at, task === 'WRITE' ? 0 : 1],
  );
  return count === 1;
}

export async function removeDue(db: EntityManager, { workspace, id, attempt }: Claim): Promise<void> {
  await db.query(
    `with gone as (
       delete from export_part
       where workspace_id = $1::int and export_id = $2::uuid
     )
     delete from export_due
     where workspace_id = $1::int and export_id = $2::uuid and attempts = $3::int`,
    [workspace, id, attempt],
  );
}

/** A job as its worker needs it. */
export interface Job {
  readonly wish: ExportWish;
  readonly actor: string;
  readonly isMasked: boolean;
}

export async function readJob(db: EntityManager, workspace: number, id: string): Promise<Job> {
  const [row] = await db.query(
    `select json_build_object('what', what, 'format', format, 'columns', columns, 'filters', filters,
         'compression', compression, 'isFormulaSafe', is_formula_safe, 'purpose', purpose) as wish,
       actor, is_masked as "isMasked"
     from export
     where workspace_id = $1::int and id = $2::uuid`,
    [workspace, id],
  );
  return row;
}

export async function beginJob(
  db: EntityManager,
  workspace: number,
  id: string,
  at: Date,
  estimate: number | null,
): Promise<void> {
  await db.query(
    `update export
     set state = 1, started_at = coalesce(started_at, $3::timestamptz), alive_at = $3,
       estimated_rows = coalesce(estimated_rows, $4::bigint)
     where workspace_id = $1::int and id = $2::uuid and state < 2`,
    [workspace, id, at, estimate],
  );
}

/** A part of a job: the next of its files. */
export interface Part extends Progress {
  readonly sha256: Buffer;
  /** The key of its last row; null when nothing follows. */
  readonly end: string | null;
}

export async function readParts(db: EntityManager, workspace: number, id: string): Promise<Part[]> {
  return db.query(
    `select row_count::float as rows, byte_count::float as bytes, sha256, end_key as "end"
     from export_part
     where workspace_id = $1::int and export_id = $2::uuid
     order by n`,
    [workspace, id],
  );
}

export async function insertPart(
  db: EntityManager,
  workspace: number,
  id: string,
  n: number,
  part: Part,
): Promise<void> {
  await db.query(
    `insert into export_part (workspace_id, export_id, n, row_count, byte_count, sha256, end_key)
     values ($1::int, $2::uuid, $3::int, $4::bigint, $5::bigint, $6::bytea, $7::text)`,
    [workspace, id, n, part.rows, part.bytes, part.sha256, part.end],
  );
}

export async function removeParts(db: EntityManager, workspace: number, id: string): Promise<void> {
  await db.query('delete from export_part where workspace_id = $1::int and export_id = $2::uuid', [workspace, id]);
}

export async function setExpiry(db: EntityManager, workspace: number, id: string, at: Date): Promise<void> {
  await db.query('update export set expires_at = $3::timestamptz where workspace_id = $1::int and id = $2::uuid', [
    workspace,
    id,
    at,
  ]);
}

/** What became of an export, as far as somebody needs who cancels it or takes its file. */
export interface StoredExport {
  readonly state: ExportState;
  readonly wish: ExportWish;
  readonly isStream: boolean;
  readonly isMasked: boolean;
  readonly scopes: readonly string[];
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: Buffer | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  readonly expiresAt: Date | null;
}

export async function readExport(db: EntityManager, workspace: number, id: string): Promise<StoredExport | null> {
  const [row] = await db.query(
    `select state, is_stream as "isStream", is_masked as "isMasked", scopes, row_count::float as rows,
       byte_count::float as bytes, sha256, created_at as "createdAt", finished_at as "finishedAt",
       expires_at as "expiresAt",
       json_build_object('what', what, 'format', format, 'columns', columns, 'filters', filters,
         'compression', compression, 'isFormulaSafe', is_formula_safe, 'purpose', purpose) as wish
     from export
     where workspace_id = $1::int and id = $2::uuid`,
    [workspace, id],
  );
  return row === undefined ? null : { ...row, state: exportStates[row.state] };
}

/**
 * Cancels a job that is not over; false when it is. Who runs it sees so within seconds, and removes what it wrote; one
 * that nobody runs is removed at once. What is due comes first, as for whoever runs it: in another order each of the two
 * would wait for the other.
 */
export async function cancelJob(db: EntityManager, workspace: number, id: string, now: Date): Promise<boolean> {
  const [, count] = await db.query(
    `update export_due
     set task = 1, due_at = case when attempts = 0 then $3::timestamptz else due_at end
     where workspace_id = $1::int and export_id = $2::uuid and task = 0`,
    [workspace, id, now],
  );
  if (count === 0) return false;
  await db.query(
    `update export
     set state = 4, finished_at = $3::timestamptz, alive_at = $3
     where workspace_id = $1::int and id = $2::uuid and state < 2`,
    [workspace, id, now],
  );
  return true;
}

/** Who took how much of a file. */
export interface Download {
  readonly id: string;
  readonly at: Date;
  readonly from: number;
  readonly bytes: number;
  readonly actor: string;
}

export async function insertDownload(
  db: EntityManager,
  workspace: number,
  exportId: string,
  { id, at, from, bytes, actor }: Download,
): Promise<void> {
  await db.query(
    `insert into export_download (workspace_id, id, export_id, at, from_byte, byte_count, actor)
     values ($1::int, $2::uuid, $3::uuid, $4::timestamptz, $5::bigint, $6::bigint, $7::text)`,
    [workspace, id, exportId, at, from, bytes, actor],
  );
}
