import { type JsonObject, listOf, objectOf, textOf } from '../../../json-value.js';
import { itemsOfRecords } from '../../aws-records.js';
import type { WebhookItem, WebhookKind } from '../../webhook-kind.js';
import { carriesSecret } from '../../webhook-proof.js';
import { checkAttributeSettings } from './contact-attributes.js';
import { conversationOf } from './genesys-conversation.js';
import { eventOf } from './genesys-events.js';
import { source } from './genesys-people.js';

export const genesysCloud: WebhookKind = {
  name: source,
  title: 'Genesys Cloud conversations',
  proof: 'signature',
  // Nothing is signed; EventBridge and the platform's own webhooks send a key that one gives them.
  secretFrom: 'us',
  verify: (request, secret) => carriesSecret(request, secret, 'x-api-key'),
  checkSettings: checkAttributeSettings,
  translate: (request, settings) => itemsOfRecords(request, (record) => told(record, settings)),
};

/** Conversations as the analytics API has them, or events of one, bare or in an envelope or two. */
function told(record: JsonObject, settings: JsonObject): WebhookItem[] {
  const detail = objectOf(record['detail']);
  const event = textOf(detail['topicName']) === undefined && detail['eventBody'] === undefined ? record : detail;
  const topic = textOf(event['topicName']) ?? textOf(record['detail-type']) ?? textOf(event['topic']) ?? '';
  const body = objectOf(event['eventBody'] ?? record['detail'] ?? event);
  const many = listOf(event['conversations'] ?? body['conversations']).map(objectOf);
  if (many.length > 0) return many.flatMap((one) => conversationOf(one, settings));
  if (Array.isArray(body['participants'])) return conversationOf(body, settings);
  return eventOf(stageOf(topic), body, settings);
}

/** `customer.end` of `v2.detail.events.conversation.<id>.customer.end`. */
function stageOf(topic: string): string {
  return /^v2\.detail\.events\.conversation\.[^.]*\.(.+)$/.exec(topic)?.[1] ?? topic;
}
