import { type JsonObject, objectOf, textOf } from '../../../json-value.js';
import { itemsOfRecords } from '../../aws-records.js';
import type { WebhookAnswer, WebhookItem, WebhookKind, WebhookRequest } from '../../webhook-kind.js';
import { carriesSecret } from '../../webhook-proof.js';
import { contactOf, eventOf } from './amazon-connect-contact.js';
import { analysisOf, ruleOf } from './amazon-connect-lens.js';
import { checkAttributeSettings } from './contact-attributes.js';

export const amazonConnect: WebhookKind = {
  name: 'amazon_connect',
  title: 'Amazon Connect contact records',
  proof: 'signature',
  // Nothing is signed; Firehose and EventBridge send a key that one gives them.
  secretFrom: 'us',
  headers: ['x-amz-firehose-request-id'],
  verify: (request, secret) => carriesSecret(request, secret, 'x-amz-firehose-access-key', 'x-api-key'),
  checkSettings: checkAttributeSettings,
  translate: (request, settings) => itemsOfRecords(request, (record) => told(record, settings)),
  receipt,
};

/** Contact records are written with capitals, events of EventBridge without. */
function told(record: JsonObject, settings: JsonObject): WebhookItem[] {
  const detail = objectOf(record['detail']);
  const type = textOf(record['detail-type']) ?? '';
  if (/contact lens/i.test(type)) return ruleOf(detail, record);
  if (textOf(detail['contactId']) !== undefined) return eventOf(capitalised(detail, 2), record, settings);
  if (record['ConversationCharacteristics'] !== undefined) return analysisOf(record);
  const contact = capitalised(record['Contact'] ?? record['detail'] ?? record, 2);
  return textOf(contact['ContactId'] ?? contact['Id']) === undefined ? [] : contactOf(contact, settings);
}

/** The names that customers make up stay as they are. */
const theirs = new Set(['attributes', 'segmentattributes', 'tags', 'references']);

function capitalised(value: unknown, levels: number): JsonObject {
  return Object.fromEntries(
    Object.entries(objectOf(value)).map(([key, inner]) => {
      const name = key.charAt(0).toUpperCase() + key.slice(1);
      const isOurs = levels > 0 && typeof inner === 'object' && inner !== null && !Array.isArray(inner);
      return [name, isOurs && !theirs.has(key.toLowerCase()) ? capitalised(inner, levels - 1) : inner];
    }),
  );
}

/** Firehose takes anything but this for a failure, and sends the batch again for hours. */
function receipt(request: WebhookRequest): WebhookAnswer {
  const id = request.headers['x-amz-firehose-request-id'];
  const body = id === undefined ? {} : { requestId: id, timestamp: request.receivedAt };
  return { status: 200, contentType: 'application/json', body: JSON.stringify(body) };
}
