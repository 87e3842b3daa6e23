import { createHash, createHmac, createSign, generateKeyPairSync } from 'node:crypto';
import { EventWebhook } from '@sendgrid/eventwebhook';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { mailgunKind } from '../../../../src/connectors/webhooks/kinds/mailgun.js';
import { resendKind } from '../../../../src/connectors/webhooks/kinds/resend.js';
import { sendgridKind } from '../../../../src/connectors/webhooks/kinds/sendgrid.js';
import { twilioKind } from '../../../../src/connectors/webhooks/kinds/twilio/twilio.js';
import type { WebhookKind, WebhookRequest } from '../../../../src/connectors/webhooks/webhook-kind.js';
import { formOf, nothingOutside, now, nowSeconds, requestOf } from './request.js';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const other = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const spki = (key: typeof publicKey) => key.export({ format: 'der', type: 'spki' }).toString('base64');
const whsec = (text: string) => `whsec_${Buffer.from(text.padEnd(24, '.')).toString('base64')}`;

const twilioUrl = 'https://throughline.example/v1/webhooks/con_1?a=b';
const twilioFields = { CallSid: 'CA1', From: '+14155550123', To: '+14155550199', CallStatus: 'completed' };

interface Signing {
  readonly kind: WebhookKind;
  readonly secret: string;
  readonly wrongSecret: string;
  sign(at: number, body?: string): WebhookRequest;
  /** The same signature over another body. */
  forge(request: WebhookRequest): WebhookRequest;
  readonly header?: string;
}

const mailgunBody = (seconds: string, key: string) => ({
  signature: {
    timestamp: seconds,
    token: 'a'.repeat(50),
    signature: createHmac('sha256', key)
      .update(seconds + 'a'.repeat(50))
      .digest('hex'),
  },
  'event-data': { event: 'delivered' },
});

