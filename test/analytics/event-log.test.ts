import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestService, type TestService } from '../setup/service.js';
import { seconds, together } from './reference.js';

/** Incidents of a real service desk; its README tells whose, and under which licence. */
const file = path.resolve('bench/signals/incidents/incidents.csv');

let it: TestService;
let folder: string;

beforeAll(async () => {
  it = await startTestService();
  folder = mkdtempSync(path.join(tmpdir(), 'throughline-event-log-'));
});

afterAll(async () => {
  await it?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const common = {
  source: 'desk',
  channel: 'CALL',
  identifiers: [{ type: 'user_id', value: '$.caller' }],
  conversation: { externalId: '$.number' },
};

const mapping = {
  name: 'incidents',
  touchpoints: [
    {
      ...common,
      externalId: { template: '{$.number}-opened' },
      kind: 'opened',
      topic: '$.category',
      occurredAt: { path: '$.opened_at', apply: ['date'] },
    },
    {
      ...common,
      when: { path: '$.resolved_at', exists: true },
      externalId: { template: '{$.number}-resolved' },
      kind: 'resolved',
      occurredAt: { path: '$.resolved_at', apply: ['date'] },
    },
  ],
};

function imported(): Promise<number | null> {
  const map = path.join(folder, 'map.json');
  writeFileSync(map, JSON.stringify(mapping));
  const args = [path.resolve('dist/src/cli/main.js'), 'import', file, '--mapping', map];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { PATH: process.env['PATH'], THROUGHLINE_URL: it.url, THROUGHLINE_KEY: it.key },
  });
  return new Promise((resolve) => child.once('close', resolve));
}

interface Incident {
  readonly caller: string;
  readonly category: string;
  readonly openedAt: number;
  readonly resolvedAt: number | null;
}

function read(): Incident[] {
  const [, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const [opened, resolved, , caller = '', category = ''] = line.split(',');
    const time = (text: string | undefined) => (text ? Date.parse(text) : null);
    return { caller, category, openedAt: time(opened) as number, resolvedAt: time(resolved) };
  });
}

const asked = '{ count average median p90 }';

test('an event log of a real service desk has the ways and throughput times that the file itself has', async () => {
  expect(await imported()).toBe(0);
  await it.settled();
  const { data, errors } = await it.graphql(`{
    analytics(filter: { from: "2016-02-20T00:00:00Z", to: "2017-03-20T00:00:00Z" }) {
      incidents: paths(of: CONVERSATION, by: KIND) {
        cases variants { steps cases throughput ${asked} } transitions { from to between ${asked} }
      }
      callers: paths(of: CUSTOMER, by: TOPIC, gapHours: 8784, first: 400) {
        cases throughput ${asked} variantCount variants { steps cases } transitionCount
      }
    }
  }`);
  expect(errors).toBeUndefined();

  const log = read();
  const taken = log.flatMap(({ openedAt, resolvedAt }) =>
    resolvedAt === null ? [] : [(resolvedAt - openedAt) / 1000],
  );
  const none = log.length - taken.length;
  const { incidents, callers } = data.analytics;
  expect(incidents).toEqual({
    cases: log.length,
    variants: [
      { steps: ['opened', 'resolved'], cases: taken.length, throughput: seconds(taken) },
      { steps: ['opened'], cases: none, throughput: { count: none, average: 0, median: 0, p90: 0 } },
    ],
    transitions: [{ from: 'opened', to: 'resolved', between: seconds(taken) }],
  });

  const ways = [...together(log, (one) => one.caller).values()].map((own) => {
    const sorted = [...own].sort((a, b) => a.openedAt - b.openedAt);
    return {
      seconds: ((sorted.at(-1) as Incident).openedAt - (sorted[0] as Incident).openedAt) / 1000,
      steps: sorted.map((one) => one.category).filter((step, n, all) => step !== all[n - 1]),
    };
  });
  const variants = together(ways, (way) => way.steps.join(' '));
  const moves = ways.flatMap(({ steps }) => steps.slice(1).map((to, n) => `${steps[n]} ${to}`));
  expect(callers.cases).toBe(ways.length);
  expect(callers.throughput.count).toBe(ways.length);
  expect(callers.throughput.average).toBeCloseTo(seconds(ways.map((way) => way.seconds)).average as number, 6);
  expect(callers.variantCount).toBe(variants.size);
  expect(callers.transitionCount).toBe(new Set(moves).size);
  expect(
    new Map(callers.variants.map((one: { steps: string[]; cases: number }) => [one.steps.join(' '), one.cases])),
  ).toEqual(new Map([...variants].map(([steps, own]) => [steps, own.length])));
});
