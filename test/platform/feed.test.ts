import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/platform/config.js';
import { appConnection, Database } from '../../src/platform/database.js';
import { endOfFeed, publishChange, readFeed } from '../../src/platform/feed.js';
import { comparePlaces, type FeedPlace, feedCursor, readFeedCursor, wholeRow } from '../../src/platform/feed-cursor.js';
import { FeedSweep } from '../../src/platform/feed-sweep.js';
import { FeedWakes } from '../../src/platform/feed-wakes.js';
import { Log } from '../../src/platform/log.js';
import { createTestDatabase, type TestDatabase } from '../setup/postgres.js';
import { Random } from '../setup/random.js';
import { eventually } from '../setup/service.js';

const config = readConfig({ LOG_LEVEL: 'silent', POOL_SIZE: '10', FEED_RETENTION_HOURS: '2' });
const start: FeedPlace = { transaction: '0', id: '0', n: wholeRow };
let database: TestDatabase;
let db: Database;
let workspace = 0;
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  db = new Database(appConnection(database.ownerUrl, true), config);
  await db.connect();
});

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

afterAll(async () => {
  await db?.onApplicationShutdown();
  await database?.drop();
});

async function freshWorkspace(): Promise<void> {
  const { rows } = await database.owner.query(
    'insert into workspace (key, name) select k, k from (select gen_random_uuid()::text as k) x returning id',
  );
  workspace = rows[0].id;
}

const tell = (what: number) =>
  db.inWorkspace(workspace, (entities) => publishChange(entities, workspace, 'test', ['1'], what));

const read = (after: FeedPlace, limit = 100, profiles?: string[]) =>
  db.inWorkspace(workspace, (entities) => readFeed(entities, workspace, { after, limit, profiles }));

/** Waits for as many rows: a transaction of another test's database holds readers back for a moment too. */
async function rowsAfter(after: FeedPlace, count: number) {
  let page = await read(after);
  await eventually(async () => {
    page = await read(after);
    return page.rows.length >= count;
  });
  return page.rows;
}

const told = async (after: FeedPlace, count: number) => (await rowsAfter(after, count)).map((row) => row.payload);

/** Waits until nothing that was told before holds readers back. */
async function pastAll(): Promise<FeedPlace> {
  const { rows } = await database.owner.query('select pg_current_xact_id()::text as now');
  let end = start;
  await eventually(async () => {
    end = await db.inWorkspace(workspace, endOfFeed);
    return BigInt(end.transaction) > BigInt(rows[0].now);
  });
  return end;
}

/** A transaction that has written to the feed and not yet committed. */
async function openTransaction(what: number): Promise<{ commit(): Promise<unknown> }> {
  const client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  ends.push(() => client.end());
  await client.query('begin');
  await client.query(`insert into feed (workspace_id, kind, profiles, payload) values ($1, 'test', '{1}', $2)`, [
    workspace,
    JSON.stringify(what),
  ]);
  return { commit: () => client.query('commit') };
}

