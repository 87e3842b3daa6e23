import http from 'node:http';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../../src/platform/limits.js';
import { eventually, startTestService, type TestService } from '../../setup/service.js';
import { csvOf } from './file.js';

let t: TestService;

beforeAll(async () => {
  t = await startTestService();
});
afterAll(() => t.stop());

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers are asserted, not typed.
  readonly body: any;
}

async function send(
  file: string | Uint8Array | Readable,
  query: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<Answer> {
  const body = file instanceof Readable ? file : new Blob([typeof file === 'string' ? file : new Uint8Array(file)]);
  const answer = await fetch(`${t.url}/v1/import?${new URLSearchParams(query)}`, {
    method: 'POST',
    body: body as NonNullable<RequestInit['body']>,
    duplex: 'half',
    headers: { authorization: `Bearer ${t.key}`, ...headers },
  } as RequestInit);
  const text = await answer.text();
  const isLines = answer.headers.get('content-type')?.includes('ndjson');
  return {
    status: answer.status,
    body: isLines
      ? text
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line))
      : JSON.parse(text),
  };
}

const call = (externalId: string, more: object = {}) => ({
  source: 'pbx',
  externalId,
  channel: 'CALL',
  kind: 'call.completed',
  occurredAt: '2024-05-01T10:00:00Z',
  identifiers: [{ type: 'email', value: `${externalId}@example.com` }],
  ...more,
});
const lines = (...rows: unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

async function stored(source: string): Promise<string[]> {
  const { rows } = await t.database.owner.query('select external_id from touchpoint where source = $1 order by 1', [
    source,
  ]);
  return rows.map((row) => row.external_id);
}

describe('POST /v1/import', () => {
  it('stores lines of JSON in the shape of touchpoints, and a second time doubles nothing', async () => {
    const file = lines(call('a-1', { source: 'plain' }), call('a-2', { source: 'plain', waitSeconds: '40' }));
    const first = await send(file);
    expect(first).toEqual({
      status: 200,
      body: {
        import: expect.stringMatching(/^imp_[0-9a-f]{32}$/),
        isDryRun: false,
        rows: 2,
        created: 2,
        updated: 0,
        duplicates: 0,
        skipped: 0,
        refused: 0,
        bytes: file.length,
        lines: 2,
        refusals: [],
        areRefusalsComplete: true,
      },
    });
    expect(await send(file)).toMatchObject({ body: { created: 0, duplicates: 2 } });
    expect(await stored('plain')).toEqual(['a-1', 'a-2']);
  });

  it('gives rows without an id one that is made of what they say', async () => {
    const row = (n: number) => ({ ...call('x', { source: 'nameless', waitSeconds: n }), externalId: undefined });
    expect(await send(lines(row(1), row(2), row(1)))).toMatchObject({ body: { created: 2, duplicates: 1 } });
    expect(await send(lines(row(2), row(3)))).toMatchObject({ body: { created: 1, duplicates: 1 } });
    expect(await stored('nameless')).toHaveLength(3);
  });

  it('tells of each refused row its line, field and reason, and stores its neighbours', async () => {
    const file = [
      JSON.stringify(call('b-1', { source: 'part' })),
      '{"source":',
      '',
      JSON.stringify(call('b-2', { source: 'part', waitSeconds: 'long' })),
      JSON.stringify(call('b-3', { source: 'part', channel: 'FAX', colour: 1 })),
      JSON.stringify(call('b-4', { source: 'part', channel: 'FAX' })),
      JSON.stringify(call('b-5', { source: 'part', identifiers: [{ type: 'passport', value: 'x' }] })),
      '7',
      JSON.stringify(call('b-6', { source: 'part' })),
    ].join('\n');
    const answer = await send(file);
    expect(answer).toMatchObject({ status: 200, body: { rows: 8, created: 2, refused: 6, areRefusalsComplete: true } });
    expect(
      answer.body.refusals.map((one: Record<string, unknown>) => [one['line'], one['field'], one['reason']]),
    ).toEqual([
      [2, null, 'INPUT_INVALID'],
      [4, 'waitSeconds', 'INPUT_INVALID'],
      [5, 'colour', 'INPUT_INVALID'],
      [6, 'channel', 'INPUT_INVALID'],
      [7, 'identifiers[0].type', 'IDENTIFIER_TYPE_UNKNOWN'],
      [8, null, 'INPUT_INVALID'],
    ]);
    expect(await stored('part')).toEqual(['b-1', 'b-6']);
    const { rows } = await t.database.owner.query(`select count(*)::int as letters from dead_letter`);
    expect(rows).toEqual([{ letters: 0 }]);
  });

  it('lists the first refusals and counts all', async () => {
    const answer = await send('{"a":1}\n'.repeat(limits.refusalsPerImportAnswerMax + 500));
    expect(answer.body).toMatchObject({ refused: 1_500, areRefusalsComplete: false });
    expect(answer.body.refusals).toHaveLength(limits.refusalsPerImportAnswerMax);
  });

  it('takes a table whose columns are named as our fields, packed, in any encoding', async () => {
    const table = csvOf([
      [
        'source',
        'externalId',
        'channel',
        'kind',
        'occurredAt',
        'identifier.email',
        'trait.city',
        'attribute.note',
        'issue',
      ],
      ['table', 'c-1', 'call', 'call.completed', '2024-05-01T10:00:00Z', 'änne@example.com', 'Köln', 'a\n"b"', 'i-1'],
    ]);
    const packed = gzipSync(Buffer.from(`\ufeff${table}`, 'utf16le'));
    expect(await send(packed, {}, { 'content-encoding': 'gzip' })).toMatchObject({ body: { created: 1, refused: 0 } });
    await t.settled();
    const { data } = await t.graphql(
      `{ customer(identifier: { type: "email", value: "änne@example.com" }) {
        traits touchpoints(first: 1) { nodes { attributes issue { id } } } } }`,
    );
    expect(data.customer).toMatchObject({
      traits: { city: 'Köln' },
      touchpoints: { nodes: [{ attributes: { note: 'a\n"b"' } }] },
    });
    expect(data.customer.touchpoints.nodes[0].issue).not.toBeNull();
  });

  it('takes any table by a mapping, by a preset, or by the guess when it is accepted', async () => {
    const table =
      'Call ID;Start;Caller;Wait\n7;01.05.2024 10:00;+49 30 901820;40\n8;02.05.2024 11:00;+49 30 901821;x\n';
    const undecided = await send(table);
    expect(undecided).toMatchObject({ status: 400, body: { reason: 'INPUT_INVALID', field: 'mapping' } });
    expect(await send(table, { guess: 'true', source: 'guess', zone: 'Europe/Berlin' })).toMatchObject({
      body: { created: 2, refused: 0 },
    });
    const mapping = {
      touchpoints: [
        {
          source: 'mapped',
          externalId: '$.Call ID',
          channel: 'CALL',
          kind: 'call',
          occurredAt: { path: '$.Start', apply: [{ date: { format: 'dd.MM.yyyy HH:mm', zone: 'Europe/Berlin' } }] },
          waitSeconds: '$.Wait',
          identifiers: [{ type: 'phone', value: '$.Caller' }],
        },
      ],
    };
    const mapped = await send(table, { mapping: JSON.stringify(mapping) });
    expect(mapped.body).toMatchObject({ created: 1, refused: 1, refusals: [{ line: 3, field: 'waitSeconds' }] });
    const log = 'case:concept:name,concept:name,time:timestamp,org:resource\nada,Create,2024-05-01T10:00:00Z,eve\n';
    expect(await send(log, { preset: 'event-log', identifier: 'user_id', source: 'erp' })).toMatchObject({
      body: { created: 1 },
    });
    expect((await send(log, { preset: 'event-log' })).body).toMatchObject({ reason: 'TOO_FEW', field: 'identifier' });
  });

  it('checks everything in a dry run with the same report, and stores nothing', async () => {
    const file = lines(call('d-1', { source: 'dry' }), call('d-2', { source: 'dry', channel: 'FAX' }));
    const { rows: before } = await t.database.owner.query(
      'select (select count(*) from profile) + (select count(*) from touchpoint) as n',
    );
    const dry = await send(file, { dryRun: 'true' });
    const { rows: after } = await t.database.owner.query(
      'select (select count(*) from profile) + (select count(*) from touchpoint) as n',
    );
    expect(after).toEqual(before);
    const real = await send(file);
    expect(dry).toEqual({ status: 200, body: { ...real.body, isDryRun: true, import: null } });
    expect(
      await send(lines(call('d-1', { source: 'dry' }), call('d-1', { source: 'dry', topic: 'x' })), { dryRun: 'true' }),
    ).toMatchObject({
      body: { duplicates: 1, refused: 1, refusals: [{ line: 2, reason: 'CONTENT_CONFLICT', field: 'externalId' }] },
    });
  });

  it('raises no alarm for history, and does so when it is told that it is none', async () => {
    const flagOf = async (externalId: string, query: Record<string, string>) => {
      await t.settled();
      await t.database.owner.query(`create table if not exists told (payload jsonb)`);
      await t.database.owner.query(`truncate told`);
      await t.database.owner.query(
        `create or replace function tell() returns trigger language plpgsql security definer as
         $$ begin insert into told values (to_jsonb(new)); return new; end $$`,
      );
      await t.database.owner.query(
        `create or replace trigger tell after insert on outbox for each row execute function tell()`,
      );
      await send(lines(call(externalId, { source: 'alarm' })), query);
      const { rows } = await t.database.owner.query(`select payload::text as text from told`);
      return rows.some((row) => /"backfill": ?true/.test(row.text));
    };
    expect(await flagOf('e-1', {})).toBe(true);
    expect(await flagOf('e-2', { backfill: 'false' })).toBe(false);
  });

  it.each([
    ['colour', 'red'],
    ['format', 'xml'],
    ['encoding', 'ebcdic'],
    ['delimiter', 'ab'],
    ['mapping', '{'],
    ['mapping', '{"touchpoints":[]}'],
    ['preset', 'sap'],
    ['dryRun', 'yes'],
    ['region', 'Germany'],
  ])('refuses %s=%s by its name', async (name, value) => {
    const answer = await send('{}\n', { [name]: value });
    expect(answer.status).toBe(400);
    expect(answer.body.field).toMatch(new RegExp(`^${name}`));
  });

  it('says how far it came when the file cannot be read further', async () => {
    const rows = Array.from({ length: 3_000 }, (_, i) => call(`f-${i}-${Math.sin(i)}`, { source: 'broken' }));
    const packed = gzipSync(lines(...rows));
    const answer = await send(packed.subarray(0, packed.length - 20_000));
    expect(answer).toMatchObject({
      status: 400,
      body: { reason: 'BODY_MALFORMED', detail: 'The gzip data ends in the middle.' },
    });
    const kept = await stored('broken');
    expect(kept.length).toBeGreaterThan(0);
    expect(answer.body.created).toBe(kept.length);
    expect(await send(packed)).toMatchObject({
      status: 200,
      body: { duplicates: kept.length, created: 3_000 - kept.length },
    });
  });

  it('tells progress and refusals as they come to who asks for lines', async () => {
    const rows = Array.from({ length: 2_500 }, (_, i) =>
      call(`g-${i}`, { source: 'told', ...(i === 1_200 ? { channel: 'FAX' } : {}) }),
    );
    const { status, body } = await send(lines(...rows), {}, { accept: 'application/x-ndjson' });
    expect(status).toBe(200);
    expect(body.map((line: object) => Object.keys(line)[0])).toEqual([
      'progress',
      'refusal',
      'progress',
      'progress',
      'result',
    ]);
    expect(body[1].refusal).toMatchObject({ line: 1_201, field: 'channel' });
    expect(body[4].result).toMatchObject({ rows: 2_500, created: 2_499, refused: 1 });
    expect(await send('[]', {}, { accept: 'application/x-ndjson' })).toMatchObject({ status: 400 });
    const packed = gzipSync(lines(...rows.map((row, i) => ({ ...row, topic: `${Math.sin(i)}` }))));
    const cut = packed.subarray(0, packed.length - 5_000);
    const broken = await send(cut, {}, { accept: 'application/x-ndjson' });
    expect(broken.body.at(-1).problem).toMatchObject({ status: 400, reason: 'BODY_MALFORMED' });
  });

  it('is for keys that may write, and stores in the workspace of the key', async () => {
    expect(await send('{}', {}, { authorization: 'Bearer tl_wrong' })).toMatchObject({
      status: 401,
      body: { reason: 'KEY_UNKNOWN' },
    });
    const reader = await t.makeKey(['customers:read', 'admin']);
    expect(await send('{}', {}, { authorization: `Bearer ${reader}` })).toMatchObject({
      status: 403,
      body: { reason: 'SCOPE_MISSING' },
    });
    const other = await t.makeWorkspace('import-neighbours');
    const file = lines(call('h-1', { source: 'foreign' }));
    await send(file);
    expect(await send(file, {}, { authorization: `Bearer ${other.key}` })).toMatchObject({ body: { created: 1 } });
    const { rows } = await t.database.owner.query(
      `select workspace_id from touchpoint where source = 'foreign' order by 1`,
    );
    expect(rows.map((row) => row.workspace_id).sort()).toEqual([t.workspace, other.workspace].sort());
  });

  it('refuses other packings', async () => {
    expect(await send('{}', {}, { 'content-encoding': 'br' })).toMatchObject({ status: 415 });
  });

  it('can be followed by GraphQL while it runs, and looked at afterwards', async () => {
    const followed = `query ($id: ID!) { import(id: $id) {
      id name state backfill rows created duplicates refused failureReason failure finishedAt
      refusals { line reason field message } } }`;
    const rows = Array.from({ length: 2_100 }, (_, i) =>
      call(`j-${i}`, { source: 'listed', ...(i % 10 ? {} : { channel: 'FAX' }) }),
    );
    const { body } = await send(lines(...rows), { name: 'calls of May' });
    const done = await t.graphql(followed, { id: body.import });
    expect(done.data.import).toMatchObject({
      id: body.import,
      name: 'calls of May',
      state: 'COMPLETED',
      backfill: true,
      rows: 2_100,
      created: 1_890,
      refused: 210,
      failureReason: null,
    });
    expect(done.data.import.refusals).toHaveLength(100);
    expect(done.data.import.refusals[1]).toMatchObject({ line: 11, reason: 'INPUT_INVALID', field: 'channel' });
    const packed = gzipSync(lines(...rows.map((row, i) => ({ ...row, topic: `${Math.sin(i)}` }))));
    const cut = await send(packed.subarray(0, packed.length - 8_000));
    const failed = await t.graphql(followed, { id: cut.body.import });
    expect(failed.data.import).toMatchObject({
      state: 'FAILED',
      failureReason: 'BODY_MALFORMED',
      failure: 'The gzip data ends in the middle.',
    });
    let go: () => void = () => undefined;
    const half = new Promise<void>((resolve) => {
      go = resolve;
    });
    const slow = Readable.from(
      (async function* () {
        yield lines(...rows.slice(0, 1_500).map((row) => ({ ...row, source: 'followed' })));
        await half;
        yield lines(...rows.slice(1_500).map((row) => ({ ...row, source: 'followed' })));
      })(),
      { objectMode: false },
    );
    const sending = send(slow);
    const latest = `{ imports(first: 1) { nodes { state rows } } }`;
    await eventually(async () => {
      const [{ state, rows: read }] = (await t.graphql(latest)).data.imports.nodes;
      return state === 'RUNNING' && read === 1_000;
    });
    go();
    await sending;
    expect((await t.graphql(latest)).data.imports.nodes).toEqual([{ state: 'COMPLETED', rows: 2_100 }]);
    expect((await t.graphql(followed, { id: `imp_${'0'.repeat(32)}` })).data).toEqual({ import: null });
    const masked = await t.makeKey(['admin'], { masked: true });
    expect((await t.graphql(followed, { id: body.import }, masked)).data.import.refusals[0].message).toBeNull();
    const writer = await t.makeKey(['touchpoints:write']);
    expect((await t.graphql(latest, {}, writer)).errors?.[0]?.extensions).toMatchObject({ reason: 'SCOPE_MISSING' });
  });

  it('is told how far an import is whose sender reads the file itself', async () => {
    const id = `imp_${'a1'.repeat(16)}`;
    const counts = { rows: 3, created: 1, updated: 0, duplicates: 0, skipped: 0, refused: 2 };
    const refusal = (line: number) => ({ line, reason: 'TOO_FEW', message: 'Too few.', field: 'x', limit: 1 });
    const told = { name: 'May', isBackfill: true, counts, refusals: [refusal(2)], isFinished: false, failure: null };
    const put = async (news: unknown, key = t.key, at = id) => {
      const body = typeof news === 'string' ? news : JSON.stringify(news);
      const headers = { authorization: `Bearer ${key}` };
      const answer = await fetch(`${t.url}/v1/import/${at}`, { method: 'PUT', headers, body });
      return { status: answer.status, body: (await answer.json()) as { field?: string } };
    };
    const read = async (key = t.key) =>
      (await t.graphql(`{ import(id: "${id}") { state rows created refused refusals { line message } } }`, {}, key))
        .data.import;
    expect(await put(told)).toEqual({ status: 200, body: { import: id } });
    // What is told again, since its answer was lost, is the same.
    await put(told);
    await put({ ...told, refusals: [refusal(2), refusal(3)] });
    const shown = { state: 'RUNNING', rows: 3, created: 1, refused: 2 };
    expect(await read()).toMatchObject({ ...shown, refusals: [{ line: 2 }, { line: 3 }] });
    const writer = await t.makeKey(['touchpoints:write']);
    expect(await put({ ...told, counts: { ...counts, rows: 9 } }, writer)).toMatchObject({ status: 404 });
    const other = await t.makeWorkspace('reads-itself');
    expect(await put({ ...told, counts: { ...counts, rows: 9 } }, other.key)).toMatchObject({ status: 200 });
    expect(await read()).toMatchObject(shown);
    expect(await read(other.key)).toMatchObject({ rows: 9 });
    const failure = { reason: 'OVERLOADED', message: 'Too much.', field: null, limit: null };
    await put({ ...told, refusals: [], isFinished: true, failure });
    expect(await read()).toMatchObject({ state: 'FAILED', refusals: [{ line: 2 }, { line: 3 }] });
    await put({ ...told, refusals: [] });
    expect(await read()).toMatchObject(shown);
    for (const [news, field] of [
      [{ ...told, counts: { ...counts, rows: -1 } }, 'counts.rows'],
      [{ ...told, counts: { ...counts, rows: 1e300 } }, 'counts.rows'],
      [{ ...told, name: '\0' }, 'name'],
      [{ ...told, refusals: [{ ...refusal(1), reason: 'NOBODY_KNOWS' }] }, 'refusals[0].reason'],
      [{ ...told, refusals: [{ ...refusal(1), message: '\ud800' }] }, 'refusals[0].message'],
      [{ ...told, refusals: Array(101).fill(refusal(1)) }, 'refusals'],
      [{ ...told, more: 1 }, 'more'],
      ['[]', undefined],
      ['{', undefined],
    ] as const) {
      const { status, body } = await put(news);
      expect({ status, field: body.field }).toEqual({ status: 400, field });
    }
    expect((await put(told, t.key, 'imp_1')).body).toMatchObject({ reason: 'ID_INVALID' });
    expect((await put(told, await t.makeKey(['customers:read']))).status).toBe(403);
  });

  it('waits with its reading while the database is slow, and goes on when it is not', async () => {
    const total = 400_000;
    let made = 0;
    const source = Readable.from(
      (function* () {
        for (; made < total; made++) yield `${JSON.stringify(call(`i-${made % 500}`, { source: 'slow' }))}\n`;
      })(),
      { objectMode: false },
    );
    const lock = t.database.owner;
    await lock.query('begin');
    await lock.query('lock table touchpoint in exclusive mode');
    const request = http.request(`${t.url}/v1/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${t.key}` },
    });
    source.pipe(request);
    request.on('error', () => undefined);
    const waiting = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
    await eventually(async () => (await lock.query(waiting)).rowCount !== 0);
    await eventually(async () => request.writableNeedDrain);
    const before = made;
    expect(before).toBeLessThan(total / 4);
    await lock.query('rollback');
    await eventually(async () => made > before + 10_000);
    request.destroy();
    expect(await stored('slow')).toHaveLength(500);
  });
});
