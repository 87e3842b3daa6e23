import { afterAll, afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { ApiKeys } from '../../src/access/api-keys.service.js';
import { scopes } from '../../src/access/caller.js';
import { readConfig } from '../../src/platform/config.js';
import { limits } from '../../src/platform/limits.js';
import { startService } from '../../src/service.js';
import { eventually, startTestService, type TestService } from '../setup/service.js';
import { clientOf, customerChanged, endClients, feed, follow, record } from './live-desk.js';

const it: TestService = await startTestService();

afterEach(endClients);

afterAll(() => it.stop());

/** Without what was recorded in the moment before following began (`…-0`), which may be told too. */
const idsOf = (changes: readonly { touchpoint: { externalId: string } | null }[]) =>
  changes.flatMap((change) => change.touchpoint?.externalId ?? []).filter((id) => !id.endsWith('-0'));

test('who was away goes on from the last cursor, without a gap and without a change twice', async () => {
  const id = await record(it, 'away@example.com', 'away-0');
  const first = follow(clientOf(it, it.key), customerChanged, { id });
  await first.count(1);
  for (const n of [1, 2, 3]) await record(it, 'away@example.com', `away-${n}`);
  await eventually(async () => idsOf(first.changes).length === 3);
  await endClients();
  for (const n of [4, 5, 6]) {
    await record(it, 'away@example.com', `away-${n}`);
    await record(it, 'somebody@example.com', `somebody-${n}`);
  }
  for (const [from, expected] of [
    [0, [1, 2, 3, 4, 5, 6, 7]],
    [first.changes.findIndex((change) => change.touchpoint?.externalId === 'away-2'), [3, 4, 5, 6, 7]],
    [first.changes.length - 1, [4, 5, 6, 7]],
  ] as const) {
    const after = first.changes[from].cursor;
    const again = follow(clientOf(it, it.key), customerChanged, { id, after });
    if (from === 0) {
      await eventually(async () => idsOf(again.changes).length === 6);
      await record(it, 'away@example.com', 'away-7');
    }
    await eventually(async () => idsOf(again.changes).length >= expected.length);
    expect(idsOf(again.changes)).toEqual(expected.map((n) => `away-${n}`));
  }
});

test('a service that restarts tells its clients to come back, and they miss nothing', async () => {
  const config = readConfig({
    NODE_ENV: 'test',
    PORT: '0',
    LOG_LEVEL: 'silent',
    POOL_SIZE: '4',
    DATABASE_URL: it.database.ownerUrl,
    MIGRATE_ON_START: 'false',
    SHUTDOWN_GRACE_MS: '0',
  });
  const one = await startService(config);
  const key = (await one.app.get(ApiKeys).make(it.workspace, { name: 'restart', scopes })).secret;
  const before = follow(clientOf(one, key), feed);
  await before.count(1);
  await record(it, 'restart@example.com', 'restart-1');
  await eventually(async () => idsOf(before.changes).length === 1);
  await one.stop();
  expect(await before.ended()).toMatchObject({ code: 1012 });
  await record(it, 'restart@example.com', 'restart-2');
  const two = await startService(config);
  const after = before.changes.at(-1).cursor;
  const again = follow(clientOf(two, key), feed, { after });
  await eventually(async () => idsOf(again.changes).length === 1);
  await record(it, 'restart@example.com', 'restart-3');
  await eventually(async () => idsOf(again.changes).length === 2);
  expect(idsOf(again.changes)).toEqual(['restart-2', 'restart-3']);
  await endClients();
  await two.stop();
});

/** `npm run test:faults` cuts a thousand. */
const socketsCut = Number(process.env['LIVE_SOCKETS'] ?? 200);

test(`${socketsCut} sockets that are cut at once come back, each to where it was`, async () => {
  const count = socketsCut;
  const id = await record(it, 'cut@example.com', 'cut-0');
  const all = Array.from({ length: count }, () => follow(clientOf(it, it.key), customerChanged, { id }));
  for (const one of all) await one.count(1);
  await record(it, 'cut@example.com', 'cut-1');
  for (const one of all) await eventually(async () => idsOf(one.changes).length === 1);
  await endClients();
  await record(it, 'cut@example.com', 'cut-2');
  const again = all.map((one) =>
    follow(clientOf(it, it.key), customerChanged, { id, after: one.changes.at(-1).cursor }),
  );
  await record(it, 'cut@example.com', 'cut-3');
  for (const one of again) await eventually(async () => idsOf(one.changes).length >= 2);
  for (const one of again) expect(idsOf(one.changes)).toEqual(['cut-2', 'cut-3']);
});

test('who does not read is cut off with a reason, and what waits for it stays bounded', async () => {
  const socket = new WebSocket(`${it.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.on('close', (code, reason) => resolve({ code, reason: String(reason) })),
  );
  await new Promise((resolve) => socket.on('open', resolve));
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${it.key}` } }));
  await new Promise((resolve) => socket.once('message', resolve));
  const query = 'subscription { workspaceChanged(kinds: [TOUCHPOINT_RECORDED]) { touchpoint { summary attributes } } }';
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
  await new Promise((resolve) => socket.once('message', resolve));
  (socket as unknown as { _socket: { pause(): void } })._socket.pause();
  const summary = 'x'.repeat(limits.longTextCharactersMax);
  const touchpoints = Array.from({ length: 400 }, (_, n) => ({
    source: 'slow',
    channel: 'CHAT',
    kind: 'chat.message',
    identifiers: [{ type: 'email', value: `slow-${n}@example.com` }],
    summary,
  }));
  for (let batch = 0; batch < 8; batch++) {
    const { data } = await it.graphql(
      'mutation ($input: RecordTouchpointsInput!) { recordTouchpoints(input: $input) { results { outcome } } }',
      { input: { touchpoints } },
    );
    expect(data.recordTouchpoints.results).toHaveLength(400);
  }
  (socket as unknown as { _socket: { resume(): void } })._socket.resume();
  expect(await closed).toMatchObject({ code: 4413, reason: expect.stringContaining('SLOW_READER') });
});

