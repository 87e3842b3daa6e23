import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Child, runService } from '../platform/child.js';
import { createTestDatabase, type TestDatabase } from '../setup/postgres.js';
import { eventually } from '../setup/service.js';
import { recordMutation } from './world.js';

const key = 'operators-secret-key-in-no-log';
const email = 'quastenflosser@geheim.example';
const phone = '+4930901877';
const person = 'Adelheid Quastenflosser';
/** In every form in which a request, a URL or an error may carry them. */
const secrets = [email, email.toUpperCase(), encodeURIComponent(email), phone, '4930901877', '30 901877', person];
const words = [
  ...secrets,
  'Quastenflosser',
  'quastenflosser',
  'geheim',
  key,
  Buffer.from(`${key}:`).toString('base64'),
];

let database: TestDatabase;
let service: Child & { readonly url: string };
let http: ReturnType<typeof supertest>;

beforeAll(async () => {
  database = await createTestDatabase();
  service = await runService({
    DATABASE_URL: database.ownerUrl,
    THROUGHLINE_BOOTSTRAP_KEY: key,
    LOG_LEVEL: 'trace',
    POOL_SIZE: '3',
  });
  http = supertest(service.url);
});

afterAll(async () => {
  if (service?.process.exitCode === null) service.process.kill('SIGKILL');
  await database?.drop();
});

const ask = (query: string, variables: object = {}) => http.post('/graphql').auth(key, '').send({ query, variables });
const touchpoint = (more: object = {}) => ({
  source: 'logs',
  externalId: `${person}-${randomUUID()}`,
  channel: 'CALL',
  kind: 'call.completed',
  subject: person,
  summary: `Call ${phone}`,
  attributes: { email },
  traits: { name: person, email, phone },
  identifiers: [
    { type: 'email', value: email },
    { type: 'phone', value: phone },
  ],
  ...more,
});
const record = (more: object = {}) => ask(recordMutation, { input: { touchpoints: [touchpoint(more)] } });

function raw(text: string): Promise<void> {
  const { hostname, port } = new URL(service.url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.end(text));
    socket.on('data', () => undefined);
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
  });
}

/** Everything that a client can do with what it knows of a person, rightly and wrongly. */
const acts: Record<string, () => PromiseLike<unknown>> = {
  'recorded it': () => record(),
  'had it rejected': () => record({ topic: person.repeat(50), sentiment: 2 }),
  'had it refused by the schema': () => record({ channel: person }),
  'had it refused as time': () => record({ occurredAt: email }),
  'had it refused as text': () => record({ subject: `${person}\0` }),
  'named it as a type': () => ask(`{ customer(identifier: { type: "${email}", value: "${phone}" }) { id } }`),
  'asked by it': () =>
    ask('query ($i: IdentifierInput) { customer(identifier: $i) { id displayName traits } }', {
      i: { type: 'email', value: email },
    }),
  'asked by it in the text': () =>
    ask(`{ customer(identifier: { type: "phone", value: "${phone}" }) { displayName } }`),
  'searched for it': () => ask(`{ customers(search: "${person}") { nodes { displayName } } }`),
  'searched for half of it': () => ask(`{ customers(search: "${person}\\u0000") { nodes { displayName } } }`),
  'gave it as an id': () => ask(`{ customer(id: "${email}") { id } }`),
  'gave it as a cursor': () => ask(`{ customers(after: "${email}") { nodes { id } } }`),
  'gave it as a field': () => ask('{ Quastenflosser }'),
  'gave it as broken GraphQL': () => ask(`{ "${email}" ${person}`),
  'gave it by GET': () =>
    http
      .get('/graphql')
      .auth(key, '')
      .query({ query: `{ customer(identifier: { type: "email", value: "${email}" }) { id } }` }),
  'gave it by broken GET': () =>
    http
      .get('/graphql')
      .auth(key, '')
      .query({ query: `{ ${email}`, variables: phone }),
  'gave it as broken JSON': () =>
    http.post('/graphql').auth(key, '').set('content-type', 'application/json').send(`{"query": "${email}`),
  'gave it as another type': () => http.post('/graphql').auth(key, '').set('content-type', 'text/plain').send(person),
  'gave it as a content type': () => http.post('/graphql').auth(key, '').set('content-type', `x/${email}`).send('x'),
  'gave it as a key': () =>
    http.post('/graphql').set('authorization', `Bearer ${email}`).send({ query: '{ segments { key } }' }),
  'gave it as a user name': () => http.post('/graphql').auth(email, phone).send({ query: '{ segments { key } }' }),
  'gave it as a header': () =>
    http.get('/health/live').set('x-customer', email).set('user-agent', person).set('referer', `http://x/?${email}`),
  'opened an issue about it': () =>
    ask(`mutation { openIssue(input: { subject: "${person}", customerId: "cus_1" }) { isNew } }`),
  'made a segment of it': () =>
    ask(
      `mutation { createSegment(input: { key: "k", name: "${person}", rule: { trait: "email", is: "${email}" } }) { segment { id } } }`,
    ),
  'made a bad segment of it': () =>
    ask(
      `mutation { createSegment(input: { key: "${email}", name: "n", rule: { trait: "${person}" } }) { segment { id } } }`,
    ),
  'made a key of it': () =>
    ask(`mutation { createApiKey(input: { name: "${person}", scopes: ["${email}"] }) { secret } }`),
  'sent it as the SDKs do': () =>
    http
      .post('/v1/identify')
      .auth(key, '')
      .send({ userId: email, traits: { name: person, phone } }),
  'sent it wrongly as the SDKs do': () =>
    http
      .post('/v1/batch')
      .auth(key, '')
      .send({ batch: [{ type: person, userId: `${email}\0` }] }),
  'sent it broken as the SDKs do': () => http.post('/v1/batch').auth(key, '').send(`{"batch": "${email}`),
  'asked a wrong address': () => http.get(`/customers?email=${encodeURIComponent(email)}`),
  'asked a broken address': () => raw(`GET /%zz?email=${email} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`),
  'spoke no HTTP': () => raw(`${email} ${person}\r\n\r\n`),
};

