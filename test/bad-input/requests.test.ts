import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeWorld, recordMutation, type World } from '../access/world.js';
import { counts } from '../isolation/dump.js';
import { startTestService, type TestService } from '../setup/service.js';
import { type Expected, expectWorded } from './refusals.js';

let it: TestService;
let world: World;

beforeAll(async () => {
  it = await startTestService();
  world = await makeWorld(it, it.workspace, it.key, 'requests', '+4930901820');
});

afterAll(() => it?.stop());

const post = (body: string | Buffer, type = 'application/json', headers: Record<string, string> = {}) =>
  it.http
    .post('/graphql')
    .auth(it.key, '')
    .set('content-type', type)
    .set(headers)
    .serialize((sent: string) => sent)
    .send(body);
const ok = '{"query":"{ segments { key } }"}';

/** The request as a whole is refused and nothing is written. */
async function expectBodyRefused(sent: ReturnType<typeof post>, { status, ...expected }: Expected): Promise<void> {
  await it.settled();
  const before = await counts(it.database.owner);
  const answer = await sent;
  expect(answer.headers['content-type']).toMatch(/^application\/(json|graphql-response\+json)/);
  expectWorded(answer.body, answer.text);
  expect(answer.body.errors[0].extensions).toMatchObject(expected);
  expect(answer.status).toBe(status);
  expect(await counts(it.database.owner)).toEqual(before);
}

const malformed = { reason: 'BODY_MALFORMED', status: 400 } as const;

describe('a body is refused', () => {
  test.each<[string, string, Expected]>([
    ['that is no JSON', '{"query":', malformed],
    ['that is empty', '', malformed],
    ['that is HTML', '<html>', malformed],
    ['with a comma too many', '{"query":"{ segments { key } }",}', malformed],
    ['that is text', '"{ segments { key } }"', malformed],
    ['that is null', 'null', malformed],
    ['that is a number', '7', malformed],
  ])('%s', async (_, body, expected) => expectBodyRefused(post(body), expected));

  test.each([
    ['an empty object', '{}'],
    ['a query that is an object', '{"query":{"a":1}}'],
    ['an empty query', '{"query":""}'],
    ['a query of spaces', '{"query":"   "}'],
    ['variables that are text', '{"query":"{ segments { key } }","variables":"x"}'],
    ['variables that are text of JSON', '{"query":"{ segments { key } }","variables":"{}"}'],
    ['extensions that are text', '{"query":"{ segments { key } }","extensions":"x"}'],
    ['an operation name that is a number', '{"query":"{ segments { key } }","operationName":7}'],
    ['an operation that is not there', '{"query":"query A { segments { key } }","operationName":"B"}'],
    ['two operations and no name', '{"query":"query A { segments { key } } query B { segments { key } }"}'],
    ['a persisted query', '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"00"}}}'],
    ['a subscription', '{"query":"subscription { workspaceChanged { cursor } }"}'],
    ['a subscription of what is not there', '{"query":"subscription { x }"}'],
    ['only a fragment', '{"query":"fragment F on Query { segments { key } }"}'],
  ])('with %s', async (_, body) => {
    await it.settled();
    const before = await counts(it.database.owner);
    const answer = await post(body);
    // Persisted queries are refused by what answers, with the status of an answer.
    expect(answer.status, answer.text).toBe(body.includes('persistedQuery') ? 200 : 400);
    expectWorded(answer.body, answer.text);
    expect(answer.body.data ?? null).toBeNull();
    expect(await counts(it.database.owner)).toEqual(before);
  });

  test('that batches queries in a list', async () => {
    for (const list of [`[${ok},${ok}]`, `[${ok}]`, '[]']) {
      const answer = await post(list);
      expect(answer.status).toBe(400);
      expectWorded(answer.body, answer.text);
    }
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/graphql',
    'application/xml',
    'application/jsonp',
    'x',
  ])('sent as %s', async (type) => {
    await expectBodyRefused(post(ok, type), { reason: 'BODY_TYPE_UNSUPPORTED', status: 415 });
  });

  test('without a content type', async () => {
    const answer = await fetch(`${it.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${it.key}` },
      body: new Uint8Array(Buffer.from(ok)),
    });
    expect(answer.status).toBe(415);
    expectWorded((await answer.json()) as never);
  });

  test('of 9 MB', async () => {
    const body = `{"query":"{ segments { key } }","x":"${'x'.repeat(9 * 1024 * 1024)}"}`;
    await expectBodyRefused(post(body), { reason: 'BODY_TOO_LARGE', status: 413 });
  });

  test('of 9 MB that does not say its size', async () => {
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => (sent++ < 150 ? controller.enqueue(chunk) : controller.close()),
    });
    let sent = 0;
    const answer = await fetch(`${it.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${it.key}`, 'content-type': 'application/json' },
      body,
      duplex: 'half',
    } as RequestInit).catch((error: Error) => error);
    // The server may close before it has read what nobody will use.
    if (answer instanceof Response) expect(answer.status).toBe(413);
    else expect(answer).toBeInstanceOf(Error);
    expect((await post(ok)).status).toBe(200);
  });

  test('that is packed: nothing is unpacked here', async () => {
    const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024, ' '));
    for (const encoding of ['gzip', 'br', 'deflate']) {
      const answer = await post(bomb, 'application/json', { 'content-encoding': encoding });
      expect([400, 415]).toContain(answer.status);
      expectWorded(answer.body);
    }
  });

  test('whose text is no UTF-8, or is taken with what is missing marked', async () => {
    const answer = await post(
      Buffer.from([...Buffer.from('{"query":"{ segments { key } } #'), 0xff, 0xfe, ...Buffer.from('"}')]),
    );
    if (answer.status !== 200) expectWorded(answer.body);
  });

  test('with a byte order mark is read or refused, and does not fail', async () => {
    const answer = await post(`\ufeff${ok}`);
    if (answer.status !== 200) expectWorded(answer.body);
  });
});

