import { CsvLines, csvHeader } from './csv-lines.js';
import type { RowStretch } from './export-reader.service.js';
import type { ExportWish } from './export-wish.js';

/** The lines of an export as they go out, and how many rows have. */
export class RowBytes {
  #rows = 0;

  constructor(
    private readonly wish: ExportWish,
    private readonly stretches: AsyncIterable<RowStretch>,
  ) {}

  get rows(): number {
    return this.#rows;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const isCsv = this.wish.format === 'csv';
    if (isCsv) yield csvHeader(this.wish.columns);
    for await (const stretch of this.stretches) {
      const lines = new CsvLines();
      for await (const bytes of stretch.bytes) yield isCsv ? lines.add(bytes) : bytes;
      this.#rows += await stretch.rowCount();
    }
  }
}
