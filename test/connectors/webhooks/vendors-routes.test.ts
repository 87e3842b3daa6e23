import { createHmac } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { webhookKinds } from '../../../src/connectors/webhooks/webhook-kinds.js';
import { dataOf } from '../../access/world.js';
import { sampleBytes } from './vendor-request.js';
import { type MadeConnector, startWebhookClient, type WebhookClient } from './webhook-client.js';

const secret = 'the secret of the app';
const json = { 'content-type': 'application/json' };
const now = () => String(Math.floor(Date.now() / 1000));
const sign = (algorithm: string, encoding: 'hex' | 'base64', body: Buffer, before = '') =>
  createHmac(algorithm, secret).update(before).update(body).digest(encoding);

/** The headers by which each vendor proves a body. */
const proofs: Readonly<Record<string, (body: Buffer) => Record<string, string>>> = {
  amazon_connect: () => ({ 'x-amz-firehose-access-key': secret }),
  chatwoot: (body) => ({
    'x-chatwoot-timestamp': now(),
    'x-chatwoot-signature': `sha256=${sign('sha256', 'hex', body, `${now()}.`)}`,
  }),
  freshdesk: () => ({ authorization: `Basic ${Buffer.from(`x:${secret}`).toString('base64')}` }),
  genesys_cloud: () => ({ 'x-api-key': secret }),
  instagram: (body) => ({ 'x-hub-signature-256': `sha256=${sign('sha256', 'hex', body)}` }),
  intercom: (body) => ({ 'x-hub-signature': `sha1=${sign('sha1', 'hex', body)}` }),
  line: (body) => ({ 'x-line-signature': sign('sha256', 'base64', body) }),
  messenger: (body) => ({ 'x-hub-signature-256': `sha256=${sign('sha256', 'hex', body)}` }),
  ringcentral: () => ({ 'verification-token': secret }),
  slack: (body) => ({
    'x-slack-request-timestamp': now(),
    'x-slack-signature': `v0=${sign('sha256', 'hex', body, `v0:${now()}:`)}`,
  }),
  telegram: () => ({ 'x-telegram-bot-api-secret-token': secret }),
  whatsapp_cloud: (body) => ({ 'x-hub-signature-256': `sha256=${sign('sha256', 'hex', body)}` }),
  zendesk: (body) => {
    const at = new Date().toISOString();
    return {
      'x-zendesk-webhook-signature-timestamp': at,
      'x-zendesk-webhook-signature': sign('sha256', 'base64', body, at),
    };
  },
};

/** A sample of each, and what it is stored as. */
const samples: readonly [kind: string, file: string, externalId: string, touchpoint: string][] = [
  ['amazon_connect', 'contact-record.json', 'c-1', 'call.completed'],
  ['chatwoot', 'incoming.json', '1:message:100', 'message.received'],
  ['freshdesk', 'conversation.json', 'comment:1001', 'message.sent'],
  ['genesys_cloud', 'events.json', '7f1a2b3c-0000-4000-8000-000000000001', 'call.completed'],
  ['instagram', 'conversation.json', 'ig_out', 'message.read'],
  ['intercom', 'user-replied.json', 'part:302', 'message.received'],
  ['line', 'events.json', 'message:468789577898262530', 'message.deleted'],
  ['messenger', 'conversation.json', 'm_out', 'message.delivered'],
  ['ringcentral', 'sms.json', 'message:5001', 'message.received'],
  ['slack', 'message.json', 'teamId:channelId:1568915625.001000', 'message.received'],
  ['telegram', 'message.json', '4242:17', 'message.received'],
  ['whatsapp_cloud', 'statuses.json', 'wamid.OUT', 'message.read'],
  ['zendesk', 'customer-comment.json', 'comment:91001', 'message.received'],
];

let client: WebhookClient;
const connectors = new Map<string, MadeConnector>();

beforeAll(async () => {
  client = await startWebhookClient();
  for (const kind of Object.keys(proofs)) connectors.set(kind, await client.make(kind, { secret }));
});
afterAll(() => client?.t.stop());

const connector = (kind: string) => connectors.get(kind) as MadeConnector;

async function send(kind: string, body: Buffer | object, headers: Record<string, string> = json): Promise<Response> {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const proof = proofs[kind] as (body: Buffer) => Record<string, string>;
  return client.post(connector(kind).url, bytes, { ...headers, ...proof(bytes) });
}

