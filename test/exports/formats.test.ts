import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv } from 'ajv';
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportKinds } from '../../src/exports/export-kinds.js';
import { ExportWorker } from '../../src/exports/jobs/export-worker.service.js';
import { eventually, startTestService, type TestService } from '../setup/service.js';
import { ask } from './duckdb.js';
import { everything, history, record, touchpointsOf } from './history.js';

let t: TestService;
const folder = mkdtempSync(path.join(tmpdir(), 'throughline-formats-'));

beforeAll(async () => {
  t = await startTestService({ EXPORT_STRETCH_ROWS: '2' });
  await record(t, [
    ...history,
    {
      source: 'desk',
      externalId: 'odd',
      channel: 'CALL',
      kind: 'call <"&> \u0007',
      occurredAt: '2026-03-06T10:00:00.000001Z',
      identifiers: [{ type: 'email', value: 'a-1@example.com' }],
      agentId: 'agent & co',
      topic: 'two\nlines',
      journey: { source: 'desk', externalId: 'j-1' },
      conversation: { source: 'desk', externalId: 'c-1' },
    },
  ]);
});
afterAll(async () => {
  await t.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function stream(query: Record<string, string>, key = t.key): Promise<Response> {
  const address = `${t.url}/v1/exports/stream?${new URLSearchParams({ purpose: 'a test', ...query })}`;
  return fetch(address, { headers: { authorization: `Bearer ${key}` } });
}

async function saved(name: string, query: Record<string, string>): Promise<string> {
  const answer = await stream(query);
  if (answer.status !== 200) throw new Error(await answer.text());
  const file = path.join(folder, name);
  writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
  return file;
}

/** Times as the API writes them, JSON as values. */
function asApi(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (/At$/.test(name) && typeof value === 'string')
        return [name, value.replace(' ', 'T').replace(/\+00$/, '+00:00')];
      const isJson = ['attributes', 'identifiersSeen'].includes(name);
      return [name, isJson ? JSON.parse(value as string) : value];
    }),
  );
}

const types = async (file: string) =>
  Object.fromEntries((await ask(`describe from '${file}'`)).map((one) => [one['column_name'], one['column_type']]));

describe('Parquet', () => {
  it.each(['snappy', 'none', 'gzip'])(
    'packed with %s is read by DuckDB as what the API says, row by row',
    async (compression) => {
      const file = await saved(`${compression}.parquet`, { what: 'touchpoints', format: 'parquet', compression });
      const rows = await ask(`from '${file}' order by id`);
      expect(rows.map(asApi)).toEqual(touchpointsOf(await everything(t)));
      const [{ codec }] = (await ask(`select distinct compression as codec from parquet_metadata('${file}')`)) as [
        { codec: string },
      ];
      expect(codec).toBe(compression === 'none' ? 'UNCOMPRESSED' : compression.toUpperCase());
    },
  );

  it('has columns with types', async () => {
    const file = await saved('types.parquet', { what: 'touchpoints', format: 'parquet' });
    expect(await types(file)).toMatchObject({
      id: 'VARCHAR',
      occurredAt: 'TIMESTAMP WITH TIME ZONE',
      waitSeconds: 'INTEGER',
      sentiment: 'DOUBLE',
      abandoned: 'BOOLEAN',
      attributes: 'JSON',
    });
  });

  it('gives every kind, also one without rows, and the same as lines of JSON', async () => {
    for (const what of Object.keys(exportKinds)) {
      const file = await saved(`${what}.parquet`, { what, format: 'parquet' });
      const lines = await (await stream({ what, format: 'ndjson' })).text();
      const count = lines === '' ? 0 : lines.trim().split('\n').length;
      expect(await ask(`select count(*)::int as n from '${file}'`), what).toEqual([{ n: count }]);
    }
    const file = await saved('none.parquet', { what: 'touchpoints', format: 'parquet', kinds: 'nothing' });
    expect(await ask(`from '${file}'`)).toEqual([]);
  });

  it('is written by a job as by a stream', async () => {
    const made = await t.graphql(
      'mutation { createExport(input: { what: TOUCHPOINTS, format: PARQUET, purpose: "x" }) { exportId } }',
    );
    const id = made.data.createExport.exportId;
    await t.service.app.get(ExportWorker).tick();
    await eventually(
      async () => (await t.graphql(`{ export(id: "${id}") { state } }`)).data.export.state === 'COMPLETED',
    );
    const answer = await fetch(`${t.url}/v1/exports/${id}/download`, { headers: { authorization: `Bearer ${t.key}` } });
    expect(answer.headers.get('content-disposition')).toContain('"touchpoints.parquet"');
    const file = path.join(folder, 'job.parquet');
    writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
    expect((await ask(`from '${file}' order by id`)).map(asApi)).toEqual(touchpointsOf(await everything(t)));
  });
});

