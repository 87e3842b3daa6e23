import { federateSubgraphs, ROUTER_COMPATIBILITY_VERSION_ONE } from '@wundergraph/composition';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../setup/service.js';

let service: TestService;
let ids: string[];

const entities = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) {
    __typename
    ... on Customer { id displayName touchpoints(first: 1) { edges { node { kind } } } }
    ... on Issue { id subject }
  }
}`;

beforeAll(async () => {
  service = await startTestService();
  const { data } = await service.graphql(`mutation { recordTouchpoints(input: { touchpoints: [
    { source: "test", channel: EMAIL, kind: "first", identifiers: [{ type: "email", value: "a@example.com" }], traits: { name: "Ada" } }
    { source: "test", channel: EMAIL, kind: "second", identifiers: [{ type: "email", value: "b@example.com" }], traits: { name: "Bo" } }
  ] }) { results { customerId } } }`);
  ids = data.recordTouchpoints.results.map((one: { customerId: string }) => one.customerId);
});

afterAll(async () => {
  await service?.stop();
});

const ask = (representations: object[], key?: string) => service.graphql(entities, { representations }, key);

describe('as a subgraph of a federated graph', () => {
  test('composes with another subgraph that extends our customer', async () => {
    const { data } = await service.graphql('{ _service { sdl } }');
    const billing = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
      type Query { invoices: [Invoice!]! }
      type Invoice @key(fields: "number") { number: ID! customer: Customer! }
      type Customer @key(fields: "id") { id: ID! invoices: [Invoice!]! }`;
    const composed = federateSubgraphs({
      subgraphs: [
        { name: 'throughline', url: 'http://throughline', definitions: parse(data._service.sdl) },
        { name: 'billing', url: 'http://billing', definitions: parse(billing) },
      ],
      version: ROUTER_COMPATIBILITY_VERSION_ONE,
    });
    expect('errors' in composed ? composed.errors.map(String) : []).toEqual([]);
    expect(data._service.sdl).not.toMatch(/_entities|_Any|_service/);
  });

  test('answers for the customers that others refer to, in their order', async () => {
    const { data, errors } = await ask([...ids].reverse().map((id) => ({ __typename: 'Customer', id })));
    expect(errors).toBeUndefined();
    expect(data._entities.map((one: { displayName: string }) => one.displayName)).toEqual(['Bo', 'Ada']);
    expect(data._entities[0].touchpoints.edges[0].node.kind).toBe('second');
    expect(data._entities[0].__typename).toBe('Customer');
  });

  test('answers null for what does not exist, what is something else and what is another workspace’s', async () => {
    const { key } = await service.makeWorkspace('other');
    expect((await ask([{ __typename: 'Issue', id: ids[0] }])).data._entities).toEqual([null]);
    expect((await ask([{ __typename: 'Customer', id: `${ids[0]}999` }])).data._entities).toEqual([null]);
    expect((await ask([{ __typename: 'Customer', id: ids[0] }], key)).data._entities).toEqual([null]);
  });

  test('refuses a reference without an id, and more than a thousand', async () => {
    expect((await ask([{ __typename: 'Customer' }])).errors?.[0]?.extensions).toMatchObject({
      reason: 'INPUT_INVALID',
      field: 'representations[0].id',
    });
    const many = Array.from({ length: 1_001 }, () => ({ __typename: 'Customer', id: ids[0] }));
    expect((await ask(many)).errors?.[0]?.extensions).toMatchObject({ reason: 'TOO_MANY', limit: 1_000 });
  });
});
