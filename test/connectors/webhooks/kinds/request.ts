import { readFileSync } from 'node:fs';
import type {
  MailContext,
  WebhookItem,
  WebhookKind,
  WebhookRequest,
  WebhookTouchpoint,
} from '../../../../src/connectors/webhooks/webhook-kind.js';

export const now = Date.UTC(2026, 11, 24, 12);
export const nowSeconds = String(now / 1000);

/** A request as a vendor sends it. */
export function requestOf(body: string | Buffer | object, more: Partial<WebhookRequest> = {}): WebhookRequest {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const url = more.url ?? 'https://throughline.example/v1/webhooks/con_1';
  const query = Object.fromEntries(new URL(url).searchParams);
  return { method: 'POST', url, query, headers: {}, body: bytes, receivedAt: now, ...more };
}

/** A request with the fields of a form. */
export function formOf(fields: Record<string, string>, more: Partial<WebhookRequest> = {}): WebhookRequest {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', ...more.headers };
  return requestOf(new URLSearchParams(fields).toString(), { ...more, headers });
}

/** Nobody's own addresses, and no message that came as it was. */
export const noMail: MailContext = { own: [], email: null };

/** What a request tells, without what is left out. */
export function told(kind: WebhookKind, request: WebhookRequest, settings: object = {}, mail = noMail): WebhookItem[] {
  return JSON.parse(JSON.stringify(kind.translate(request, { ...settings }, mail)));
}

/** The one touchpoint that a request tells of. */
export function toldOne(kind: WebhookKind, request: WebhookRequest, settings: object = {}): WebhookTouchpoint {
  const [one, ...more] = told(kind, request, settings);
  if (!one || more.length > 0) throw new Error(`Not one but ${more.length + (one ? 1 : 0)} items.`);
  return one as WebhookTouchpoint;
}

export const sample = (name: string): Buffer => readFileSync(`test/samples/webhooks/${name}`);
export const sampleJson = (name: string) => JSON.parse(sample(name).toString());

/** For kinds that never look outside. */
export const nothingOutside = {
  settings: {},
  fetchText: () => Promise.reject(new Error('Nothing outside is asked.')),
};
