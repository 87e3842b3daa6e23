import { type FileHandle, open } from 'node:fs/promises';
import type { RefusedRow } from '../connectors/import/import-run.js';

/** The file of refused rows: one JSON object a line, with the row as it was, so that it can be mended and sent again. */
export interface Report {
  /** @returns the bytes that it has now */
  add(refused: readonly RefusedRow[]): Promise<number>;
  close(): Promise<void>;
}

export const noReport: Report = { add: async () => 0, close: async () => undefined };

/** @param keptBytes what an import that goes on wrote before; the rest, of a batch that was not finished, is cut off */
export async function openReport(file: string, keptBytes: number): Promise<Report> {
  const handle = await opened(file, keptBytes);
  let bytes = keptBytes;
  return {
    add: async (refused) => {
      const text = refused.map((row) => `${JSON.stringify(lineOf(row))}\n`).join('');
      if (text !== '') await handle.appendFile(text);
      bytes += Buffer.byteLength(text);
      return bytes;
    },
    close: () => handle.close(),
  };
}

async function opened(file: string, keptBytes: number): Promise<FileHandle> {
  try {
    const handle = await open(file, 'a');
    await handle.truncate(keptBytes);
    return handle;
  } catch (cause) {
    throw new Error(`${file} cannot be written: ${(cause as Error).message}`, { cause });
  }
}

function lineOf({ line, faults, record }: RefusedRow): object {
  const errors = faults.map(({ reason, field, message }) => ({ reason, field, message }));
  return { line, errors, ...(record === undefined ? {} : { row: record }) };
}
