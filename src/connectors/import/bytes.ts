import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Refusal } from '../../platform/refusal.js';

export type Bytes = AsyncIterable<Buffer>;

export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;

export type Encoding = (typeof encodings)[number];

/** A stream whose first bytes were looked at: `all` begins with them again. */
export interface Opened {
  readonly head: Buffer;
  readonly all: Bytes;
}

/** Looks at the first bytes of a stream: so many, or fewer where it is shorter. */
export async function lookAtHead(bytes: Bytes, size: number): Promise<Opened> {
  const iterator = bytes[Symbol.asyncIterator]();
  const chunks: Buffer[] = [];
  let length = 0;
  while (length < size) {
    const next = await iterator.next();
    if (next.done) break;
    chunks.push(next.value);
    length += next.value.length;
  }
  const first = Buffer.concat(chunks);
  return { head: first.subarray(0, size), all: prepended(first, iterator) };
}

async function* prepended(first: Buffer, iterator: AsyncIterator<Buffer>): Bytes {
  try {
    if (first.length > 0) yield first;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}

/** Unpacks gzip, which is known by its first bytes; what is not packed passes as it is. */
export async function unpacked(bytes: Bytes): Promise<{ readonly bytes: Bytes; readonly isPacked: boolean }> {
  const { head, all } = await lookAtHead(bytes, 2);
  const isPacked = head[0] === 0x1f && head[1] === 0x8b;
  return { bytes: isPacked ? gunzipped(all) : all, isPacked };
}

async function* gunzipped(packed: Bytes): Bytes {
  let failure: unknown;
  const source = Readable.from(
    noting(packed, (error) => (failure = error)),
    { objectMode: false },
  );
  const gunzip = createGunzip();
  pipeline(source, gunzip, () => undefined);
  try {
    yield* gunzip;
  } catch (error) {
    if (failure !== undefined) throw failure;
    const isShort = (error as { code?: string }).code === 'Z_BUF_ERROR';
    const sentence = isShort ? 'The gzip data ends in the middle.' : 'The gzip data is damaged.';
    throw new Refusal('BODY_MALFORMED', sentence, { cause: error });
  } finally {
    source.destroy();
  }
}

/** The same bytes; what breaks them off is told, and not only passed on by streams that give it another name. */
async function* noting(bytes: Bytes, failed: (error: unknown) => void): Bytes {
  try {
    yield* bytes;
  } catch (error) {
    failed(error);
    throw error;
  }
}

/** UTF-8 passes as it is, so that bytes of the text are bytes of the file; other encodings become UTF-8. */
export function inUtf8(bytes: Bytes, encoding: Encoding): Bytes {
  return encoding === 'utf-8' ? bytes : transcoded(bytes, encoding);
}

async function* transcoded(bytes: Bytes, encoding: Encoding): Bytes {
  const decoder = new TextDecoder(encoding, { fatal: encoding !== 'windows-1252' });
  const decode = (chunk?: Buffer) => {
    try {
      return Buffer.from(chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode());
    } catch (cause) {
      throw new Refusal('TEXT_INVALID', `The text is not ${encoding} all the way.`, { cause });
    }
  };
  for await (const chunk of bytes) {
    const text = decode(chunk);
    if (text.length > 0) yield text;
  }
  const rest = decode();
  if (rest.length > 0) yield rest;
}

/** All but the first bytes. */
export async function* skipping(bytes: Bytes, count: number): Bytes {
  let left = count;
  for await (const chunk of bytes) {
    if (left < chunk.length) yield left === 0 ? chunk : chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}

/**
 * The encoding of a text by its first bytes: a byte order mark, the NULs that UTF-16 is full of, else UTF-8 where that
 * is possible, and Windows' Latin-1 where it is not.
 */
export function guessEncoding(head: Buffer): Encoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const pairs = Math.floor(Math.min(head.length, 1_000) / 2);
  let even = 0;
  let odd = 0;
  for (let i = 0; i < pairs; i++) {
    if (head[2 * i] === 0) even++;
    if (head[2 * i + 1] === 0) odd++;
  }
  if (pairs > 1 && odd > pairs / 2 && even < pairs / 10) return 'utf-16le';
  if (pairs > 1 && even > pairs / 2 && odd < pairs / 10) return 'utf-16be';
  try {
    // The head may end in the middle of a character.
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return 'utf-8';
  } catch {
    return 'windows-1252';
  }
}
