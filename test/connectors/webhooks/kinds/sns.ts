import { createSign } from 'node:crypto';
import type { WebhookRequest } from '../../../../src/connectors/webhooks/webhook-kind.js';
import { now, requestOf } from './request.js';
import { privateKey } from './sns-certificate.js';

export const topicArn = 'arn:aws:sns:eu-west-1:123456789012:ses';
export const host = 'https://sns.eu-west-1.amazonaws.com';
export const certUrl = `${host}/SimpleNotificationService-0123456789abcdef.pem`;

export type Envelope = Record<string, string>;

export function envelopeOf(message: object | string, more: Envelope = {}): Envelope {
  return {
    Type: 'Notification',
    MessageId: '19ba9823-d7f2-53c1-860e-cb10e0d13dfc',
    TopicArn: topicArn,
    Message: typeof message === 'string' ? message : JSON.stringify(message),
    Timestamp: new Date(now).toISOString(),
    SignatureVersion: '2',
    SigningCertURL: certUrl,
    ...more,
  };
}

export function signed(envelope: Envelope): Envelope {
  const fields =
    envelope['Type'] === 'Notification'
      ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
      : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  const text = fields
    .filter((field) => field in envelope)
    .map((field) => `${field}\n${envelope[field]}\n`)
    .join('');
  const digest = envelope['SignatureVersion'] === '1' ? 'sha1' : 'sha256';
  return { ...envelope, Signature: createSign(digest).update(text).sign(privateKey, 'base64') };
}

export const subscription = (more: Envelope = {}) =>
  signed(
    envelopeOf('You have chosen to subscribe …', {
      Type: 'SubscriptionConfirmation',
      Token: 'token',
      SubscribeURL: `${host}/?Action=ConfirmSubscription&Token=token`,
      ...more,
    }),
  );

export const snsRequest = (envelope: Envelope): WebhookRequest =>
  requestOf(envelope, { headers: { 'content-type': 'text/plain; charset=UTF-8' } });
