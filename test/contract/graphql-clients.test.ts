import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { Client, cacheExchange, fetchExchange } from '@urql/core';
import { GraphQLClient } from 'graphql-request';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../setup/service.js';

const question = `query Who($value: String!) {
  customer(identifier: { type: "email", value: $value }) { id displayName }
}`;
const variables = { value: 'ada@example.com' };

let service: TestService;
let headers: Record<string, string>;

beforeAll(async () => {
  service = await startTestService();
  headers = { authorization: `Bearer ${service.key}` };
  await service.graphql(`mutation { recordTouchpoints(input: { touchpoints: [{ source: "test", channel: EMAIL,
    kind: "email", identifiers: [{ type: "email", value: "ada@example.com" }], traits: { name: "Ada" } }] }) {
    results { outcome } } }`);
});

afterAll(async () => {
  await service?.stop();
});

describe('published clients ask the one query as they are', () => {
  test('urql, which sends a query as GET', async () => {
    const methods: string[] = [];
    const client = new Client({
      url: `${service.url}/graphql`,
      exchanges: [cacheExchange, fetchExchange],
      fetchOptions: { headers },
      preferGetMethod: 'within-url-limit',
      fetch: (url, init) => {
        methods.push(init?.method ?? '');
        return fetch(url, init);
      },
    });
    const { data, error } = await client.query(question, variables).toPromise();
    expect(error).toBeUndefined();
    expect(data.customer.displayName).toBe('Ada');
    expect(methods).toEqual(['GET']);
  });

  test('Apollo Client, which adds an extension of its own', async () => {
    const link = new HttpLink({ uri: `${service.url}/graphql`, headers });
    const client = new ApolloClient({ link, cache: new InMemoryCache() });
    const { data } = await client.query<{ customer: { displayName: string } }>({ query: gql(question), variables });
    expect(data?.customer.displayName).toBe('Ada');
  });

  test('graphql-request', async () => {
    const client = new GraphQLClient(`${service.url}/graphql`, { headers });
    const data = await client.request<{ customer: { displayName: string } }>(question, variables);
    expect(data.customer.displayName).toBe('Ada');
  });
});
