import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { chatwoot } from '../../../src/connectors/webhooks/kinds/chatwoot.js';
import { amazonConnect } from '../../../src/connectors/webhooks/kinds/contact-center/amazon-connect.js';
import { genesysCloud } from '../../../src/connectors/webhooks/kinds/contact-center/genesys-cloud.js';
import { intercom } from '../../../src/connectors/webhooks/kinds/intercom/intercom.js';
import { line } from '../../../src/connectors/webhooks/kinds/line.js';
import { instagram, messenger } from '../../../src/connectors/webhooks/kinds/meta-messaging/meta-messaging.js';
import { ringcentral } from '../../../src/connectors/webhooks/kinds/ringcentral/ringcentral.js';
import { slack } from '../../../src/connectors/webhooks/kinds/slack/slack.js';
import { telegram } from '../../../src/connectors/webhooks/kinds/telegram/telegram.js';
import { whatsappCloud } from '../../../src/connectors/webhooks/kinds/whatsapp/whatsapp.js';
import { zendesk } from '../../../src/connectors/webhooks/kinds/zendesk/zendesk.js';
import type { WebhookKind, WebhookRequest } from '../../../src/connectors/webhooks/webhook-kind.js';
import { receivedAt, request } from './vendor-request.js';

const secret = 'the secret of the app';
// Bytes that no parser would write again as they are: a signature over anything but the raw body fails.
const body = Buffer.from('{"a" :\t"ü",\r\n"a":1.0}', 'utf8');
const seconds = (ms: number) => String(Math.floor(ms / 1000));
const hmac = (algorithm: string, encoding: 'hex' | 'base64', before = '', key = secret) =>
  createHmac(algorithm, key).update(before).update(body).digest(encoding);

type Headers = Record<string, string>;

/** How each vendor signs the body, at a time and with a key. */
const signers: readonly [WebhookKind, (at: number, key?: string) => Headers][] = [
  [whatsappCloud, (_, key) => ({ 'x-hub-signature-256': `sha256=${hmac('sha256', 'hex', '', key)}` })],
  [messenger, (_, key) => ({ 'x-hub-signature-256': `sha256=${hmac('sha256', 'hex', '', key)}` })],
  [instagram, (_, key) => ({ 'x-hub-signature-256': `sha256=${hmac('sha256', 'hex', '', key)}` })],
  [intercom, (_, key) => ({ 'x-hub-signature': `sha1=${hmac('sha1', 'hex', '', key)}` })],
  [line, (_, key) => ({ 'x-line-signature': hmac('sha256', 'base64', '', key) })],
  [
    slack,
    (at, key) => ({
      'x-slack-request-timestamp': seconds(at),
      'x-slack-signature': `v0=${hmac('sha256', 'hex', `v0:${seconds(at)}:`, key)}`,
    }),
  ],
  [
    zendesk,
    (at, key) => ({
      'x-zendesk-webhook-signature-timestamp': new Date(at).toISOString(),
      'x-zendesk-webhook-signature': hmac('sha256', 'base64', new Date(at).toISOString(), key),
    }),
  ],
  [
    chatwoot,
    (at, key) => ({
      'x-chatwoot-timestamp': seconds(at),
      'x-chatwoot-signature': `sha256=${hmac('sha256', 'hex', `${seconds(at)}.`, key)}`,
    }),
  ],
  [telegram, (_, key = secret) => ({ 'x-telegram-bot-api-secret-token': key })],
  [ringcentral, (_, key = secret) => ({ 'verification-token': key })],
  [amazonConnect, (_, key = secret) => ({ 'x-amz-firehose-access-key': key })],
  [
    amazonConnect,
    (_, key = secret) => ({ authorization: `Basic ${Buffer.from(`connect:${key}`).toString('base64')}` }),
  ],
  [genesysCloud, (_, key = secret) => ({ 'x-api-key': key })],
  [genesysCloud, (_, key = secret) => ({ authorization: `Bearer ${key.replaceAll(' ', '')}` })],
];

const timed = signers.filter(([kind]) => kind === slack || kind === zendesk || kind === chatwoot);
const ofBytes = signers.filter(([kind]) => ![telegram, ringcentral, amazonConnect, genesysCloud].includes(kind));

async function isRight(kind: WebhookKind, headers: Headers, more: Partial<WebhookRequest> = {}, key = secret) {
  const context = { settings: {}, fetchText: () => Promise.reject(new Error('No kind here asks the network.')) };
  return (await kind.verify?.(request(body, { headers, ...more }), key, context)) === true;
}

describe.each(signers)('a request of $name', (kind, sign) => {
  const isBearer = sign(0)['authorization']?.startsWith('Bearer') === true;
  const key = isBearer ? secret.replaceAll(' ', '') : secret;

  it('that is rightly signed is taken', async () => {
    expect(await isRight(kind, sign(receivedAt), {}, key)).toBe(true);
  });

  it('that is signed with another secret is not', async () => {
    expect(await isRight(kind, sign(receivedAt, 'another'), {}, key)).toBe(false);
  });

  it('that is not signed is not, nor is one with an empty signature, nor any without a secret', async () => {
    expect(await isRight(kind, {}, {}, key)).toBe(false);
    const empty = Object.fromEntries(Object.keys(sign(receivedAt)).map((name) => [name, '']));
    expect(await isRight(kind, empty, {}, key)).toBe(false);
    expect(await isRight(kind, empty, {}, '')).toBe(false);
    expect(await isRight(kind, sign(receivedAt, ''), {}, '')).toBe(false);
  });
});

