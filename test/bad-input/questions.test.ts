import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeWorld, type World } from '../access/world.js';
import { startTestService, type TestService } from '../setup/service.js';
import { type Expected, expectRefused, expectWorded } from './refusals.js';

let it: TestService;
let world: World;

beforeAll(async () => {
  it = await startTestService();
  world = await makeWorld(it, it.workspace, it.key, 'asked', '+4930901820');
});

afterAll(() => it?.stop());

const refused = (query: string, expected: Expected, variables: object = {}) =>
  expectRefused(it, () => it.graphql(query, variables), expected, query);
const hex = '0'.repeat(32);

describe('a question about one thing is refused', () => {
  test.each<[string, () => string, Expected]>([
    ['with neither id nor identifier', () => '{ customer { id } }', { reason: 'ONE_OF_REQUIRED', field: 'id' }],
    [
      'with both',
      () => `{ customer(id: "cus_1", identifier: { type: "email", value: "a@b.c" }) { id } }`,
      { reason: 'ONE_OF_REQUIRED', field: 'id' },
    ],
    [
      'with nulls for both',
      () => '{ customer(id: null, identifier: null) { id } }',
      { reason: 'ONE_OF_REQUIRED', field: 'id' },
    ],
    ['with an id of a touchpoint', () => `{ customer(id: "tp_${hex}") { id } }`, { reason: 'ID_INVALID', field: 'id' }],
    ['with an id of a customer', () => '{ touchpoint(id: "cus_1") { id } }', { reason: 'ID_INVALID', field: 'id' }],
    ['with an id of a segment', () => `{ issue(id: "seg_${hex}") { id } }`, { reason: 'ID_INVALID', field: 'id' }],
    ['with an id of a key', () => `{ node(id: "key_${hex}") { id } }`, { reason: 'ID_INVALID', field: 'id' }],
    ['with an empty id', () => '{ node(id: "") { id } }', { reason: 'ID_INVALID', field: 'id' }],
    ['with a number', () => '{ customer(id: 1000) { id } }', { reason: 'ID_INVALID', field: 'id' }],
    ['with 0', () => '{ customer(id: "cus_0") { id } }', { reason: 'ID_INVALID', field: 'id' }],
    ['with a negative id', () => '{ customer(id: "cus_-1") { id } }', { reason: 'ID_INVALID', field: 'id' }],
    [
      'with an id beyond 64 bits',
      () => '{ customer(id: "cus_9999999999999999999") { id } }',
      { reason: 'ID_INVALID', field: 'id' },
    ],
    [
      'with digits of another script',
      () => '{ customer(id: "cus_١٢٣") { id } }',
      { reason: 'ID_INVALID', field: 'id' },
    ],
    ['with a tail', () => `{ customer(id: "${world.customer}\\n") { id } }`, { reason: 'ID_INVALID', field: 'id' }],
    [
      'with capitals',
      () => `{ touchpoint(id: "${world.touchpoint.toUpperCase()}") { id } }`,
      { reason: 'ID_INVALID', field: 'id' },
    ],
    [
      'with a dashed uuid',
      () => '{ touchpoint(id: "tp_00000000-0000-0000-0000-000000000000") { id } }',
      { reason: 'ID_INVALID', field: 'id' },
    ],
    [
      'with one bad id among good ones',
      () => `{ nodes(ids: ["${world.customer}", "x"]) { id } }`,
      { reason: 'ID_INVALID', field: 'ids' },
    ],
    [
      'with 101 ids',
      () => `{ nodes(ids: [${Array(101).fill('"cus_1"')}]) { id } }`,
      { reason: 'TOO_MANY', field: 'ids', limit: 100 },
    ],
    [
      'by an unknown identifier type',
      () => '{ customer(identifier: { type: "fax", value: "1" }) { id } }',
      { reason: 'IDENTIFIER_TYPE_UNKNOWN', field: 'identifier.type' },
    ],
    [
      'by an identifier without end',
      () => `{ customer(identifier: { type: "email", value: "${'x'.repeat(513)}" }) { id } }`,
      { reason: 'TOO_LONG', field: 'identifier.value', limit: 512 },
    ],
    [
      'in a region that is no country',
      () => '{ customer(identifier: { type: "phone", value: "1", region: "Germany" }) { id } }',
      { reason: 'INPUT_INVALID', field: 'identifier.region' },
    ],
    [
      'as of a local time',
      () => '{ customer(id: "cus_1", asOf: "2024-01-01T00:00:00") { id } }',
      { reason: 'TIME_INVALID', field: 'asOf' },
    ],
    [
      'as of 31 February',
      () => '{ customer(id: "cus_1", asOf: "2024-02-31T00:00:00Z") { id } }',
      { reason: 'TIME_INVALID', field: 'asOf' },
    ],
    [
      'from a year before Christ',
      () => '{ customer(id: "cus_1") { touchpoints(from: "-000100-01-01T00:00:00Z") { nodes { id } } } }',
      { reason: 'TIME_INVALID', field: 'from' },
    ],
    [
      'on a channel that there is not',
      () => '{ customer(id: "cus_1") { touchpoints(channels: [PIGEON]) { nodes { id } } } }',
      { reason: 'INPUT_INVALID' },
    ],
    [
      'of 51 kinds',
      () => `{ customer(id: "${world.customer}") { touchpoints(kinds: [${Array(51).fill('"k"')}]) { nodes { id } } } }`,
      { reason: 'TOO_MANY', limit: 50 },
    ],
    [
      'under an issue that is a customer',
      () => `{ customer(id: "${world.customer}") { touchpoints(issueId: "cus_1") { nodes { id } } } }`,
      { reason: 'ID_INVALID' },
    ],
    [
      'by an alias that no column can have',
      () => `{ ${'a'.repeat(64)}: customer(id: "cus_1") { id } }`,
      { reason: 'QUERY_INVALID' },
    ],
  ])('%s', async (_, query, expected) => refused(query(), { ...expected }));

  test('but what is well-formed and unknown is null, at every edge of the range', async () => {
    const { data, errors } = await it.graphql(
      `{ a: customer(id: "cus_999999999999999999") { id } b: customer(id: "cus_1") { id }
         c: touchpoint(id: "tp_${'f'.repeat(32)}") { id } d: issue(id: "iss_${hex}") { id }
         e: customer(identifier: { type: "email", value: "not an address" }) { id }
         f: customer(identifier: { type: "phone", value: "unknown" }) { id }
         g: customer(id: "${world.customer}", asOf: "0001-01-01T00:00:00Z") { id }
         h: customer(id: "${world.customer}", asOf: "9999-12-31T23:59:59.999999999Z") { id }
         segment(key: "") { key } nodes(ids: []) { id } }`,
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      a: null,
      b: null,
      c: null,
      d: null,
      e: null,
      f: null,
      g: null,
      h: { id: world.customer },
      segment: null,
      nodes: [],
    });
  });
});

