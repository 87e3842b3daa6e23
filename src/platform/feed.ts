import type { EntityManager } from 'typeorm';
import { comparePlaces, type FeedPlace, wholeRow } from './feed-cursor.js';
import { Refusal } from './refusal.js';

/** The channel on which instances tell each other that a workspace's feed has grown. A hint: readers poll as well. */
export const feedChannel = 'throughline_feed';

/**
 * Publishes a change in the caller's own transaction: to subscribers, as `publish` does, and in the workspace's feed,
 * from which outsiders follow what happens. `profiles` are those whose customers it concerns.
 */
export async function publishChange(
  db: EntityManager,
  workspace: number,
  kind: string,
  profiles: readonly string[],
  payload: unknown,
): Promise<void> {
  await db.query(
    `with published as (
       insert into outbox (workspace_id, kind, payload)
       values ($1::int, $2::text, $4::json)
     ), fed as (
       insert into feed (workspace_id, kind, profiles, payload)
       values ($1::int, $2::text, $3::bigint[], $4::json)
     )
     select pg_notify('${feedChannel}', $1::int::text)`,
    [workspace, kind, [...new Set(profiles)], JSON.stringify(payload)],
  );
}

/** One change, as its transaction told it. */
export interface FeedRow {
  readonly transaction: string;
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly kind: string;
  readonly payload: unknown;
}

export interface FeedPage {
  /** In the order of the feed. */
  readonly rows: readonly FeedRow[];
  /** Everything up to here has been looked at. */
  readonly end: FeedPlace;
  readonly hasMore: boolean;
}

export interface FeedQuestion {
  /** Everything up to here is known. A row that was left in its midst is read again whole. */
  readonly after: FeedPlace;
  /** Rows to look at. */
  readonly limit: number;
  /** Only changes that concern one of these profiles. */
  readonly profiles?: readonly string[];
}

/**
 * What changed after a place, by the primary key. It ends before the oldest transaction that still runs: one that
 * commits late is never behind a reader. The reader runs in the workspace.
 * @throws Refusal CURSOR_EXPIRED when some of it is no longer kept
 */
export async function readFeed(db: EntityManager, workspace: number, question: FeedQuestion): Promise<FeedPage> {
  const { after, limit, profiles } = question;
  const from = after.n === wholeRow ? after.id : (BigInt(after.id) - 1n).toString();
  const [row] = await db.query(
    `with looked_at as materialized (
       select f.transaction_id, f.id, f.at, f.kind, f.profiles, f.payload
       from feed f
       where f.workspace_id = $1::int and (f.transaction_id, f.id) > ($2::text::xid8, $3::bigint)
         and f.transaction_id < pg_snapshot_xmin(pg_current_snapshot())
       order by f.transaction_id, f.id
       limit $4::int
     )
     select pg_snapshot_xmin(pg_current_snapshot())::text as horizon,
       ($2::text::xid8 > pg_snapshot_xmax(pg_current_snapshot()) or exists (
         select from feed_sweep s
         where s.workspace_id = $1::int and (s.transaction_id, s.id) > ($2::text::xid8, $3::bigint)
       )) as "isGone",
       (select count(*)::int from looked_at) as count,
       (select json_build_array(l.transaction_id::text, l.id::text)
        from looked_at l
        order by l.transaction_id desc, l.id desc
        limit 1) as last,
       (select coalesce(json_agg(json_build_object('transaction', l.transaction_id::text, 'id', l.id::text,
           'at', l.at, 'kind', l.kind, 'payload', l.payload) order by l.transaction_id, l.id), '[]')
        from looked_at l
        where $5::bigint[] is null or l.profiles && $5::bigint[]) as rows`,
    [workspace, after.transaction, from, limit, profiles ?? null],
  );
  if (row.isGone) {
    const sentence = 'What came after this cursor is no longer kept. Read anew, and go on from there.';
    throw new Refusal('CURSOR_EXPIRED', sentence, { field: 'after' });
  }
  const hasMore = row.count === limit;
  const end = hasMore ? { transaction: row.last[0], id: row.last[1], n: wholeRow } : placeBefore(row.horizon);
  return { rows: row.rows, hasMore, end: comparePlaces(end, after) < 0 ? after : end };
}

/** The end of the feed: what changes from now on comes after it, and perhaps a little of what was changed just before. */
export async function endOfFeed(db: EntityManager): Promise<FeedPlace> {
  const [row] = await db.query('select pg_snapshot_xmin(pg_current_snapshot())::text as horizon');
  return placeBefore(row.horizon);
}

/** The place before everything that a transaction tells. */
function placeBefore(transaction: string): FeedPlace {
  return { transaction, id: '0', n: wholeRow };
}
