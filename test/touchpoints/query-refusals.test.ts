import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../setup/service.js';
import { type History, makeHistory, storeHistory } from './history-data.js';
import { placeCursor } from './place-cursor.js';

let service: TestService;
let history: History;
let foreign: { workspace: number; key: string; history: History };
const now = Date.now();

beforeAll(async () => {
  service = await startTestService();
  history = makeHistory(service.workspace, 21, 40, now);
  await storeHistory(service.database.owner, history);
  const other = await service.makeWorkspace('other');
  foreign = { ...other, history: makeHistory(other.workspace, 22, 5, now) };
  await storeHistory(service.database.owner, foreign.history);
});

afterAll(() => service?.stop());

describe('what is refused', () => {
  const any = () => `customer(id: "cus_${history.profiles[0]?.id}")`;
  const cursor = (field: string, workspace = service.workspace) =>
    placeCursor(workspace, field, { at: history.touchpoints[0]?.occurredAt, id: history.touchpoints[0]?.id as string });

  test.each<[string, () => string, string, string | undefined]>([
    ['neither id nor identifier', () => '{ customer { id } }', 'ONE_OF_REQUIRED', 'id'],
    [
      'both',
      () => '{ customer(id: "cus_1", identifier: { type: "email", value: "a@b.c" }) { id } }',
      'ONE_OF_REQUIRED',
      'id',
    ],
    ['an id of another shape', () => '{ customer(id: "1; drop table") { id } }', 'ID_INVALID', 'id'],
    [
      'an unknown type',
      () => '{ customer(identifier: { type: "shoe", value: "1" }) { id } }',
      'IDENTIFIER_TYPE_UNKNOWN',
      'identifier.type',
    ],
    [
      'NUL',
      () => '{ customer(identifier: { type: "user_id", value: "a\\u0000" }) { id } }',
      'TEXT_INVALID',
      'identifier.value',
    ],
    [
      'a lone surrogate',
      () => '{ customer(identifier: { type: "user_id", value: "\\uD800" }) { id } }',
      'QUERY_INVALID',
      undefined,
    ],
    [
      'a page of 0',
      () => `{ ${any()} { touchpoints(first: 0) { nodes { id } } } }`,
      'PAGE_SIZE_INVALID',
      'touchpoints.first',
    ],
    [
      'a page of -1',
      () => `{ ${any()} { touchpoints(last: -1) { nodes { id } } } }`,
      'PAGE_SIZE_INVALID',
      'touchpoints.last',
    ],
    [
      'a page of 10⁹',
      () => `{ ${any()} { touchpoints(first: 1000000000) { nodes { id } } } }`,
      'PAGE_SIZE_INVALID',
      'touchpoints.first',
    ],
    [
      'first and last',
      () => `{ ${any()} { touchpoints(first: 1, last: 1) { nodes { id } } } }`,
      'PAGE_SIZE_INVALID',
      'touchpoints.last',
    ],
    [
      'a forged cursor',
      () => `{ ${any()} { touchpoints(after: "bm9wZQ") { nodes { id } } } }`,
      'CURSOR_INVALID',
      'touchpoints.after',
    ],
    [
      'a cursor of another field',
      () => `{ ${any()} { conversations(after: "${cursor('Customer.touchpoints')}") { nodes { id } } } }`,
      'CURSOR_INVALID',
      'conversations.after',
    ],
    [
      'a cursor of another workspace',
      () =>
        `{ ${any()} { touchpoints(after: "${cursor('Customer.touchpoints', foreign.workspace)}") { nodes { id } } } }`,
      'CURSOR_INVALID',
      'touchpoints.after',
    ],
    ['a local time', () => '{ customer(id: "cus_1", asOf: "2026-01-01T00:00:00") { id } }', 'TIME_INVALID', 'asOf'],
    [
      'a day that does not exist',
      () => '{ customer(id: "cus_1", asOf: "2026-02-30T00:00:00Z") { id } }',
      'TIME_INVALID',
      'asOf',
    ],
    ['an unknown field', () => '{ customer(id: "cus_1") { nope } }', 'QUERY_INVALID', undefined],
    [
      'a wrong enum',
      () => `{ ${any()} { touchpoints(channels: [BIRD]) { nodes { id } } } }`,
      'INPUT_INVALID',
      'channels',
    ],
    ['a syntax error', () => '{ customer(', 'QUERY_INVALID', undefined],
    [
      'too many levels',
      () => `{ ${any()} ${'{ touchpoints { nodes { customer '.repeat(5)} { id } ${'} } }'.repeat(5)} }`,
      'QUERY_TOO_COMPLEX',
      undefined,
    ],
    [
      'too many aliases',
      () => `{ ${any()} { ${Array.from({ length: 61 }, (_, i) => `a${i}: id`).join(' ')} } }`,
      'QUERY_TOO_COMPLEX',
      undefined,
    ],
    [
      'too many fields at the root',
      () => `{ ${Array.from({ length: 11 }, (_, i) => `a${i}: ${any()} { id }`).join(' ')} }`,
      'QUERY_TOO_COMPLEX',
      undefined,
    ],
    ['too many tokens', () => `{ ${any()} { ${'id '.repeat(4_100)} } }`, 'QUERY_TOO_COMPLEX', undefined],
    [
      'pages of pages',
      () => `{ customers(first: 500) { nodes { touchpoints(first: 500) { nodes { id } } } } }`,
      'QUERY_TOO_COMPLEX',
      undefined,
    ],
  ])('%s', async (_, query, reason, field) => {
    const { errors } = await service.graphql(query());
    expect(errors?.[0]?.extensions).toMatchObject({ reason, ...(field ? { field } : {}) });
    expect(errors?.[0]?.extensions['stacktrace']).toBeUndefined();
  });

  test('a missing and a wrong key get 401 and say so in GraphQL’s form', async () => {
    for (const key of [null, 'nonsense']) {
      const { status, errors } = await service.graphql('{ __typename }', {}, key);
      expect(status).toBe(401);
      expect(errors?.[0]?.extensions['code']).toBe('UNAUTHENTICATED');
    }
  });

  test('a mutation by GET is refused, a query by GET is answered', async () => {
    const get = (query: string) =>
      service.http.get('/graphql').query({ query }).set('authorization', `Bearer ${service.key}`);
    expect((await get(`{ ${any()} { id } }`)).body.data.customer.id).toMatch(/^cus_/);
    const refused = await get('mutation { __typename }');
    expect(refused.status).toBe(405);
    expect(refused.body.errors[0].extensions.code).toBe('BAD_USER_INPUT');
  });
});