interface Element {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: Element[];
}

/** Throws on what is not well-formed. */
function parse(xml: string): Element {
  const root: Element = { name: '', attributes: {}, children: [] };
  const open = [root];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }: SaxesTagPlain) => {
    const element = { name, attributes, children: [] };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => open.pop());
  parser.write(xml).close();
  return root.children[0] as Element;
}

const textOf = (of: Element | undefined, key: string) =>
  of?.children.find((one) => one.attributes['key'] === key)?.attributes['value'];

describe('XES', () => {
  it('is well-formed, and has the parts of IEEE 1849 in their order', async () => {
    const log = parse(await (await stream({ what: 'customer-events', format: 'xes' })).text());
    expect([log.name, log.attributes['xes.version']]).toEqual(['log', '1849-2016']);
    const order = ['extension', 'global', 'classifier', 'string', 'trace'];
    expect(log.children.map((one) => order.indexOf(one.name)).every((at, i, all) => at >= (all[i - 1] ?? 0))).toBe(
      true,
    );
    const prefixes = log.children.filter((one) => one.name === 'extension').map((one) => one.attributes['prefix']);
    const keys = log.children.flatMap((trace) => trace.children.flatMap((event) => event.children));
    for (const { attributes } of keys.filter((one) => one.attributes['key']?.includes(':'))) {
      expect(prefixes).toContain(attributes['key']?.split(':')[0]);
    }
  });

  it('has one trace a case, with its events in the order of time, and every character', async () => {
    const log = parse(await (await stream({ what: 'customer-events', format: 'xes' })).text());
    const traces = log.children.filter((one) => one.name === 'trace');
    const customers = await everything(t);
    expect(traces.map((trace) => textOf(trace, 'concept:name')).sort()).toEqual(customers.map((one) => one.id).sort());
    for (const trace of traces) {
      const customer = customers.find((one) => one.id === textOf(trace, 'concept:name'));
      const events = trace.children.filter((one) => one.name === 'event');
      const expected = [...customer.touchpoints.nodes].reverse();
      expect(events.map((event) => textOf(event, 'time:timestamp'))).toEqual(
        expected.map((one: { occurredAt: string }) => one.occurredAt),
      );
      expect(events.map((event) => textOf(event, 'org:resource') ?? null)).toEqual(
        expected.map((one: { agentId: string }) => one.agentId),
      );
    }
    const all = traces.flatMap((trace) => trace.children);
    const odd = all.find((event) => textOf(event, 'org:resource') === 'agent & co');
    // A bell is in no document of XML.
    expect(textOf(odd, 'concept:name')).toBe('call <"&> \ufffd');
    expect(textOf(odd, 'topic')).toBe('two\nlines');
  });

  it('is refused for what has no cases, and without the columns that make a log', async () => {
    const refused = async (query: Record<string, string>) => (await (await stream(query)).json()) as object;
    expect(await refused({ what: 'touchpoints', format: 'xes' })).toMatchObject({ status: 400, field: 'what' });
    expect(await refused({ what: 'issue-events', format: 'xes', columns: 'concept:name' })).toMatchObject({
      field: 'columns',
    });
    expect(await refused({ what: 'issues', format: 'ocel' })).toMatchObject({ field: 'what' });
    expect(await refused({ what: 'touchpoints', format: 'ocel', columns: 'id' })).toMatchObject({ field: 'columns' });
    expect(await refused({ what: 'issues', compression: 'snappy' })).toMatchObject({ field: 'compression' });
  });
});

