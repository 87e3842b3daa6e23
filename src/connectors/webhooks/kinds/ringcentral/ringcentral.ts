import { type JsonObject, listOf, objectOf, textOf } from '../../../json-value.js';
import { timeOf } from '../../event-time.js';
import { jsonBodyOf } from '../../request-content.js';
import type { WebhookAnswer, WebhookItem, WebhookKind, WebhookRequest } from '../../webhook-kind.js';
import { isSame } from '../../webhook-proof.js';
import { recordOf, sessionOf } from './ringcentral-calls.js';
import { messageOf } from './ringcentral-messages.js';
import { source, unknownOf } from './ringcentral-people.js';

export const ringcentral: WebhookKind = {
  name: source,
  title: 'RingCentral',
  proof: 'signature',
  // Whoever makes the subscription chooses its verification token.
  secretFrom: 'us',
  verify,
  answer,
  translate: (request) => listOf(jsonBodyOf(request)).flatMap((one) => told(objectOf(one))),
};

const handShake = 'validation-token';

/** The hand-shake of a new subscription may come without the token; it tells nothing and is only echoed. */
function verify(request: WebhookRequest, secret: string): boolean {
  if (isHandShake(request)) return true;
  return secret !== '' && isSame(request.headers['verification-token'], secret);
}

function isHandShake(request: WebhookRequest): boolean {
  const body = request.body.toString('utf8').trim();
  return request.headers[handShake] !== undefined && (body === '' || body === '{}');
}

function answer(request: WebhookRequest): WebhookAnswer | null {
  const token = request.headers[handShake];
  if (token === undefined || !/^[\x21-\x7e]{1,500}$/.test(token)) return null;
  return { status: 200, contentType: 'text/plain', body: '', headers: { 'validation-token': token } };
}

function told(notification: JsonObject): WebhookItem[] {
  const at = timeOf(notification['timestamp']);
  const body = notification['body'] === undefined ? notification : objectOf(notification['body']);
  const event = textOf(notification['event']) ?? '';
  const records = listOf(body['records']).map(objectOf);
  if (records.length > 0) return records.flatMap((record) => thing(record, event, at));
  return thing(body, event, at);
}

/** What it is shows in its own fields; what a subscription is called says less. */
function thing(body: JsonObject, event: string, at: number | undefined): WebhookItem[] {
  if (Array.isArray(body['parties'])) return sessionOf(body, at);
  if (body['startTime'] !== undefined && body['direction'] !== undefined) return recordOf(body);
  const isMessage = /^(SMS|Fax|VoiceMail|Pager|Text)$/i.test(textOf(body['type']) ?? '');
  if (isMessage || (body['messageStatus'] !== undefined && body['direction'] !== undefined)) {
    return messageOf(body, at);
  }
  return unknownOf(body, event, at);
}
