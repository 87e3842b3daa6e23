import type { RowStretch } from '../export-reader.service.js';
import type { ExportWish } from '../export-wish.js';
import { CsvLines, csvHeader } from './csv-lines.js';
import type { FileBytes } from './file-bytes.js';

export interface RowBytesOptions {
  /** False for what follows other lines of the same file. */
  readonly hasHeader: boolean;
  /** From so many bytes on they end with their stretch. */
  readonly bytesMin: number;
}

export const allOfThem: RowBytesOptions = { hasHeader: true, bytesMin: Number.POSITIVE_INFINITY };

/** Lines, as the database writes them: CSV or JSON. */
export class RowBytes implements FileBytes {
  #rows = 0;
  #end: string | null = null;

  constructor(
    private readonly wish: ExportWish,
    private readonly stretches: AsyncGenerator<RowStretch>,
    private readonly options = allOfThem,
  ) {}

  get rows(): number {
    return this.#rows;
  }

  get end(): string | null {
    return this.#end;
  }

  /** Who stops in the middle stops the rows too; after the last byte others may read on. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    const isCsv = this.wish.format === 'csv';
    let isWhole = false;
    try {
      if (isCsv && this.options.hasHeader) yield csvHeader(this.wish.columns);
      for (let bytes = 0; bytes < this.options.bytesMin; ) {
        const { value: stretch } = await this.stretches.next();
        if (!stretch) break;
        const lines = new CsvLines();
        for await (const piece of stretch.bytes) {
          bytes += piece.length;
          yield isCsv ? lines.add(piece) : piece;
        }
        this.#rows += await stretch.rowCount();
        this.#end = stretch.end;
      }
      // Behind the last stretch there is still its transaction to end.
      if (this.#end === null) await this.stretches.next();
      isWhole = true;
    } finally {
      if (!isWhole) await this.stretches.return(undefined);
    }
  }
}