describe('by GET', () => {
  const get = (parameters: Record<string, string>) => it.http.get('/graphql').auth(it.key, '').query(parameters);

  test('a query is answered', async () => {
    const answer = await get({
      query: 'query ($k: String!) { segment(key: $k) { key } }',
      variables: JSON.stringify({ k: world.segmentKey }),
    });
    expect(answer.body).toEqual({ data: { segment: { key: world.segmentKey } } });
  });

  test('nothing can be changed', async () => {
    await it.settled();
    const before = await counts(it.database.owner);
    const mutation = `mutation { openIssue(input: { subject: "s", customerId: "${world.customer}" }) { isNew } }`;
    const answers = [
      await get({ query: mutation }),
      await get({
        query: `query A { segments { key } } ${mutation.replace('mutation', 'mutation B')}`,
        operationName: 'B',
      }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(405);
      expect(answer.headers['allow']).toBe('POST');
      expectWorded(answer.body, answer.text);
    }
    expect(await counts(it.database.owner)).toEqual(before);
  });

  test.each<[string, Record<string, string>]>([
    ['no query', {}],
    ['variables that are no JSON', { query: '{ segments { key } }', variables: '{' }],
    ['extensions that are no JSON', { query: '{ segments { key } }', extensions: '{' }],
    ['two queries', { 'query[]': '{ segments { key } }' }],
  ])('with %s is refused', async (_, parameters) => {
    const answer = await get(parameters);
    expect(answer.status).toBe(400);
    expectWorded(answer.body, answer.text);
  });

  test.each(['put', 'delete', 'patch', 'options', 'head'] as const)('and %s is no way in', async (method) => {
    const answer = await it.http[method]('/graphql').auth(it.key, '').send();
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  });
});

describe('what is no request at all', () => {
  async function raw(text: string): Promise<string> {
    const { hostname, port } = new URL(it.url);
    return new Promise((resolve) => {
      let answer = '';
      const socket = connect(Number(port), hostname, () => socket.end(text));
      socket.on('data', (data) => {
        answer += data.toString();
      });
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(answer));
    });
  }
  const head = 'host: x\r\ncontent-type: application/json\r\n';

  test.each([
    ['no HTTP', 'hello\r\n\r\n'],
    ['a header of 20 kB', `POST /graphql HTTP/1.1\r\n${head}authorization: Bearer ${'a'.repeat(20_000)}\r\n\r\n`],
    ['two lengths', `POST /graphql HTTP/1.1\r\n${head}content-length: 5\r\ncontent-length: 6\r\n\r\nhello`],
    [
      'a length and chunks',
      `POST /graphql HTTP/1.1\r\n${head}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['a path that is no path', 'GET /%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'],
    ['NUL in the path', 'GET /graphql%00 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'],
  ])('%s gets a 4xx and no stack, and the next request is served', async (_, text) => {
    const answer = await raw(text);
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer).not.toMatch(/node_modules|\bat .+\.js:/);
    expect((await post(ok)).status).toBe(200);
  });

  test('an unknown address is answered as a problem', async () => {
    for (const path of ['/', '/graphiql', '/.env', '/../../etc/passwd', '/v2/batch', '/health/']) {
      const answer = await it.http.get(path);
      expect(answer.status, path).toBe(404);
      expect(answer.headers['content-type'], path).toContain('application/problem+json');
      expect(answer.body, path).toMatchObject({ status: 404, code: 'NOT_FOUND', reason: 'ROUTE_UNKNOWN' });
      expect(answer.text, path).not.toContain('Cannot GET');
    }
  });
});

test('a mutation’s neighbours run although one is refused, each with its own answer', async () => {
  const answer = await it.graphql(
    `mutation ($input: RecordTouchpointsInput!) {
      bad: openIssue(input: { subject: "", customerId: "${world.customer}" }) { isNew }
      ${recordMutation.slice(recordMutation.indexOf('{') + 1, recordMutation.lastIndexOf('}'))} }`,
    {
      input: {
        touchpoints: [
          { source: 's', channel: 'CALL', kind: 'k', identifiers: [{ type: 'email', value: 'n@example.com' }] },
        ],
      },
    },
  );
  // The root fields are not null: GraphQL takes the whole data away, and says which one failed.
  expectWorded(answer);
  expect(answer.errors).toHaveLength(1);
  expect(answer.errors?.[0]?.path).toEqual(['bad']);
});
