import zlib, { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiKeys } from '../../src/access/api-keys.service.js';
import { limits } from '../../src/platform/limits.js';
import { startTestService, type TestService } from '../setup/service.js';
import { startRestartable } from './restartable.js';

let t: TestService;

beforeAll(async () => {
  t = await startTestService();
});
afterAll(() => t.stop());

const basic = (key: string) => `Basic ${Buffer.from(`${key}:`).toString('base64')}`;

interface Sent {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

async function post(path: string, body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Sent> {
  // A Blob without a type, since fetch would write a content type for text.
  const blob = new Blob([typeof body === 'string' ? body : new Uint8Array(body)]);
  const answer = await fetch(t.url + path, { method: 'POST', body: blob, headers });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> };
}

const withKey = (headers: Record<string, string> = {}) => ({ authorization: basic(t.key), ...headers });
const batch = (...items: unknown[]) => JSON.stringify({ batch: items });
const track = (id: string, more: object = {}) => ({
  type: 'track',
  userId: 'eve',
  event: 'Seen',
  messageId: id,
  ...more,
});

async function storedIds(like: string): Promise<string[]> {
  const { rows } = await t.database.owner.query(
    'select external_id from touchpoint where external_id like $1 order by external_id',
    [like],
  );
  return rows.map((row) => row.external_id);
}

async function deadLetters(like: string) {
  const { rows } = await t.database.owner.query(
    'select workspace_id, source, reason, field, message, raw from dead_letter where raw like $1 order by raw',
    [`%${like}%`],
  );
  return rows;
}

describe('bodies', () => {
  it.each([
    ['gzip', gzipSync],
    ['deflate', zlib.deflateSync],
    ['deflate', zlib.deflateRawSync],
    ['br', zlib.brotliCompressSync],
  ] as const)('a body packed with %s is unpacked', async (encoding, pack) => {
    const id = `packed-${pack.name}`;
    const sent = await post('/v1/batch', pack(batch(track(id))), withKey({ 'content-encoding': encoding }));
    expect(sent).toMatchObject({ status: 200, body: { success: true } });
    expect(await storedIds(id)).toEqual([id]);
  });

  it.each([
    undefined,
    'application/json',
    'application/json; charset=utf-8',
    'text/plain;charset=UTF-8',
    'application/x-www-form-urlencoded',
    'application/graphql',
    'no content type at all',
  ])('JSON is taken for JSON when its content type says %s', async (type) => {
    const id = `typed-${type}`;
    const sent = await post('/v1/batch', batch(track(id)), withKey(type === undefined ? {} : { 'content-type': type }));
    expect(sent).toMatchObject({ status: 200, body: { success: true } });
    expect(await storedIds(id)).toEqual([id]);
  });

  it('what is taken here is still refused at /graphql', async () => {
    const answer = await fetch(`${t.url}/graphql`, {
      method: 'POST',
      body: JSON.stringify({ query: '{ __typename }' }),
      headers: { authorization: `Bearer ${t.key}`, 'content-type': 'text/plain' },
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect((await t.graphql('{ __typename }')).data).toEqual({ __typename: 'Query' });
  });

  it.each([
    ['broken JSON', '{"batch":[', {}],
    ['nothing', '', {}],
    ['a list', '[]', {}],
    ['text', '"batch"', {}],
    ['null', 'null', {}],
    ['a form', 'batch=%5B%5D', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['what is not gzip', '{"batch":[]}', { 'content-encoding': 'gzip' }],
    ['half of a gzip', gzipSync(batch(track('half'))).subarray(0, 30), { 'content-encoding': 'gzip' }],
    ['UTF-16', Buffer.from('{"batch":[]}', 'utf16le'), {}],
  ])('%s is a 400', async (_, body, headers) => {
    const sent = await post('/v1/batch', body, withKey(headers));
    expect(sent).toMatchObject({ status: 400, body: { code: 'BAD_USER_INPUT', reason: 'BODY_MALFORMED' } });
    expect(sent.headers.get('content-type')).toContain('application/problem+json');
  });

  it('a batch without its list is a 400 that names the field', async () => {
    const sent = await post('/v1/batch', '{"batch":{}}', withKey());
    expect(sent).toMatchObject({ status: 400, body: { reason: 'INPUT_INVALID', field: 'batch' } });
  });

  it.each(['compress', 'zstd', 'gzip, gzip', 'constructor'])('content-encoding %s is a 415', async (encoding) => {
    const sent = await post('/v1/batch', batch(track('encoded')), withKey({ 'content-encoding': encoding }));
    expect(sent).toMatchObject({ status: 415, body: { reason: 'BODY_TYPE_UNSUPPORTED' } });
    expect(await storedIds('encoded')).toEqual([]);
  });

  it('a bomb is a 413 and never unpacked beyond the limit', async () => {
    // 512 MB that pack to half a megabyte: a stream of members, since one buffer of them would be a bomb here too.
    const megabytes = gzipSync(Buffer.alloc(64 * 1024 * 1024, 32));
    const bomb = Buffer.concat(Array.from({ length: 8 }, () => megabytes));
    const before = process.memoryUsage();
    let peak = 0;
    const watch = setInterval(() => {
      const { rss } = process.memoryUsage();
      peak = Math.max(peak, rss - before.rss);
    }, 5);
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => post('/v1/batch', bomb, withKey({ 'content-encoding': 'gzip' }))),
    );
    clearInterval(watch);
    for (const sent of answers) {
      expect(sent).toMatchObject({ status: 413, body: { reason: 'BODY_TOO_LARGE', limit: limits.bodyBytesMax } });
    }
    // Four bombs hold 2 GB; four limits and what the collector leaves are far below.
    expect(peak).toBeLessThan(256 * 1024 * 1024);
  });

  it('a plain body above the limit is a 413', async () => {
    const sent = await post('/v1/batch', Buffer.alloc(limits.bodyBytesMax + 1, 32), withKey());
    expect(sent).toMatchObject({ status: 413, body: { reason: 'BODY_TOO_LARGE' } });
  });
});

describe('who may', () => {
  it('the write key may be the Basic user name, a bearer token, or in the body', async () => {
    await post('/v1/batch', batch(track('auth-basic')), withKey());
    await post('/v1/batch', batch(track('auth-bearer')), { authorization: `Bearer ${t.key}` });
    const browser = JSON.stringify({ ...track('auth-body'), writeKey: t.key });
    const sent = await post('/v1/t', browser, { 'content-type': 'text/plain' });
    expect(sent.status).toBe(200);
    expect(await storedIds('auth-%')).toEqual(['auth-basic', 'auth-bearer', 'auth-body']);
  });

  it('a write key is kept nowhere, also when its message cannot be stored', async () => {
    const secret = { writeKey: t.key };
    const body = JSON.stringify({ ...secret, batch: [{ ...secret, type: 'mystery', userId: 'secretive' }] });
    expect((await post('/v1/batch', body)).status).toBe(200);
    expect((await post('/v1/t', JSON.stringify({ ...secret, userId: 'secretive' }))).status).toBe(200);
    const letters = await deadLetters('secretive');
    expect(letters).toHaveLength(2);
    for (const { raw } of letters) expect(raw).not.toContain(t.key);
  });

  it('no key, an unknown, a revoked and an expired one are a 401 with a reason, and nothing is stored', async () => {
    const keys = t.service.app.get(ApiKeys);
    const makeAnd = async (change: string) => {
      const { key, secret } = await keys.make(t.workspace, { name: 'test', scopes: ['touchpoints:write'] });
      await t.database.owner.query(`update api_key set ${change} where id = $1`, [key.id]);
      return secret;
    };
    const revoked = await makeAnd('revoked_at = now()');
    const expired = await makeAnd(`expires_at = now() - interval '1 minute'`);
    const attempts: [Record<string, string>, string][] = [
      [{}, 'KEY_MISSING'],
      [{ authorization: basic('') }, 'KEY_MISSING'],
      [{ authorization: basic('tl_no_such_key') }, 'KEY_UNKNOWN'],
      [{ authorization: basic(revoked) }, 'KEY_REVOKED'],
      [{ authorization: basic(expired) }, 'KEY_EXPIRED'],
      [{ authorization: 'Bearer a.b.c' }, 'TOKEN_INVALID'],
    ];
    for (const [headers, reason] of attempts) {
      const sent = await post('/v1/batch', batch(track('unauthorised')), headers);
      expect(sent).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED', reason } });
      expect(sent.headers.get('content-type')).toContain('application/problem+json');
    }
    const inBody = await post('/v1/track', JSON.stringify({ ...track('unauthorised'), writeKey: ['x'] }));
    expect(inBody).toMatchObject({ status: 401, body: { reason: 'KEY_MISSING' } });
    expect(await storedIds('unauthorised')).toEqual([]);
  });

  it('a key that may only read is a 403', async () => {
    const key = await t.makeKey(['customers:read', 'customers:write', 'admin']);
    for (const sent of [
      await post('/v1/batch', batch(track('forbidden')), { authorization: basic(key) }),
      await post('/v1/track', JSON.stringify({ ...track('forbidden'), writeKey: key })),
    ]) {
      expect(sent).toMatchObject({ status: 403, body: { code: 'FORBIDDEN', reason: 'SCOPE_MISSING' } });
    }
    expect(await storedIds('forbidden')).toEqual([]);
  });

  it('a key of another workspace stores there, dead letters too, and is never seen here', async () => {
    const other = await t.makeWorkspace('neighbours');
    const body = batch(track('foreign'), { type: 'mystery', userId: 'foreigner' });
    expect((await post('/v1/batch', body, { authorization: basic(other.key) })).status).toBe(200);
    const { rows } = await t.database.owner.query(`select workspace_id from touchpoint where external_id = 'foreign'`);
    expect(rows).toEqual([{ workspace_id: other.workspace }]);
    expect((await deadLetters('foreigner')).map((letter) => letter.workspace_id)).toEqual([other.workspace]);
  });
});

describe('browsers', () => {
  it('a preflight is answered with what it asks for, and without credentials', async () => {
    const answer = await fetch(`${t.url}/v1/t`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://shop.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'anonymousid,authorization,content-type',
      },
    });
    expect(answer.status).toBe(204);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'anonymousid,authorization,content-type',
    });
    expect(answer.headers.has('access-control-allow-credentials')).toBe(false);
  });

  it('a page may read the answer, also when it is a refusal', async () => {
    const origin = { origin: 'https://shop.example' };
    for (const sent of [await post('/v1/batch', batch(), withKey(origin)), await post('/v1/batch', '{', origin)]) {
      expect(sent.headers.get('access-control-allow-origin')).toBe('*');
    }
  });
});

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
      const body = JSON.stringify({ ...more, userId, messageId: `id-${userId}`, writeKey: t.key });
      expect(await post(`/v1/${route}`, body)).toMatchObject({ status: 200, body: { success: true } });
      const { data } = await t.graphql(
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
    expect((await post('/v1/b', batch(track('short-batch')), withKey())).status).toBe(200);
    expect(await storedIds('short-batch')).toEqual(['short-batch']);
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
    const sent = await post('/v1/batch', batch(...items), withKey());
    expect(sent).toMatchObject({ status: 200, body: { success: true } });
    expect(await storedIds('good-%')).toEqual(['good-1', 'good-2']);
    const letters = await deadLetters('bad-');
    const told = Object.fromEntries(
      letters.map(({ raw, reason, field }) => [/bad-[a-z0-9-]+/.exec(raw)?.[0], `${reason} ${field}`]),
    );
    expect(told).toEqual({
      'bad-type': 'INPUT_INVALID type',
      'bad-text': 'INPUT_INVALID message',
      'bad-nobody': 'TOO_FEW userId',
      'bad-event': 'TOO_FEW event',
      'bad-size': 'TOO_LONG touchpoint.attributes',
      'bad-text-2': 'TEXT_INVALID touchpoint.attributes',
      'bad-traits': 'INPUT_INVALID traits',
    });
    expect(JSON.parse(letters.find(({ raw }) => raw.includes('bad-text-2')).raw)).toEqual(items[6]);
  });

  it('a batch that comes again makes no second touchpoint, customer or dead letter, and counts its dead letter once', async () => {
    const counted = async () =>
      Number(
        /^throughline_dead_letters_total\{source="rudderstack",reason="INPUT_INVALID"\} (\d+)/m.exec(
          await (await fetch(`${t.url}/metrics`)).text(),
        )?.[1] ?? 0,
      );
    const countRows = async () => {
      const { rows } = await t.database.owner.query(
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
      const sent = await post('/v1/batch', JSON.stringify({ batch: items, sentAt }), withKey());
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
    const { owner } = t.database;
    await owner.query(`create function break_poison() returns trigger language plpgsql as
      $$ begin if new.kind = 'Poison' then raise exception 'poison'; end if; return new; end $$`);
    await owner.query('create trigger poison before insert on touchpoint for each row execute function break_poison()');
    try {
      const items = Array.from({ length: 9 }, (_, n) => track(`near-${n}`, n === 4 ? { event: 'Poison' } : {}));
      expect((await post('/v1/batch', batch(...items), withKey())).status).toBe(200);
      expect(await storedIds('near-%')).toEqual([0, 1, 2, 3, 5, 6, 7, 8].map((n) => `near-${n}`));
      expect((await deadLetters('near-')).map(({ reason, raw }) => [reason, JSON.parse(raw).messageId])).toEqual([
        ['UNEXPECTED', 'near-4'],
      ]);
    } finally {
      await owner.query('drop trigger poison on touchpoint; drop function break_poison');
    }
  });

  it('an item that nests 100,000 levels deep is a dead letter, and its neighbour is stored', async () => {
    const depth = 100_000;
    const deep = `{"type":"track","userId":"eve","event":"Deep","messageId":"deep-bad","properties":{"a":${'['.repeat(depth)}${']'.repeat(depth)}}}`;
    const sent = await post('/v1/batch', `{"batch":[${deep},${JSON.stringify(track('deep-good'))}]}`, withKey());
    expect(sent).toMatchObject({ status: 200, body: { success: true } });
    expect(await storedIds('deep-%')).toEqual(['deep-good']);
    expect(await deadLetters('deep-bad')).toMatchObject([{ reason: 'TOO_MANY', field: 'touchpoint.attributes' }]);
  });

  it('2,500 messages in one batch are all taken; more than 20,000 are refused whole', async () => {
    const many = Array.from({ length: 2_500 }, (_, n) => track(`many-${n}`));
    expect((await post('/v1/batch', gzipSync(batch(...many)), withKey({ 'content-encoding': 'gzip' }))).status).toBe(
      200,
    );
    expect(await storedIds('many-%')).toHaveLength(2_500);
    const tooMany = await post(
      '/v1/batch',
      JSON.stringify({ batch: Array.from({ length: 20_001 }, () => 0) }),
      withKey(),
    );
    expect(tooMany).toMatchObject({ status: 413, body: { field: 'batch', limit: 20_000 } });
  });

  it('a wrong clock is mended by sentAt, and one beyond mending costs the time but not the message', async () => {
    const hour = 3_600_000;
    const now = Date.now();
    const ago = (ms: number) => new Date(now - ms).toISOString();
    const sentAt = ago(-6 * hour);
    await post(
      '/v1/batch',
      JSON.stringify({ batch: [track('clock-fast', { timestamp: ago(-5 * hour) })], sentAt }),
      withKey(),
    );
    await post('/v1/batch', batch(track('clock-bad', { timestamp: '9999-12-31T23:59:59Z' })), withKey());
    await post('/v1/batch', batch(track('clock-none', { timestamp: 'yesterday' })), withKey());
    const { rows } = await t.database.owner.query(
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