const customerOf = async (type: string, value: string) =>
  dataOf(
    await client.t.graphql(
      `query ($type: String!, $value: String!) {
        customer(identifier: { type: $type, value: $value }) {
          id displayName identifiers { type value } issues { nodes { subject } }
          touchpoints(first: 50) { nodes { source externalId kind direction occurredAt summary } }
        }
      }`,
      { type, value },
    ),
  ).customer;

describe('a vendor that calls', () => {
  it('has a kind here, each in its place and none twice', () => {
    const names = webhookKinds.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)].sort());
    expect(names).toEqual(expect.arrayContaining(Object.keys(proofs)));
  });

  it.each(samples)(
    '%s: %s is stored when it proves itself, and refused when it does not',
    async (kind, file, id, as) => {
      const body = sampleBytes(`${kind}/${file}`);
      const refused = await client.post(connector(kind).url, body, json);
      expect(refused.status).toBe(401);
      expect((await client.touchpoints(id)).filter(({ source }) => source === kind)).toEqual([]);
      expect((await send(kind, body)).status).toBe(200);
      expect((await client.touchpoints(id)).filter(({ source }) => source === kind)).toMatchObject([{ kind: as }]);
      expect((await send(kind, body)).status).toBe(200);
      expect((await client.touchpoints(id)).filter(({ source }) => source === kind)).toHaveLength(1);
    },
  );

  it('leaves no dead letter behind by what it is known to send', async () => {
    for (const [kind] of samples) {
      const files = readdirSync(path.resolve('test/samples/webhooks', kind)).filter((file) => file.endsWith('.json'));
      for (const file of files) {
        expect((await send(kind, sampleBytes(`${kind}/${file}`))).status).toBe(200);
      }
    }
    expect(await client.deadLetters()).toEqual([]);
  });
});

describe('a vendor that knows more when it tells a message again', () => {
  it('changes nothing and leaves no dead letter', async () => {
    const first = sampleBytes('whatsapp_cloud/text.json').toString('utf8').replaceAll('wamid.TEXT', 'wamid.TWICE');
    expect((await send('whatsapp_cloud', Buffer.from(first))).status).toBe(200);
    const again = first.replace('4711?', '4711?!').replaceAll('"DE.13491208655302741918"', '"DE.77"');
    expect((await send('whatsapp_cloud', Buffer.from(again))).status).toBe(200);
    expect(await client.touchpoints('wamid.TWICE')).toMatchObject([{ summary: 'Where is my order 4711?' }]);
    expect(await client.deadLetters()).toEqual([]);
  });
});

describe('hand-shakes', () => {
  it('Meta gets its challenge back, for the right token', async () => {
    const chosen = await client.make('whatsapp_cloud', { secret, settings: { verifyToken: 'chosen' } });
    const ask = (url: string, token: string) =>
      fetch(`${url}?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=${encodeURIComponent(token)}`);
    const right = await ask(chosen.url, 'chosen');
    expect([right.status, await right.text()]).toEqual([200, '1158201444']);
    expect((await ask(chosen.url, secret)).status).toBe(401);
    expect(await (await ask(connector('messenger').url, secret)).text()).toBe('1158201444');
  });

  it('Slack gets its challenge back, when it is signed', async () => {
    const challenge = { type: 'url_verification', token: 'old', challenge: '3eZbrw1aB' };
    expect(await (await send('slack', challenge)).text()).toBe('3eZbrw1aB');
    expect((await client.post(connector('slack').url, JSON.stringify(challenge), json)).status).toBe(401);
  });

  it('RingCentral sees its validation token again', async () => {
    const answer = await client.post(connector('ringcentral').url, '', { 'validation-token': 'ab-12' });
    expect([answer.status, answer.headers.get('validation-token')]).toEqual([200, 'ab-12']);
  });

  it('Firehose gets the receipt without which it would send again', async () => {
    const data = sampleBytes('amazon_connect/abandoned.json').toString('base64');
    const headers = { ...json, 'x-amz-firehose-request-id': 'r-1' };
    const answer = await send('amazon_connect', { requestId: 'r-1', timestamp: 1, records: [{ data }] }, headers);
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(await answer.json()).toMatchObject({ requestId: 'r-1', timestamp: expect.any(Number) });
    expect(await client.touchpoints('c-2')).toMatchObject([{ kind: 'call.abandoned' }]);
  });
});

