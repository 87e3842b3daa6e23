import pg from 'pg';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiKeys } from '../../src/access/api-keys.service.js';
import { scopes } from '../../src/access/caller.js';
import { Workspaces } from '../../src/access/workspaces.service.js';
import { readConfig } from '../../src/platform/config.js';
import { type RunningService, startService } from '../../src/service.js';
import { createTestDatabase, databaseUrl, type TestDatabase } from '../setup/postgres.js';
import { eventually } from '../setup/service.js';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.js';

let database: TestDatabase;
let proxy: TcpProxy;
let service: RunningService;
let http: ReturnType<typeof supertest>;
let makeKey: () => Promise<string>;

beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await startTcpProxy(database.ownerUrl);
  service = await startService(
    readConfig({ PORT: '0', LOG_LEVEL: 'silent', POOL_SIZE: '3', DATABASE_URL: proxy.url, MIGRATE_ON_START: 'false' }),
  );
  http = supertest(service.url);
  const workspace = (await service.app.get(Workspaces).find('default')) as number;
  makeKey = async () => (await service.app.get(ApiKeys).make(workspace, { name: 'test', scopes })).secret;
});

afterAll(async () => {
  proxy?.restore();
  await service?.stop();
  await proxy?.stop();
  await database?.drop();
});

const ready = () => http.get('/health/ready');
const isReady = async () => (await ready()).status === 200;
const ask = (query: string, key: string) => http.post('/graphql').auth(key, '').send({ query });

test('a service that can serve is live and ready, without a key', async () => {
  await eventually(isReady);
  expect((await http.get('/health/live')).body).toEqual({ status: 'ok' });
  const answer = await ready();
  expect(answer.body).toEqual({ status: 'ok', checks: { database: true, relay: true, serving: true } });
});

describe('while the database is away', () => {
  const questions = {
    'a query': '{ customer(id: "cus_1") { id } }',
    'a list of keys': '{ apiKeys { id } }',
    'a touchpoint':
      'mutation { recordTouchpoints(input: { touchpoints: [{ source: "s", channel: CALL, kind: "k", ' +
      'identifiers: [{ type: "email", value: "x@example.com" }] }] }) { results { outcome } } }',
    'an issue': 'mutation { openIssue(input: { customerId: "cus_1", subject: "s" }) { isNew } }',
    'a preview': '{ previewSegment(rule: { trait: "a", is: "b" }) { members } }',
  };

  test('it is not ready but live, and is ready again once the database is back', async () => {
    await eventually(isReady);
    proxy.cut();
    const answer = await ready();
    expect(answer.status).toBe(503);
    expect(answer.body).toMatchObject({ status: 'unavailable', checks: { database: false, serving: true } });
    expect((await http.get('/health/live')).status).toBe(200);
    expect((await http.get('/metrics')).status).toBe(200);
    proxy.restore();
    await eventually(isReady);
  });

  test('each request is told to come again, and is answered later', async () => {
    const key = await makeKey();
    const fresh = await makeKey();
    const warm = await ask(questions['a query'], key);
    expect(warm.status).toBe(200);
    proxy.cut();
    try {
      for (const [what, question] of Object.entries(questions)) {
        const answer = await ask(question, key);
        expect(answer.body.errors?.[0]?.extensions, what).toMatchObject({
          code: 'UNAVAILABLE',
          reason: expect.stringMatching(/^(DATABASE_UNAVAILABLE|OVERLOADED)$/),
        });
        expect(JSON.stringify(answer.body), what).not.toMatch(/ECONN|Connection terminated|127\.0\.0\.1/);
      }
      const unknownYet = await ask(questions['a query'], fresh);
      expect(unknownYet.body.errors?.[0]?.extensions).toMatchObject({ code: 'UNAVAILABLE' });
      expect(unknownYet.status).toBe(503);
      const problem = await http.post('/v1/track').auth(fresh, '').send({ userId: 'u', event: 'e' });
      expect(problem.status).toBe(503);
      expect(problem.body).toMatchObject({ code: 'UNAVAILABLE' });
    } finally {
      proxy.restore();
    }
    await eventually(isReady);
    for (const one of [key, fresh]) await eventually(async () => (await ask(questions['a query'], one)).status === 200);
  });

  test('it says so too when the database is silent instead of gone', async () => {
    await eventually(isReady);
    proxy.hold();
    try {
      const [first, second] = await Promise.all([ready(), ready()]);
      expect([first.status, second.status]).toEqual([503, 503]);
      expect((await http.get('/health/live')).status).toBe(200);
    } finally {
      proxy.restore();
    }
    await eventually(isReady);
  });

  test('it recovers from a database that lets nobody in', async () => {
    await eventually(isReady);
    const name = new URL(database.ownerUrl).pathname.slice(1);
    const outside = new pg.Client({ connectionString: databaseUrl(database.ownerUrl, 'postgres') });
    await outside.connect();
    const { rows } = await database.owner.query('select pg_backend_pid() as pid');
    try {
      await outside.query(`alter database ${name} allow_connections false`);
      await outside.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> $2', [
        name,
        rows[0].pid,
      ]);
      await eventually(async () => (await ready()).status === 503);
      expect((await http.get('/health/live')).status).toBe(200);
    } finally {
      await outside.query(`alter database ${name} allow_connections true`);
      await outside.end();
    }
    await eventually(isReady);
  });
});

test('the figures tell of work and never of a customer', async () => {
  const key = await makeKey();
  const secrets = ['figure@example.com', '+4930901899', 'Adelheid', 'figure-source', 'figure-kind', 'figure-external'];
  const answer = await http
    .post('/graphql')
    .auth(key, '')
    .send({
      query: `mutation { recordTouchpoints(input: { touchpoints: [{ source: "figure-source", channel: CALL,
        kind: "figure-kind", externalId: "figure-external", traits: { name: "Adelheid" },
        identifiers: [{ type: "email", value: "figure@example.com" }, { type: "phone", value: "+4930901899" }] }] }) {
        results { outcome customerId } } }`,
    });
  expect(answer.body.data.recordTouchpoints.results[0].outcome).toBe('CREATED');
  await ask('{ customer(identifier: { type: "email", value: "figure@example.com" }) { id } }', key);
  const { text, headers } = await http.get('/metrics');
  expect(headers['content-type']).toContain('text/plain');
  expect(text).toMatch(/throughline_touchpoints_total\{outcome="CREATED"\} \d/);
  expect(text).toMatch(/throughline_fast_path_total\{outcome="answered"/);
  expect(text).toContain('process_cpu_seconds_total');
  const prefix = key.split('_')[1] as string;
  for (const secret of [...secrets, key, prefix, answer.body.data.recordTouchpoints.results[0].customerId]) {
    expect(text, secret).not.toContain(secret);
  }
});
