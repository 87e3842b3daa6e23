import { createHmac, createSign, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Outside } from '../../../src/connectors/webhooks/outside.service.js';
import { webhookKinds } from '../../../src/connectors/webhooks/webhook-kinds.js';
import { Refusal } from '../../../src/platform/refusal.js';
import { dataOf } from '../../access/world.js';
import { message } from '../email-messages.js';
import { certificate, privateKey as snsKey } from './kinds/sns-certificate.js';
import { type MadeConnector, startWebhookClient, type WebhookClient } from './webhook-client.js';

let client: WebhookClient;

beforeAll(async () => {
  client = await startWebhookClient();
});
afterAll(() => client?.t.stop());

const seconds = () => String(Math.floor(Date.now() / 1000));

describe('Twilio', () => {
  const token = 'auth-token';
  const base = { AccountSid: 'AC1', From: '+14155550199', To: '+14155550123' };
  let made: MadeConnector;

  beforeAll(async () => {
    made = await client.make('twilio', { secret: token, settings: { ownNumbers: ['+14155550199'] } });
  });

  function send(fields: Record<string, string>, key = token) {
    const text =
      made.url +
      Object.entries(fields)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flat()
        .join('');
    return client.post(made.url, new URLSearchParams(fields).toString(), {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': createHmac('sha1', key).update(text).digest('base64'),
    });
  }

  it('is answered in its own language, and not believed without its signature', async () => {
    const answer = await send({ ...base, MessageSid: 'SM0', MessageStatus: 'sent' });
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      200,
      'text/xml; charset=utf-8',
      '<Response/>',
    ]);
    expect((await send({ ...base, MessageSid: 'SM-false', MessageStatus: 'sent' }, 'another')).status).toBe(401);
    expect(await client.touchpoints('SM-false')).toEqual([]);
  });

  it('tells the statuses of a message in any order, and the last of its life stands', async () => {
    const { workspace, database } = client.t;
    const statuses = ['queued', 'sent', 'delivered', 'read'];
    const orders = [statuses, [...statuses].reverse(), ['read', 'queued', 'delivered', 'sent']];
    for (const [i, order] of orders.entries()) {
      for (const MessageStatus of order) await send({ ...base, MessageSid: `SM-order-${i}`, MessageStatus });
    }
    const stored = await client.touchpoints('SM-order-%');
    expect(stored.map(({ kind, outcome, direction }) => [kind, outcome, direction])).toEqual(
      Array(3).fill(['message.read', 'read', 1]),
    );
    const { rows } = await database.owner.query(
      `select count(distinct profile_id)::int as customers from touchpoint where workspace_id = $1 and external_id like 'SM-order-%'`,
      [workspace],
    );
    expect(rows[0].customers).toBe(1);
    expect(await client.deadLetters()).toEqual([]);
  });

  it('tells a call from its ringing to its recording, in any order', async () => {
    const call = { ...base, CallSid: 'CA-1', Direction: 'outbound-api' };
    const at = (time: string) => new Date(`2026-11-20T${time}Z`).toUTCString().replace('GMT', '+0000');
    const told: Record<string, string>[] = [
      { CallSid: 'CA-1', RecordingSid: 'RE1', RecordingUrl: 'https://api.twilio.com/RE1', RecordingDuration: '90' },
      { ...call, CallStatus: 'completed', CallDuration: '95', Timestamp: at('10:02:00'), SequenceNumber: '3' },
      { CallSid: 'CA-1', AnsweredBy: 'human' },
      { ...call, CallStatus: 'ringing', Timestamp: at('10:00:00'), SequenceNumber: '1' },
      { ...call, CallStatus: 'in-progress', Timestamp: at('10:00:25'), SequenceNumber: '2' },
    ];
    for (const fields of told) expect((await send(fields)).status).toBe(200);
    expect(await client.touchpoints('CA-1')).toMatchObject([
      {
        kind: 'call.completed',
        occurred_at: new Date('2026-11-20T10:00:25Z'),
        attributes: { answeredBy: 'human', recordingUrl: 'https://api.twilio.com/RE1', recordingSeconds: 90 },
        identifiers_seen: [expect.objectContaining({ type: 'phone', value: '+14155550123' })],
      },
    ]);
  });
});

