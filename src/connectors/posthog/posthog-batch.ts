import { isObject, type JsonObject, objectOf, textOf } from '../json-value.js';
import { requireMessages } from '../request-body.js';
import { parseOrKeep } from '../sent-text.js';

/** The body of a request: JSON, or the form with JSON in base64 in which browsers send until they may pack it. */
export function readPosthog(body: Buffer): unknown {
  const isForm = body.subarray(0, formStart.length).toString('latin1') === formStart;
  if (!isForm) return parseOrKeep(body);
  const data = new URLSearchParams(body.toString('utf8')).get('data') ?? '';
  // A plus that was not encoded arrives as a space.
  return parseOrKeep(Buffer.from(data.replaceAll(' ', '+'), 'base64'));
}

const formStart = 'data=';

/** The project key of a request, wherever PostHog's clients put it. */
export function keyIn(body: unknown): unknown {
  const first = objectOf(Array.isArray(body) ? body[0] : body);
  return first['api_key'] ?? first['token'] ?? objectOf(first['properties'])['token'];
}

/**
 * The events of a request, each complete in itself: a batch, a list, or one event. What is none of these is one event,
 * which cannot be stored.
 */
export function eventsOf(body: unknown): unknown[] {
  const { batch, sent_at: sentAt } = objectOf(body);
  if (Array.isArray(body)) return tellingOf(requireMessages(body, 'batch'), undefined);
  return tellingOf(Array.isArray(batch) ? requireMessages(batch, 'batch') : [body], sentAt);
}

/** The events that tell of a person: one that only describes a group has nobody to belong to. */
function tellingOf(events: readonly unknown[], sentAt: unknown): unknown[] {
  return events
    .map((event) => (isObject(event) ? completed(event, sentAt) : event))
    .filter((event) => !isOfGroup(event));
}

/** The key is a secret and goes no further than the door. */
function completed(event: JsonObject, sentAt: unknown): JsonObject {
  const { api_key: _, token: __, ...own } = event;
  const { properties } = own;
  const { token: ___, ...kept } = objectOf(properties);
  return {
    ...own,
    ...(isObject(properties) ? { properties: kept } : {}),
    ...(sentAt == null || own['sent_at'] !== undefined ? {} : { sent_at: sentAt }),
  };
}

/** SDKs call the sender of a group's description `$<type>_<key>` when nobody else is named. */
function isOfGroup(event: unknown): boolean {
  const { event: name, properties, distinct_id: distinctId } = objectOf(event);
  if (name !== '$groupidentify') return false;
  const { $group_type: type, $group_key: key } = objectOf(properties);
  return textOf(distinctId) === `$${textOf(type)}_${textOf(key)}`;
}
