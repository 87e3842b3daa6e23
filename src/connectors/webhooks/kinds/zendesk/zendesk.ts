import { isObject, type JsonObject, textOf } from '../../../json-value.js';
import { timeOf } from '../../event-time.js';
import { jsonObjectOf } from '../../request-content.js';
import type { WebhookItem, WebhookKind, WebhookRequest } from '../../webhook-kind.js';
import { isSigned, signedSecondsMax } from '../../webhook-proof.js';
import { ticketOf } from '../desk/desk-ticket.js';
import { eventOf } from './zendesk-events.js';
import { source } from './zendesk-people.js';

export const zendesk: WebhookKind = {
  name: source,
  title: 'Zendesk',
  proof: 'signature',
  verify,
  translate: (request) => told(jsonObjectOf(request)),
};

/** The time that is signed is an ISO instant; the signature is over the time and the body, with nothing between. */
function verify(request: WebhookRequest, secret: string): boolean {
  const before = request.headers['x-zendesk-webhook-signature-timestamp'] ?? '';
  const time = timeOf(before);
  const isNew = time !== undefined && Math.abs(request.receivedAt - time) <= signedSecondsMax * 1000;
  const hmac = { algorithm: 'sha256', encoding: 'base64', secret, before } as const;
  return isNew && isSigned(request, 'x-zendesk-webhook-signature', '', hmac);
}

/** An event that a webhook is subscribed to, or what a trigger sends in a form that its author made up. */
function told(body: JsonObject): WebhookItem[] {
  const isEvent = textOf(body['type'])?.startsWith('zen:event-type:') === true || isObject(body['detail']);
  return isEvent ? eventOf(body) : ticketOf(source, body);
}
