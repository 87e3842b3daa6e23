import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../setup/service.js';
import { expectWorded } from './refusals.js';

let it: TestService;

beforeAll(async () => {
  it = await startTestService({ NODE_ENV: 'production' });
});

afterAll(() => it?.stop());

describe('in production', () => {
  test.each([
    '{ __schema { types { name } } }',
    '{ __type(name: "Customer") { fields { name } } }',
    'query { ...F } fragment F on Query { a: __schema { queryType { name } } }',
    '{ segments { key } __schema { directives { name } } }',
  ])('the schema is not told: %s', async (query) => {
    const answer = await it.graphql(query);
    expect(answer.status).toBe(400);
    expectWorded(answer);
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', reason: 'QUERY_INVALID' });
    expect(JSON.stringify(answer)).not.toMatch(/IdentifierInput|previewSegment/);
  });

  test('the name of a type of an answer is, since clients need it', async () => {
    expect((await it.graphql('{ __typename }')).data).toEqual({ __typename: 'Query' });
  });

  test.each<[string, object, string]>([
    ['{ customr(id: "cus_1") { id } }', {}, 'customer'],
    ['{ customer(id: "cus_1") { displayNam } }', {}, 'displayName'],
    ['{ customer(idd: "cus_1") { id } }', {}, '"id"'],
    ['{ customer(identifier: { type: "email", value: "x", regio: "DE" }) { id } }', {}, 'region'],
    ['{ customer(id: "cus_1") { touchpoints(channels: [CAL]) { nodes { id } } } }', {}, 'CALL'],
    [
      'query ($c: [Channel!]) { customer(id: "cus_1") { touchpoints(channels: $c) { id } } }',
      { c: ['CHATT'] },
      '"CHAT',
    ],
    [
      'query ($i: IdentifierInput) { customer(identifier: $i) { id } }',
      { i: { type: 'e', value: 'x', regio: 'DE' } },
      'region',
    ],
    ['query ($i: IdentifierInpt) { customer(identifier: $i) { id } }', {}, 'IdentifierInput'],
    ['{ customer(id: "cus_1") { ... on Custmer { id } } }', {}, 'Customer'],
    ['{ segments @includ(if: true) { key } }', {}, 'include'],
    ['mutation { openIsue(input: {}) { isNew } }', {}, 'openIssue'],
    ['{ node(id: "cus_1") { displayName } }', {}, 'Customer'],
  ])('no name is suggested: %s', async (query, variables, hidden) => {
    const answer = await it.graphql(query, variables);
    expectWorded(answer);
    expect(JSON.stringify(answer).replaceAll('\\', '')).not.toContain(hidden);
    expect(JSON.stringify(answer)).not.toMatch(/did you mean|perhaps/i);
  });

  test('a failure of ours says nothing of our inside', async () => {
    const { owner } = it.database;
    await owner.query('revoke select on profile, segment, api_key, issue from throughline_app');
    try {
      for (const question of [
        '{ customer(id: "cus_1") { id } }',
        '{ segments { key } }',
        '{ apiKeys { id } }',
        '{ previewSegment(rule: { trait: "a", is: 1 }) { members } }',
        'mutation { openIssue(input: { subject: "s", customerId: "cus_1" }) { isNew } }',
        'mutation { revokeApiKey(input: { id: "key_00000000000000000000000000000000" }) { apiKey { id } } }',
        `mutation { recordTouchpoints(input: { touchpoints: [{ source: "s", channel: CALL, kind: "k",
          identifiers: [{ type: "email", value: "x@example.com" }] }] }) { results { outcome } } }`,
      ]) {
        const answer = await it.graphql(question);
        expect(answer.errors?.[0]?.extensions, question).toEqual({ code: 'INTERNAL', reason: 'UNEXPECTED' });
        expect(answer.errors?.[0]?.message).toBe(
          'Something went wrong on our side and has been recorded; try again later.',
        );
        expect(JSON.stringify(answer)).not.toMatch(/permission|denied|42501|relation|select|stack/i);
      }
      const unknown = await it.graphql('{ segments { key } }', {}, `tl_${'0'.repeat(12)}_${'A'.repeat(43)}`);
      expect(JSON.stringify(unknown)).not.toMatch(/permission|denied|42501|relation|stack/i);
      const problem = await it.http.post('/v1/track').auth(it.key, '').send({ userId: 'u', event: 'e' });
      expect(problem.text).not.toMatch(/permission|denied|42501|relation|stack/i);
    } finally {
      await owner.query('grant select on profile, segment, api_key, issue to throughline_app');
    }
    expect((await it.graphql('{ segments { key } }')).errors).toBeUndefined();
  });

  test('no landing page, playground or header tells what runs here', async () => {
    const answer = await it.http.get('/graphql').set('accept', 'text/html').auth(it.key, '');
    expect([400, 406]).toContain(answer.status);
    expect(answer.text).not.toMatch(/<html|apollo|graphiql|sandbox/i);
    expect(answer.headers['x-powered-by']).toBeUndefined();
    expect(answer.headers['server']).toBeUndefined();
  });

  test('the schema is told when the operator wants it', async () => {
    const open = await startTestService({ NODE_ENV: 'production', GRAPHQL_INTROSPECTION: 'true' });
    try {
      const { data } = await open.graphql('{ __schema { queryType { name } } }');
      expect(data.__schema.queryType.name).toBe('Query');
    } finally {
      await open.stop();
    }
  });
});
