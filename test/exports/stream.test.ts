import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as zlib from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportKinds } from '../../src/exports/export-kinds.js';
import { limits } from '../../src/platform/limits.js';
import { eventually, startTestService, type TestService } from '../setup/service.js';
import { ask } from './duckdb.js';
import { everything, history, record, touchpointsOf } from './history.js';

let t: TestService;
let masked: string;
const folder = mkdtempSync(path.join(tmpdir(), 'throughline-exports-'));

beforeAll(async () => {
  // Two rows a statement: every file is put together of several stretches.
  t = await startTestService({ EXPORT_STRETCH_ROWS: '2', EXPORT_STALL_SECONDS: '0.5' });
  masked = await t.makeKey(['customers:read', 'exports:read', 'evaluations:read'], { masked: true });
  await record(t, history);
});
afterAll(async () => {
  await t.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Streamed {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly trailers: NodeJS.Dict<string>;
  readonly body: Buffer;
}

function stream(query: Record<string, string>, key = t.key): Promise<Streamed> {
  const address = `${t.url}/v1/exports/stream?${new URLSearchParams({ purpose: 'a test', ...query })}`;
  return new Promise((resolve, reject) => {
    http
      .get(address, { headers: { authorization: `Bearer ${key}` } }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () => {
          const { statusCode, headers, trailers } = answer;
          resolve({ status: statusCode as number, headers, trailers, body: Buffer.concat(parts) });
        });
      })
      .on('error', reject);
  });
}

async function rowsOf(query: Record<string, string>, key?: string): Promise<Record<string, unknown>[]> {
  const { status, body } = await stream({ format: 'ndjson', ...query }, key);
  if (status !== 200) throw new Error(body.toString());
  const text = body.toString().trim();
  return text === '' ? [] : text.split('\n').map((line) => JSON.parse(line));
}

async function refusal(query: Record<string, string>, key?: string) {
  const { status, body } = await stream(query, key);
  return { status, ...JSON.parse(body.toString()) };
}

function saved(name: string, body: Buffer): string {
  const file = path.join(folder, name);
  writeFileSync(file, body);
  return file;
}

