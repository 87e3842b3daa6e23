import type { RowStretch } from '../export-reader.service.js';

export type JsonRow = Readonly<Record<string, unknown>>;

/** Some rows that follow each other, and how many bytes they were. */
export interface SomeRows {
  readonly rows: readonly JsonRow[];
  readonly bytes: number;
}

/** Rows of a stretch that the database wrote as lines of JSON, as they come. */
export async function* rowsOfLines(stretch: RowStretch): AsyncGenerator<SomeRows> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of stretch.bytes) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() as string;
    yield { rows: lines.map((line) => JSON.parse(line) as JsonRow), bytes: bytes.length };
  }
}
