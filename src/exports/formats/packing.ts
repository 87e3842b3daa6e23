import { pipeline, Readable, type Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { Refusal } from '../../platform/refusal.js';
import type { Compression } from '../export-wish.js';

/** Node 22.15 and later have it. */
const { createZstdCompress } = zlib as { createZstdCompress?: () => Transform };

/** @throws Refusal when this Node cannot pack so */
export function requirePacking(compression: Compression): void {
  if (compression !== 'zstd' || createZstdCompress) return;
  const sentence = 'zstd needs Node 22.15 or later, which this service does not run on: ask for gzip.';
  throw new Refusal('COMPRESSION_UNAVAILABLE', sentence, { field: 'compression' });
}

/** The bytes as they came, or packed. Whoever stops to read stops the source too. */
export function packed(bytes: AsyncIterable<Buffer>, compression: Compression): AsyncIterable<Buffer> {
  if (compression === 'none') return bytes;
  const pack = compression === 'gzip' ? zlib.createGzip() : createZstdCompress?.();
  if (!pack) throw new Error(`${compression} was asked for and is not there.`);
  // What goes wrong on either side is thrown where the packed bytes are read.
  pipeline(Readable.from(bytes, { objectMode: true }), pack, () => undefined);
  return pack;
}

export const fileEndings: Readonly<Record<Compression, string>> = {
  none: '',
  snappy: '',
  gzip: '.gz',
  zstd: '.zst',
};

export const packedTypes: Readonly<Record<Compression, string | null>> = {
  none: null,
  snappy: null,
  gzip: 'application/gzip',
  zstd: 'application/zstd',
};
