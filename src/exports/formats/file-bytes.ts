/** The bytes of a file as they are made of rows, and how many rows that were. */
export interface FileBytes extends AsyncIterable<Buffer> {
  readonly rows: number;
  /** The key of the last row; null when nothing follows. */
  readonly end: string | null;
}
