import type { WebhookRequest } from '../../webhook-kind.js';
import { carriesSecret, hmacOf, isFresh, isSame, isStandardSigned } from '../../webhook-proof.js';
import type { Verification } from './generic-settings.js';

/** Whether a request proves its sender in the way that the connector says. */
export function isGenericProof(request: WebhookRequest, secret: string, how: Verification): boolean {
  if (how.type === 'none') return true;
  if (how.type === 'token') return carriesSecret(request, secret, ...(how.header === undefined ? [] : [how.header]));
  return how.type === 'hmac' ? isHmac(request, secret, how) : isStandardSigned(request, keyOf(secret));
}

function isHmac(request: WebhookRequest, secret: string, how: Extract<Verification, { type: 'hmac' }>): boolean {
  const time = how.timestampHeader === undefined ? '' : (request.headers[how.timestampHeader] ?? '').trim();
  if (how.timestampHeader !== undefined && !isFresh(secondsOf(time), request.receivedAt)) return false;
  const signed = how.signed ?? (how.timestampHeader === undefined ? '{body}' : '{timestamp}.{body}');
  const before = signed.slice(0, -'{body}'.length).replaceAll('{timestamp}', time);
  const { algorithm, encoding, prefix } = how;
  const digest = hmacOf(request.body, { algorithm, encoding, secret, before });
  const given = request.headers[how.header]?.trim();
  const isRight =
    isSame(given, prefix + digest) ||
    (encoding === 'hex' && isSame(given?.toLowerCase(), (prefix + digest).toLowerCase()));
  return secret !== '' && isRight;
}

/** Milliseconds have three digits more. */
function secondsOf(time: string): string {
  return /^\d{13}$/.test(time) ? time.slice(0, -3) : time;
}

/** A secret of Standard Webhooks is base64 behind its mark; others are taken as they are. */
function keyOf(secret: string): Buffer {
  const mark = 'whsec_';
  return secret.startsWith(mark) ? Buffer.from(secret.slice(mark.length), 'base64') : Buffer.from(secret);
}
