import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { isObject, type JsonObject } from './json-value.js';

type Decode = (body: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

const gunzip = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip);
const inflate = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.inflate);
const inflateRaw = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.inflateRaw);

const decoders: Readonly<Record<string, Decode>> = {
  gzip: gunzip,
  'x-gzip': gunzip,
  // The standard means zlib's wrapping; many clients send the bare stream, whose first byte looks different.
  deflate: (body, options) => ((body[0] ?? 0) % 16 === 8 ? inflate : inflateRaw)(body, options),
  br: promisify<Buffer, zlib.BrotliOptions, Buffer>(zlib.brotliDecompress),
};

/**
 * Reads a body and unpacks it. Neither what came over the wire nor what it unpacks to is ever held beyond the limit:
 * unpacking ends at the first byte too many.
 */
export async function readBody(stream: Readable, encoding: string | undefined, bytesMax: number): Promise<Buffer> {
  const name = encoding?.trim().toLowerCase() ?? '';
  const isPlain = name === '' || name === 'identity';
  const decode = Object.hasOwn(decoders, name) ? decoders[name] : undefined;
  if (!isPlain && !decode) {
    throw new Refusal('BODY_TYPE_UNSUPPORTED', 'A body is sent plain, or packed with gzip, deflate or br.');
  }
  const body = await gather(stream, bytesMax);
  if (!decode || body.length === 0) return body;
  try {
    return await decode(body, { maxOutputLength: bytesMax });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(bytesMax);
    throw new Refusal('BODY_MALFORMED', `The body cannot be unpacked: it is not ${name}.`);
  }
}

async function gather(stream: Readable, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // The stream is the request: were it destroyed, the answer would not go out.
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    bytes += (chunk as Buffer).length;
    if (bytes > bytesMax) throw tooLarge(bytesMax);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function tooLarge(limit: number): Refusal {
  return new Refusal('BODY_TOO_LARGE', `A body has at most ${limit} bytes, unpacked.`, { limit });
}

/** The JSON that a body is, whatever its content type says. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    throw new Refusal('BODY_MALFORMED', 'The body is not JSON.');
  }
}

/** The JSON object that a body is. */
export function parseObject(body: Buffer): JsonObject {
  const value = parseJson(body);
  if (!isObject(value)) throw new Refusal('BODY_MALFORMED', 'The body is not a JSON object.');
  return value;
}

/** The list of messages of a body, which must not be longer than one request may be. */
export function requireMessages(list: unknown, field: string): readonly unknown[] {
  if (!Array.isArray(list)) {
    throw new Refusal('INPUT_INVALID', `The messages of a request are the list \`${field}\`.`, { field });
  }
  const limit = limits.messagesPerRequestMax;
  if (list.length > limit) {
    throw new Refusal('BODY_TOO_LARGE', `A request has at most ${limit} messages.`, { field, limit });
  }
  return list;
}
