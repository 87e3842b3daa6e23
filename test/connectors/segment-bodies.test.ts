import zlib, { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../src/platform/limits.js';
import { batch, type SegmentClient, startSegmentClient, track } from './segment-client.js';

let client: SegmentClient;

beforeAll(async () => {
  client = await startSegmentClient();
});
afterAll(() => client.t.stop());

describe('bodies', () => {
  it.each([
    ['gzip', gzipSync],
    ['deflate', zlib.deflateSync],
    ['deflate', zlib.deflateRawSync],
    ['br', zlib.brotliCompressSync],
  ] as const)('a body packed with %s is unpacked', async (encoding, pack) => {
    const id = `packed-${pack.name}`;
    const sent = await client.post(
      '/v1/batch',
      pack(batch(track(id))),
      client.withKey({ 'content-encoding': encoding }),
    );
    expect(sent).toMatchObject({ status: 200, body: { success: true } });
    expect(await client.storedIds(id)).toEqual([id]);
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
    const sent = await client.post(
      '/v1/batch',
      batch(track(id)),
      client.withKey(type === undefined ? {} : { 'content-type': type }),
    );
    expect(sent).toMatchObject({ status: 200, body: { success: true } });
    expect(await client.storedIds(id)).toEqual([id]);
  });

  it('what is taken here is still refused at /graphql', async () => {
    const answer = await fetch(`${client.t.url}/graphql`, {
      method: 'POST',
      body: JSON.stringify({ query: '{ __typename }' }),
      headers: { authorization: `Bearer ${client.t.key}`, 'content-type': 'text/plain' },
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect((await client.t.graphql('{ __typename }')).data).toEqual({ __typename: 'Query' });
  });

  it.each([
    ['nothing', '', {}],
    ['what is not gzip', '{"batch":[]}', { 'content-encoding': 'gzip' }],
    ['half of a gzip', gzipSync(batch(track('half'))).subarray(0, 30), { 'content-encoding': 'gzip' }],
  ])('%s is a 400', async (_, body, headers) => {
    const sent = await client.post('/v1/batch', body, client.withKey(headers));
    expect(sent).toMatchObject({ status: 400, body: { code: 'BAD_USER_INPUT', reason: 'BODY_MALFORMED' } });
    expect(sent.headers.get('content-type')).toContain('application/problem+json');
  });

  it.each<[string, string | Uint8Array, string, string]>([
    ['broken JSON', '{"batch":[{"userId":"odd-1"', 'odd-1', 'BODY_MALFORMED'],
    ['a list', '["odd-2"]', 'odd-2', 'INPUT_INVALID'],
    ['text', '"odd-3"', 'odd-3', 'INPUT_INVALID'],
    ['a form', 'batch=odd-4', 'odd-4', 'BODY_MALFORMED'],
    ['UTF-16', Buffer.from('{"odd-5":', 'utf16le'), '{', 'BODY_MALFORMED'],
    ['a batch that is no list', '{"batch":{"odd":6},"writeKey":"secret"}', '{"batch":{"odd":6}}', 'INPUT_INVALID'],
    ['a message that is no JSON', '{"batch":["{odd-7"]}', '{odd-7', 'BODY_MALFORMED'],
  ])('%s is a dead letter: its sender would drop it, or end itself, at a 400', async (_, body, text, reason) => {
    expect(await client.post('/v1/batch', body, client.withKey())).toMatchObject({
      status: 200,
      body: { success: true },
    });
    const letters = await client.deadLetters(text);
    expect(letters.map((letter) => [letter.source, letter.reason])).toContainEqual(['segment', reason]);
    expect(JSON.stringify(letters)).not.toContain('secret');
    expect((await client.post('/v1/batch', body)).status).toBe(401);
  });

  it('what was packed into JSON once too often is read, whole or message by message', async () => {
    const twice = JSON.stringify(batch(track('twice-1')));
    expect((await client.post('/v1/batch', twice, client.withKey())).status).toBe(200);
    const inside = JSON.stringify({ batch: [JSON.stringify(track('twice-2'))] });
    expect((await client.post('/v1/batch', inside, client.withKey())).status).toBe(200);
    expect(await client.storedIds('twice-%')).toEqual(['twice-1', 'twice-2']);
  });

  it.each(['compress', 'zstd', 'gzip, gzip', 'constructor'])('content-encoding %s is a 415', async (encoding) => {
    const sent = await client.post(
      '/v1/batch',
      batch(track('encoded')),
      client.withKey({ 'content-encoding': encoding }),
    );
    expect(sent).toMatchObject({ status: 415, body: { reason: 'BODY_TYPE_UNSUPPORTED' } });
    expect(await client.storedIds('encoded')).toEqual([]);
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
      Array.from({ length: 4 }, () => client.post('/v1/batch', bomb, client.withKey({ 'content-encoding': 'gzip' }))),
    );
    clearInterval(watch);
    for (const sent of answers) {
      expect(sent).toMatchObject({ status: 413, body: { reason: 'BODY_TOO_LARGE', limit: limits.bodyBytesMax } });
    }
    // Four bombs hold 2 GB; four limits and what the collector leaves are far below.
    expect(peak).toBeLessThan(256 * 1024 * 1024);
  });

  it('a plain body above the limit is a 413', async () => {
    const sent = await client.post('/v1/batch', Buffer.alloc(limits.bodyBytesMax + 1, 32), client.withKey());
    expect(sent).toMatchObject({ status: 413, body: { reason: 'BODY_TOO_LARGE' } });
  });
});
