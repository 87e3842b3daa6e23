import { verify, X509Certificate } from 'node:crypto';
import { isObject, type JsonObject, textOf } from '../../../json-value.js';
import { timeOf } from '../../event-time.js';
import type { WebhookRequest } from '../../webhook-kind.js';

/** SNS tries again for an hour, and longer where its topic says so. */
const signedMsMax = 24 * 60 * 60 * 1000;

/** An envelope of Amazon SNS; null when the body is none. */
export function envelopeOf({ body }: WebhookRequest): JsonObject | null {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/**
 * The address when it is one of SNS itself, in the topic's own region: anybody may sign a message and name a
 * certificate, so only one that Amazon keeps there counts.
 */
export function snsUrl(value: unknown, topicArn: string): URL | null {
  const text = textOf(value);
  if (text === undefined || !URL.canParse(text)) return null;
  const url = new URL(text);
  const [, partition, service, region] = topicArn.split(':');
  if (service !== 'sns' || !/^[a-z0-9-]{3,30}$/.test(region ?? '')) return null;
  const domain = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  const isOurs = url.protocol === 'https:' && url.host === `sns.${region}.${domain}`;
  return isOurs && url.username === '' && url.password === '' ? url : null;
}

/** Whether SNS signed this for the topic, lately, with a certificate that is valid. */
export async function isSignedBySns(
  envelope: JsonObject,
  topics: readonly string[],
  receivedAt: number,
  fetchText: (url: string) => Promise<string>,
): Promise<boolean> {
  const topic = textOf(envelope['TopicArn']);
  const at = timeOf(envelope['Timestamp']);
  if (topic === undefined || !topics.includes(topic) || at === undefined) return false;
  if (Math.abs(receivedAt - at) > signedMsMax) return false;
  const url = snsUrl(envelope['SigningCertURL'], topic);
  const digest = digests[String(envelope['SignatureVersion'])];
  const signature = textOf(envelope['Signature']);
  if (!url || !/^\/SimpleNotificationService-[0-9a-f]{8,64}\.pem$/.test(url.pathname) || url.search !== '')
    return false;
  if (!digest || signature === undefined) return false;
  const signed = signedTextOf(envelope);
  if (signed === null) return false;
  const certificate = new X509Certificate(await fetchText(url.href));
  const isValid = Date.parse(certificate.validFrom) <= receivedAt && receivedAt <= Date.parse(certificate.validTo);
  return isValid && verify(digest, Buffer.from(signed), certificate.publicKey, Buffer.from(signature, 'base64'));
}

const digests: Readonly<Record<string, string>> = { 1: 'sha1', 2: 'sha256' };

const notification = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'];
const subscription = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
const signedFields: Readonly<Record<string, readonly string[]>> = {
  Notification: notification,
  SubscriptionConfirmation: subscription,
  UnsubscribeConfirmation: subscription,
};

/** What SNS signs: the names and values of some fields, a line each. Null when one is no text. */
function signedTextOf(envelope: JsonObject): string | null {
  const type = String(envelope['Type']);
  const fields = Object.hasOwn(signedFields, type) ? signedFields[type] : undefined;
  if (!fields) return null;
  const lines: string[] = [];
  for (const field of fields) {
    const value = envelope[field];
    if (value == null && field === 'Subject') continue;
    if (typeof value !== 'string') return null;
    lines.push(`${field}\n${value}\n`);
  }
  return lines.join('');
}