describe('a change is refused', () => {
  test.each<[string, () => string, Expected]>([
    [
      'of an issue for nobody',
      () => 'openIssue(input: { subject: "s" }) { isNew }',
      { reason: 'ONE_OF_REQUIRED', field: 'input.customerId' },
    ],
    [
      'of an issue for two',
      () => `openIssue(input: { subject: "s", customerId: "cus_1", touchpointId: "tp_${hex}" }) { isNew }`,
      { reason: 'ONE_OF_REQUIRED' },
    ],
    [
      'of an issue without a subject',
      () => `openIssue(input: { subject: " ", customerId: "${world.customer}" }) { isNew }`,
      { reason: 'INPUT_INVALID', field: 'input.subject' },
    ],
    [
      'of an issue with half a reference',
      () => `openIssue(input: { subject: "s", customerId: "${world.customer}", source: "x" }) { isNew }`,
      { reason: 'INPUT_INVALID', field: 'input.externalId' },
    ],
    [
      'of an issue with a stranger’s touchpoint',
      () =>
        `openIssue(input: { subject: "s", customerId: "${world.customer}", touchpointIds: ["${world.touchpoint}", "${world.strangersTouchpoint}"] }) { isNew }`,
      { reason: 'INPUT_INVALID', field: 'input.touchpointIds[1]' },
    ],
    [
      'of an issue with an unknown touchpoint',
      () =>
        `openIssue(input: { subject: "s", customerId: "${world.customer}", touchpointIds: ["tp_${hex}"] }) { isNew }`,
      { reason: 'NOT_FOUND', field: 'input.touchpointIds[0]' },
    ],
    [
      'of an issue of an old version',
      () => `updateIssue(input: { id: "${world.issue}", version: 99, subject: "s" }) { issue { id } }`,
      { reason: 'VERSION_STALE' },
    ],
    [
      'with no touchpoint to link',
      () => `linkTouchpoints(input: { issueId: "${world.issue}", touchpointIds: [] }) { issue { id } }`,
      { reason: 'TOO_FEW', field: 'input.touchpointIds' },
    ],
    [
      'with 501 touchpoints to link',
      () =>
        `linkTouchpoints(input: { issueId: "${world.issue}", touchpointIds: [${Array(501).fill(`"${world.touchpoint}"`)}] }) { issue { id } }`,
      { reason: 'TOO_MANY', field: 'input.touchpointIds', limit: 500 },
    ],
    [
      'of a segment with a rule that is none',
      () => 'createSegment(input: { key: "k", name: "n", rule: { sql: "1=1" } }) { segment { id } }',
      { reason: 'RULE_INVALID' },
    ],
    [
      'of a segment with a key that is taken',
      () =>
        `createSegment(input: { key: "${world.segmentKey}", name: "n", rule: { trait: "a", is: 1 } }) { segment { id } }`,
      { reason: 'KEY_TAKEN', field: 'input.key' },
    ],
    [
      'of a customer without identifiers',
      () => 'identifyCustomer(input: { source: "s", identifiers: [] }) { customerId }',
      { reason: 'TOO_FEW', field: 'input.identifiers' },
    ],
    [
      'of a customer in the year 9999',
      () =>
        'identifyCustomer(input: { source: "s", identifiers: [{ type: "email", value: "n@example.com" }], occurredAt: "9999-01-01T00:00:00Z" }) { customerId }',
      { reason: 'OUT_OF_RANGE', field: 'input.occurredAt' },
    ],
    [
      'of a key with an unknown scope',
      () => 'createApiKey(input: { name: "n", scopes: ["root"] }) { secret }',
      { reason: 'SCOPE_UNKNOWN', field: 'input.scopes[0]' },
    ],
    [
      'of a portal token for a customer that there is not',
      () => 'createPortalToken(input: { customerId: "cus_1" }) { token }',
      { reason: 'NOT_FOUND', field: 'input.customerId' },
    ],
    [
      'of a portal token for ever',
      () => `createPortalToken(input: { customerId: "${world.customer}", expiresInSeconds: 1000000000 }) { token }`,
      { reason: 'OUT_OF_RANGE', field: 'input.expiresInSeconds' },
    ],
  ])('%s', async (_, field, expected) => refused(`mutation { ${field()} }`, expected));

  test('with a rule so deep that reading it would take the stack', async () => {
    const deep = `${'{"all":['.repeat(20_000)}{}${']}'.repeat(20_000)}`;
    for (const query of [
      'query ($r: JSON!) { previewSegment(rule: $r) { members } }',
      'query ($r: JSON!) { segments { key } previewSegment(rule: $r) { members } }',
    ]) {
      const body = `{"query":${JSON.stringify(query)},"variables":{"r":${deep}}}`;
      const answer = await it.http.post('/graphql').auth(it.key, '').set('content-type', 'application/json').send(body);
      expectWorded(answer.body, query);
    }
  });

  test('with attributes so deep that reading them would take the stack', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const query = `mutation ($a: JSON!) { recordTouchpoints(input: { touchpoints: [{ source: "s", channel: CALL, kind: "k",
      identifiers: [{ type: "email", value: "deep@example.com" }], attributes: { a: $a } }] }) { results { outcome error { reason } } } }`;
    const answer = await it.http
      .post('/graphql')
      .auth(it.key, '')
      .set('content-type', 'application/json')
      .send(`{"query":${JSON.stringify(query)},"variables":{"a":${deep}}}`);
    if (answer.body.errors) expectWorded(answer.body);
    else
      expect(answer.body.data.recordTouchpoints.results).toEqual([
        { outcome: 'REJECTED', error: { reason: 'TOO_MANY' } },
      ]);
  });
});
