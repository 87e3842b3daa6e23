import { createHash } from 'node:crypto';
import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';

/** How far an import came, so that it goes on there when it was broken off. */
export interface Checkpoint {
  /** What was imported, how and where to: under another one a position means nothing. */
  readonly of: string;
  /** What the import is called among those of the workspace: 32 hexadecimal digits. */
  readonly id: string;
  readonly position: { readonly bytes: number; readonly lines: number };
  readonly counts: {
    readonly rows: number;
    readonly created: number;
    readonly updated: number;
    readonly duplicates: number;
    readonly skipped: number;
    readonly refused: number;
  };
  /** Bytes of the report that belong to it. */
  readonly reportBytes: number;
}

const count = z.number().int().min(0);

const form = z.strictObject({
  of: z.string(),
  id: z.string().regex(/^[0-9a-f]{32}$/),
  position: z.strictObject({ bytes: count, lines: count }),
  counts: z.strictObject({
    rows: count,
    created: count,
    updated: count,
    duplicates: count,
    skipped: count,
    refused: count,
  }),
  reportBytes: count,
});

const endBytes = 64 * 1024;

/** Tells a file from another by its size and its ends. */
export async function fingerprint(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const hash = createHash('sha256').update(`${size}:`);
    for (const from of [0, Math.max(0, size - endBytes)]) {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(endBytes), 0, endBytes, from);
      hash.update(buffer.subarray(0, bytesRead));
    }
    return hash.digest('hex');
  } finally {
    await handle.close();
  }
}

/** Null when there is none, or it is of something else. */
export async function readCheckpoint(file: string, of: string): Promise<Checkpoint | null> {
  try {
    const found = form.safeParse(JSON.parse(await readFile(file, 'utf8')));
    return found.success && found.data.of === of ? found.data : null;
  } catch {
    return null;
  }
}

/** In one step, so that a process that is killed leaves the last one or this one, and never half of one. */
export async function writeCheckpoint(file: string, checkpoint: Checkpoint): Promise<void> {
  const unfinished = `${file}.part`;
  await writeFile(unfinished, JSON.stringify(checkpoint));
  await rename(unfinished, file);
}

export async function removeCheckpoint(file: string): Promise<void> {
  await rm(file, { force: true });
}