describe('one customer over all of them', () => {
  it('who hides the number on WhatsApp is still who called with it', async () => {
    await send('whatsapp_cloud', sampleBytes('whatsapp_cloud/text.json'));
    await send('whatsapp_cloud', sampleBytes('whatsapp_cloud/without-number.json'));
    await send('ringcentral', sampleBytes('ringcentral/call-log.json'));
    const customer = await customerOf('whatsapp', 'DE.13491208655302741918');
    expect(customer.id).toBe((await customerOf('phone', '+4915112345678')).id);
    expect(customer.touchpoints.nodes.map(({ externalId }: { externalId: string }) => externalId)).toEqual(
      expect.arrayContaining(['wamid.TEXT', 'wamid.BSUID', 'call:s-abc']),
    );
  });

  it('a status that comes before its message waits for it', async () => {
    const status = { id: 'wamid.EARLY', status: 'delivered', timestamp: '1763978700', recipient_id: '4915112345678' };
    const echo = {
      from: '15550001111',
      to: '4915112345678',
      id: 'wamid.EARLY',
      timestamp: '1763978690',
      type: 'text',
      text: { body: 'Hello' },
    };
    const of = (value: object) => ({
      object: 'whatsapp_business_account',
      entry: [{ id: '1', changes: [{ field: 'x', value }] }],
    });
    await send('whatsapp_cloud', of({ statuses: [status] }));
    await send('whatsapp_cloud', of({ message_echoes: [echo] }));
    expect(await client.touchpoints('wamid.EARLY')).toMatchObject([
      { kind: 'message.delivered', summary: 'Hello', occurred_at: new Date(1763978690000) },
    ]);
  });

  it('a ticket is an open issue of its requester, whose address came apart from it', async () => {
    await send('zendesk', sampleBytes('zendesk/ticket-created.json'));
    await send('zendesk', sampleBytes('zendesk/identity-created.json'));
    const customer = await customerOf('anonymous_id', 'zendesk:8447388090494');
    expect(customer.identifiers).toContainEqual({ type: 'email', value: 'ada@example.com' });
    await expect
      .poll(async () => (await customerOf('email', 'ada@example.com')).issues.nodes)
      .toContainEqual({ subject: 'Refund of order 4711' });
  });

  it('a lead that Intercom merges keeps what it wrote before anybody knew it', async () => {
    const lead = { type: 'lead', id: 'lead8' };
    const item = {
      type: 'conversation',
      id: '300',
      created_at: 1763978000,
      source: { type: 'conversation', id: '1', body: '<p>Hi</p>', author: lead },
      contacts: { contacts: [lead] },
    };
    await send('intercom', { topic: 'conversation.user.created', id: 'n1', created_at: 1763978000, data: { item } });
    const before = await customerOf('anonymous_id', 'intercom:lead8');
    expect(before.touchpoints.nodes).toMatchObject([{ kind: 'message.received', summary: 'Hi' }]);
    const merged = sampleBytes('intercom/contact-merged.json')
      .toString('utf8')
      .replaceAll(/lead7|notif_9/g, 'lead8');
    await send('intercom', Buffer.from(merged));
    const after = await customerOf('user_id', 'cust-1');
    expect(after.touchpoints.nodes).toContainEqual(expect.objectContaining({ externalId: 'message:1', summary: 'Hi' }));
  });

  it('what an agent does is nobody’s contact but the customer’s', async () => {
    for (const { value } of (await customerOf('email', 'ada@example.com')).identifiers) {
      expect(value).not.toMatch(/agent@|814860|8447388090000/);
    }
    expect(await customerOf('email', 'agent@shop.example')).toBeNull();
  });

  it('requests are translated anew without anything being doubled', async () => {
    const before = (await client.touchpoints()).length;
    const { id } = connector('whatsapp_cloud');
    const { replayRequests } = dataOf(
      await client.t.graphql(
        `mutation ($id: ID!) { replayRequests(input: { connectorId: $id, from: "2020-01-01T00:00:00Z", to: "2030-01-01T00:00:00Z" }) { requests } }`,
        { id },
      ),
    );
    expect(replayRequests.requests).toBeGreaterThan(0);
    await client.worker.tick();
    expect((await client.touchpoints()).length).toBe(before);
  });
});
