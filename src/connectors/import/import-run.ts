import { limits } from '../../platform/limits.js';
import type { Refusal } from '../../platform/refusal.js';
import type { TouchpointInput } from '../../touchpoints/record.input.js';
import { beginning, type Position, type Row } from './row.js';
import { type RowRules, translateRow } from './translate-row.js';

/** Why something of a file was not stored, as it travels and is reported. */
export interface Fault {
  readonly reason: string;
  readonly message: string;
  /** The field of the touchpoint. */
  readonly field: string | null;
  readonly limit: number | null;
}

/** What became of the touchpoints of a batch; what is in none of the counts has its faults, by its place in the batch. */
export interface Stored {
  readonly created: number;
  readonly updated: number;
  readonly duplicates: number;
  readonly faults: ReadonlyMap<number, readonly Fault[]>;
}

/** A touchpoint that was refused, and where it stands. */
export interface RefusedRow {
  readonly line: number;
  readonly faults: readonly Fault[];
  /** The row as it was read; undefined where it could not be read. */
  readonly record: unknown;
}

export interface Counts {
  readonly rows: number;
  readonly created: number;
  readonly updated: number;
  readonly duplicates: number;
  /** Rows that the mapping passes over. */
  readonly skipped: number;
  /** Touchpoints that were not stored, each with its reason. */
  readonly refused: number;
}

export const nothingYet: Counts = { rows: 0, created: 0, updated: 0, duplicates: 0, skipped: 0, refused: 0 };

/** How far an import is; all up to `position` is durable. */
export interface Progress {
  readonly position: Position;
  readonly counts: Counts;
  /** Refused since the last time. */
  readonly refused: readonly RefusedRow[];
}

export interface ImportSteps {
  readonly rules: RowRules;
  /** Stores touchpoints, at most a batch at once. */
  store(touchpoints: readonly TouchpointInput[]): Promise<Stored>;
  /** Told after each batch. */
  tell(progress: Progress): Promise<void>;
}

interface Waiting {
  readonly line: number;
  readonly record: unknown;
  readonly touchpoint: TouchpointInput;
}

/**
 * Imports the rows of a file, a batch at a time. The next rows are read when a batch is durable: a slow database slows
 * the reading, and never more than one batch is held.
 */
export async function runImport(
  rows: AsyncIterable<Row>,
  steps: ImportSteps,
  already: Counts = nothingYet,
): Promise<Counts> {
  const batch = new Batch(already);
  for await (const row of rows) {
    const items = 'refusal' in row ? [{ refusals: [row.refusal] }] : translateRow(row.record, steps.rules);
    // A row is in one batch as a whole, so that an import can go on behind it.
    if (batch.size + items.length > limits.touchpointsPerBatchMax) await batch.flush(steps);
    batch.add(row, items);
    if (batch.isFull) await batch.flush(steps);
  }
  await batch.flush(steps);
  return batch.counts;
}

/** What is gathered until there is enough to be stored. Rows that were refused or skipped count, so that it ends. */
class Batch {
  counts: Counts;
  #waiting: Waiting[] = [];
  #refused: RefusedRow[] = [];
  #rows = 0;
  #skipped = 0;
  #position: Position = beginning;
  #begin = 0;

  constructor(already: Counts) {
    this.counts = already;
  }

  get size(): number {
    return this.#waiting.length + this.#refused.length + this.#skipped;
  }

  get isFull(): boolean {
    const bytes = this.#position.bytes - this.#begin;
    return this.size >= limits.touchpointsPerBatchMax || bytes >= limits.bodyBytesMax;
  }

  add(row: Row, items: ReturnType<typeof translateRow>): void {
    const record = 'record' in row ? row.record : undefined;
    this.#rows++;
    this.#position = row.end;
    if (items.length === 0) this.#skipped++;
    for (const item of items) {
      if ('touchpoint' in item) this.#waiting.push({ line: row.line, record, touchpoint: item.touchpoint });
      else this.#refused.push({ line: row.line, record, faults: item.refusals.map(faultOf) });
    }
  }

  async flush({ store, tell }: ImportSteps): Promise<void> {
    if (this.#rows === 0) return;
    const waiting = this.#waiting;
    const stored = waiting.length === 0 ? nothingStored : await store(waiting.map((one) => one.touchpoint));
    const refused = [...this.#refused, ...refusedOf(waiting, stored)].sort((a, b) => a.line - b.line);
    this.counts = {
      rows: this.counts.rows + this.#rows,
      created: this.counts.created + stored.created,
      updated: this.counts.updated + stored.updated,
      duplicates: this.counts.duplicates + stored.duplicates,
      skipped: this.counts.skipped + this.#skipped,
      refused: this.counts.refused + refused.length,
    };
    await tell({ position: this.#position, counts: this.counts, refused });
    this.#begin = this.#position.bytes;
    this.#waiting = [];
    this.#refused = [];
    this.#rows = 0;
    this.#skipped = 0;
  }
}

const nothingStored: Stored = { created: 0, updated: 0, duplicates: 0, faults: new Map() };

function refusedOf(waiting: readonly Waiting[], { faults }: Stored): RefusedRow[] {
  return [...faults].flatMap(([place, all]) => {
    const row = waiting[place];
    return row ? [{ line: row.line, record: row.record, faults: all }] : [];
  });
}

/** A refusal as it travels. */
export function faultOf({ reason, message, where }: Refusal): Fault {
  return { reason, message, field: where.field ?? null, limit: where.limit ?? null };
}
