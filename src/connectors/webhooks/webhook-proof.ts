import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { WebhookRequest } from './webhook-kind.js';

/** The replay window of the vendors that sign a time: a copied request is worth nothing later. */
export const signedSecondsMax = 300;

/** In constant time, also for texts of different lengths: their hashes are compared. */
export function isSame(given: string | undefined, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given ?? ''), digest(expected)) && given !== undefined;
}

export interface Hmac {
  readonly algorithm: 'sha1' | 'sha256' | 'sha512';
  readonly encoding: 'hex' | 'base64';
  readonly secret: string;
  /** Written before the body, such as the signed time. */
  readonly before?: string;
}

/** The signature over the body as it came. */
export function hmacOf(body: Buffer, { algorithm, encoding, secret, before = '' }: Hmac): string {
  return createHmac(algorithm, secret).update(before).update(body).digest(encoding);
}

/** Whether a header is this signature, written as `<prefix><digest>`. Without a secret nothing is right. */
export function isSigned(request: WebhookRequest, header: string, prefix: string, hmac: Hmac): boolean {
  return hmac.secret !== '' && isSame(request.headers[header]?.trim(), prefix + hmacOf(request.body, hmac));
}

/** Whether a signed time, in epoch seconds, is within the window around the receipt. */
export function isFresh(seconds: string | undefined, receivedAt: number): boolean {
  if (seconds === undefined || !/^\d{1,12}$/.test(seconds)) return false;
  return Math.abs(receivedAt - Number(seconds) * 1000) <= signedSecondsMax * 1000;
}

/**
 * Whether the secret itself came: in one of the vendor's headers, as a bearer token, as HTTP Basic password, or as
 * `?token=` of the address. For vendors that sign nothing but let one set a header.
 */
export function carriesSecret(request: WebhookRequest, secret: string, ...headers: readonly string[]): boolean {
  const { authorization } = request.headers;
  const given = [request.query['token'], bearerOf(authorization), passwordOf(authorization)];
  const all = [...given, ...headers.map((header) => request.headers[header])];
  // All are compared, so that the time tells nothing of where one was right.
  return secret !== '' && all.map((one) => isSame(one, secret)).includes(true);
}

function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
}

function passwordOf(authorization: string | undefined): string | undefined {
  const encoded = /^Basic\s+([A-Za-z0-9+/=_-]+)$/i.exec(authorization ?? '')?.[1];
  const pair = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
  return pair.includes(':') ? pair.slice(pair.indexOf(':') + 1) : undefined;
}

const standardSignaturesMax = 20;

/** A part of a Standard Webhooks request, under its name and the one that came before it. */
export function standardPart({ headers }: WebhookRequest, name: 'id' | 'timestamp' | 'signature'): string | undefined {
  return headers[`webhook-${name}`] ?? headers[`svix-${name}`];
}

/** Whether a request is signed by Standard Webhooks, https://www.standardwebhooks.com, not too long ago. */
export function isStandardSigned(request: WebhookRequest, key: Buffer): boolean {
  const id = standardPart(request, 'id');
  const time = standardPart(request, 'timestamp');
  if (key.length === 0 || id === undefined || !isFresh(time, request.receivedAt)) return false;
  const signed = createHmac('sha256', key).update(`${id}.${time}.`).update(request.body).digest('base64');
  const given = (standardPart(request, 'signature') ?? '').split(/\s+/).slice(0, standardSignaturesMax);
  // All are compared, so that the time tells nothing of which was right.
  return given.map((one) => isSame(one, `v1,${signed}`)).includes(true);
}
