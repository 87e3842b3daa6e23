import { type JsonObject, objectOf, textOf } from '../json-value.js';
import { requireMessages } from '../request-body.js';

/**
 * The events of a POST: `{ schema: 'iglu:…/payload_data/…', data: [ … ] }`. What is none of the form is one event, which
 * cannot be stored.
 */
export function eventsOf(body: unknown): readonly unknown[] {
  const { schema, data } = objectOf(body);
  const isOther = schema !== undefined && textOf(schema)?.includes('/payload_data/') !== true;
  return isOther || !Array.isArray(data) ? [body] : requireMessages(data, 'data');
}

/** The event of a GET: its parameters are the query, of which a repeated one counts once. */
export function eventOfQuery(query: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  );
}