describe('the CSV of process mining', () => {
  it('has the columns that its tools look for, a case after the other', async () => {
    const file = await saved('log.csv', { what: 'conversation-events', format: 'csv' });
    const rows = await ask(`from read_csv('${file}')`);
    expect(Object.keys(rows[0] as object).slice(0, 6)).toEqual([
      'case:concept:name',
      'case:customerId',
      'concept:name',
      'time:timestamp',
      'org:resource',
      'org:group',
    ]);
    const expected = touchpointsOf(await everything(t)).filter((one) => one['conversationId'] !== null);
    expect(rows.map((row) => row['touchpointId']).sort()).toEqual(expected.map((one) => one['id']).sort());
    for (const row of rows) {
      const touchpoint = expected.find((one) => one['id'] === row['touchpointId']);
      expect(row['case:concept:name']).toBe(touchpoint?.['conversationId']);
      expect(row['case:customerId']).toBe(touchpoint?.['customerId']);
    }
  });
});

describe('OCEL 2.0', () => {
  it('is valid by the published schema, and every thing that an event is about is there once', async () => {
    const log = (await (await stream({ what: 'touchpoints', format: 'ocel' })).json()) as Ocel;
    const schema = JSON.parse(readFileSync('test/samples/ocel/ocel20-schema-json.json', 'utf8'));
    const ajv = new Ajv({ formats: { 'date-time': (text: string) => !Number.isNaN(Date.parse(text)) } });
    const validate = ajv.compile(schema);
    expect(validate(log), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({})).toBe(false);
    const ids = log.objects.map((one) => one.id);
    expect(new Set(ids).size).toBe(ids.length);
    const about = new Set(log.events.flatMap((event) => event.relationships.map((one) => one.objectId)));
    expect([...about].sort()).toEqual([...ids].sort());
    expect(log.objectTypes.map((one) => one.name).sort()).toEqual([
      'agent',
      'conversation',
      'customer',
      'issue',
      'journey',
    ]);
    for (const { type, attributes } of [...log.events, ...log.objects]) {
      const declared = [...log.eventTypes, ...log.objectTypes].find((one) => one.name === type);
      for (const { name } of attributes) expect(declared?.attributes.map((one) => one.name)).toContain(name);
    }
  });

  it('tells of each touchpoint what the API tells', async () => {
    const log = (await (await stream({ what: 'touchpoints', format: 'ocel' })).json()) as Ocel;
    const expected = touchpointsOf(await everything(t));
    expect(log.events.map(({ id, type, time }) => ({ id, type, time }))).toEqual(
      expected.map((one) => ({ id: one['id'], type: one['kind'], time: one['occurredAt'] })),
    );
    for (const [i, { relationships }] of log.events.entries()) {
      const one = expected[i] as Record<string, unknown>;
      expect(Object.fromEntries(relationships.map(({ qualifier, objectId }) => [qualifier, objectId]))).toEqual(
        Object.fromEntries(
          Object.entries({
            customer: one['customerId'],
            journey: one['journeyId'],
            conversation: one['conversationId'],
            issue: one['issueId'],
            agent: one['agentId'] === null ? null : `agent:${one['agentId']}`,
          }).filter(([, value]) => value !== null),
        ),
      );
    }
  });

  it('holds only what the filters find', async () => {
    const log = (await (await stream({ what: 'touchpoints', format: 'ocel', channels: 'WEB' })).json()) as Ocel;
    expect([log.events.length, log.objects.map((one) => one.type)]).toEqual([1, ['customer']]);
  });
});

interface Ocel {
  readonly events: {
    id: string;
    type: string;
    time: string;
    attributes: { name: string }[];
    relationships: { objectId: string; qualifier: string }[];
  }[];
  readonly objects: { id: string; type: string; attributes: { name: string }[] }[];
  readonly eventTypes: { name: string; attributes: { name: string }[] }[];
  readonly objectTypes: { name: string; attributes: { name: string }[] }[];
}