describe.each(ofBytes)('the signature of $name', (kind, sign) => {
  it('covers every byte of the body', async () => {
    expect(await isRight(kind, sign(receivedAt), { body: Buffer.concat([body, Buffer.from(' ')]) })).toBe(false);
    expect(
      await isRight(kind, sign(receivedAt), { body: Buffer.from(JSON.stringify(JSON.parse(body.toString()))) }),
    ).toBe(false);
  });
});

describe.each(timed)('a time that $name signed', (kind, sign) => {
  it.each([
    [-299_000, true],
    [299_000, true],
    [-301_000, false],
    [301_000, false],
    [-86_400_000, false],
  ])('%d ms away from ours: %s', async (away, expected) => {
    expect(await isRight(kind, sign(receivedAt + away))).toBe(expected);
  });

  it('cannot be changed afterwards', async () => {
    const old = sign(receivedAt - 3_600_000);
    const fresh = sign(receivedAt);
    const time = Object.keys(fresh).find((name) => name.includes('timestamp')) as string;
    expect(await isRight(kind, { ...old, [time]: fresh[time] as string })).toBe(false);
  });
});

describe('older builds of Chatwoot, which sign nothing', () => {
  it('carry the secret in the address; a wrong signature is never made good by it', async () => {
    expect(await isRight(chatwoot, {}, { query: { token: secret } })).toBe(true);
    expect(await isRight(chatwoot, {}, { query: { token: 'another' } })).toBe(false);
    expect(await isRight(chatwoot, { 'x-chatwoot-signature': 'sha256=00' }, { query: { token: secret } })).toBe(false);
  });
});

describe('hand-shakes', () => {
  const get = (query: Record<string, string>) => request('', { method: 'GET', query });
  const asked = { 'hub.mode': 'subscribe', 'hub.challenge': '1158201444', 'hub.verify_token': secret };

  it.each([whatsappCloud, messenger, instagram])(
    '$name: Meta’s challenge is answered to the right token only',
    (kind) => {
      expect(kind.answer?.(get(asked), secret, {})).toEqual({
        status: 200,
        contentType: 'text/plain',
        body: '1158201444',
      });
      expect(kind.answer?.(get({ ...asked, 'hub.verify_token': 'another' }), secret, {})).toBeNull();
      expect(kind.answer?.(get({ 'hub.mode': 'subscribe', 'hub.challenge': '1' }), secret, {})).toBeNull();
      const settings = { verifyToken: 'chosen' };
      expect(kind.answer?.(get(asked), secret, settings)).toBeNull();
      expect(kind.answer?.(get({ ...asked, 'hub.verify_token': 'chosen' }), secret, settings)?.body).toBe('1158201444');
      expect(kind.answer?.(request('{}'), secret, {})).toBeNull();
    },
  );

  it('Meta’s verify token in the settings is a text', () => {
    expect(() => whatsappCloud.checkSettings?.({ verifyToken: 7 })).toThrow(/verify token/);
    expect(() => whatsappCloud.checkSettings?.({ verifyToken: 'chosen' })).not.toThrow();
  });

  it('Slack’s challenge is answered; an event is none', () => {
    const challenge = request({ type: 'url_verification', token: 'old', challenge: '3eZbrw1aB' });
    expect(slack.answer?.(challenge, secret, {})).toEqual({
      status: 200,
      contentType: 'text/plain',
      body: '3eZbrw1aB',
    });
    expect(slack.answer?.(request({ type: 'event_callback' }), secret, {})).toBeNull();
    expect(slack.answer?.(request('not JSON'), secret, {})).toBeNull();
  });

  it('RingCentral’s validation token is echoed, also before it knows our token, but opens no door to events', async () => {
    const headers = { 'validation-token': 'ab-12' };
    expect(await isRight(ringcentral, headers, { body: Buffer.alloc(0) })).toBe(true);
    expect(ringcentral.answer?.(request('', { headers }), secret, {})).toEqual({
      status: 200,
      contentType: 'text/plain',
      body: '',
      headers: { 'validation-token': 'ab-12' },
    });
    expect(await isRight(ringcentral, headers, { body: Buffer.from('{"body":{"parties":[]}}') })).toBe(false);
    expect(ringcentral.answer?.(request('', { headers: { 'validation-token': 'a\r\nx: y' } }), secret, {})).toBeNull();
  });

  it('Amazon Data Firehose gets the receipt that it takes for success', () => {
    const answer = amazonConnect.receipt?.(request('', { headers: { 'x-amz-firehose-request-id': 'r-1' } }));
    expect(JSON.parse(answer?.body ?? '')).toEqual({ requestId: 'r-1', timestamp: receivedAt });
    expect(answer?.contentType).toBe('application/json');
  });
});
