import { describe, expect, it } from 'vitest';
import { type Progress, runImport, type Stored } from '../../../src/connectors/import/import-run.js';
import type { Row } from '../../../src/connectors/import/row.js';
import { limits } from '../../../src/platform/limits.js';

const rules = { mapping: null, source: 'test' };
const record = (n: number) => ({
  channel: 'CALL',
  kind: 'call',
  externalId: String(n),
  identifiers: [{ type: 'user_id', value: String(n) }],
});

const created = (count: number): Stored => ({ created: count, updated: 0, duplicates: 0, faults: new Map() });

/** Rows that are made when they are asked for, and how many were. */
function endless(total: number, of: (n: number) => unknown = record) {
  const made = { rows: 0 };
  async function* rows(): AsyncGenerator<Row> {
    for (let n = 1; n <= total; n++) {
      made.rows = n;
      yield { line: n, end: { bytes: n * 100, lines: n }, record: of(n) };
    }
  }
  return { made, rows: rows() };
}

describe('an import', () => {
  it('never reads further than the batch that is being stored, however long that takes', async () => {
    const { made, rows } = endless(10_500);
    let batches = 0;
    let last: Progress | undefined;
    const counts = await runImport(rows, {
      rules,
      store: async (touchpoints): Promise<Stored> => {
        batches++;
        const before = made.rows;
        expect(touchpoints.length).toBeLessThanOrEqual(limits.touchpointsPerBatchMax);
        expect(before - (last?.counts.rows ?? 0)).toBe(touchpoints.length);
        for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
        expect(made.rows).toBe(before);
        return created(touchpoints.length);
      },
      tell: async (progress) => {
        last = progress;
      },
    });
    expect([batches, counts.created, last?.position]).toEqual([11, 10_500, { bytes: 1_050_000, lines: 10_500 }]);
  });

  it('holds no more than a batch when every row is refused, skipped or huge', async () => {
    const refusing = endless(5_000, () => 7);
    const told: number[] = [];
    await runImport(refusing.rows, {
      rules,
      store: async () => created(0),
      tell: async ({ refused }) => {
        told.push(refused.length);
      },
    });
    expect(told).toEqual([1_000, 1_000, 1_000, 1_000, 1_000]);
    const huge = endless(40, record);
    const sizes: number[] = [];
    async function* large(): AsyncGenerator<Row> {
      for await (const row of huge.rows) yield { ...row, end: { bytes: row.line * 1024 * 1024, lines: row.line } };
    }
    await runImport(large(), {
      rules,
      store: async (touchpoints): Promise<Stored> => {
        sizes.push(touchpoints.length);
        return created(touchpoints.length);
      },
      tell: async () => undefined,
    });
    expect(Math.max(...sizes)).toBe(limits.bodyBytesMax / 1024 / 1024);
  });

  it('tells each batch only when it is stored, and goes on counting from where it was', async () => {
    const already = { rows: 10, created: 7, updated: 1, duplicates: 1, skipped: 0, refused: 1 };
    const events: string[] = [];
    const counts = await runImport(
      endless(3).rows,
      {
        rules,
        store: async (touchpoints) => {
          events.push(`store ${touchpoints.length}`);
          const fault = { reason: 'X', message: 'x', field: null, limit: null };
          return { created: 1, updated: 1, duplicates: 0, faults: new Map([[2, [fault]]]) };
        },
        tell: async ({ counts: { rows }, refused }) => {
          events.push(`tell ${rows} ${refused.map((one) => one.line)}`);
        },
      },
      already,
    );
    expect(events).toEqual(['store 3', 'tell 13 3']);
    expect(counts).toEqual({ rows: 13, created: 8, updated: 2, duplicates: 1, skipped: 0, refused: 2 });
  });

  it('ends where storing fails: what was told before is durable', async () => {
    const told: number[] = [];
    const running = runImport(endless(2_500).rows, {
      rules,
      store: async (touchpoints): Promise<Stored> => {
        if (told.length === 1) throw new Error('gone');
        return created(touchpoints.length);
      },
      tell: async ({ counts }) => {
        told.push(counts.rows);
      },
    });
    await expect(running).rejects.toThrow('gone');
    expect(told).toEqual([1_000]);
  });
});