describe('the feed', () => {
  test('never skips what commits late: what began after it waits for it', async () => {
    await freshWorkspace();
    const late = await openTransaction(1);
    await tell(2);
    const before = await read(start);
    expect(before.rows).toEqual([]);
    await late.commit();
    expect(await told(before.end, 2)).toEqual([1, 2]);
  });

  test('shows many readers every change of many writers once and in one order', async () => {
    await freshWorkspace();
    const random = new Random(8);
    const count = 120;
    let left = count;
    const writer = async () => {
      while (left > 0) {
        const what = left--;
        await db.inWorkspace(workspace, async (entities) => {
          const isSlow = random.chance(0.3);
          await publishChange(entities, workspace, 'test', ['1'], what);
          if (isSlow) await entities.query('select pg_sleep(0.01)');
        });
      }
    };
    const reader = async () => {
      const seen: unknown[] = [];
      let after = start;
      while (seen.length < count) {
        const page = await read(after, 1 + random.int(5));
        expect(comparePlaces(page.end, after)).toBeGreaterThanOrEqual(0);
        after = page.end;
        seen.push(...page.rows.map((row) => row.payload));
      }
      return seen;
    };
    const [first, second] = await Promise.all([reader(), reader(), writer(), writer(), writer(), writer()]);
    expect(second).toEqual(first);
    expect([...(first as number[])].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i + 1));
  });

  test('shows a reader of some customers only what concerns them, and still goes on', async () => {
    await freshWorkspace();
    await db.inWorkspace(workspace, async (entities) => {
      await publishChange(entities, workspace, 'test', ['7', '8'], 'hers');
      await publishChange(entities, workspace, 'test', ['9'], 'another’s');
    });
    await pastAll();
    const page = await read(start, 2, ['8', '800']);
    expect(page.rows.map((row) => row.payload)).toEqual(['hers']);
    expect(page.hasMore).toBe(true);
    expect(await read(page.end, 2, ['8'])).toMatchObject({ rows: [], hasMore: false });
  });

  test('reads a row again that was left in its midst, and not one that was read whole', async () => {
    await freshWorkspace();
    await tell(1);
    const [row] = await rowsAfter(start, 1);
    const { transaction, id } = row as { transaction: string; id: string };
    expect(await told({ transaction, id, n: 3 }, 1)).toEqual([1]);
    expect((await read({ transaction, id, n: wholeRow })).rows).toEqual([]);
  });

  test('begins at its end for who has read everything', async () => {
    await freshWorkspace();
    await tell(1);
    const end = await pastAll();
    await tell(2);
    expect(await told(end, 1)).toEqual([2]);
  });

  test('lets go of what was kept long enough, and tells who comes too late to read anew', async () => {
    await freshWorkspace();
    for (const what of [1, 2, 3]) await tell(what);
    const places = (await rowsAfter(start, 3)).map((row) => ({ ...row, n: wholeRow }));
    const age = (hours: number, id: string) =>
      database.owner.query(`update feed set at = now() - $1 * interval '1 hour' where workspace_id = $2 and id = $3`, [
        hours,
        workspace,
        id,
      ]);
    await age(3, places[0]?.id as string);
    await age(3, places[2]?.id as string);
    const sweep = new FeedSweep(db, new Log(config), config);
    sweep.start();
    ends.push(() => sweep.beforeApplicationShutdown());
    expect(await sweep.tick()).toBe(1);
    expect(await told(places[0] as FeedPlace, 2)).toEqual([2, 3]);
    await expect(read(start)).rejects.toMatchObject({ reason: 'CURSOR_EXPIRED', where: { field: 'after' } });
    await expect(read({ transaction: '9007199254740993', id: '1', n: 0 })).rejects.toMatchObject({
      reason: 'CURSOR_EXPIRED',
    });
  });

  test('names each customer of a change once', async () => {
    await freshWorkspace();
    await db.inWorkspace(workspace, (entities) =>
      publishChange(entities, workspace, 'identity.changed', ['5', '5', '6'], { profiles: ['5', '6'] }),
    );
    const { rows } = await database.owner.query('select profiles from feed where workspace_id = $1', [workspace]);
    expect(rows).toEqual([{ profiles: ['5', '6'] }]);
  });
});

describe('a cursor of changes', () => {
  const place = { transaction: '18446744073709551615', id: '9223372036854775807', n: 12 };

  test('comes back as the place that it was made of', () => {
    for (const one of [place, start]) expect(readFeedCursor(3, feedCursor(3, one), 'after')).toEqual(one);
  });

  test.each([
    ['of another workspace', feedCursor(4, place)],
    ['cut short', feedCursor(3, place).slice(0, -2)],
    ['of another form', Buffer.alloc(24, 0xff).toString('base64url')],
    ['empty', ''],
    ['text', 'not a cursor'],
  ])('is refused when it is %s', (_, text) => {
    expect(() => readFeedCursor(3, text, 'after')).toThrow(expect.objectContaining({ reason: 'CURSOR_INVALID' }));
  });
});

describe('a reader that waits', () => {
  const wakes = () => {
    const made = new FeedWakes(db, new Log(config), appConnection(database.ownerUrl, true));
    ends.push(() => made.onApplicationShutdown());
    return made;
  };
  const listeners = async () =>
    (await database.owner.query(`select pid from pg_stat_activity where query = 'listen throughline_feed'`)).rows;

  test('is woken by what another instance stored, and by what a transaction told', async () => {
    await freshWorkspace();
    let woken = 0;
    wakes().on(workspace, () => woken++);
    await eventually(async () => (await listeners()).length === 1 && woken > 0);
    const before = woken;
    wakes().changed(workspace);
    await eventually(async () => woken > before);
    const after = woken;
    await tell(1);
    await eventually(async () => woken > after);
  });

  test('is woken by its own process at once, and not for another workspace', async () => {
    await freshWorkspace();
    const one = wakes();
    const woken: string[] = [];
    one.on(workspace, () => woken.push('ours'));
    const end = one.on(-1, () => woken.push('theirs'));
    one.changed(workspace);
    expect(woken).toEqual(['ours']);
    end();
  });

  test('polls while its connection is lost, and listens again', async () => {
    await freshWorkspace();
    let woken = 0;
    wakes().on(workspace, () => woken++);
    await eventually(async () => (await listeners()).length === 1);
    const [{ pid }] = await listeners();
    await database.owner.query('select pg_terminate_backend($1)', [pid]);
    const before = woken;
    await eventually(async () => woken > before + 1);
    await eventually(async () => (await listeners()).some((one) => one.pid !== pid));
  });
});