const signings: Record<string, Signing> = {
  Mailgun: {
    kind: mailgunKind,
    secret: 'key',
    wrongSecret: 'another key',
    sign: (at) => requestOf(mailgunBody(String(at / 1000), 'key')),
    forge: (request) => requestOf(request.body.toString().replace(/"token":"aa/, '"token":"bb')),
  },
  SendGrid: {
    kind: sendgridKind,
    secret: spki(publicKey),
    wrongSecret: spki(other.publicKey),
    header: 'x-twilio-email-event-webhook-signature',
    sign(at, body = '[{"email":"a@example.com"}]\r\n') {
      const time = String(at / 1000);
      const signature = createSign('sha256')
        .update(time + body)
        .sign(privateKey, 'base64');
      return requestOf(body, {
        headers: {
          'x-twilio-email-event-webhook-signature': signature,
          'x-twilio-email-event-webhook-timestamp': time,
        },
      });
    },
    forge: (request) => ({ ...request, body: Buffer.from('[{"email":"b@example.com"}]\r\n') }),
  },
  Resend: {
    kind: resendKind,
    secret: whsec('resend'),
    wrongSecret: whsec('another'),
    header: 'svix-signature',
    sign(at, body = '{"type":"email.sent"}') {
      const signature = new Webhook(whsec('resend')).sign('msg_1', new Date(at), body);
      return requestOf(body, {
        headers: { 'svix-id': 'msg_1', 'svix-timestamp': String(at / 1000), 'svix-signature': signature },
      });
    },
    forge: (request) => ({ ...request, body: Buffer.from('{"type":"email.bounced"}') }),
  },
};

const verify = ({ kind }: Signing, request: WebhookRequest, secret: string) =>
  kind.verify?.(request, secret, nothingOutside);

describe.each(Object.entries(signings))('a signature of %s', (_, signing) => {
  const day = 24 * 60 * 60 * 1000;

  it('is believed when it is right', async () => {
    expect(await verify(signing, signing.sign(now), signing.secret)).toBe(true);
  });

  it('is not believed with another secret, or over another body', async () => {
    expect(await verify(signing, signing.sign(now), signing.wrongSecret)).toBe(false);
    expect(await verify(signing, signing.forge(signing.sign(now)), signing.secret)).toBe(false);
  });

  it('is not believed when it is missing, empty or garbage', async () => {
    const right = signing.sign(now);
    expect(await verify(signing, requestOf('{}'), signing.secret)).toBe(false);
    expect(await verify(signing, requestOf(''), signing.secret)).toBe(false);
    if (!signing.header) return;
    for (const value of ['', 'x', '====', '\u00ff', 'v1,', 'v1']) {
      const request = { ...right, headers: { ...right.headers, [signing.header]: value } };
      expect(await verify(signing, request, signing.secret), value).toBe(false);
    }
  });

  it('is not believed when it is old, or of the time to come', async () => {
    expect(await verify(signing, signing.sign(now - 2 * day), signing.secret)).toBe(false);
    expect(await verify(signing, signing.sign(now + 2 * day), signing.secret)).toBe(false);
  });
});

describe('a signature of Twilio', () => {
  const sign = (url: string, fields: Record<string, string>, token = 'token') => {
    const text =
      url +
      Object.entries(fields)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flat()
        .join('');
    return createHmac('sha1', token).update(text).digest('base64');
  };
  const verified = (request: WebhookRequest, token = 'token') => twilioKind.verify?.(request, token, nothingOutside);
  const signed = (signature: string, more: Partial<WebhookRequest> = {}) =>
    formOf(twilioFields, { url: twilioUrl, ...more, headers: { 'x-twilio-signature': signature } });

  it('is that of Twilio’s own documentation', () => {
    const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
    const fields = {
      CallSid: 'CA1234567890ABCDE',
      Caller: '+14158675309',
      Digits: '1234',
      From: '+14158675309',
      To: '+18005551212',
    };
    const request = formOf(fields, { url, headers: { 'x-twilio-signature': 'RSOYDt4T1cUTdK1PDd93/VVr8B8=' } });
    expect(verified(request, '12345')).toBe(true);
    expect(verified(request, '12346')).toBe(false);
  });

  it('is believed when it is right, with the usual port in the address or without', () => {
    expect(verified(signed(sign(twilioUrl, twilioFields)))).toBe(true);
    expect(verified(signed(sign(twilioUrl.replace('.example', '.example:443'), twilioFields)))).toBe(true);
  });

  it('is not believed with another token, at another address, for other fields, or when it is missing', () => {
    expect(verified(signed(sign(twilioUrl, twilioFields, 'another')))).toBe(false);
    expect(verified(signed(sign(`${twilioUrl}&c=d`, twilioFields)))).toBe(false);
    expect(verified(signed(sign(twilioUrl, { ...twilioFields, To: '+1' })))).toBe(false);
    expect(verified(formOf(twilioFields, { url: twilioUrl }))).toBe(false);
    expect(verified(signed(''))).toBe(false);
  });

  it('covers a GET by its address', () => {
    const url = `${twilioUrl}&CallSid=CA1`;
    const right = requestOf('', { method: 'GET', url, headers: { 'x-twilio-signature': sign(url, {}) } });
    expect(verified(right)).toBe(true);
    expect(verified({ ...right, url: `${url}2` })).toBe(false);
  });

  it('covers JSON by the hash in the address, and without it not at all', () => {
    const body = '{"EventType":"onMessageAdded"}';
    const url = `${twilioUrl}&bodySHA256=${createHash('sha256').update(body).digest('hex')}`;
    const headers = { 'content-type': 'application/json', 'x-twilio-signature': sign(url, {}) };
    expect(verified(requestOf(body, { url, headers }))).toBe(true);
    expect(verified(requestOf(`${body} `, { url, headers }))).toBe(false);
    const bare = { ...headers, 'x-twilio-signature': sign(twilioUrl, {}) };
    expect(verified(requestOf(body, { url: twilioUrl, headers: bare }))).toBe(false);
  });
});

describe('other verifiers', () => {
  it('SendGrid’s own agrees with ours', () => {
    const { secret, kind, sign } = signings['SendGrid'] as Signing;
    const request = sign(now);
    const theirs = new EventWebhook();
    const signature = request.headers['x-twilio-email-event-webhook-signature'] as string;
    const key = theirs.convertPublicKeyToECDSA(secret);
    expect(theirs.verifySignature(key, request.body, signature, nowSeconds)).toBe(true);
    expect(kind.verify?.(request, secret, nothingOutside)).toBe(true);
  });

  it('a key in PEM, or with line ends, is the same key', () => {
    const { secret, kind, sign } = signings['SendGrid'] as Signing;
    const pem = `-----BEGIN PUBLIC KEY-----\n${secret.match(/.{1,64}/g)?.join('\n')}\n-----END PUBLIC KEY-----\n`;
    expect(kind.verify?.(sign(now), pem, nothingOutside)).toBe(true);
  });

  it('a list of signatures, as while a secret of Standard Webhooks is changed, is right by any of them', () => {
    const request = (signings['Resend'] as Signing).sign(now);
    const both = `v1,${'A'.repeat(43)}= ${request.headers['svix-signature']}`;
    const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': nowSeconds, 'webhook-signature': both };
    expect(resendKind.verify?.({ ...request, headers }, whsec('resend'), nothingOutside)).toBe(true);
  });

  it.each([
    ['SendGrid', sendgridKind, ['x', '', spki(generateKeyPairSync('ec', { namedCurve: 'secp384r1' }).publicKey)]],
    ['Resend', resendKind, ['x', 'whsec_', 'whsec_!!!!!!!!!!!!!!!!!!!!!!!!']],
  ])('of %s are not given a secret that can verify nothing', (_, kind, secrets) => {
    for (const secret of secrets) {
      expect(() => kind.checkSecret?.(secret)).toThrow();
      expect(kind.verify?.(requestOf('{}'), secret, nothingOutside)).toBe(false);
    }
  });
});
