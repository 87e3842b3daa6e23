import { parseArgs } from 'node:util';
import { readConfig } from '../../src/platform/config.js';
import { startService } from '../../src/service.js';
import { dataWorkspace } from '../data.js';
import { openDatabase } from '../database.js';
import { makeKey } from '../keys.js';
import { questions } from './questions.js';

/**
 * How long each analysis takes, asked for over HTTP of the real service, on the data of the benchmarks:
 * `node dist/bench/analytics/run.js --touchpoints 10000000 --customers 500000 --data-dir /tmp/bench`, or with
 * `DATABASE_URL` on what is there.
 */
const { values: options } = parseArgs({
  options: {
    customers: { type: 'string', default: '50000' },
    touchpoints: { type: 'string', default: '1000000' },
    'data-dir': { type: 'string' },
    days: { type: 'string', default: '30,90,365' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
  },
});

const dayMs = 86_400_000;
const tell = (line: string) => void process.stderr.write(`${line}\n`);
const size = { customers: Number(options.customers), touchpoints: Number(options.touchpoints) };
const database = await openDatabase(size, options['data-dir'], 'throughline', tell);
const { workspace, key } = await makeKey(database.db, dataWorkspace);
await database.db.query('vacuum (analyze) touchpoint');
const { rows } = await database.db.query('select max(occurred_at) as at from touchpoint where workspace_id = $1', [
  workspace,
]);
const ends = (rows[0].at as Date).getTime() + 1;
const service = await startService(
  readConfig({ NODE_ENV: 'test', PORT: '0', LOG_LEVEL: 'error', DATABASE_URL: database.ownerUrl }),
);

async function ask(selection: string, days: number): Promise<number> {
  const filter = `{ from: "${new Date(ends - days * dayMs).toISOString()}", to: "${new Date(ends).toISOString()}" }`;
  const began = performance.now();
  const response = await fetch(`${service.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query: `{ analytics(filter: ${filter}) { ${selection} } }` }),
  });
  const { errors } = (await response.json()) as { errors?: readonly { message: string }[] };
  if (errors) tell(errors.map((error) => error.message).join(' '));
  return errors ? Number.NaN : performance.now() - began;
}

try {
  const spans = options.days.split(',').map(Number);
  const asked = Object.entries(questions).filter(([name]) => !options.only || options.only.split(',').includes(name));
  const lines = [
    `| seconds | ${spans.map((days) => `${days} days`).join(' | ')} |`,
    `| --- |${' --- |'.repeat(spans.length)}`,
  ];
  for (const [name, selection] of asked) {
    const cells: string[] = [];
    for (const days of spans) {
      const taken: number[] = [];
      for (let round = 0; round < Number(options.rounds); round++) taken.push(await ask(selection, days));
      const median = taken.sort((a, b) => a - b)[Math.floor(taken.length / 2)] as number;
      cells.push((median / 1_000).toFixed(2));
    }
    lines.push(`| ${name} | ${cells.join(' | ')} |`);
    tell(lines.at(-1) as string);
  }
  process.stdout.write(`${lines.join('\n')}\n`);
} finally {
  await service.stop();
  await database.stop();
}
