import { Refusal } from '../../platform/refusal.js';
import { type JsonObject, listOf, objectOf, textOf } from '../json-value.js';
import { jsonBodyOf } from './request-content.js';
import type { WebhookAnswer, WebhookRequest } from './webhook-kind.js';
import { isSame, isSigned } from './webhook-proof.js';

/** Facebook, Instagram and WhatsApp sign alike, with the secret of the app. */
export function verifyMeta(request: WebhookRequest, secret: string): boolean {
  return isSigned(request, 'x-hub-signature-256', 'sha256=', { algorithm: 'sha256', encoding: 'hex', secret });
}

/**
 * Meta's hand-shake: a GET whose verify token somebody wrote into the app's settings. That is the connector's setting
 * `verifyToken`; without one, its secret.
 */
export function answerMeta(request: WebhookRequest, secret: string, settings: JsonObject): WebhookAnswer | null {
  if (request.method !== 'GET' || request.query['hub.mode'] === undefined) return null;
  const isKnown = isSame(request.query['hub.verify_token'], textOf(settings['verifyToken']) ?? secret);
  const isAsked = request.query['hub.mode'] === 'subscribe' && secret !== '';
  if (!isKnown || !isAsked) return null;
  return { status: 200, contentType: 'text/plain', body: request.query['hub.challenge'] ?? '' };
}

export function checkMetaSettings(settings: JsonObject): void {
  const { verifyToken } = settings;
  if (verifyToken === undefined || textOf(verifyToken) === verifyToken) return;
  throw new Refusal('INPUT_INVALID', 'The verify token is the text that you wrote into the app’s webhook settings.', {
    field: 'verifyToken',
  });
}

/** One entry of a delivery: of one page or account, at one time. */
export interface MetaEntry {
  readonly id: string | undefined;
  readonly time: unknown;
  /** Messages between people and the page; those that another app answers stand in `standby`. */
  readonly messaging: readonly JsonObject[];
  readonly changes: readonly { readonly field: string; readonly value: JsonObject }[];
}

/** Meta batches up to a thousand events. The dashboard's test button sends a change without any envelope. */
export function entriesOf(request: WebhookRequest): MetaEntry[] {
  const bodies = listOf(jsonBodyOf(request)).map(objectOf);
  return bodies.flatMap((body) => {
    const entries = body['entry'] === undefined && body['field'] !== undefined ? [{ changes: [body] }] : body['entry'];
    return listOf(entries).map((one) => {
      const entry = objectOf(one);
      return {
        id: textOf(entry['id']),
        time: entry['time'],
        messaging: [...listOf(entry['messaging']), ...listOf(entry['standby'])].map(objectOf),
        changes: listOf(entry['changes']).map((change) => ({
          field: textOf(objectOf(change)['field']) ?? 'unknown',
          value: objectOf(objectOf(change)['value']),
        })),
      };
    });
  });
}
