import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Bench } from './context.js';
import { type Finding, median } from './measure.js';
import { serviceProgram, startProgram } from './service.js';

/** P12: what `npm start` does, with the embedded Postgres, until the service says that it is ready. */
export async function start(bench: Bench): Promise<Finding[]> {
  const first: number[] = [];
  const later: number[] = [];
  for (let round = 0; round < (bench.isQuick ? 1 : 5); round++) {
    const folder = mkdtempSync(path.join(tmpdir(), 'throughline-start-'));
    try {
      first.push(await secondsUntilReady(folder));
      later.push(await secondsUntilReady(folder));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const finding = (name: string, seconds: number[], must: number, aim: number): Finding => ({
    target: 'P12',
    name,
    value: median(seconds),
    must,
    aim,
    better: 'lower',
    unit: 's',
    detail: `of ${seconds.length}: ${seconds.map((one) => one.toFixed(1)).join(', ')} s`,
  });
  return [
    finding('start on an existing data folder', later, 4, 2),
    finding('first start, on an empty folder', first, 12, 6),
  ];
}

async function secondsUntilReady(folder: string): Promise<number> {
  const started = performance.now();
  const service = await startProgram(serviceProgram, { DATA_DIR: folder });
  const seconds = (performance.now() - started) / 1000;
  await service.stop();
  return seconds;
}
