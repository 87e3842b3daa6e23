import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../src/platform/limits.js';
import { startRestartable } from './restartable.js';
import { basic, batch, type SegmentClient, startSegmentClient, track } from './segment-client.js';

let client: SegmentClient;

beforeAll(async () => {
  client = await startSegmentClient();
});
afterAll(() => client.t.stop());

describe('messages', () => {
  it.each([
    ['i', 'identify', { traits: { email: 'one-i@example.com' } }, null],
    ['t', 'track', { event: 'Clicked' }, 'Clicked'],
    ['p', 'page', {}, 'page.viewed'],
    ['s', 'screen', {}, 'screen.viewed'],
    ['a', 'alias', { previousId: 'before' }, null],
    ['g', 'group', { groupId: 'acme' }, null],
  ])('/v1/%s is short for /v1/%s', async (letter, word, more, kind) => {
    for (const route of [letter, word]) {
      const userId = `route-${route}`;
      const body = JSON.stringify({ ...more, userId, messageId: `id-${userId}`, writeKey: client.t.key });
      expect(await client.post(`/v1/${route}`, body)).toMatchObject({ status: 200, body: { success: true } });
      const { data } = await client.t.graphql(
        `query ($value: String!) {
          customer(identifier: { type: "user_id", value: $value }) { touchpoints(first: 5) { edges { node { kind } } } }
        }`,
        { value: userId },
      );
      expect(data.customer.touchpoints.edges.map((edge: { node: { kind: string } }) => edge.node.kind)).toEqual(
        kind === null ? [] : [kind],
      );
    }
  });

  it('/v1/b is short for /v1/batch', async () => {
    expect((await client.post('/v1/b', batch(track('short-batch')), client.withKey())).status).toBe(200);
    expect(await client.storedIds('short-batch')).toEqual(['short-batch']);
  });

  it('bad items go to the dead letters with their reasons, and their neighbours are stored', async () => {
    const items = [
      track('good-1'),
      { type: 'mystery', userId: 'eve', messageId: 'bad-type' },
      'bad-text',
      { type: 'track', event: 'Seen', messageId: 'bad-nobody' },
      { type: 'track', userId: 'eve', messageId: 'bad-event' },
      track('bad-size', { properties: { big: 'x'.repeat(limits.attributesBytesMax) } }),
      track('bad-text-2', { properties: { nul: '\0' } }),
      { type: 'identify', userId: 'eve', messageId: 'bad-traits', traits: [1] },
      track('good-2'),
    ];
    const sent = await client.post('/v1/batch', batch(...items), client.withKey());
    expect(sent).toMatchObject({ status: 200, body: { success: true } });
    expect(await client.storedIds('good-%')).toEqual(['good-1', 'good-2']);
    const letters = await client.deadLetters('bad-');
    const told = Object.fromEntries(
      letters.map(({ raw, reason, field }) => [/bad-[a-z0-9-]+/.exec(raw)?.[0], `${reason} ${field}`]),
    );
    expect(told).toEqual({
      'bad-type': 'INPUT_INVALID type',
      'bad-text': 'BODY_MALFORMED null',
      'bad-nobody': 'TOO_FEW userId',
      'bad-event': 'TOO_FEW event',
      'bad-size': 'TOO_LONG touchpoint.attributes',
      'bad-text-2': 'TEXT_INVALID touchpoint.attributes',
      'bad-traits': 'INPUT_INVALID traits',
    });
    expect(JSON.parse(letters.find(({ raw }) => raw.includes('bad-text-2'))?.raw ?? '')).toEqual(items[6]);
  });

  it('a batch that comes again makes no second touchpoint, customer or dead letter, and counts its dead letter once', async () => {
    const counted = async () =>
      Number(
        /^throughline_dead_letters_total\{source="rudderstack",reason="INPUT_INVALID"\} (\d+)/m.exec(
          await (await fetch(`${client.t.url}/metrics`)).text(),
        )?.[1] ?? 0,
      );
    const countRows = async () => {
      const { rows } = await client.t.database.owner.query(
        `select (select count(*) from touchpoint)::int as touchpoints, (select count(*) from profile)::int as profiles,
                (select count(*) from identifier)::int as identifiers, (select count(*) from merge)::int as merges,
                (select count(*) from dead_letter)::int as letters`,
      );
      return rows[0];
    };
    const before = await counted();
    const sendAll = async (sentAt: string) => {
      const items = [
        { type: 'identify', userId: 'again', anonymousId: 'again-cookie', traits: { email: 'again@example.com' } },
        track('again-1', { userId: 'again', originalTimestamp: '2026-01-01T00:00:00.000Z' }),
        track('again-2', { anonymousId: 'again-cookie', userId: undefined }),
        { type: 'mystery', userId: 'again', originalTimestamp: '2026-01-01T00:00:00.000Z' },
      ].map((item) => ({ ...item, sentAt }));
      const sent = await client.post('/v1/batch', JSON.stringify({ batch: items, sentAt }), client.withKey());
      expect(sent.status).toBe(200);
    };
    await sendAll(new Date().toISOString());
    const first = await countRows();
    // A later attempt is stamped anew, by a clock that has drifted meanwhile.
    await sendAll(new Date(Date.now() - 5_000_000).toISOString());
    await sendAll(new Date(Date.now() + 100).toISOString());
    expect(await countRows()).toEqual(first);
    expect((await counted()) - before).toBe(1);
  });

  it('an item that breaks the database is found and kept, and its neighbours are stored', async () => {
    const { owner } = client.t.database;
    await owner.query(`create function break_poison() returns trigger language plpgsql as
      $$ begin if new.kind = 'Poison' then raise exception 'poison'; end if; return new; end $$`);
    await owner.query('create trigger poison before insert on touchpoint for each row execute function break_poison()');
    try {
      const items = Array.from({ length: 9 }, (_, n) => track(`near-${n}`, n === 4 ? { event: 'Poison' } : {}));
      expect((await client.post('/v1/batch', batch(...items), client.withKey())).status).toBe(200);
      expect(await client.storedIds('near-%')).toEqual([0, 1, 2, 3, 5, 6, 7, 8].map((n) => `near-${n}`));
      expect((await client.deadLetters('near-')).map(({ reason, raw }) => [reason, JSON.parse(raw).messageId])).toEqual(
        [['UNEXPECTED', 'near-4']],
      );
    } finally {
      await owner.query('drop trigger poison on touchpoint; drop function break_poison');
    }
  });

  it('an item that nests 100,000 levels deep is a dead letter, and its neighbour is stored', async () => {
    const depth = 100_000;
    const deep = `{"type":"track","userId":"eve","event":"Deep","messageId":"deep-bad","properties":{"a":${'['.repeat(depth)}${']'.repeat(depth)}}}`;
    const sent = await client.post(
      '/v1/batch',
      `{"batch":[${deep},${JSON.stringify(track('deep-good'))}]}`,
      client.withKey(),
    );
    expect(sent).toMatchObject({ status: 200, body: { success: true } });
    expect(await client.storedIds('deep-%')).toEqual(['deep-good']);
    expect(await client.deadLetters('deep-bad')).toMatchObject([
      { reason: 'TOO_MANY', field: 'touchpoint.attributes' },
    ]);
  });

  it('2,500 messages in one batch are all taken, a thousand at a time; more than 20,000 are refused whole', async () => {
    const many = Array.from({ length: 2_500 }, (_, n) => track(`many-${n}`));
    expect(
      (await client.post('/v1/batch', gzipSync(batch(...many)), client.withKey({ 'content-encoding': 'gzip' }))).status,
    ).toBe(200);
    expect(await client.storedIds('many-%')).toHaveLength(2_500);
    const { rows } = await client.t.database.owner.query(
      `select count(*)::int as stored from touchpoint where external_id like 'many-%' group by xmin order by 1`,
    );
    expect(rows.map((transaction) => transaction.stored)).toEqual([500, 1_000, 1_000]);
    const tooMany = await client.post(
      '/v1/batch',
      JSON.stringify({ batch: Array.from({ length: 20_001 }, () => 0) }),
      client.withKey(),
    );
    expect(tooMany).toMatchObject({ status: 413, body: { field: 'batch', limit: 20_000 } });
  });

  it('a wrong clock is mended by sentAt, and one beyond mending costs the time but not the message', async () => {
    const hour = 3_600_000;
    const now = Date.now();
    const ago = (ms: number) => new Date(now - ms).toISOString();
    const sentAt = ago(-6 * hour);
    await client.post(
      '/v1/batch',
      JSON.stringify({ batch: [track('clock-fast', { timestamp: ago(-5 * hour) })], sentAt }),
      client.withKey(),
    );
    await client.post('/v1/batch', batch(track('clock-bad', { timestamp: '9999-12-31T23:59:59Z' })), client.withKey());
    await client.post('/v1/batch', batch(track('clock-none', { timestamp: 'yesterday' })), client.withKey());
    const { rows } = await client.t.database.owner.query(
      `select external_id, occurred_at, attributes from touchpoint where external_id like 'clock-%' order by external_id`,
    );
    const [bad, fast, none] = rows;
    const secondsFrom = (time: number, row: { occurred_at: Date }) => Math.abs(row.occurred_at.getTime() - time) / 1000;
    expect(secondsFrom(now - hour, fast)).toBeLessThan(30);
    expect(secondsFrom(now, bad)).toBeLessThan(30);
    expect(secondsFrom(now, none)).toBeLessThan(30);
    expect(bad.attributes.clock).toEqual({ reason: 'OUT_OF_RANGE', sent: '9999-12-31T23:59:59Z' });
    expect(none.attributes.clock).toEqual({ reason: 'INVALID', sent: 'yesterday' });
  });

  it('while the database is away the answer is 503 with Retry-After, and the same batch is taken afterwards', async () => {
    const service = await startRestartable();
    try {
      const body = batch(track('outage'), { type: 'mystery', userId: 'outage' });
      const send = () =>
        fetch(`${service.url}/v1/batch`, { method: 'POST', body, headers: { authorization: basic(service.key) } });
      await service.databaseWire.cut();
      const refused = await send();
      expect(refused.status).toBe(503);
      expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
      await service.databaseWire.mend();
      expect((await send()).status).toBe(200);
      const { rows } = await service.database.owner.query(
        'select (select count(*) from touchpoint)::int as stored, (select count(*) from dead_letter)::int as letters',
      );
      expect(rows).toEqual([{ stored: 1, letters: 1 }]);
    } finally {
      await service.end();
    }
  });
});
