import { spawn, spawnSync } from 'node:child_process';
import { accessSync, chmodSync, chownSync, constants, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { jsonText } from '../../demo/print.js';
import { demoFile, readDemoFile } from '../../demo/sample-files.js';

const script = path.resolve(path.dirname(demoFile('one-query.graphql')), '../dist/demo/demo.js');
const nobody = { uid: 65_534, gid: 65_534 };
const demoMsMax = 90_000;
const hasCurl = spawnSync('curl', ['--version']).status === 0;

interface Customer {
  readonly displayName: string;
  readonly mergedIds: readonly string[];
  readonly identifiers: readonly { readonly type: string }[];
  readonly segments: readonly {
    readonly segment: { readonly key: string; readonly entitlements: readonly string[] };
  }[];
  readonly openIssueCount: number;
  readonly issues: { readonly nodes: readonly { readonly subject: string; readonly status: string }[] };
  readonly touchpoints: {
    readonly nodes: readonly { readonly channel: string; readonly waitSeconds: number | null }[];
  };
  readonly coverage: { readonly totalTouchpoints: number };
}

interface Run {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Folders that stand in for the machine’s own for temporary files: what is left behind is left there. */
const folders: string[] = [];

function temporaryFolder(user?: typeof nobody): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'throughline-demo-test-'));
  folders.push(folder);
  // As root the server is somebody else, who must be able to pass.
  chmodSync(folder, 0o755);
  if (user) chownSync(folder, user.uid, user.gid);
  return folder;
}

/** Starts the built demo; `until` is asked of all its output so far, and once it says yes the demo is interrupted. */
function runDemo(
  folder: string,
  args: string[],
  options: { user?: typeof nobody; until?: (output: string) => boolean } = {},
): Promise<Run> {
  const env = { PATH: process.env['PATH'], HOME: folder, TMPDIR: folder, PORT: String(takenPort) };
  const child = spawn(process.execPath, [script, ...args], { cwd: folder, env, ...options.user });
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (options.until?.(output)) child.kill('SIGINT');
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output, errors }));
  });
}

/** The one query’s answer: the only JSON that stands in the first column. */
function customerIn(output: string): Customer {
  const [json = ''] = /^\{\n[\s\S]*?^\}$/m.exec(output) ?? [];
  return (JSON.parse(json) as { data: { customer: Customer } }).data.customer;
}

const readme = readFileSync(path.resolve(path.dirname(demoFile('one-query.graphql')), '../README.md'), 'utf8');

/** The story is shifted to the day of the run: times, and the cursors that hold them, differ from run to run. */
function withoutTimes(customer: Customer): unknown {
  const keys = new Set([
    'lastSeenAt',
    'since',
    'openedAt',
    'startedAt',
    'lastAt',
    'occurredAt',
    'oldestTouchpointAt',
    'endCursor',
  ]);
  return JSON.parse(JSON.stringify(customer, (key, value) => (keys.has(key) ? 'a time' : value)));
}

/** What is told of the return that goes through the channels; its code and its times differ from run to run. */
function journeyIn(text: string, ends: RegExp): string {
  const [, story = ''] = new RegExp(`(^  WEB  [\\s\\S]*?)${ends.source}`, 'm').exec(text) ?? [];
  return story
    .replace(/\b[2-9A-Z]{3}-[2-9A-Z]{3}-[2-9A-Z]{3}\b|“[2-9a-z]{3} [2-9a-z]{3} [2-9a-z]{3}”/g, 'a code')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d/g, 'a time')
    .trim();
}

function expectNothingLeft(folder: string): void {
  expect(readdirSync(folder)).toEqual([]);
  if (process.platform !== 'linux') return;
  const left = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && commandOf(name).includes(folder));
  expect(left).toEqual([]);
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** The demo is asked for a port that is taken, so it must find another one. */
let taken: Server;
let takenPort = 0;

beforeAll(async () => {
  taken = createServer();
  await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
  takenPort = (taken.address() as { port: number }).port;
});

