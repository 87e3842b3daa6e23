import { describe, expect, it, vi } from 'vitest';
import { amazonSesKind } from '../../../../src/connectors/webhooks/kinds/amazon-ses/amazon-ses.js';
import { now, requestOf, told } from './request.js';
import { certUrl, type Envelope, envelopeOf, host, signed, snsRequest, subscription, topicArn } from './sns.js';
import { certificate } from './sns-certificate.js';

describe('a signature of SNS', () => {
  const fetchText = vi.fn(async (_url: string) => certificate);
  const verified = (envelope: Envelope, settings: object = { topicArn }) =>
    amazonSesKind.verify?.(snsRequest(envelope), '', { settings: { ...settings }, fetchText });

  it.each(['1', '2'])('of version %s is believed when it is right', async (SignatureVersion) => {
    expect(await verified(signed(envelopeOf({}, { SignatureVersion })))).toBe(true);
    expect(await verified(signed(envelopeOf({}, { SignatureVersion, Subject: 'Amazon SES' })))).toBe(true);
    expect(await verified(subscription({ SignatureVersion }))).toBe(true);
    expect(fetchText).toHaveBeenLastCalledWith(certUrl);
  });

  it('is believed for the topics of the settings only', async () => {
    const right = signed(envelopeOf({}));
    expect(await verified(right, { topicArn: ['arn:aws:sns:eu-west-1:1:x', topicArn] })).toBe(true);
    expect(await verified(right, { topicArn: 'arn:aws:sns:eu-west-1:123456789012:another' })).toBe(false);
    expect(await verified(right, {})).toBe(false);
  });

  it('is not believed when it is wrong, missing or old', async () => {
    const right = signed(envelopeOf({}));
    expect(await verified({ ...right, Message: '{"a":1}' })).toBe(false);
    expect(await verified({ ...right, MessageId: 'another' })).toBe(false);
    expect(await verified(envelopeOf({}))).toBe(false);
    expect(await verified({ ...right, SignatureVersion: '3' })).toBe(false);
    const old = new Date(now - 2 * 24 * 60 * 60 * 1000).toISOString();
    expect(await verified(signed(envelopeOf({}, { Timestamp: old })))).toBe(false);
    expect(await amazonSesKind.verify?.(requestOf('no JSON'), '', { settings: { topicArn }, fetchText })).toBe(false);
  });

  it.each([
    'https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-0123456789abcdef.pem',
    'https://evil.example/SimpleNotificationService-0123456789abcdef.pem',
    'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem',
    'http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem',
    'https://sns.eu-west-1.amazonaws.com:8443/SimpleNotificationService-0123456789abcdef.pem',
    'https://user@sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem',
    'https://sns.eu-west-1.amazonaws.com/bucket/SimpleNotificationService-0123456789abcdef.pem',
    'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem?x=1',
    'https://s3.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem',
    'file:///etc/passwd',
    '',
  ])('never has a certificate fetched from %s', async (SigningCertURL) => {
    fetchText.mockClear();
    expect(await verified(signed(envelopeOf({}, { SigningCertURL })))).toBe(false);
    expect(fetchText).not.toHaveBeenCalled();
  });

  it('is not believed with a certificate that has expired', async () => {
    const request = {
      ...snsRequest(signed(envelopeOf({}, { Timestamp: '2200-01-01T00:00:00Z' }))),
      receivedAt: Date.UTC(2200, 0, 1),
    };
    expect(await amazonSesKind.verify?.(request, '', { settings: { topicArn }, fetchText })).toBe(false);
  });
});

describe('a subscription', () => {
  it('is confirmed at SNS itself and nowhere else, and tells of nobody', () => {
    expect(amazonSesKind.confirm?.(snsRequest(subscription()))).toBe(`${host}/?Action=ConfirmSubscription&Token=token`);
    expect(told(amazonSesKind, snsRequest(subscription()))).toEqual([]);
    for (const SubscribeURL of ['https://evil.example/', 'http://sns.eu-west-1.amazonaws.com/', 'http://127.0.0.1/']) {
      expect(amazonSesKind.confirm?.(snsRequest(subscription({ SubscribeURL })))).toBeUndefined();
    }
  });

  it('that ends is not confirmed, nor is a plain word of SES an event', () => {
    const ended = snsRequest(subscription({ Type: 'UnsubscribeConfirmation' }));
    expect(amazonSesKind.confirm?.(ended)).toBeUndefined();
    expect(told(amazonSesKind, ended)).toEqual([]);
    expect(
      told(amazonSesKind, snsRequest(envelopeOf('Successfully validated SNS topic for Amazon SES event publishing.'))),
    ).toEqual([]);
  });

  it('needs its topic among the settings', () => {
    for (const settings of [
      {},
      { topicArn: 'x' },
      { topicArn: [] },
      { topicArn, more: 1 },
      { topicArn: 'arn:aws:sqs:eu-west-1:1:x' },
    ]) {
      expect(() => amazonSesKind.checkSettings?.(settings)).toThrow(/topicArn/);
    }
    expect(() => amazonSesKind.checkSettings?.({ topicArn })).not.toThrow();
  });
});
