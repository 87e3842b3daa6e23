import { Refusal } from '../../platform/refusal.js';
import { isObject, type JsonObject, textOf } from '../json-value.js';

/** An event of the CloudEvents specification 1.0, whatever mode it came in. */
export interface CloudEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  /** As it was sent. */
  readonly time?: unknown;
  readonly dataschema?: string;
  /** Every other attribute; numbers and booleans as text, as they are in a header. */
  readonly extensions: JsonObject;
  /** JSON, or text; undefined when there is none, or none that can be read. */
  readonly data: unknown;
  /** Data that is neither JSON nor text, in base64. */
  readonly packed?: string;
}

const known = new Set('specversion id source type subject time dataschema datacontenttype data data_base64'.split(' '));

/**
 * Reads an event in the form of its JSON format.
 * @throws Refusal when it is no CloudEvent, naming the attribute
 */
export function readCloudEvent(value: unknown): CloudEvent {
  if (!isObject(value)) throw new Refusal('INPUT_INVALID', 'An event is an object.', { field: 'event' });
  if (requiredAttribute(value, 'specversion') !== '1.0') {
    throw new Refusal('INPUT_INVALID', 'The specversion is 1.0.', { field: 'specversion' });
  }
  return {
    id: requiredAttribute(value, 'id'),
    source: requiredAttribute(value, 'source'),
    type: requiredAttribute(value, 'type'),
    subject: textOf(value['subject']),
    time: value['time'],
    dataschema: textOf(value['dataschema']),
    extensions: Object.fromEntries(
      Object.entries(value)
        .filter(([name, inner]) => !known.has(name) && inner != null)
        .map(([name, inner]) => [name, typeof inner === 'object' ? inner : String(inner)]),
    ),
    ...dataOf(value),
  };
}

function requiredAttribute(event: JsonObject, field: string): string {
  const value = event[field];
  if (value === undefined || value === null || value === '') {
    throw new Refusal('TOO_FEW', `An event has the attribute ${field}.`, { field, limit: 1 });
  }
  if (typeof value === 'string') return value;
  throw new Refusal('INPUT_INVALID', `The attribute ${field} is text.`, { field });
}

function dataOf(event: JsonObject): Pick<CloudEvent, 'data' | 'packed'> {
  const { data, data_base64: packed } = event;
  if (packed == null) return { data: unpackedTwice(data) };
  if (typeof packed !== 'string' || data !== undefined) {
    throw new Refusal('INPUT_INVALID', 'Data is either plain or, as text, in base64.', { field: 'data_base64' });
  }
  return bytesAs(textOf(event['datacontenttype']), Buffer.from(packed, 'base64'));
}

/** JSON that somebody wrote as text of JSON. */
function unpackedTwice(data: unknown): unknown {
  if (typeof data !== 'string' || !/^\s*[{[]/.test(data)) return data;
  return parsed(data) ?? data;
}

/** What bytes of a content type say; without one they are JSON by the specification, if they can be. */
export function bytesAs(contentType: string | undefined, bytes: Buffer): Pick<CloudEvent, 'data' | 'packed'> {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === '' || type === 'application/json' || type.endsWith('+json')) {
    const data = parsed(bytes.toString('utf8'));
    if (data !== undefined) return { data };
  } else if (type.startsWith('text/') || type === 'application/xml' || type.endsWith('+xml')) {
    return { data: bytes.toString('utf8') };
  }
  return { data: undefined, packed: bytes.toString('base64') };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