test('a cursor from before what is kept is refused: read anew', async () => {
  const id = await record(it, 'old@example.com', 'old-1');
  const followed = follow(clientOf(it, it.key), customerChanged, { id });
  await followed.count(1);
  await record(it, 'old@example.com', 'old-2');
  await eventually(async () => idsOf(followed.changes).includes('old-2'));
  await it.database.owner.query(
    `insert into feed_sweep (workspace_id, transaction_id, id)
     select workspace_id, transaction_id, id from feed where workspace_id = $1 order by transaction_id desc, id desc limit 1
     on conflict (workspace_id) do update set transaction_id = excluded.transaction_id, id = excluded.id`,
    [it.workspace],
  );
  const [error] = await follow(clientOf(it, it.key), customerChanged, {
    id,
    after: followed.changes[0].cursor,
  }).ended();
  expect(error.extensions).toMatchObject({ code: 'CONFLICT', reason: 'CURSOR_EXPIRED', field: 'after' });
});

test('whoever stood still for longer than changes are kept is told to read anew, and goes on from there', async () => {
  const { workspace, key } = await it.makeWorkspace('stood-still');
  const id = await record(it, 'still@example.com', 'still-1', {}, key);
  const query = 'subscription ($id: ID!) { customerChanged(id: $id) { cursor kind touchpoint { externalId } } }';
  const all = [follow(clientOf(it, key), query, { id }), follow(clientOf(it, key), query, { id })];
  for (const one of all) await one.count(1);
  // As if the instance had slept while all up to a little later than now was swept away.
  await it.database.owner.query(
    `insert into feed_sweep (workspace_id, transaction_id, id)
     values ($1, (pg_current_xact_id()::text::bigint + 3)::text::xid8, 0)`,
    [workspace],
  );
  for (const one of all) {
    const [error] = await one.ended();
    expect(error.extensions).toMatchObject({ code: 'CONFLICT', reason: 'CURSOR_EXPIRED' });
  }
  for (let more = 0; more < 4; more++) await record(it, 'still@example.com', `still-after-${more}`, {}, key);
  const again = follow(clientOf(it, key), query, { id });
  await again.count(1);
  await record(it, 'still@example.com', 'still-2', {}, key);
  await eventually(async () => idsOf(again.changes).includes('still-2'));
});
