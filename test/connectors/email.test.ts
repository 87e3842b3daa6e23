import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../src/platform/limits.js';
import { askCustomer } from './ask-customer.js';
import { bounce, message, multipart } from './email-messages.js';
import { type Restartable, startRestartable } from './restartable.js';
import { type SegmentClient, startSegmentClient } from './segment-client.js';

let client: SegmentClient;

beforeAll(async () => {
  client = await startSegmentClient();
});
afterAll(() => client.t.stop());

const send = (text: string | Uint8Array, headers: Record<string, string> = {}, query = '?own=acme.example') =>
  client.post(`/v1/email${query}`, text, { authorization: `Bearer ${client.t.key}`, ...headers });

const from = (name: string, more: Record<string, string> = {}, body?: string) =>
  message(
    { From: `${name}@example.com`, To: 'support@acme.example', 'Message-ID': `<${name}-1@example.com>`, ...more },
    body,
  );

describe('a message', () => {
  it('and the answer to it are one conversation of the customer, each in its direction', async () => {
    const asked = from(
      'ann',
      { Subject: '=?utf-8?Q?Caf=C3=A9_cup?=', Date: 'Thu, 15 Jan 2026 10:00:00 +0000' },
      'It is broken.\n\n-- \nAnn',
    );
    const answered = message(
      {
        From: 'Support <support@acme.example>',
        To: 'Ann <ann@example.com>',
        Subject: '=?utf-8?Q?Re:_Caf=C3=A9_cup?=',
        Date: 'Thu, 15 Jan 2026 11:00:00 +0000',
        'Message-ID': '<ann-2@acme.example>',
        'In-Reply-To': '<ann-1@example.com>',
        References: '<ann-1@example.com>',
      },
      'We send another.\n\nOn Thu, 15 Jan 2026, Ann wrote:\n> It is broken.',
    );
    for (const text of [asked, answered, asked])
      expect(await send(text)).toMatchObject({ status: 200, body: { success: true } });
    const customer = await askCustomer(client.t, 'email', 'ann@example.com');
    expect(customer?.identifiers).toEqual(['email ann@example.com']);
    const conversation = { touchpointCount: 2 };
    expect(customer?.touchpoints).toMatchObject([
      {
        channel: 'EMAIL',
        direction: 'OUTBOUND',
        kind: 'email.sent',
        subject: 'Re: Café cup',
        summary: 'We send another.',
        conversation,
      },
      {
        channel: 'EMAIL',
        direction: 'INBOUND',
        kind: 'email.received',
        subject: 'Café cup',
        summary: 'It is broken.',
        conversation,
      },
    ]);
  });

  it.each(['message first', 'bounce first'])('that bounces has failed, whichever comes first (%s)', async (order) => {
    const name = order.replace(' ', '-');
    const sent = message(
      {
        From: 'support@acme.example',
        To: `${name}@example.com`,
        Subject: 'Your refund',
        Date: 'Thu, 15 Jan 2026 10:00:00 +0000',
        'Message-ID': `<${name}@acme.example>`,
        References: '<thread-1@example.com>',
      },
      'It is on its way.',
    );
    const returned = bounce({ recipient: `${name}@example.com`, originalId: `${name}@acme.example` });
    for (const text of order === 'message first' ? [sent, returned, returned] : [returned, sent]) {
      expect((await send(text)).status).toBe(200);
    }
    const customer = await askCustomer(client.t, 'email', `${name}@example.com`);
    expect(customer?.touchpoints).toMatchObject([
      {
        direction: 'OUTBOUND',
        kind: 'email.sent',
        status: 'FAILED',
        outcome: 'bounced',
        subject: 'Your refund',
        summary: 'It is on its way.',
        occurredAt: '2026-01-15T10:00:00+00:00',
        attributes: { delivery: { status: '5.1.1' } },
      },
    ]);
    expect(await client.deadLetters(name)).toEqual([]);
  });

  it('to two customers is a touchpoint of each, and does not make them one', async () => {
    await send(
      message({
        From: 'support@acme.example',
        To: 'eve@example.com, joe@example.com',
        'Message-ID': '<two@acme.example>',
      }),
    );
    const eve = await askCustomer(client.t, 'email', 'eve@example.com');
    const joe = await askCustomer(client.t, 'email', 'joe@example.com');
    expect(eve?.id).not.toBe(joe?.id);
    expect([eve, joe].map((one) => one?.touchpoints.length)).toEqual([1, 1]);
  });

  it.each<[string, string, (text: string) => string | Uint8Array, Record<string, string>?]>([
    ['plain', 'message/rfc822', (text) => text],
    ['bytes', 'application/octet-stream', (text) => text],
    ['mailbox', 'text/plain', (text) => `From bob@example.com Thu Jan 15 10:00:00 2026\n${text}`],
    ['unix', 'nonsense', (text) => text.replaceAll('\r\n', '\n')],
    ['packed', 'message/rfc822', (text) => gzipSync(text), { 'content-encoding': 'gzip' }],
  ])('is taken in whatever form it comes (%s)', async (name, type, form, headers = {}) => {
    expect((await send(form(from(name)), { 'content-type': type, ...headers })).status).toBe(200);
    expect((await askCustomer(client.t, 'email', `${name}@example.com`))?.touchpoints).toHaveLength(1);
  });

  it('with 20 MB of attachments is taken, and none of their bytes is kept', async () => {
    const { type, body } = multipart(
      'mixed',
      message({ 'Content-Type': 'text/plain' }, 'See the film.'),
      message(
        { 'Content-Type': 'video/mp4; name=film.mp4', 'Content-Transfer-Encoding': 'base64' },
        'QUJD'.repeat(5_000_000).replace(/(.{76})/g, '$1\n'),
      ),
    );
    expect((await send(from('large', { 'Content-Type': type }, body))).status).toBe(200);
    const customer = await askCustomer(client.t, 'email', 'large@example.com');
    expect(customer?.touchpoints[0]?.attributes.attachments).toEqual([
      { name: 'film.mp4', type: 'video/mp4', bytes: 15_000_000 },
    ]);
  });

  it('that names nobody is a dead letter, which can be mended and replayed', async () => {
    expect(
      (await send(message({ Subject: 'Whose is this?', To: 'support@acme.example', 'Message-ID': '<lost@x.example>' })))
        .status,
    ).toBe(200);
    expect(await client.deadLetters('lost@x.example')).toMatchObject([
      { source: 'email', reason: 'TOO_FEW', field: 'from' },
    ]);
    const { data } = await client.t.graphql(
      `mutation ($patch: JSON) {
        replayDeadLetters(input: { filter: { source: "email" }, mend: { patch: $patch } }) { results { outcome } }
      }`,
      { patch: [{ op: 'replace', path: '/customer', value: 'found@example.com' }] },
    );
    expect(data.replayDeadLetters.results).toEqual([{ outcome: 'STORED' }]);
    expect((await askCustomer(client.t, 'email', 'found@example.com'))?.touchpoints).toMatchObject([
      { subject: 'Whose is this?' },
    ]);
  });
});

