import { Refusal } from '../../platform/refusal.js';
import { type JsonObject, textOf } from '../json-value.js';
import { requireMessages } from '../request-body.js';

/** The events of a POST: `{ schema: 'iglu:…/payload_data/…', data: [ … ] }`. */
export function eventsOf(body: JsonObject): readonly unknown[] {
  const schema = textOf(body['schema']);
  if (schema !== undefined && !schema.includes('/payload_data/')) {
    throw new Refusal('INPUT_INVALID', 'The schema of a request is payload_data.', { field: 'schema' });
  }
  return requireMessages(body['data'], 'data');
}

/** The event of a GET: its parameters are the query, of which a repeated one counts once. */
export function eventOfQuery(query: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  );
}