const lines = () => service.output().split('\n');

describe('with everything logged, no log tells of a person or a key who', () => {
  test.each(Object.keys(acts))('%s', async (act) => {
    const from = service.output().length;
    await acts[act]?.();
    // The answer to this comes after whatever was logged of the act.
    const marker = `/marker-${randomUUID()}`;
    await http.get(marker);
    await eventually(async () => service.output().includes(marker));
    const written = service.output().slice(from);
    const told = written.split('\n').filter((line) => words.some((word) => line.includes(word)));
    expect(told).toEqual([]);
  });

  test('made the database fail', async () => {
    expect((await record()).body.data.recordTouchpoints.results[0].outcome).toBe('CREATED');
    const breaks = [
      [
        `alter table touchpoint add constraint broken check (subject <> '${person}') not valid`,
        'alter table touchpoint drop constraint broken',
      ],
      ['revoke select on identifier from throughline_app', 'grant select on identifier to throughline_app'],
      [
        'alter table issue add constraint broken check (length(subject) < 3) not valid',
        'alter table issue drop constraint broken',
      ],
      [
        'alter table dead_letter add constraint broken check (length(raw) < 3) not valid',
        'alter table dead_letter drop constraint broken',
      ],
    ] as const;
    const from = service.output().length;
    for (const [broken, mended] of breaks) {
      await database.owner.query(broken);
      try {
        for (const act of Object.values(acts)) await act();
      } finally {
        await database.owner.query(mended);
      }
    }
    await eventually(async () => /"level":50/.test(service.output().slice(from)));
    const written = service.output().slice(from);
    const told = written.split('\n').filter((line) => words.some((word) => line.includes(word)));
    expect(told).toEqual([]);
    expect(written).not.toMatch(/violates|Failing row|DETAIL/i);
  });
});

test('what is logged is one JSON object a line, with a request’s id, method, path and status', async () => {
  await http.get('/health/live');
  const found = lines().filter((line) => line.startsWith('{'));
  expect(found.length).toBeGreaterThan(50);
  const parsed = found.map((line) => JSON.parse(line) as Record<string, { path?: string; id?: string }>);
  const request = parsed.find((line) => line['req']?.path === '/health/live');
  expect(request?.['req']).toEqual({ id: expect.any(String), method: 'GET', path: '/health/live' });
  expect(lines().filter((line) => line !== '' && !line.startsWith('{'))).toEqual([
    expect.stringMatching(/^Throughline listens at/),
  ]);
});
