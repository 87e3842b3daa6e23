import { EventEmitter } from 'node:events';
import https from 'node:https';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import {
  getExpectedBodyHash,
  getExpectedTwilioSignature,
  validateRequest,
  validateRequestWithBody,
} from 'twilio/lib/webhooks/webhooks.js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { amazonSesKind } from '../../../../src/connectors/webhooks/kinds/amazon-ses/amazon-ses.js';
import { twilioKind } from '../../../../src/connectors/webhooks/kinds/twilio/twilio.js';
import { formOf, nothingOutside, requestOf } from './request.js';
import { certUrl, type Envelope, envelopeOf, signed, snsRequest, subscription, topicArn } from './sns.js';
import { certificate } from './sns-certificate.js';

/** As the package exports itself; it has no types. */
type SnsValidator = new () => { validate(message: object, done: (error: Error | null) => void): void };
const SnsValidator: SnsValidator = createRequire(import.meta.url)('sns-validator');

const text = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constant('+1 %20&='),
);
const wellFormed = text.map((one) => one.toWellFormed());

describe('Twilio’s own library and ours', () => {
  const token = 'auth-token';
  const url = fc.constantFrom(
    'https://throughline.example/v1/webhooks/con_1',
    'https://throughline.example:443/v1/webhooks/con_1?a=b&c=%20d',
    'https://throughline.example:8443/v1/webhooks/con_1',
    'http://throughline.example/v1/webhooks/con_1?x',
  );
  const ours = (address: string, signature: string, form: Record<string, string>) =>
    twilioKind.verify?.(
      formOf(form, { url: address, headers: { 'x-twilio-signature': signature } }),
      token,
      nothingOutside,
    );

  it('believe the same forms, and the same spoilt ones not', () => {
    const fields = fc.dictionary(fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.]{0,9}$/), wellFormed, { maxKeys: 6 });
    const spoiling = fc.constantFrom('nothing', 'a field', 'the address', 'the token');
    fc.assert(
      fc.property(url, fields, spoiling, (address, form, spoilt) => {
        const signedUrl = spoilt === 'the address' ? `${address}x` : address;
        const signedForm = spoilt === 'a field' ? { ...form, More: 'x' } : form;
        const signature = getExpectedTwilioSignature(spoilt === 'the token' ? 'another' : token, signedUrl, signedForm);
        const theirs = validateRequest(token, signature, address, form);
        expect(theirs).toBe(spoilt === 'nothing');
        expect(ours(address, signature, form)).toBe(theirs);
      }),
      { numRuns: 300 },
    );
  });

  it('believe the same JSON by its hash in the address', () => {
    fc.assert(
      fc.property(fc.json(), fc.boolean(), (body, isSpoilt) => {
        const address = `https://throughline.example/v1/webhooks/con_1?bodySHA256=${getExpectedBodyHash(body)}`;
        const signature = getExpectedTwilioSignature(token, address, {});
        const sent = isSpoilt ? `${body} ` : body;
        const headers = { 'content-type': 'application/json', 'x-twilio-signature': signature };
        const theirs = validateRequestWithBody(token, signature, address, sent);
        expect(theirs).toBe(!isSpoilt);
        expect(twilioKind.verify?.(requestOf(sent, { url: address, headers }), token, nothingOutside)).toBe(theirs);
      }),
      { numRuns: 100 },
    );
  });
});

describe('Amazon’s validator of SNS and ours', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const theirs = (envelope: Envelope) =>
    new Promise<boolean>((resolve) => new SnsValidator().validate({ ...envelope }, (error) => resolve(error === null)));
  const ours = async (envelope: Envelope) =>
    (await amazonSesKind.verify?.(snsRequest(envelope), '', {
      settings: { topicArn },
      fetchText: async () => certificate,
    })) === true;

  it('believe the same envelopes of either version, and the same spoilt ones not', async () => {
    vi.spyOn(https, 'get').mockImplementation(((_url: string, done: (answer: object) => void) => {
      const answer = Object.assign(new EventEmitter(), { statusCode: 200 });
      done(answer);
      answer.emit('data', certificate);
      answer.emit('end');
      return new EventEmitter();
    }) as never);
    const spoiling = fc.constantFrom(
      '',
      'Message',
      'MessageId',
      'Subject',
      'Timestamp',
      'Type',
      'Signature',
      'SigningCertURL',
    );
    const made = fc.record({
      message: wellFormed,
      subject: fc.option(wellFormed, { nil: undefined }),
      version: fc.constantFrom('1', '2'),
      isSubscription: fc.boolean(),
      spoilt: spoiling,
    });
    await fc.assert(
      fc.asyncProperty(made, async ({ message, subject, version, isSubscription, spoilt: part }) => {
        // A subscription has no subject, and none that is added is read.
        const spoilt = isSubscription && part === 'Subject' ? 'Token' : part;
        const more = {
          SignatureVersion: version,
          ...(subject !== undefined && !isSubscription && { Subject: subject }),
        };
        const right = isSubscription ? subscription(more) : signed(envelopeOf(message, more));
        const by: Envelope = {
          SigningCertURL: certUrl.replace('amazonaws.com', 'amazonaws.com.evil.example'),
          Type: 'Other',
        };
        const envelope = spoilt === '' ? right : { ...right, [spoilt]: by[spoilt] ?? `x${right[spoilt] ?? ''}` };
        const verdict = await theirs(envelope);
        expect(verdict).toBe(spoilt === '');
        expect(await ours(envelope)).toBe(verdict);
      }),
      { numRuns: 150 },
    );
  });
});
