import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench } from './context.js';
import { type DataSize, dataWorkspace, ingestWorkspace } from './data.js';
import { openDatabase } from './database.js';
import { makeKey } from './keys.js';
import { LoadGenerator } from './load.js';
import type { Finding } from './measure.js';
import { oneQuery } from './p1-one-query.js';
import { growth } from './p3-growth.js';
import { batchIngest } from './p5-batch-ingest.js';
import { singleIngest } from './p6-single-ingest.js';
import { mergeAndUndo } from './p7-merge.js';
import { live } from './p8-live.js';
import { start } from './p12-start.js';
import { document, machine, meets, textTable } from './report.js';
import { root } from './service.js';

const usage = `npm run bench -- [options]
  --quick               small data, few rounds: under a minute
  --customers N         customers to make (500000)
  --touchpoints N       touchpoints to make (10000000)
  --only P1,P3          P1, P2, P3, P5, P6, P7, P8, P12
  --growth              P3 also against a database of a tenth of the size
  --data-dir FOLDER     keeps the embedded Postgres and its data for the next run
  --json                prints the findings as JSON
  --write               writes docs/performance.md also after a run that was not full
With DATABASE_URL (an empty database, and its owner) that Postgres is used instead of the embedded one.`;

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    customers: { type: 'string' },
    touchpoints: { type: 'string' },
    only: { type: 'string' },
    growth: { type: 'boolean', default: false },
    'data-dir': { type: 'string' },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function number(given: string | undefined, name: string, fallback: number): number {
  if (given === undefined) return fallback;
  const value = Number(given);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(`--${name} must be a whole number above 0.`);
}

const size: DataSize = {
  customers: number(options.customers, 'customers', options.quick ? 2_000 : 500_000),
  touchpoints: number(options.touchpoints, 'touchpoints', options.quick ? 60_000 : 10_000_000),
};
const known = ['P1', 'P2', 'P3', 'P5', 'P6', 'P7', 'P8', 'P12'];
const only = (options.only?.split(',') ?? known).map((name) => name.trim().toUpperCase());
const tell = (line: string) => void process.stderr.write(`${line}\n`);

async function measure(bench: Bench): Promise<Finding[]> {
  const wants = (name: string) => only.includes(name);
  const parts: [boolean, string, () => Promise<Finding[]>][] = [
    [wants('P12'), 'P12: start', () => start(bench)],
    [
      wants('P1') || wants('P2'),
      'P1, P2: the one query',
      () => oneQuery(bench, { floor: wants('P1'), peers: wants('P2') }),
    ],
    [wants('P3'), 'P3: growth', () => growth(bench)],
    [wants('P5'), 'P5: batches', () => batchIngest(bench)],
    [wants('P6'), 'P6: single touchpoints', () => singleIngest(bench)],
    [wants('P7'), 'P7: merge and undo', () => mergeAndUndo(bench)],
    [wants('P8'), 'P8: live', () => live(bench)],
  ];
  const findings: Finding[] = [];
  for (const [isWanted, title, run] of parts) {
    if (!isWanted) continue;
    const started = Date.now();
    const found = await run();
    findings.push(...found);
    tell(`${title}: ${((Date.now() - started) / 1000).toFixed(0)} s`);
    if (!options.quick) tell(`${textTable(found)}\n`);
  }
  return findings;
}

async function main(): Promise<number> {
  const unknown = only.find((name) => !known.includes(name));
  if (options.help || unknown) {
    process.stdout.write(`${unknown ? `There is no ${unknown}.\n` : ''}${usage}\n`);
    return unknown ? 2 : 0;
  }
  const started = Date.now();
  const loadBefore = os.loadavg()[0] ?? 0;
  tell(`${machine()}; load average ${loadBefore.toFixed(1)}`);
  const database = await openDatabase(size, options['data-dir'], 'throughline', tell);
  const tenth = options.growth ? await openTenth() : undefined;
  const load = new LoadGenerator();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      load.stop();
      void database.stop().finally(() => process.exit(130));
    });
  try {
    const read = await makeKey(database.db, dataWorkspace);
    const write = await makeKey(database.db, ingestWorkspace);
    tell(`Postgres ${database.version}, data ready after ${((Date.now() - started) / 1000).toFixed(0)} s`);
    const findings = await measure({
      database,
      load,
      keys: { read: read.key, write: write.key },
      workspaces: { read: read.workspace, write: write.workspace },
      isQuick: options.quick,
      tenth,
      tell,
    });
    const circumstances = {
      ...size,
      postgres: database.version,
      isQuick: options.quick,
      load: [loadBefore, os.loadavg()[0] ?? 0] as const,
      seconds: (Date.now() - started) / 1000,
    };
    process.stdout.write(
      options.json
        ? `${JSON.stringify({ ...circumstances, machine: machine(), findings }, null, 2)}\n`
        : `${textTable(findings)}\n`,
    );
    if (options.write || (!options.quick && !options.only)) writeDocument(document(findings, circumstances, root));
    const missed = findings.filter((finding) => !meets(finding, finding.must));
    for (const finding of missed) tell(`MISSED: ${finding.target}, ${finding.name}`);
    return missed.length === 0 ? 0 : 1;
  } finally {
    load.stop();
    if (tenth) await tenth.database.stop();
    await database.stop();
  }
}

async function openTenth(): Promise<NonNullable<Bench['tenth']>> {
  const smaller = { customers: Math.ceil(size.customers / 10), touchpoints: Math.ceil(size.touchpoints / 10) };
  const database = await openDatabase(smaller, options['data-dir'], 'tenth', tell);
  return { database, key: (await makeKey(database.db, dataWorkspace)).key };
}

function writeDocument(text: string): void {
  mkdirSync(path.join(root, 'docs'), { recursive: true });
  writeFileSync(path.join(root, 'docs/performance.md'), text);
  tell('Written: docs/performance.md');
}

process.exitCode = await main();
