import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Caller } from '../../src/access/caller.js';
import { ExportReader } from '../../src/exports/export-reader.service.js';
import { ExportFiles } from '../../src/exports/jobs/export-files.service.js';
import { EXPORT_PACE, type ExportPace } from '../../src/exports/jobs/export-pace.js';
import { ExportWorker } from '../../src/exports/jobs/export-worker.service.js';
import { readConfig } from '../../src/platform/config.js';
import { limits } from '../../src/platform/limits.js';
import { Refusal } from '../../src/platform/refusal.js';
import { startService } from '../../src/service.js';
import { eventually, startTestService, type TestService } from '../setup/service.js';
import { everything, history, record, touchpointsOf } from './history.js';

let t: TestService;
let worker: ExportWorker;
let pace: { -readonly [K in keyof ExportPace]: ExportPace[K] };
const folder = mkdtempSync(path.join(tmpdir(), 'throughline-jobs-'));

beforeAll(async () => {
  t = await startTestService({ EXPORT_STRETCH_ROWS: '2', EXPORT_DIR: folder, EXPORT_STALL_SECONDS: '0.5' });
  worker = t.service.app.get(ExportWorker);
  await worker.stop();
  pace = t.service.app.get(EXPORT_PACE);
  // It looks when a test says so.
  pace.tickMs = 3_600_000;
  pace.tellMs = 50;
  // Each stretch of two rows is a file of its own.
  pace.partBytesMin = 1;
  await record(t, history);
});
afterAll(async () => {
  await t.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function create(input: string, key = t.key): Promise<string> {
  const answer = await t.graphql(
    `mutation { createExport(input: { purpose: "a test", ${input} }) { exportId } }`,
    {},
    key,
  );
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data.createExport.exportId;
}

async function refused(document: string, key = t.key) {
  return (await t.graphql(document, {}, key)).errors?.[0]?.extensions;
}

async function look(id: string, fields = 'state rows bytes sha256 failureReason downloadPath') {
  return (await t.graphql(`{ export(id: "${id}") { ${fields} } }`)).data.export;
}

/** Does all that is due. */
async function work(): Promise<void> {
  worker.start();
  do {
    await worker.tick();
    await worker.idle();
  } while (await isDue());
}

async function isDue(): Promise<boolean> {
  return (await t.database.owner.query('select from export_due where due_at <= $1', [pace.now()])).rowCount !== 0;
}

async function done(input: string): Promise<string> {
  const id = await create(input);
  await work();
  return id;
}

function get(id: string, headers: Record<string, string> = {}, key = t.key, what = 'download') {
  return fetch(`${t.url}/v1/exports/${id}/${what}`, { headers: { authorization: `Bearer ${key}`, ...headers } });
}

// biome-ignore lint/suspicious/noExplicitAny: answers are asserted, not typed.
const json = async (answer: Response | Promise<Response>): Promise<any> => (await answer).json();
const folderOf = (id: string, workspace = t.workspace) => path.join(folder, String(workspace), id.slice(4));
const cancel = (id: string) => `mutation { cancelExport(input: { id: "${id}" }) { exportId } }`;
const rowsOf = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('createExport', () => {
  it('writes a file that equals the API row by row, whose manifest says what it is', async () => {
    const id = await done('what: TOUCHPOINTS, format: NDJSON');
    const answer = await get(id);
    const body = Buffer.from(await answer.arrayBuffer());
    const expected = touchpointsOf(await everything(t));
    expect(rowsOf(body.toString())).toEqual(expected);
    const sha256 = createHash('sha256').update(body).digest();
    expect(await look(id, 'state rows bytes sha256 downloadPath estimatedRows isStream purpose')).toEqual({
      state: 'COMPLETED',
      rows: expected.length,
      bytes: body.length,
      sha256: sha256.toString('hex'),
      downloadPath: `/v1/exports/${id}/download`,
      estimatedRows: expect.any(Number),
      isStream: false,
      purpose: 'a test',
    });
    expect(answer.headers.get('throughline-rows')).toBe(String(expected.length));
    expect(answer.headers.get('repr-digest')).toBe(`sha-256=:${sha256.toString('base64')}:`);
    const manifest = await json(get(id, {}, t.key, 'manifest'));
    expect(manifest).toMatchObject({ id, what: 'touchpoints', rows: 5, bytes: body.length, purpose: 'a test' });
    // Two rows a file: it lies in three parts, which are the whole one after the other.
    expect(manifest.parts.map((part: { rows: number }) => part.rows)).toEqual([2, 2, 1]);
    expect(manifest.sha256).toBe(sha256.toString('hex'));
    const first = body.subarray(0, manifest.parts[0].bytes);
    expect(manifest.parts[0].sha256).toBe(createHash('sha256').update(first).digest('hex'));
  });

  it('writes the same file as a stream does: one header, packed as one', async () => {
    const id = await done('what: TOUCHPOINTS, compression: GZIP, columns: ["externalId", "subject"]');
    const file = gunzipSync(Buffer.from(await (await get(id)).arrayBuffer())).toString();
    const address = `${t.url}/v1/exports/stream?what=touchpoints&purpose=x&columns=externalId,subject`;
    const stream = await fetch(address, { headers: { authorization: `Bearer ${t.key}` } });
    expect(file).toBe(await stream.text());
    expect(file.split('\r\n')).toHaveLength(7);
  });

  it('goes on behind the last whole part after whoever wrote it is gone', async () => {
    const id = await create('what: TOUCHPOINTS, format: NDJSON, columns: ["id"]');
    // What an instance leaves that died after its first part.
    const whole = await ids();
    const first = `${whole
      .slice(0, 2)
      .map((one) => JSON.stringify({ id: one }))
      .join('\n')}\n`;
    mkdirSync(folderOf(id), { recursive: true });
    writeFileSync(path.join(folderOf(id), '000000.part'), first);
    writeFileSync(path.join(folderOf(id), '000001.part'), 'half of a pa');
    await t.database.owner.query(
      `insert into export_part (workspace_id, export_id, n, row_count, byte_count, sha256, end_key)
       values ($1, $2, 0, 2, $3, $4, $5)`,
      [
        t.workspace,
        id.slice(4),
        first.length,
        createHash('sha256').update(first).digest(),
        (whole[1] as string).slice(3),
      ],
    );
    await work();
    const body = await (await get(id)).text();
    expect(rowsOf(body).map((one) => one.id)).toEqual(whole);
    expect((await look(id)).sha256).toBe(createHash('sha256').update(body).digest('hex'));
    const manifest = await json(get(id, {}, t.key, 'manifest'));
    expect(manifest.parts).toHaveLength(3);
  });

  it('begins anew when a part is not what it was', async () => {
    const id = await create('what: TOUCHPOINTS, format: NDJSON, columns: ["id"]');
    mkdirSync(folderOf(id), { recursive: true });
    writeFileSync(path.join(folderOf(id), '000000.part'), 'something else\n');
    await t.database.owner.query(
      `insert into export_part (workspace_id, export_id, n, row_count, byte_count, sha256, end_key)
       values ($1, $2, 0, 2, 15, '\\x01', $3)`,
      [t.workspace, id.slice(4), ((await ids())[1] as string).slice(3)],
    );
    await work();
    expect(rowsOf(await (await get(id)).text()).map((one) => one.id)).toEqual(await ids());
  });

  it('is written by one instance, however many look for work', async () => {
    const others = await Promise.all(
      [1, 2].map(() =>
        startService(
          readConfig({
            NODE_ENV: 'test',
            PORT: '0',
            LOG_LEVEL: 'silent',
            POOL_SIZE: '2',
            DATABASE_URL: t.database.ownerUrl,
            MIGRATE_ON_START: 'false',
            SHUTDOWN_GRACE_MS: '0',
            EXPORT_DIR: folder,
            EXPORT_STRETCH_ROWS: '1',
          }),
        ),
      ),
    );
    const workers = [worker, ...others.map((one) => one.app.get(ExportWorker))];
    for (const one of workers) await one.stop();
    try {
      const made = [
        await create('what: TOUCHPOINTS, columns: ["id"]'),
        await create('what: CUSTOMERS, columns: ["id"]'),
      ];
      for (const one of workers) one.start();
      await Promise.all(workers.map((one) => one.tick()));
      await Promise.all(workers.map((one) => one.idle()));
      const { rows } = await t.database.owner.query(
        'select attempts, task from export_due where export_id = any($1::uuid[])',
        [made.map((id) => id.slice(4))],
      );
      expect(rows).toEqual([
        { attempts: 1, task: 1 },
        { attempts: 1, task: 1 },
      ]);
      for (const id of made) expect((await look(id)).state).toBe('COMPLETED');
    } finally {
      await Promise.all(others.map((one) => one.stop()));
    }
  });

  it('is whole though an instance that stood still goes on writing what another does by now', async () => {
    const id = await create('what: TOUCHPOINTS, format: NDJSON, columns: ["id"]');
    const late = await standStill(1);
    // Its time is over while it stands still, and another takes the job to its end.
    await t.database.owner.query('update export_due set due_at = $1 where export_id = $2', [pace.now(), id.slice(4)]);
    await worker.tick();
    await eventually(async () => (await look(id, 'state')).state === 'COMPLETED');
    const body = await (await get(id)).text();
    late.goOn('it spoils the file that another wrote\n');
    await worker.idle();
    pace.tellMs = 50;
    expect(rowsOf(body).map((one) => one.id)).toEqual(await ids());
    expect(await (await get(id)).text()).toBe(body);
    expect((await look(id)).sha256).toBe(createHash('sha256').update(body).digest('hex'));
  });

  it('stays whole though an instance that stood still meets a full disk', async () => {
    const id = await create('what: TOUCHPOINTS, format: NDJSON, columns: ["id"]');
    const late = await standStill(1);
    await t.database.owner.query('update export_due set due_at = $1 where export_id = $2', [pace.now(), id.slice(4)]);
    await worker.tick();
    await eventually(async () => (await look(id, 'state')).state === 'COMPLETED');
    late.fail(new Refusal('DISK_FULL', 'There is no room.'));
    await worker.idle();
    pace.tellMs = 50;
    expect((await look(id)).state).toBe('COMPLETED');
    expect(rowsOf(await (await get(id)).text()).map((one) => one.id)).toEqual(await ids());
  });

  it('leaves nothing of what an attempt was in the midst of when its instance died', async () => {
    const id = await create('what: TOUCHPOINTS');
    mkdirSync(folderOf(id), { recursive: true });
    writeFileSync(path.join(folderOf(id), '000000.0.new'), 'half of a pa');
    await work();
    expect(readdirSync(folderOf(id)).sort()).toEqual(['000000.part', '000001.part', '000002.part']);
  });

  it('is not held up by another whose rows could not be estimated', async () => {
    const reader = t.service.app.get(ExportReader);
    const wish = { what: 'issues', columns: ['id'], filters: {}, isFormulaSafe: true } as const;
    // The number of no workspace: the database refuses the statement.
    const nobody = new Caller(2 ** 40, 'key:nobody', new Set(), null, false);
    await expect(reader.estimate(nobody, wish)).rejects.toThrow(/out of range/);
    const somebody = new Caller(t.workspace, 'key:somebody', new Set(), null, false);
    expect(await reader.estimate(somebody, wish)).toEqual(expect.any(Number));
  });

  it('fails in words when the disk is full, and leaves nothing behind', async () => {
    const id = await create('what: TOUCHPOINTS');
    mkdirSync(folderOf(id), { recursive: true });
    // A device that takes nothing, as a full disk.
    symlinkSync('/dev/full', path.join(folderOf(id), '000001.1.new'));
    await work();
    expect(await look(id)).toMatchObject({ state: 'FAILED', failureReason: 'DISK_FULL', downloadPath: null });
    expect(existsSync(folderOf(id))).toBe(false);
    expect(await dueOf(id)).toBe(0);
    const answer = await get(id);
    expect([answer.status, (await json(answer)).reason]).toEqual([409, 'EXPORT_UNFINISHED']);
  });

  it('says what is wrong with a wish, and begins nothing', async () => {
    const before = (await t.graphql('{ exports(first: 1) { nodes { id } } }')).data;
    const wrong: [string, string][] = [
      ['what: TOUCHPOINTS, columns: ["id", "password"]', 'input.columns[1]'],
      ['what: TOUCHPOINTS, filters: { status: "OPEN" }', 'input.filters.status'],
      ['what: TOUCHPOINTS, filters: { channels: ["CALL", "FAX"] }', 'input.filters.channels[1]'],
      ['what: TOUCHPOINTS, filters: [1]', 'input.filters'],
      ['what: ISSUES, filters: { from: "2026-03-02T00:00:00Z", to: "2026-03-01T00:00:00Z" }', 'input.filters.from'],
      ['what: ISSUES, filters: { customerId: "cus_x" }', 'input.filters.customerId'],
    ];
    for (const [input, field] of wrong) {
      const document = `mutation { createExport(input: { purpose: "x", ${input} }) { exportId } }`;
      expect(await refused(document), input).toMatchObject({ code: 'BAD_USER_INPUT', field });
    }
    const blank = 'mutation { createExport(input: { purpose: " ", what: ISSUES }) { exportId } }';
    expect(await refused(blank)).toMatchObject({ field: 'input.purpose' });
    expect((await t.graphql('{ exports(first: 1) { nodes { id } } }')).data).toEqual(before);
  });

  it('takes no more than a workspace may run', async () => {
    const made = [];
    for (let n = 0; n < limits.exportsRunningMax; n++) made.push(await create('what: ISSUES'));
    const document = 'mutation { createExport(input: { purpose: "x", what: ISSUES }) { exportId } }';
    expect(await refused(document)).toMatchObject({ reason: 'EXPORTS_RUNNING', limit: limits.exportsRunningMax });
    const other = await t.makeWorkspace('not-busy');
    expect(await refused(document, other.key)).toBeUndefined();
    for (const id of made) expect(await refused(cancel(id))).toBeUndefined();
    await work();
    expect(await refused(document)).toBeUndefined();
    await work();
  });
});

describe('cancelExport', () => {
  it('stops what waits, and what runs, and removes what was written', async () => {
    const waiting = await create('what: ISSUES');
    expect(await refused(cancel(waiting))).toBeUndefined();
    await work();
    expect([(await look(waiting)).state, await dueOf(waiting)]).toEqual(['CANCELLED', 0]);
    expect(await refused(cancel(waiting))).toMatchObject({ reason: 'STATUS_FORBIDS', field: 'input.id' });

    const running = await create('what: TOUCHPOINTS');
    const isHeld = holdUpAtPart(1);
    worker.start();
    await worker.tick();
    await isHeld;
    expect(readdirSync(folderOf(running))).toEqual(['000000.part']);
    expect((await t.graphql(cancel(running))).errors).toBeUndefined();
    await worker.idle();
    expect((await look(running)).state).toBe('CANCELLED');
    expect(existsSync(folderOf(running))).toBe(false);
    expect(await dueOf(running)).toBe(0);
  });

  it('and whoever runs it take turns, whichever of them comes first', async () => {
    const id = await create('what: ISSUES');
    const uuid = id.slice(4);
    const running = new pg.Client({ connectionString: t.database.ownerUrl });
    await running.connect();
    try {
      // As a job does that tells how far it is.
      await running.query('begin');
      await running.query('update export_due set due_at = due_at where export_id = $1', [uuid]);
      const cancelled = t.graphql(cancel(id));
      await eventually(async () => {
        const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and query like '%export%'`;
        return (await t.database.owner.query(waiting)).rowCount !== 0;
      });
      await running.query('update export set alive_at = alive_at where id = $1', [uuid]);
      await running.query('commit');
      expect((await cancelled).errors).toBeUndefined();
    } finally {
      await running.end();
    }
    await work();
    expect([(await look(id)).state, await dueOf(id)]).toEqual(['CANCELLED', 0]);
  });
});

describe('a service that ends', () => {
  it('gives back what it writes, and another goes on behind its last whole part', async () => {
    const id = await create('what: TOUCHPOINTS, format: NDJSON, columns: ["id"]');
    const isHeld = holdUpAtPart(1);
    worker.start();
    await worker.tick();
    await isHeld;
    await worker.stop();
    expect(await look(id)).toMatchObject({ state: 'RUNNING', rows: 2 });
    expect(readdirSync(folderOf(id))).toEqual(['000000.part']);
    await work();
    expect(rowsOf(await (await get(id)).text()).map((one) => one.id)).toEqual(await ids());
  });
});

/** Once, a job is held up before it writes that part, until it is stopped. */
function holdUpAtPart(n: number): Promise<void> {
  const files = t.service.app.get(ExportFiles);
  const write = files.write;
  return new Promise((held) => {
    files.write = async (place, pieces, signal, seen) => {
      if (place.n !== n) return write.call(files, place, pieces, signal, seen);
      files.write = write;
      held();
      await new Promise((_, stop) => signal.addEventListener('abort', () => stop(signal.reason)));
      throw new Error('It was not stopped.');
    };
  });
}

/** Begins a job whose instance stands still in the midst of that part: until it goes on with a text, or fails. */
async function standStill(n: number): Promise<{ goOn: (text: string) => void; fail: (error: Error) => void }> {
  const files = t.service.app.get(ExportFiles);
  const write = files.write;
  let goOn: (text: string) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const isHeld = new Promise<void>((held) => {
    files.write = async (place, pieces, signal, seen) => {
      if (place.n !== n) return write.call(files, place, pieces, signal, seen);
      files.write = write;
      const text = await new Promise<string>((resolve, reject) => {
        [goOn, fail] = [resolve, reject];
        held();
      });
      const late = async function* () {
        yield Buffer.from(text);
      };
      return write.call(files, place, late(), signal, seen);
    };
  });
  pace.tellMs = 3_600_000;
  worker.start();
  await worker.tick();
  await isHeld;
  return { goOn: (text) => goOn(text), fail: (error) => fail(error) };
}

describe('GET /v1/exports/:id/download', () => {
  it('gives ranges of the file, across its parts, and says when one lies behind its end', async () => {
    const id = await done('what: TOUCHPOINTS, columns: ["externalId", "summary"]');
    const whole = Buffer.from(await (await get(id)).arrayBuffer());
    const etag = (await get(id)).headers.get('etag') as string;
    const part = async (range: string, more = {}) => {
      const answer = await get(id, { range, ...more });
      return [answer.status, answer.headers.get('content-range'), Buffer.from(await answer.arrayBuffer())] as const;
    };
    const size = whole.length;
    for (const [range, start, end] of [
      ['bytes=0-0', 0, 0],
      ['bytes=3-', 3, size - 1],
      [`bytes=1-${size - 2}`, 1, size - 2],
      ['bytes=-7', size - 7, size - 1],
      ['bytes=5-999999', 5, size - 1],
    ] as const) {
      expect(await part(range)).toEqual([206, `bytes ${start}-${end}/${size}`, whole.subarray(start, end + 1)]);
    }
    expect(await part('bytes=3-', { 'if-range': etag })).toEqual([
      206,
      `bytes 3-${size - 1}/${size}`,
      whole.subarray(3),
    ]);
    expect(await part('bytes=3-', { 'if-range': '"another"' })).toEqual([200, null, whole]);
    for (const odd of ['bytes=5-3', 'bytes=a-b', 'bytes=0-1,3-4', 'lines=0-1']) {
      expect(await part(odd)).toEqual([200, null, whole]);
    }
    const behind = await get(id, { range: `bytes=${size}-` });
    expect([behind.status, behind.headers.get('content-range')]).toEqual([416, `bytes */${size}`]);
    expect(await behind.json()).toMatchObject({ reason: 'RANGE_UNSATISFIABLE' });
    const head = await fetch(`${t.url}/v1/exports/${id}/download`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${t.key}` },
    });
    expect([head.headers.get('content-length'), await head.text()]).toEqual([String(size), '']);
    const { downloads } = await look(id, 'downloads { by fromByte bytes }');
    expect(downloads).toContainEqual({ by: expect.stringMatching(/^key:/), fromByte: 3, bytes: size - 3 });
  });

  it('is for keys that may read the columns, not for masked ones, and for no other workspace', async () => {
    const id = await done('what: CUSTOMERS');
    const agent = await t.makeKey(['customers:read']);
    const exporter = await t.makeKey(['exports:read']);
    const masked = await t.makeKey(['customers:read', 'exports:read'], { masked: true });
    const other = await t.makeWorkspace('foreign');
    const status = async (key: string) => {
      const answer = await get(id, {}, key);
      return [answer.status, (await json(answer)).reason];
    };
    expect(await status(agent)).toEqual([403, 'SCOPE_MISSING']);
    expect(await status(exporter)).toEqual([403, 'SCOPE_MISSING']);
    expect(await status(masked)).toEqual([403, 'EXPORT_UNMASKED']);
    expect(await status(other.key)).toEqual([404, 'NOT_FOUND']);
    expect(await refused(cancel(id), other.key)).toMatchObject({ reason: 'NOT_FOUND' });
    const own = await create('what: CUSTOMERS', masked);
    await work();
    const text = await (await get(own, {}, masked)).text();
    expect(text).not.toContain('a-1@');
    expect(text).not.toContain('Ann');
    const shown = await t.graphql(`{ export(id: "${id}") { purpose filters isMasked } }`, {}, masked);
    expect(shown.data.export).toEqual({ purpose: null, filters: null, isMasked: false });
  });

  it('ends with the time that files are kept, and the folder is empty', async () => {
    const id = await done('what: ISSUES');
    expect(readdirSync(folderOf(id))).toEqual(['000000.part']);
    const { now } = pace;
    pace.now = () => new Date(now().getTime() + 73 * 3_600_000);
    try {
      const answer = await get(id);
      expect([answer.status, (await json(answer)).reason]).toEqual([410, 'EXPORT_EXPIRED']);
      await work();
      expect(await dueOf(id)).toBe(0);
      expect(existsSync(folderOf(id))).toBe(false);
      // What was taken stays in the trail.
      expect(await look(id)).toMatchObject({ state: 'COMPLETED', rows: 1 });
    } finally {
      pace.now = now;
    }
  });

  it('says so when the file lies where this instance does not look', async () => {
    const id = await done('what: ISSUES');
    rmSync(folderOf(id), { recursive: true });
    const answer = await get(id);
    expect([answer.status, (await json(answer)).reason]).toEqual([503, 'EXPORT_FILES_MISSING']);
  });
});

async function ids(): Promise<string[]> {
  return touchpointsOf(await everything(t)).map((one) => one['id'] as string);
}

async function dueOf(id: string): Promise<number> {
  const { rowCount } = await t.database.owner.query('select from export_due where export_id = $1', [id.slice(4)]);
  return rowCount as number;
}
