import { Refusal } from '../../platform/refusal.js';
import { isObject, type JsonObject, textOf } from '../json-value.js';

/** A thing that says by which schema it is to be understood. */
export interface SelfDescribing {
  /** `iglu:com.acme/bought/jsonschema/1-0-0` */
  readonly schema: string;
  /** `bought`; the whole schema when it is written otherwise. */
  readonly name: string;
  readonly data: unknown;
}

/** Reads a self-describing JSON. */
export function selfDescribing(value: unknown, field: string): SelfDescribing {
  const schema = isObject(value) ? textOf(value['schema']) : undefined;
  if (!isObject(value) || schema === undefined) {
    throw new Refusal('INPUT_INVALID', 'A self-describing JSON has a schema and data.', { field });
  }
  return { schema, name: /^iglu:[^/]+\/([^/]+)\//.exec(schema)?.[1] ?? schema, data: value['data'] };
}

/** JSON that a tracker sent plain or, under another name, in base64; undefined when it sent neither. */
export function jsonOfEither(
  event: JsonObject,
  plain: string,
  packed: string,
): { value: unknown; field: string } | undefined {
  const text = textOf(event[plain]);
  const base64 = textOf(event[packed]);
  if (text !== undefined) return { value: parse(text, plain), field: plain };
  if (base64 !== undefined)
    return { value: parse(Buffer.from(base64, 'base64').toString('utf8'), packed), field: packed };
  return undefined;
}

function parse(text: string, field: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal('INPUT_INVALID', 'This is not JSON.', { field });
  }
}