afterAll(async () => {
  await new Promise((done) => taken.close(done));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

it(
  'prints the one query and its real answer, and leaves neither files nor processes',
  async () => {
    const folder = temporaryFolder();
    const { code, output, errors } = await runDemo(folder, ['--once']);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(output).toContain(`\n${readDemoFile('one-query.graphql').trim()}\n`);

    const customer = customerIn(output);
    expect(customer.displayName).toBe('Alessandro Phoenix');
    expect(customer.mergedIds.length).toBeGreaterThanOrEqual(1);
    expect(customer.identifiers.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['user_id', 'email', 'phone', 'anonymous_id']),
    );
    expect(Object.fromEntries(customer.segments.map(({ segment }) => [segment.key, segment.entitlements]))).toEqual({
      gold: ['priority queue', 'free returns'],
      'at-risk': ['supervisor calls back'],
    });
    expect(customer.openIssueCount).toBe(2);
    expect(customer.issues.nodes.map(({ status }) => status)).toEqual(['OPEN', 'OPEN']);
    expect(new Set(customer.touchpoints.nodes.map(({ channel }) => channel)).size).toBeGreaterThanOrEqual(5);
    expect(customer.touchpoints.nodes.some(({ waitSeconds }) => waitSeconds === 40 * 60)).toBe(true);
    expect(customer.coverage.totalTouchpoints).toBeGreaterThanOrEqual(25);
    expect(output).toMatch(/^Portal +tl_\S+/m);
    expect(output).toMatch(/^Console +http:\S+\/console\/#key=tl_\S+$/m);
    const journey = journeyIn(output, /^GraphQL /);
    expect(journey).toContain('"status": "COMPLETED"');
    expect(journey, 'the README tells another journey').toBe(journeyIn(readme, /^```/));
    expect(withoutTimes(customer), 'the README shows another answer').toEqual(withoutTimes(customerIn(readme)));
    expectNothingLeft(folder);
  },
  demoMsMax,
);

it(
  'stays up until Ctrl-C, answers the curl commands that it prints, and then clears everything away',
  async () => {
    const folder = temporaryFolder();
    let answers: string[] = [];
    const { code, output } = await runDemo(folder, [], {
      until: (text) => {
        if (!text.includes('Ctrl-C ends') || answers.length > 0) return false;
        answers = [...text.matchAll(/^ {2}(curl -sG .*)$/gm)].map(
          ([, command]) => spawnSync('sh', ['-c', command ?? ''], { encoding: 'utf8' }).stdout,
        );
        return true;
      },
    });
    expect(code).toBe(0);
    if (!hasCurl) return expectNothingLeft(folder);
    const [all, own] = answers.map((answer) => JSON.parse(answer).data.customer as Customer);
    expect(all).toEqual(customerIn(output));
    expect(own?.displayName).toBe('Alessandro Phoenix');
    expectNothingLeft(folder);
  },
  demoMsMax,
);

it(
  'clears everything away when it is interrupted while it starts',
  async () => {
    const folder = temporaryFolder();
    const { code } = await runDemo(folder, [], { until: (text) => text.includes('Throughline demo') });
    expect(code).toBe(130);
    expectNothingLeft(folder);
  },
  demoMsMax,
);

it(
  'says in one sentence what is wrong with its port',
  async () => {
    const folder = temporaryFolder();
    const child = spawnSync(process.execPath, [script], {
      env: { PATH: process.env['PATH'], TMPDIR: folder, PORT: 'http' },
      encoding: 'utf8',
    });
    expect(child.status).toBe(1);
    expect(child.stderr).toMatch(/^The demo failed: Configuration: PORT .*\.\n$/);
    expectNothingLeft(folder);
  },
  demoMsMax,
);

it.skipIf(!canRunAsNobody())(
  'runs as an ordinary user too',
  async () => {
    const folder = temporaryFolder(nobody);
    const { code, output, errors } = await runDemo(folder, ['--once'], { user: nobody });
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(customerIn(output).displayName).toBe('Alessandro Phoenix');
    expectNothingLeft(folder);
  },
  demoMsMax,
);

/** Only root can become somebody else, who must also be able to read what was built. */
function canRunAsNobody(): boolean {
  if (process.getuid?.() !== 0) return false;
  accessSync(script, constants.R_OK);
  const reading = `require('node:fs').accessSync(${JSON.stringify(script)})`;
  return spawnSync(process.execPath, ['-e', reading], { cwd: '/', ...nobody }).status === 0;
}

it('writes an answer in fewer lines, and as the same JSON', () => {
  const value = {
    empty: {},
    list: [],
    text: 'a, "b"',
    none: null,
    rows: Array.from({ length: 9 }, (_, row) => ({
      row,
      words: 'w'.repeat(60 + row),
      more: { deep: [row, 'x'.repeat(90)] },
    })),
  };
  const text = jsonText(value);
  expect(JSON.parse(text)).toEqual(value);
  expect(text.split('\n').length).toBeLessThan(JSON.stringify(value, null, 2).split('\n').length);
});