describe('SendGrid', () => {
  it('tells many events of several mails at once, in whatever order', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const secret = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    const made = await client.make('sendgrid', { secret });
    const event = (mail: string, event: string, more: object = {}) => ({
      email: 'ann@example.com',
      timestamp: 1_761_991_200,
      sg_message_id: `${mail}.filter1`,
      sg_event_id: `${mail}-${event}`,
      event,
      ...more,
    });
    const body = JSON.stringify([
      event('sg-1', 'open'),
      event('sg-1', 'open', { sg_event_id: 'sg-1-open-2', useragent: 'another' }),
      event('sg-1', 'delivered'),
      event('sg-1', 'processed'),
      event('sg-2', 'bounce'),
      event('sg-2', 'delivered'),
      event('sg-3', 'click', { url: 'https://example.com/' }),
      event('sg-4', 'invented'),
      'garbage',
    ]);
    const time = seconds();
    const headers = {
      'x-twilio-email-event-webhook-timestamp': time,
      'x-twilio-email-event-webhook-signature': createSign('sha256')
        .update(time + body)
        .sign(privateKey, 'base64'),
    };
    expect((await client.post(made.url, body, headers)).status).toBe(200);
    expect((await client.post(made.url, `${body} `, headers)).status).toBe(401);
    const stored = await client.touchpoints('sg-%');
    expect(stored.map(({ external_id, kind, status }) => [external_id, kind, status]).sort()).toEqual([
      ['sg-1/ann@example.com', 'email.opened', 2],
      ['sg-2/ann@example.com', 'email.bounced', 3],
      ['sg-3/ann@example.com/click/sg-3-click', 'email.clicked', 2],
      ['sg-4-invented', 'sendgrid.invented', 2],
    ]);
    expect((await client.requests(made))[0]).toMatchObject({ state: 1, dead_letters: 0 });
  });
});

describe('Mailgun', () => {
  it('is believed once for each token: the same request again is known, another under its token is a replay', async () => {
    const made = await client.make('mailgun', { secret: 'signing-key' });
    const timestamp = seconds();
    const token = 'once'.repeat(12);
    const signature = createHmac('sha256', 'signing-key')
      .update(timestamp + token)
      .digest('hex');
    const body = (id: string) =>
      JSON.stringify({
        signature: { timestamp, token, signature },
        'event-data': { event: 'delivered', recipient: 'ann@example.com', message: { headers: { 'message-id': id } } },
      });
    expect((await client.post(made.url, body('mg-1'))).status).toBe(200);
    expect((await client.post(made.url, body('mg-1'))).status).toBe(200);
    expect((await client.post(made.url, body('mg-forged'))).status).toBe(401);
    expect((await client.touchpoints('mg-%')).map((one) => one.external_id)).toEqual(['mg-1/ann@example.com']);
    expect(await client.requests(made)).toHaveLength(1);
  });
});

