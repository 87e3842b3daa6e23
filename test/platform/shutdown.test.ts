import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../setup/postgres.js';
import { eventually } from '../setup/service.js';
import { type Child, runService } from './child.js';

const key = 'a-key-for-the-shutdown-test';
let database: TestDatabase;
let service: Child & { readonly url: string };

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  if (service?.process.exitCode === null) service.process.kill('SIGKILL');
  await database?.drop();
});

const start = async (environment: Record<string, string> = {}) => {
  service = await runService({
    ...environment,
    DATABASE_URL: database.ownerUrl,
    THROUGHLINE_BOOTSTRAP_KEY: key,
    POOL_SIZE: '4',
  });
};

/** What a sender knows of one touchpoint: the answer, or that the connection ended without one. */
interface Sent {
  readonly externalId: string;
  readonly outcome: string;
  readonly code?: string;
}

function send(agent: Agent): Promise<Sent> {
  const externalId = randomUUID();
  const body = JSON.stringify({
    query: `mutation { recordTouchpoints(input: { touchpoints: [{ source: "load", externalId: "${externalId}",
      channel: CALL, kind: "k", identifiers: [{ type: "anonymous_id", value: "${externalId}" }] }] }) { results { outcome } } }`,
  });
  return new Promise((resolve) => {
    const sent = request(
      `${service.url}/graphql`,
      { agent, method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' } },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          text += part;
        });
        response.on('error', (error: Error & { code?: string }) =>
          resolve({ externalId, outcome: 'cut', code: error.code }),
        );
        response.on('end', () => {
          const results = /"outcome":"(\w+)"/.exec(text);
          resolve({ externalId, outcome: results?.[1] ?? `${response.statusCode} ${text}` });
        });
      },
    );
    sent.on('error', (error: Error & { code?: string }) => resolve({ externalId, outcome: 'none', code: error.code }));
    sent.end(body);
  });
}

const stored = async (): Promise<Set<string>> => {
  const { rows } = await database.owner.query(`select external_id from touchpoint where source = 'load'`);
  return new Set(rows.map((row) => row.external_id));
};

const accepts = () =>
  new Promise<boolean>((resolve) => {
    const { hostname, port } = new URL(service.url);
    const socket = connect(Number(port), hostname, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

describe('SIGTERM', () => {
  test('lets every request in flight be answered and stored, takes no new one, and ends with 0', async () => {
    await start();
    const agent = new Agent({ keepAlive: true });
    expect((await send(agent)).outcome).toBe('CREATED');
    const holder = new pg.Client({ connectionString: database.ownerUrl });
    await holder.connect();
    await holder.query('begin; lock table touchpoint in exclusive mode');
    const inFlight = Array.from({ length: 20 }, () => send(agent));
    await eventually(async () => {
      const { rowCount } = await database.owner.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return (rowCount ?? 0) > 0;
    });
    // Whatever was sent before these were answered has been read by the service: it is in flight.
    for (let i = 0; i < 5; i++) expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
    service.process.kill('SIGTERM');
    service.process.kill('SIGTERM');
    await eventually(async () => !(await accepts()));
    expect(service.process.exitCode).toBeNull();
    await holder.query('rollback');
    await holder.end();
    const answers = await Promise.all(inFlight);
    expect(answers.map((one) => one.code ?? one.outcome)).toEqual(Array(20).fill('CREATED'));
    expect(await service.ended).toBe(0);
    const all = await stored();
    for (const { externalId } of answers) expect(all).toContain(externalId);
    agent.destroy();
  });

  test('under load loses nothing that was acknowledged and leaves nothing stored unanswered', async () => {
    await start();
    const agent = new Agent({ keepAlive: true });
    const sent: Sent[] = [];
    let isRunning = true;
    const sender = async () => {
      while (isRunning) {
        const one = await send(agent);
        sent.push(one);
        // Nobody listens any more: this sender has seen the end.
        if (one.code === 'ECONNREFUSED') return;
      }
    };
    const senders = Array.from({ length: 16 }, sender);
    await eventually(async () => sent.length > 300);
    service.process.kill('SIGTERM');
    expect(await service.ended).toBe(0);
    isRunning = false;
    await Promise.all(senders);
    agent.destroy();
    const all = await stored();
    const acknowledged = sent.filter((one) => one.outcome === 'CREATED');
    expect(acknowledged.length).toBeGreaterThan(300);
    expect(acknowledged.filter((one) => !all.has(one.externalId))).toEqual([]);
    const unanswered = sent.filter((one) => one.outcome !== 'CREATED');
    // A connection that was refused, or closed while it was idle, carried no request that was begun.
    expect(unanswered.filter((one) => all.has(one.externalId))).toEqual([]);
    expect(unanswered.filter((one) => one.outcome !== 'none')).toEqual([]);
    // Whoever comes after the restart finds the events still to be handled.
    await start();
    await eventually(async () => (await database.owner.query('select from outbox')).rowCount === 0);
    service.process.kill('SIGINT');
    expect(await service.ended).toBe(0);
  });

  test('is told to load balancers and to clients with open connections before anybody is turned away', async () => {
    await start({ SHUTDOWN_GRACE_MS: '20000' });
    service.process.kill('SIGTERM');
    let answer = await fetch(`${service.url}/health/ready`);
    await eventually(async () => {
      answer = await fetch(`${service.url}/health/ready`);
      return answer.status === 503;
    });
    expect(await answer.json()).toMatchObject({ checks: { serving: false, database: true } });
    expect(answer.headers.get('connection')).toBe('close');
    const agent = new Agent({ keepAlive: true });
    expect((await send(agent)).outcome).toBe('CREATED');
    agent.destroy();
    service.process.kill('SIGKILL');
    await service.ended;
  });
});