describe('GET /v1/exports/stream', () => {
  it('gives lines of JSON that equal the API row by row', async () => {
    const expected = touchpointsOf(await everything(t));
    expect(expected).toHaveLength(5);
    expect(await rowsOf({ what: 'touchpoints' })).toEqual(expected);
  });

  it('gives CSV that another tool reads as exactly what the API says', async () => {
    const { body } = await stream({ what: 'touchpoints', format: 'csv', formulas: 'keep' });
    const read =
      await ask(`from read_csv('${saved('t.csv', body)}', all_varchar = true, auto_detect = false, header = true,
      delim = ',', quote = '"', escape = '"', new_line = '\\r\\n', nullstr = '', allow_quoted_nulls = false,
      columns = {${body
        .toString()
        .split('\r\n', 1)[0]
        ?.split(',')
        .map((name) => `'${name}': 'VARCHAR'`)}})`);
    const text = (value: unknown) =>
      value === null ? null : typeof value === 'object' ? JSON.stringify(value) : String(value);
    const flat = (row: Record<string, unknown>) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, text(value)]));
    const tidy = (row: Record<string, unknown>) => ({
      ...row,
      attributes: JSON.stringify(JSON.parse(row['attributes'] as string)),
      identifiersSeen: JSON.stringify(JSON.parse(row['identifiersSeen'] as string)),
    });
    expect(read.map(tidy)).toEqual(
      touchpointsOf(await everything(t))
        .map(flat)
        .map(tidy),
    );
  });

  it('defuses formulas in cells of text, and in nothing else', async () => {
    const { body } = await stream({ what: 'touchpoints', columns: 'subject,queue,sentiment' });
    const text = body.toString();
    expect(text).toContain(`"'=HYPERLINK(""http://evil.example"";""click"")",'@support,-0.5\r\n`);
    expect(text).toContain(`'＝1+1`);
    const keep = await stream({ what: 'touchpoints', columns: 'queue', formulas: 'keep' });
    expect(keep.body.toString()).toContain('\r\n@support\r\n');
  });

  it('gives conversations, issues and customers as the API shows them', async () => {
    const customers = await everything(t);
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
    const withCustomer = (field: string) =>
      customers.flatMap((one) => one[field].nodes.map((node: object) => ({ ...node, customerId: one.id }))).sort(byId);
    expect(await rowsOf({ what: 'conversations' })).toEqual(withCustomer('conversations'));
    expect(await rowsOf({ what: 'issues' })).toEqual(withCustomer('issues'));
    const columns = 'id,mergedIds,displayName,traits,createdAt,lastSeenAt,identifiers,openIssueCount';
    const exported = await rowsOf({ what: 'customers', columns });
    expect(exported).toEqual(
      customers
        .map(({ touchpoints, conversations, issues, ...rest }) => rest)
        .sort((a, b) => (+a.id.slice(4) < +b.id.slice(4) ? -1 : 1)),
    );
    expect(customers.some((one) => one.mergedIds.length > 0)).toBe(true);
  });

  it('tells merges as identity changes', async () => {
    const changes = await rowsOf({ what: 'identity-changes' });
    expect(changes.map((one) => one['change'])).toContain('MERGED');
  });

  it('filters as the API filters', async () => {
    const externalIds = async (query: Record<string, string>) =>
      (await rowsOf({ what: 'touchpoints', columns: 'externalId', ...query })).map((one) => one['externalId']).sort();
    expect(await externalIds({ channels: 'CALL,EMAIL' })).toEqual(['a-1', 'a-2', 'b-3']);
    expect(await externalIds({ from: '2026-03-02T10:00:00.123Z', to: '2026-03-04T10:00:00Z' })).toEqual(['a-2', 'b-1']);
    expect(await externalIds({ topic: 'billing' })).toEqual(['a-1']);
    expect(await externalIds({ kinds: `x'y` })).toEqual([]);
    const [customer] = (await everything(t)).filter((one) => one.mergedIds.length > 0);
    // Any of its ids names a customer.
    expect(await externalIds({ customerId: customer.mergedIds[0] })).toEqual(['b-1', 'b-2', 'b-3']);
    expect(await rowsOf({ what: 'issues', status: 'RESOLVED' })).toEqual([]);
    expect(await rowsOf({ what: 'customers', hasIdentifierType: 'phone' })).toHaveLength(2);
  });

  it('shows a masked key what the API shows it, in every kind', async () => {
    const expected = touchpointsOf(await everything(t, masked));
    expect(await rowsOf({ what: 'touchpoints' }, masked)).toEqual(expected);
    const files: string[] = [];
    for (const [i, what] of Object.keys(exportKinds).entries()) {
      files.push((await stream({ what, format: i % 2 === 0 ? 'csv' : 'ndjson' }, masked)).body.toString());
    }
    const all = files.join();
    for (const secret of ['Ann', 'HYPERLINK', '14155550101', 'a-1@', 'hung up', 'Wrong bill']) {
      expect(all).not.toContain(secret);
    }
  });

  it('says in trailers how many rows it was and what they hash to', async () => {
    for (const compression of ['none', 'gzip']) {
      const { body, trailers, headers } = await stream({ what: 'touchpoints', compression });
      const digest = createHash('sha256').update(body).digest('base64');
      expect(trailers).toEqual({ 'throughline-rows': '5', 'content-digest': `sha-256=:${digest}:` });
      const plain = compression === 'gzip' ? zlib.gunzipSync(body) : body;
      expect(plain.toString().startsWith('id,customerId,channel')).toBe(true);
      expect(headers['content-disposition']).toContain(
        compression === 'gzip' ? 'touchpoints.csv.gz' : 'touchpoints.csv"',
      );
    }
  });

  it('packs with zstd where Node can, and else says what it can', async () => {
    const { status, body } = await stream({ what: 'issues', compression: 'zstd' });
    if ('createZstdCompress' in zlib) expect(body.readUInt32LE(0)).toBe(0xfd2fb528);
    else
      expect({ status, ...JSON.parse(body.toString()) }).toMatchObject({
        status: 400,
        reason: 'COMPRESSION_UNAVAILABLE',
      });
  });

  it('writes into the audit trail who took what, for which purpose, and how many rows', async () => {
    const { headers } = await stream({ what: 'issues', purpose: 'monthly report', status: 'OPEN' });
    const { rows } = await t.database.owner.query(
      `select actor, purpose, what, filters, columns[1] as first, state, row_count, is_masked, finished_at is not null as done
       from export where id = replace($1, 'exp_', '')::uuid`,
      [headers['throughline-export']],
    );
    expect(rows).toEqual([
      {
        actor: expect.stringMatching(/^key:/),
        purpose: 'monthly report',
        what: 'issues',
        filters: { status: 'OPEN' },
        first: 'id',
        state: 2,
        row_count: '1',
        is_masked: false,
        done: true,
      },
    ]);
  });

  it('says what is wrong with a request, and begins nothing', async () => {
    const before = await count();
    const wrong: [Record<string, string>, string][] = [
      [{ what: 'secrets' }, 'what'],
      [{ what: 'touchpoints', format: 'xls' }, 'format'],
      [{ what: 'touchpoints', columns: 'id,password' }, 'columns[1]'],
      [{ what: 'touchpoints', columns: 'id,id' }, 'columns'],
      [{ what: 'touchpoints', status: 'OPEN' }, 'status'],
      [{ what: 'touchpoints', channels: 'CALL,FAX' }, 'channels[1]'],
      [{ what: 'touchpoints', from: 'yesterday' }, 'from'],
      [{ what: 'issues', from: '2026-03-02T00:00:00Z', to: '2026-03-01T00:00:00Z' }, 'from'],
      [{ what: 'issues', customerId: 'cus_x' }, 'customerId'],
      [{ what: 'touchpoints', journeyId: 'nonsense' }, 'journeyId'],
      [{ what: 'touchpoints', purpose: '' }, 'purpose'],
    ];
    for (const [query, field] of wrong) expect(await refusal(query)).toMatchObject({ status: 400, field });
    expect(await count()).toBe(before);
  });

  it('is for keys with the scope, of their own workspace, and for no customer', async () => {
    const agent = await t.makeKey(['customers:read']);
    expect(await refusal({ what: 'customers' }, agent)).toMatchObject({ status: 403, reason: 'SCOPE_MISSING' });
    const other = await t.makeWorkspace('other');
    expect(await rowsOf({ what: 'touchpoints' }, other.key)).toEqual([]);
    const [customer] = await everything(t);
    expect(await rowsOf({ what: 'touchpoints', customerId: customer.id }, other.key)).toEqual([]);
    const portal = await t.graphql(`mutation ($id: ID!) { createPortalToken(input: { customerId: $id }) { token } }`, {
      id: customer.id,
    });
    expect(portal.errors).toBeUndefined();
    expect(await refusal({ what: 'customers' }, portal.data.createPortalToken.token)).toMatchObject({ status: 403 });
  });

  it('cuts a reader who takes nothing any more, ends the statement, and lets others in again', async () => {
    // Larger than what the sockets hold.
    await t.database.owner.query(
      `insert into touchpoint (occurred_at, profile_id, version, content_hash, workspace_id, channel, direction, status,
         id, kind, source, summary, identifiers_seen)
       select now(), min(p.id), 0, 0, $1, 0, 0, 2, gen_random_uuid(), 'x', 'bulk', repeat(md5(n::text), 300), '[]'
       from profile p, generate_series(1, 1500) n
       where p.workspace_id = $1
       group by n`,
      [t.workspace],
    );
    const sockets = await Promise.all(
      Array.from({ length: limits.exportsRunningMax }, async () => {
        const socket = net.connect(Number(new URL(t.url).port), '127.0.0.1');
        socket.on('error', () => undefined);
        socket.write(
          `GET /v1/exports/stream?what=touchpoints&purpose=slow HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${t.key}\r\n\r\n`,
        );
        await new Promise((resolve) => socket.once('readable', resolve));
        return socket;
      }),
    );
    expect(await refusal({ what: 'issues' })).toMatchObject({ status: 429, reason: 'EXPORTS_RUNNING', limit: 4 });
    await eventually(async () => (await running()) === 0);
    const { rows } = await t.database.owner.query(`select distinct failure_reason from export where purpose = 'slow'`);
    expect(rows).toEqual([{ failure_reason: 'READER_LOST' }]);
    await eventually(async () => {
      const { rowCount } = await t.database.owner.query(
        `select from pg_stat_activity where query like '%copy (%' and pid <> pg_backend_pid()`,
      );
      return rowCount === 0;
    });
    for (const socket of sockets) socket.destroy();
    expect(await rowsOf({ what: 'issues' })).toHaveLength(1);
  });

  it('hides from a masked key what journeys were told, and identifiers that changed hands', async () => {
    const [from, to] = await everything(t);
    const answer = await t.graphql(
      `mutation ($customer: ID!, $to: ID!) {
        createBlueprint(input: { key: "fit", name: "Fit", goal: "It fits", steps: [
          { key: "ask", title: "Ask", next: ["end"] }, { key: "end", title: "End", terminal: true }
        ] }) { blueprint { key } }
        startJourney(input: { blueprint: "fit", customerId: $customer, channel: CALL, data: { said: "far too tight" } }) {
          isNew
        }
        reassignIdentifier(input: {
          type: "phone", value: "+14155550101", toCustomerId: $to, from: "2026-03-10T00:00:00Z", reason: "Her sister has it"
        }) { __typename }
      }`,
      { customer: from.id, to: to.id },
    );
    expect(answer.errors).toBeUndefined();
    for (const [what, secrets] of [
      ['journeys', ['far too tight']],
      ['identity-changes', ['4155550101', 'Her sister has it']],
    ] as const) {
      for (const format of ['csv', 'ndjson']) {
        const open = (await stream({ what, format })).body.toString();
        const hidden = (await stream({ what, format }, masked)).body.toString();
        for (const secret of secrets) {
          expect(open).toContain(secret);
          expect(hidden).not.toContain(secret);
        }
      }
    }
  });
});

async function count(): Promise<number> {
  return (await t.database.owner.query('select count(*)::int as n from export')).rows[0].n;
}

async function running(): Promise<number> {
  return (await t.database.owner.query('select count(*)::int as n from export where state < 2')).rows[0].n;
}