describe('Amazon SES', () => {
  const topicArn = 'arn:aws:sns:eu-west-1:123456789012:ses';
  const host = 'https://sns.eu-west-1.amazonaws.com';

  function envelope(type: string, more: Record<string, string>): string {
    const fields: Record<string, string> = {
      Type: type,
      MessageId: crypto.randomUUID(),
      TopicArn: topicArn,
      Message: 'hello',
      Timestamp: new Date().toISOString(),
      ...more,
    };
    const text = Object.keys(fields)
      .sort()
      .map((name) => `${name}\n${fields[name]}\n`)
      .join('');
    const Signature = createSign('sha256').update(text).sign(snsKey, 'base64');
    const SigningCertURL = `${host}/SimpleNotificationService-0123456789abcdef.pem`;
    return JSON.stringify({ ...fields, SignatureVersion: '2', Signature, SigningCertURL });
  }

  it('confirms its topic, tries that again when SNS is away, and takes what comes from it', async () => {
    const outside = client.t.service.app.get(Outside);
    const away = new Refusal('ISSUER_UNAVAILABLE', 'away');
    const fetchText = vi.spyOn(outside, 'fetchText').mockRejectedValueOnce(away).mockResolvedValue(certificate);
    const visit = vi.spyOn(outside, 'visit').mockRejectedValueOnce(away).mockResolvedValue();
    const made = await client.make('amazon_ses', { settings: { topicArn } });
    const SubscribeURL = `${host}/?Action=ConfirmSubscription&Token=t`;
    const subscription = envelope('SubscriptionConfirmation', { SubscribeURL, Token: 't' });
    // A certificate that cannot be had now says nothing of the signature.
    expect((await client.post(made.url, subscription)).status).toBe(503);
    expect((await client.post(made.url, subscription)).status).toBe(200);
    expect(await client.shown(made.id)).toMatchObject({ waitingCount: 1 });
    await client.t.database.owner.query(`update inbound_due set due_at = now() - interval '1 second'`);
    await client.worker.tick();
    expect(visit.mock.calls).toEqual([[SubscribeURL], [SubscribeURL]]);
    expect(await client.shown(made.id)).toMatchObject({ waitingCount: 0, failedCount: 0 });

    const delivered = {
      notificationType: 'Delivery',
      mail: { messageId: 'ses-1', destination: ['ann@example.com'] },
      delivery: { recipients: ['ann@example.com'], timestamp: '2026-11-01T10:00:00Z' },
    };
    expect((await client.post(made.url, envelope('Notification', { Message: JSON.stringify(delivered) }))).status).toBe(
      200,
    );
    expect(await client.touchpoints('ses-1%')).toMatchObject([{ kind: 'email.delivered', source: 'amazon_ses' }]);

    const raw = message(
      {
        From: '=?utf-8?Q?Ann_L=C3=BC?= <Ann@Example.com>',
        To: 'support@acme.example',
        Subject: '=?iso-8859-1?Q?R=FCckgabe?=',
        Date: 'Thu, 15 Jan 2026 10:00:00 +0000',
        'Message-ID': '<ses-in@example.com>',
        References: '<begun@acme.example> <ses-1@eu-west-1.amazonses.com>',
      },
      'Still waiting.\n\nOn Wed, 14 Jan 2026, Support wrote:\n> We are on it.',
    );
    const received = {
      notificationType: 'Received',
      mail: { messageId: 'ses-2', source: 'bounces@mta.example' },
      receipt: { action: { type: 'SNS', encoding: 'BASE64' }, spamVerdict: { status: 'PASS' } },
      content: Buffer.from(raw).toString('base64'),
    };
    const told = envelope('Notification', { Message: JSON.stringify(received) });
    expect((await client.post(made.url, told)).status).toBe(200);
    expect(await client.touchpoints('ses-in@%')).toMatchObject([
      { kind: 'email.received', source: 'amazon_ses', subject: 'Rückgabe', summary: 'Still waiting.' },
    ]);
    const asked = `{ customer(identifier: { type: "email", value: "ann@example.com" }) { displayName
      touchpoints(first: 10) { nodes { externalId direction conversation { externalId } } } } }`;
    const { customer } = dataOf(await client.t.graphql(asked));
    expect(customer.displayName).toBe('Ann Lü');
    expect(customer.touchpoints.nodes).toContainEqual({
      externalId: 'ses-in@example.com',
      direction: 'INBOUND',
      conversation: { externalId: 'begun@acme.example' },
    });
    fetchText.mockRestore();
    visit.mockRestore();
  });

  it('has no secret, and needs its topic', async () => {
    const attempt = (input: string) =>
      client.t.graphql(`mutation { createConnector(input: { key: "k", kind: "amazon_ses", ${input} }) { secret } }`);
    expect((await attempt('secret: "x"')).errors?.[0]?.extensions).toMatchObject({ field: 'input.settings.topicArn' });
    const settings = `settings: { topicArn: "${topicArn}" }`;
    expect((await attempt(`${settings}, secret: "x"`)).errors?.[0]?.extensions).toMatchObject({
      field: 'input.secret',
    });
  });
});

describe('any request at all', () => {
  it('is never answered with a failure of ours', async () => {
    const urls: string[] = [];
    for (const kind of webhookKinds.filter((one) => one.proof === 'none')) {
      urls.push((await client.make(kind.name)).callUrl);
    }
    const types = [
      'application/json',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      '~~',
      '',
    ];
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json({ maxDepth: 4 }).map((text) => new TextEncoder().encode(text)),
      fc.string({ unit: 'binary' }).map((text) => new TextEncoder().encode(`from=a@example.com&subject=${text}`)),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...urls), body, fc.constantFrom(...types), async (url, bytes, type) => {
        const answer = await client.post(url, bytes, { 'content-type': type });
        expect([200, 400]).toContain(answer.status);
      }),
      { numRuns: 150 },
    );
    const { rows } = await client.t.database.owner.query(`select raw from dead_letter where reason = 'UNEXPECTED'`);
    expect(rows).toEqual([]);
  });
});