describe('what is refused', () => {
  it.each<[string, string | Uint8Array, Record<string, string>?]>([
    ['nothing', ''],
    ['JSON', '{"from":"ann@example.com"}'],
    ['a form', 'from=ann%40example.com'],
    ['bytes', Buffer.from([0, 1, 2, 255])],
    ['half a gzip', gzipSync(from('half')).subarray(0, 30), { 'content-encoding': 'gzip' }],
  ])('%s is a 400', async (_, body, headers = {}) => {
    expect(await send(body, headers)).toMatchObject({
      status: 400,
      body: { reason: 'BODY_MALFORMED' },
    });
  });

  it('more than 32 MB is a 413, packed or not', async () => {
    const large = Buffer.alloc(limits.emailBytesMax + 1, 32);
    expect(await send(large)).toMatchObject({ status: 413, body: { limit: limits.emailBytesMax } });
    expect((await send(gzipSync(large), { 'content-encoding': 'gzip' })).status).toBe(413);
  });

  it('a bad domain of one’s own is a 400 that names it, no key a 401, a key that may only read a 403', async () => {
    expect(await send(from('x'), {}, '?own=acme')).toMatchObject({ status: 400, body: { field: 'own' } });
    expect((await client.post('/v1/email', from('x'))).status).toBe(401);
    const key = await client.t.makeKey(['customers:read']);
    expect((await send(from('x'), { authorization: `Bearer ${key}` })).status).toBe(403);
  });
});

describe('a service that goes away in the middle', () => {
  let service: Restartable;

  afterEach(() => service.end());

  it('gets each message once from a mail server that sends again until it is told yes', async () => {
    service = await startRestartable();
    const texts = [1, 2, 3].map((n) =>
      message({ From: `kim@example.com`, To: 'support@acme.example', Subject: `${n}` }),
    );
    const post = (text: string) =>
      fetch(`${service.url}/v1/email`, {
        method: 'POST',
        body: text,
        headers: { authorization: `Bearer ${service.key}` },
      });
    expect((await post(texts[0] as string)).status).toBe(200);
    await service.databaseWire.cut();
    expect((await post(texts[1] as string)).status).toBe(503);
    await service.databaseWire.mend();
    await service.stop();
    await expect(post(texts[1] as string)).rejects.toThrow();
    await service.start();
    for (const text of texts) expect((await post(text)).status).toBe(200);
    const { rows } = await service.database.owner.query(
      'select count(*)::int as stored, count(distinct subject)::int as subjects from touchpoint',
    );
    expect(rows).toEqual([{ stored: 3, subjects: 3 }]);
  });
});
