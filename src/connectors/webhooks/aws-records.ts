import { hash } from 'node:crypto';
import { Refusal } from '../../platform/refusal.js';
import { isObject, type JsonObject, listOf, objectOf } from '../json-value.js';
import type { WebhookFault, WebhookItem, WebhookRequest } from './webhook-kind.js';

/**
 * What the events of a request tell, taken out out of whatever Amazon wraps them into: a batch of Amazon Data Firehose or of Kinesis, queue
 * and topic messages, EventBridge's envelope (which is kept: it says what an event is), lists, and JSON values that
 * follow each other, as streams are written. A record without any JSON is told as such, and its neighbours are told.
 * @throws Refusal when there is no JSON
 */
export function itemsOfRecords(
  request: WebhookRequest,
  told: (record: JsonObject) => readonly WebhookItem[],
): WebhookItem[] {
  const values = jsonValuesOf(request.body.toString('utf8'));
  if (values.length === 0) throw new Refusal('BODY_MALFORMED', 'The body holds no JSON.');
  return values
    .flatMap((value) => unwrapped(value, 0))
    .flatMap((record) => (typeof record === 'string' ? unreadable(record) : told(record)));
}

function unreadable(record: string): WebhookFault {
  const externalId = `record:${hash('sha256', record, 'hex').slice(0, 32)}`;
  return { externalId, identifiers: [], fault: { reason: 'BODY_MALFORMED', message: 'The record holds no JSON.' } };
}

/** Nothing is wrapped more often than stream, queue and topic can. */
const wrappingsMax = 6;

/** The events; a text is a record that cannot be read. */
function unwrapped(value: unknown, depth: number): (JsonObject | string)[] {
  if (depth > wrappingsMax) return [];
  const inner = (one: unknown) => unwrapped(one, depth + 1);
  if (Array.isArray(value)) return value.flatMap(inner);
  if (typeof value === 'string') {
    const values = jsonValuesOf(value);
    return values.length === 0 && value.trim() !== '' ? [value] : values.flatMap(inner);
  }
  if (!isObject(value)) return [];
  const records = listOf(value['Records'] ?? value['records']);
  if (records.length > 0) return records.map(objectOf).flatMap((record) => inner(payloadOf(record)));
  if (value['Type'] === 'Notification' && typeof value['Message'] === 'string') return inner(value['Message']);
  return [value];
}

/** What a record of a stream, a queue or a topic carries; else the record itself. */
function payloadOf(record: JsonObject): unknown {
  const data = objectOf(record['kinesis'])['data'] ?? record['data'] ?? record['Data'];
  if (typeof data === 'string') {
    const decoded = Buffer.from(data, 'base64').toString('utf8');
    return /^\s*[[{]/.test(decoded) ? decoded : data;
  }
  return data ?? record['body'] ?? objectOf(record['Sns'])['Message'] ?? record;
}

/** One JSON value, or several that follow each other with or without line ends. What is between them is passed over. */
function jsonValuesOf(text: string): unknown[] {
  const whole = parsed(text);
  if (whole !== undefined) return [whole];
  const values: unknown[] = [];
  let start = -1;
  let depth = 0;
  let isText = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (isText) {
      if (sign === '\\') at++;
      else if (sign === '"') isText = false;
    } else if (sign === '"') {
      isText = depth > 0;
    } else if (sign === '{' || sign === '[') {
      if (depth++ === 0) start = at;
    } else if ((sign === '}' || sign === ']') && depth > 0 && --depth === 0) {
      const value = parsed(text.slice(start, at + 1));
      if (value !== undefined) values.push(value);
    }
  }
  return values;
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
