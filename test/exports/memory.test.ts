import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';

/** Of the heap in which a file is made. */
const heapMbMax = 96;
const rows = 20_000;

/**
 * A file of many rows, made of stretches as they come from the database, in a heap that holds a small part of them. By
 * what is built, since a thread of its own runs it.
 */
const program = `
import { parentPort, workerData } from 'node:worker_threads';
const { fileBytes, packedFile, readsOf } = await import(workerData.module);
const { exportKinds } = await import(workerData.kinds);
const { format, what, compression, rows } = workerData;
const columns = Object.keys(exportKinds[what].columns);
const wish = { what, format, columns, compression, filters: {}, isFormulaSafe: true, purpose: 'x' };
const row = (n) => ({
  id: 'tp_' + n, type: 'call.completed', time: '2026-03-01T10:00:00.123456+00:00',
  attributes: { channel: 'CALL', text: 'x'.repeat(5_000) + n }, relationships: [{ objectId: 'cus_' + (n % 1000), qualifier: 'customer' }],
  'case:concept:name': 'cus_' + Math.floor(n / 10), 'concept:name': 'call.completed',
  'time:timestamp': '2026-03-01T10:00:00.123456+00:00', occurredAt: '2026-03-01T10:00:00.123456+00:00',
  customerId: 'cus_' + (n % 1000), kind: 'call.completed', waitSeconds: n % 600, summary: 'x'.repeat(5_000) + n,
});
async function* stretches() {
  for (let n = 0; n < rows; n += 10_000) {
    yield {
      query: 0, end: null, rowCount: async () => 10_000,
      bytes: (async function* () {
        for (let i = n; i < n + 10_000; i += 100) {
          yield Buffer.from(Array.from({ length: 100 }, (_, k) => JSON.stringify(row(i + k)) + '\\n').join(''));
        }
      })(),
    };
  }
}
const file = fileBytes(wish, stretches());
let bytes = 0;
for await (const piece of packedFile(wish, file)) bytes += piece.length;
parentPort.postMessage({ rows: file.rows, bytes });
`;

const dist = (name: string) => new URL(`../../dist/src/exports/${name}`, import.meta.url);

it.each([
  ['parquet', 'touchpoints', 'snappy'],
  ['xes', 'customer-events', 'none'],
  ['ocel', 'touchpoints', 'none'],
])(
  'a file in %s is made of any number of rows in a heap that holds few',
  async (format, what, compression) => {
    const module = dist('formats/file-formats.js');
    if (!existsSync(module)) throw new Error('Build first: npm run build.');
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`), {
      workerData: { module: module.href, kinds: dist('export-kinds.js').href, format, what, compression, rows },
      resourceLimits: { maxOldGenerationSizeMb: heapMbMax },
    });
    try {
      const made = await new Promise((resolve, reject) => {
        worker.on('message', resolve);
        worker.on('error', reject);
      });
      expect(made).toEqual({ rows, bytes: expect.any(Number) });
    } finally {
      await worker.terminate();
    }
  },
  120_000,
);
