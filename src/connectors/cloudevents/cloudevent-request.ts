import type { IncomingHttpHeaders } from 'node:http';
import { Refusal } from '../../platform/refusal.js';
import { isObject, type JsonObject } from '../json-value.js';
import { parseJson, parseObject, requireMessages } from '../request-body.js';
import { bytesAs } from './cloudevent.js';

/** The events of a request, each in the form of the JSON format. */
export interface ToldEvents {
  readonly events: readonly unknown[];
  /** In a batch a bad event must not keep its neighbours out; a single one is refused to its sender. */
  readonly isBatch: boolean;
}

/**
 * Reads a request in one of the modes of the HTTP binding: binary (attributes in headers), structured, or batched.
 * Webex and others send a structured event as plain `application/json`.
 * @throws Refusal BODY_TYPE_UNSUPPORTED when it is none of these
 */
export function eventsOf(headers: IncomingHttpHeaders, contentType: string, body: Buffer): ToldEvents {
  const type = contentType.split(';')[0]?.trim() ?? '';
  if (type === 'application/cloudevents-batch+json') return batch(parseJson(body));
  if (type === 'application/cloudevents+json') return { events: [parseObject(body)], isBatch: false };
  if (type.startsWith('application/cloudevents')) throw unsupported();
  if (Object.keys(headers).some((name) => name.startsWith('ce-'))) {
    return { events: [binaryEvent(headers, contentType, body)], isBatch: false };
  }
  if (type !== 'application/json') throw unsupported();
  const value = parseJson(body);
  return isObject(value) ? { events: [value], isBatch: false } : batch(value);
}

function batch(value: unknown): ToldEvents {
  return { events: requireMessages(value, 'events'), isBatch: true };
}

const unsupported = () =>
  new Refusal(
    'BODY_TYPE_UNSUPPORTED',
    'Send application/cloudevents+json, application/cloudevents-batch+json, or the attributes as headers ce-….',
  );

function binaryEvent(headers: IncomingHttpHeaders, contentType: string, body: Buffer): JsonObject {
  const attributes = Object.entries(headers)
    .filter(([name, value]) => name.startsWith('ce-') && typeof value === 'string')
    .map(([name, value]) => [name.slice(3), headerText(value as string)]);
  const { data, packed } = body.length > 0 ? bytesAs(contentType || undefined, body) : { data: undefined };
  return {
    ...Object.fromEntries(attributes),
    ...(contentType ? { datacontenttype: contentType } : {}),
    ...(data === undefined ? {} : { data }),
    ...(packed === undefined ? {} : { data_base64: packed }),
  };
}

/** Header values are percent-encoded UTF-8, and may be quoted; what is neither is taken as it is. */
function headerText(value: string): string {
  const quoted = /^"(.*)"$/s.exec(value)?.[1]?.replace(/\\(.)/gs, '$1') ?? value;
  try {
    return decodeURIComponent(quoted);
  } catch {
    return quoted;
  }
}
