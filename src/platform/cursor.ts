import { createHash } from 'node:crypto';
import { Refusal } from './refusal.js';
import type { Field } from './selection.js';
import { type Request, raw, type Sql, sql, workspace } from './sql.js';

/**
 * A cursor is the place of a row: workspace (4 bytes), field (2), instant (8, where rows are ordered by one), id (8 or
 * 16); base64url. It is opaque and holds no secret; the first six bytes refuse a cursor of another workspace or field.
 */
export interface CursorKind {
  /** What tells one field's cursors from another's. */
  readonly mark: Buffer;
  readonly hasInstant: boolean;
  readonly idBytes: 8 | 16;
}

export function cursorKind(f: Field, hasInstant: boolean, idType: 'uuid' | 'bigint'): CursorKind {
  const mark = createHash('sha1').update(`${f.parent}.${f.name}`).digest().subarray(0, 2);
  return { mark, hasInstant, idBytes: idType === 'uuid' ? 16 : 8 };
}

/** The cursor of a row, made in SQL from its binary columns. */
export function cursorSql(kind: CursorKind, instant: string | null, id: string): Sql {
  const place = [
    ...(instant === null ? [] : [`timestamptz_send(${instant})`]),
    `${kind.idBytes === 16 ? 'uuid_send' : 'int8send'}(${id})`,
  ].join(' || ');
  const mark = raw(`'\\x${kind.mark.toString('hex')}'::bytea`);
  return sql`translate(encode(int4send(${workspace}::int) || ${mark} || ${raw(place)}, 'base64'), '+/=', '-_')`;
}

/** Where a page begins or ends, as text that Postgres casts. */
export interface Place {
  readonly at: string | null;
  readonly id: string;
}

const postgresEpochMs = Date.UTC(2000, 0, 1);

/** Strict, for a cursor is a client's input: only what `cursorSql` can have made is read. */
export function readCursor(kind: CursorKind, text: string, request: Request, path: string): Place {
  const refuse = () => new Refusal('CURSOR_INVALID', `${path} is not a cursor of this list.`, { field: path });
  const bytes = Buffer.from(text, 'base64url');
  const head = Buffer.alloc(6);
  head.writeInt32BE(request.asker.workspace);
  kind.mark.copy(head, 4);
  const length = 6 + (kind.hasInstant ? 8 : 0) + kind.idBytes;
  if (bytes.length !== length || bytes.toString('base64url') !== text || !bytes.subarray(0, 6).equals(head)) {
    throw refuse();
  }
  const idAt = length - kind.idBytes;
  const id = kind.idBytes === 8 ? bytes.readBigInt64BE(idAt).toString() : bytes.toString('hex', idAt);
  if (!kind.hasInstant) return { at: null, id };
  const at = instantText(bytes.readBigInt64BE(6));
  if (at === null) throw refuse();
  return { at, id };
}

/** The instant of so many microseconds since 2000, or null outside the years 1 to 9999. */
function instantText(microseconds: bigint): string | null {
  const fraction = ((microseconds % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const ms = Number((microseconds - fraction) / 1000n) + postgresEpochMs;
  if (Math.abs(ms) > 8.64e15) return null;
  const text = new Date(ms).toISOString();
  return /^(?!0000)\d{4}-/.test(text) ? `${text.slice(0, 19)}.${String(fraction).padStart(6, '0')}Z` : null;
}
