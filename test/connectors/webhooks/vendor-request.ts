import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { JsonObject } from '../../../src/connectors/json-value.js';
import { fitted } from '../../../src/connectors/webhooks/fit.js';
import type { WebhookKind, WebhookMessage, WebhookRequest } from '../../../src/connectors/webhooks/webhook-kind.js';
import { defaultIdentifierTypes } from '../../../src/identity/identifier-type.js';
import {
  type CheckContext,
  type CheckedItem,
  checkIdentification,
  checkTouchpoint,
} from '../../../src/touchpoints/touchpoint-check.js';
import {
  combinedHash,
  type FoldedTouchpoint,
  fold,
  type TouchpointMessage,
} from '../../../src/touchpoints/touchpoint-message.js';
import { noMail } from './kinds/request.js';

export const receivedAt = Date.UTC(2026, 10, 25, 12);

const context: CheckContext = {
  workspace: 1,
  rules: { types: new Map(defaultIdentifierTypes.map((type) => [type.name, type])), defaultRegion: 'US' },
  now: receivedAt,
  randomId: () => '0'.repeat(32),
};

export function sampleBytes(file: string): Buffer {
  return readFileSync(path.resolve('test/samples/webhooks', file));
}

export function sample(file: string): JsonObject {
  return JSON.parse(sampleBytes(file).toString('utf8'));
}

/** A request as the route hands it over. */
export function request(body: unknown, more: Partial<WebhookRequest> = {}): WebhookRequest {
  return {
    method: 'POST',
    url: 'https://throughline.example/v1/webhooks/con_1',
    headers: { 'content-type': 'application/json' },
    query: {},
    body: Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : (JSON.stringify(body) ?? '')),
    receivedAt,
    ...more,
  };
}

export function checked(vendors: WebhookMessage): CheckedItem {
  const item = fitted(vendors, receivedAt);
  return item.channel === undefined
    ? checkIdentification(item, 'identification', context)
    : checkTouchpoint(item, 'touchpoint', context);
}

/** What a kind makes of a body; each item has passed the check that ingest makes. */
export function told(
  kind: WebhookKind,
  body: unknown,
  { settings = {}, ...more }: Partial<WebhookRequest> & { readonly settings?: JsonObject } = {},
): readonly WebhookMessage[] {
  const items = kind.translate(request(body, more), settings, noMail).map((item) => {
    if ('fault' in item) throw new Error(item.fault.message);
    return item;
  });
  for (const item of items) checked(item);
  return items;
}

/** What a kind makes of a sample. */
export function toldOf(kind: WebhookKind, file: string): readonly WebhookMessage[] {
  return told(kind, sampleBytes(file));
}

export const named = (item: WebhookMessage) => item.identifiers.map(({ type, value }) => `${type}=${value}`);

/** The only touchpoint as it is when all of these were told, in this order. */
export function folded(items: readonly WebhookMessage[]): FoldedTouchpoint {
  const all = items.map(checked);
  if (new Set(all.map((item) => item.id)).size !== 1) throw new Error('These are several touchpoints.');
  const hashes = new Map(all.map((item) => [item.hash, item]));
  const versions = new Set([...hashes.values()].map((item) => item.version));
  if (versions.size !== hashes.size)
    throw new Error(`Two of these are in one place: ${combinedHash([...hashes.keys()])}.`);
  const messages = [...hashes.values()].map(({ version, hash, touchpoint }) => ({
    version,
    hash,
    message: touchpoint as TouchpointMessage,
  }));
  return fold(messages, receivedAt);
}
