import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../src/platform/limits.js';
import { type SegmentClient, startSegmentClient } from './segment-client.js';

let client: SegmentClient;

beforeAll(async () => {
  client = await startSegmentClient();
});
afterAll(() => client.t.stop());

const event = { specversion: '1.0', id: '1', type: 't', source: '/s', identity: 'u', identitytype: 'customerId' };

/** Each way in with the header that it takes, and a body of its own that it takes whole. */
const ways = [
  ['/batch/', {}, { batch: [{ event: 'Seen', distinct_id: 'v' }] }],
  ['/com.snowplowanalytics.snowplow/tp2', {}, { data: [{ e: 'pv', uid: 'u' }] }],
  ['/v1/events', { 'content-type': 'application/cloudevents+json' }, event],
  ['/v1/events', { 'content-type': 'application/cloudevents-batch+json' }, [event]],
] as const;

it.each([
  '/v1/batch',
  '/v1/t',
  '/v1/identify',
  '/batch',
  '/e',
  '/flags',
  '/com.snowplowanalytics.snowplow/tp2',
  '/v1/events',
  '/publish/v1/api/event',
  '/v1/email',
  '/v1/import',
])('%s is the same with a slash at its end', async (path) => {
  const answers = await Promise.all([path, `${path}/`].map((one) => client.post(one, '', client.withKey())));
  const [plain, slashed] = answers.map(({ status, body }) => [status, body['reason']]);
  expect(slashed).toEqual(plain);
  expect(slashed?.[0]).not.toBe(404);
});

describe.each(ways)('%s with %o', (path, given, whole) => {
  const send = (body: string | Uint8Array, headers: Record<string, string> = {}) =>
    client.post(path, body, { authorization: `Bearer ${client.t.key}`, ...given, ...headers });

  it('takes a whole body, plain and packed', async () => {
    const text = JSON.stringify(whole);
    expect((await send(text)).status).toBe(200);
    expect((await send(gzipSync(text), { 'content-encoding': 'gzip' })).status).toBe(200);
  });

  it('refuses what cannot be unpacked with a 400, and keeps what cannot be read where its sender would drop it', async () => {
    const text = JSON.stringify(whole);
    const packed: [string | Uint8Array, Record<string, string>?][] = [
      [''],
      [text, { 'content-encoding': 'gzip' }],
      [gzipSync(text).subarray(0, 20), { 'content-encoding': 'gzip' }],
    ];
    for (const [body, headers] of packed) expect((await send(body, headers)).status, String(body)).toBe(400);
    const count = async () => (await client.deadLetters('')).length;
    // Who sends a single event is told; no client of CloudEvents drops or ends anything for it.
    const isTold = path === '/v1/events';
    for (const body of [
      text.slice(0, -1),
      '7',
      'null',
      Buffer.from([0xff, 0xfe, 0x7b]),
      Buffer.from(text, 'utf16le'),
    ]) {
      const before = await count();
      expect((await send(body)).status, String(body)).toBe(isTold ? 400 : 200);
      expect(await count(), String(body)).toBe(isTold ? before : before + 1);
    }
    const before = await count();
    expect((await send(JSON.stringify(text))).status).toBe(isTold ? 400 : 200);
    expect(await count()).toBe(before);
  });

  it('refuses what is too large, packed or plain, with a 413', async () => {
    const large = Buffer.alloc(limits.bodyBytesMax + 1, 32);
    expect(await send(large)).toMatchObject({ status: 413, body: { limit: limits.bodyBytesMax } });
    expect((await send(gzipSync(large), { 'content-encoding': 'gzip' })).status).toBe(413);
  });

  it('takes text that is no UTF-8 and what nests too deeply as items, and keeps them as dead letters', async () => {
    const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`;
    const text = JSON.stringify(whole).replace(/"(Seen|pv|t)"/, `"\\ud800", "deep": ${deep}`);
    const { status } = await send(text);
    expect(path === '/v1/events' && !Array.isArray(whole) ? [400] : [200]).toContain(status);
  });
});
