import { Refusal } from '../../platform/refusal.js';
import { isObject, type JsonObject } from '../json-value.js';
import { partsOf } from './multipart.js';
import type { WebhookRequest } from './webhook-kind.js';

/** The JSON that a body is, whatever its content type says. */
export function jsonBodyOf(request: WebhookRequest): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(request.body));
  } catch {
    throw new Refusal('BODY_MALFORMED', 'The body is not JSON.');
  }
}

/** As `jsonBodyOf`, where the vendor sends an object. */
export function jsonObjectOf(request: WebhookRequest): JsonObject {
  const value = jsonBodyOf(request);
  if (!isObject(value)) throw new Refusal('BODY_MALFORMED', 'The body is not a JSON object.');
  return value;
}

/** The fields of a form, sent either way; of a field that comes twice the first. Files are left out. */
export function formOf(request: WebhookRequest): Readonly<Record<string, string>> {
  const type = request.headers['content-type'] ?? '';
  if (!/^multipart\/form-data/i.test(type)) return firstOfEach(new URLSearchParams(request.body.toString('utf8')));
  const parts = partsOf(request.body, type);
  if (!parts) throw new Refusal('BODY_MALFORMED', 'The body is no form of several parts.');
  return firstOfEach(parts.filter((part) => !part.isFile).map((part) => [part.name, part.content.toString('utf8')]));
}

/** The bytes of one field of a form, which need not be UTF-8; null when it is not there, or empty. */
export function formFieldOf(request: WebhookRequest, name: string): Buffer | null {
  const type = request.headers['content-type'] ?? '';
  const content = /^multipart\/form-data/i.test(type)
    ? partsOf(request.body, type)?.find((part) => part.name === name && !part.isFile)?.content
    : Buffer.from(new URLSearchParams(request.body.toString('utf8')).get(name) ?? '');
  return content && content.length > 0 ? content : null;
}

function firstOfEach(fields: Iterable<readonly [string, string]>): Readonly<Record<string, string>> {
  const all = new Map<string, string>();
  for (const [name, value] of fields) if (!all.has(name)) all.set(name, value);
  return Object.fromEntries(all);
}
