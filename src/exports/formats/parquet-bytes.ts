import * as zlib from 'node:zlib';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { RowStretch } from '../export-reader.service.js';
import type { Compression, ExportWish } from '../export-wish.js';
import type { FileBytes } from './file-bytes.js';
import { rowsOfLines } from './json-rows.js';
import { type NamedColumn, parquetSchema, parquetValue } from './parquet-columns.js';

const codecs = { none: 'UNCOMPRESSED', snappy: 'SNAPPY', gzip: 'GZIP', zstd: 'ZSTD' } as const satisfies Record<
  Compression,
  string
>;

/** Node 22.15 and later have the second. */
const { gzipSync, zstdCompressSync } = zlib as typeof zlib & { zstdCompressSync?: (bytes: Uint8Array) => Uint8Array };

const groupRowsMax = 100_000;
/** Of the rows as JSON: what is held in memory is a few times that. */
const groupBytesMax = 16 * 1024 * 1024;

/** Holds what was written until it is taken. */
class TakenBytes extends ByteWriter {
  take(): Buffer {
    const bytes = Buffer.from(this.getBytes());
    this.index = 0;
    return bytes;
  }
}

/** Parquet: typed columns, in groups of rows of which one at a time is in memory. */
export class ParquetBytes implements FileBytes {
  /** Nothing can follow its footer. */
  readonly end = null;
  #rows = 0;

  constructor(
    private readonly wish: ExportWish,
    private readonly columns: readonly NamedColumn[],
    private readonly stretches: AsyncIterable<RowStretch>,
  ) {}

  get rows(): number {
    return this.#rows;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const writer = new TakenBytes();
    const file = new ParquetWriter({
      writer,
      schema: parquetSchema(this.columns),
      codec: codecs[this.wish.compression],
      compressors: { GZIP: (bytes) => gzipSync(bytes), ...(zstdCompressSync ? { ZSTD: zstdCompressSync } : {}) },
      createdBy: 'throughline',
    });
    let group = this.emptyGroup();
    let rows = 0;
    let bytes = 0;
    const finishGroup = () => {
      file.write({ columnData: group, rowGroupSize: groupRowsMax });
      [group, rows, bytes] = [this.emptyGroup(), 0, 0];
      return writer.take();
    };
    for await (const stretch of this.stretches) {
      for await (const { rows: found, bytes: size } of rowsOfLines(stretch)) {
        for (const row of found) {
          for (const [i, { name, type }] of this.columns.entries()) group[i]?.data.push(parquetValue(type, row[name]));
        }
        rows += found.length;
        bytes += size;
        if (rows >= groupRowsMax || bytes >= groupBytesMax) yield finishGroup();
      }
      this.#rows += await stretch.rowCount();
    }
    // Readers want at least one group, if it is an empty one.
    if (rows > 0 || this.#rows === 0) yield finishGroup();
    file.finish();
    yield writer.take();
  }

  private emptyGroup(): { name: string; data: unknown[] }[] {
    return this.columns.map(({ name }) => ({ name, data: [] }));
  }
}
