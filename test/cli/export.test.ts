import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything, history, record, touchpointsOf } from '../exports/history.js';
import { startTestService, type TestService } from '../setup/service.js';

const script = path.resolve('dist/src/cli/main.js');

let t: TestService;
let folder: string;
/** Between the command and the service: what is done to its downloads, one after the other. */
let downloads: ('cut' | 'gone' | 'spoil')[] = [];
const ranges: (string | undefined)[] = [];
let wire: http.Server;
let url: string;

beforeAll(async () => {
  t = await startTestService();
  await record(t, history);
  folder = mkdtempSync(path.join(tmpdir(), 'throughline-export-'));
  wire = http.createServer(async (request, response) => {
    const body = await new Response(request as never).text();
    const isDownload = request.url?.endsWith('/download') === true && request.method === 'GET';
    const deed = isDownload ? downloads.shift() : undefined;
    if (isDownload) ranges.push(request.headers.range);
    if (deed === 'gone') {
      response.writeHead(410, { 'content-type': 'application/problem+json' }).end('{"detail":"It was let go."}');
      return;
    }
    const { host: _, connection: __, ...headers } = request.headers;
    const answer = await fetch(`${t.url}${request.url}`, {
      method: request.method as string,
      headers: headers as Record<string, string>,
      ...(body === '' ? {} : { body }),
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (deed === 'spoil') bytes[10] = 0x21;
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    if (deed === 'cut') response.write(bytes.subarray(0, 100), () => response.destroy());
    else response.end(request.method === 'HEAD' ? undefined : bytes);
  });
  await new Promise<void>((resolve) => wire.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(wire.address() as AddressInfo).port}`;
});

afterAll(async () => {
  wire.close();
  await t?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The built command as a user runs it. It never blocks the service, which runs in here. */
function throughline(
  args: readonly string[],
  env: Record<string, string> = { THROUGHLINE_URL: url, THROUGHLINE_KEY: t.key },
) {
  const child = spawn(process.execPath, [script, 'export', ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...env },
  });
  const out = { stdout: '', stderr: '' };
  child.stdout.on('data', (piece) => (out.stdout += piece));
  child.stderr.on('data', (piece) => (out.stderr += piece));
  return new Promise<{ status: number | null; stdout: string; stderr: string }>((resolve) =>
    child.once('close', (status) => resolve({ status, ...out })),
  );
}

const at = (name: string) => path.join(folder, name);
const idsIn = (name: string) =>
  readFileSync(at(name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).id);
const ids = async () => touchpointsOf(await everything(t)).map((one) => one['id']);
const lines = ['touchpoints', '--purpose', 'a test', '--format', 'ndjson', '--columns', 'id'];

describe('throughline export', () => {
  it('has the service write a file, and takes it', async () => {
    const ran = await throughline([...lines, '--json']);
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    const bytes = readFileSync(at('touchpoints.ndjson'));
    expect(JSON.parse(ran.stdout)).toEqual({
      file: 'touchpoints.ndjson',
      export: expect.stringMatching(/^exp_/),
      rows: 5,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      resumedAt: null,
    });
    expect(idsIn('touchpoints.ndjson')).toEqual(await ids());
    const filtered = await throughline([
      ...lines,
      '--filter',
      'channels=CALL,WEB',
      '--filter',
      'topic=billing',
      '--out',
      'f',
    ]);
    expect(filtered.stdout).toMatch(/^1 rows in f, /);
  });

  it('goes on by itself where its download was cut off', async () => {
    downloads = ['cut', 'cut'];
    ranges.length = 0;
    expect(await throughline([...lines, '--out', 'cut'])).toMatchObject({ status: 0 });
    expect(ranges).toEqual([undefined, 'bytes=100-', 'bytes=200-']);
    expect(idsIn('cut')).toEqual(await ids());
  });

  it('goes on when it is called again, with the export that it began', async () => {
    const count = async () => (await t.database.owner.query('select count(*)::int as n from export')).rows[0].n;
    downloads = ['cut', 'gone'];
    const before = await count();
    const first = await throughline([...lines, '--out', 'again']);
    expect(first).toMatchObject({ status: 1, stdout: '' });
    expect(first.stderr).toContain('It was let go.');
    expect([existsSync(at('again')), statSync(at('again.part')).size]).toEqual([false, 100]);
    const second = await throughline([...lines, '--out', 'again', '--json']);
    expect(JSON.parse(second.stdout)).toMatchObject({ resumedAt: 100, rows: 5 });
    expect(idsIn('again')).toEqual(await ids());
    expect(await count()).toBe(before + 1);
    expect(existsSync(at('again.part.json'))).toBe(false);
    // Another wish is another export.
    downloads = ['cut', 'gone'];
    await throughline([...lines, '--out', 'other']);
    const other = await throughline([...lines, '--filter', 'channels=CALL', '--out', 'other', '--json']);
    expect(JSON.parse(other.stdout)).toMatchObject({ resumedAt: null, rows: 2 });
  });

  it('does not take a file whose checksum is another', async () => {
    downloads = ['spoil'];
    const ran = await throughline([...lines, '--out', 'spoilt']);
    expect([ran.status, ran.stderr]).toEqual([1, expect.stringContaining('checksum')]);
    expect([existsSync(at('spoilt')), existsSync(at('spoilt.part'))]).toEqual([false, false]);
  });

  it('reads the database itself where no service is named, masked if that is wished', async () => {
    const env = { DATABASE_URL: t.database.ownerUrl };
    const ran = await throughline(['customers', '--purpose', 'x', '--format', 'ndjson', '--json'], env);
    expect([ran.status, ran.stderr]).toEqual([0, '']);
    expect(JSON.parse(ran.stdout)).toMatchObject({ rows: (await everything(t)).length });
    expect(readFileSync(at('customers.ndjson'), 'utf8')).toContain('Ann Example');
    await throughline(['customers', '--purpose', 'x', '--masked', '--out', 'masked'], env);
    expect(readFileSync(at('masked'), 'utf8')).not.toContain('Ann Example');
    const { rows } = await t.database.owner.query(`select distinct actor from export where is_stream`);
    expect(rows).toEqual([{ actor: 'cli' }]);
  });

  it.each([
    [[], 2, 'Say what'],
    [['secrets', '--purpose', 'x'], 2, 'what must be one of'],
    [['issues'], 2, 'purpose must say'],
    [['issues', '--purpose', 'x', '--filter', 'status'], 2, '--filter takes name=value'],
    [['issues', '--purpose', 'x', '--columns', 'id,nothing'], 2, 'issues have no column'],
    [['issues', '--purpose', 'x', '--key', 'wrong-key-wrong-key'], 1, 'not known'],
    [['issues', '--purpose', 'x', '--url', 'http://127.0.0.1:59998'], 1, 'nothing listens there'],
    [['issues', '--purpose', 'x', '--masked'], 2, 'leave out --masked'],
  ])('says what is wrong with %j', async (args, status, text) => {
    const ran = await throughline(args);
    expect([ran.status, ran.stderr]).toEqual([status, expect.stringContaining(text)]);
  });

  it('is not misled by what an earlier call left of something else', async () => {
    writeFileSync(at('left.part'), 'something');
    writeFileSync(at('left.part.json'), 'not JSON');
    expect(await throughline([...lines, '--out', 'left'])).toMatchObject({ status: 0 });
    expect(idsIn('left')).toEqual(await ids());
  });
});
