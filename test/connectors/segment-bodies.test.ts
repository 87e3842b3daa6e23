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
    const sent = await client.post('/v1/batch', body, client.withKey(headers));
    expect(sent).toMatchObject({ status: 400, body: { code: 'BAD_USER_INPUT', reason: 'BODY_MALFORMED' } });
    expect(sent.headers.get('content-type')).toContain('application/problem+json');
  });

  it('a batch without its list is a 400 that names the field', async () => {
    const sent = await client.post('/v1/batch', '{"batch":{}}', client.withKey());
    expect(sent).toMatchObject({ status: 400, body: { reason: 'INPUT_INVALID', field: 'batch' } });
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
