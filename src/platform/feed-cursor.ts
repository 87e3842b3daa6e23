import { Refusal } from './refusal.js';

/** A place in a workspace's feed: everything up to it has been read. */
export interface FeedPlace {
  /** The transaction's 64-bit id, as text. */
  readonly transaction: string;
  readonly id: string;
  /** How many of the things that the row tells of have been read; `wholeRow` when all. */
  readonly n: number;
}

export const wholeRow = 2 ** 31 - 1;

/** What a client keeps of a place: workspace (4 bytes), transaction (8), row (8), n (4); base64url. Opaque, no secret. */
export function feedCursor(workspace: number, place: FeedPlace): string {
  const bytes = Buffer.alloc(24);
  bytes.writeInt32BE(workspace);
  bytes.writeBigUInt64BE(BigInt(place.transaction), 4);
  bytes.writeBigInt64BE(BigInt(place.id), 12);
  bytes.writeInt32BE(place.n, 20);
  return bytes.toString('base64url');
}

/** Strict, for a cursor is a client's input: only what `feedCursor` can have made, and of this workspace, is read. */
export function readFeedCursor(workspace: number, text: string, path: string): FeedPlace {
  const bytes = Buffer.from(text, 'base64url');
  const isOurs = bytes.length === 24 && bytes.toString('base64url') === text && bytes.readInt32BE() === workspace;
  const id = isOurs ? bytes.readBigInt64BE(12) : -1n;
  const n = isOurs ? bytes.readInt32BE(20) : -1;
  if (id < 0n || n < 0) throw new Refusal('CURSOR_INVALID', `${path} is not a cursor of changes.`, { field: path });
  return { transaction: bytes.readBigUInt64BE(4).toString(), id: id.toString(), n };
}

/** Below 0 when `a` comes first. */
export function comparePlaces(a: FeedPlace, b: FeedPlace): number {
  const transaction = compare(BigInt(a.transaction), BigInt(b.transaction));
  return transaction || compare(BigInt(a.id), BigInt(b.id)) || a.n - b.n;
}

const compare = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0);
