import { type Client, createClient } from 'graphql-sse';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { ApiKeys } from '../../src/access/api-keys.service.js';
import { scopes } from '../../src/access/caller.js';
import { portalTokenOf } from '../access/world.js';
import { eventually, startTestService, type TestService } from '../setup/service.js';
import { customerChanged, type Following, feed, record } from './live-desk.js';

const it: TestService = await startTestService();
const clients: Client[] = [];

afterEach(() => {
  for (const client of clients.splice(0)) client.dispose();
});
afterAll(() => it.stop());

/** Follows over HTTP by the published client, one response for each subscription. */
function follow(query: string, variables: Record<string, unknown> = {}, key = it.key): Following {
  const client = createClient({
    url: `${it.url}/graphql`,
    headers: { authorization: `Bearer ${key}` },
    retryAttempts: 0,
  });
  clients.push(client);
  const following: Omit<Following, 'count' | 'ended'> = {
    changes: [],
    ends: [],
    stop: client.subscribe(
      { query, variables },
      {
        next: ({ data, errors }) => {
          if (errors) following.ends.push(errors);
          else following.changes.push(Object.values(data as object)[0]);
        },
        error: (error) => following.ends.push(error),
        complete: () => following.ends.push('complete'),
      },
    ),
  };
  return {
    ...following,
    count: async (count) => {
      await eventually(async () => following.changes.length >= count || following.ends.length > 0);
      return following.changes;
    },
    ended: async () => {
      await eventually(async () => following.ends.length > 0);
      return following.ends[0];
    },
  };
}

const idsOf = (following: Following) => following.changes.flatMap(({ touchpoint }) => touchpoint?.externalId ?? []);

describe('where sockets are blocked', () => {
  test('the published client for server-sent events follows, and goes on from its last cursor without a gap', async () => {
    const id = await record(it, 'stream@example.com', 'stream-0');
    const first = follow(customerChanged, { id });
    await first.count(1);
    expect(first.changes[0].kind).toBe('FOLLOWING');
    await record(it, 'stream@example.com', 'stream-1');
    await eventually(async () => idsOf(first).includes('stream-1'));
    first.stop();
    await record(it, 'stream@example.com', 'stream-2');
    const again = follow(customerChanged, { id, after: first.changes.at(-1).cursor });
    await record(it, 'stream@example.com', 'stream-3');
    await eventually(async () => idsOf(again).length === 2);
    expect(idsOf(again)).toEqual(['stream-2', 'stream-3']);
  });

  test('rights are those of a socket: nothing without a key, nothing of others, and an end when the key is revoked', async () => {
    const id = await record(it, 'rights@example.com', 'rights-0');
    const other = await record(it, 'other@example.com', 'other-0');
    expect(String(await follow(customerChanged, { id }, 'tl_no-key').ended())).toContain('401');
    const shown = 'subscription ($id: ID!) { customerChanged(id: $id) { kind customer { id } } }';
    const token = await portalTokenOf(it, id, it.key);
    const [error] = await follow(shown, { id: other }, token).ended();
    expect(error.extensions).toMatchObject({ reason: 'NOT_FOUND' });
    const keys = it.service.app.get(ApiKeys);
    const made = await keys.make(it.workspace, { name: 'soon revoked', scopes });
    const followed = follow(customerChanged, { id }, made.secret);
    await followed.count(1);
    await keys.revoke(await keys.prove(it.key), made.key.id);
    await record(it, 'rights@example.com', 'rights-1');
    const [ended] = await followed.ended();
    expect(ended.extensions).toMatchObject({ code: 'UNAUTHENTICATED', reason: 'KEY_REVOKED' });
    expect(idsOf(followed)).not.toContain('rights-1');
  });

  test.each([
    ['{ customers { nodes { id } } }', 'QUERY_INVALID'],
    ['subscription { nothing }', 'QUERY_INVALID'],
    ['subscription { workspaceChanged(after: "no cursor") { kind } }', 'CURSOR_INVALID'],
  ])('%s is refused with %s', async (query, reason) => {
    const [error] = await follow(query).ended();
    expect(error.extensions).toMatchObject({ reason });
  });

  test('who asks a question there is told how to get an answer', async () => {
    const [error] = await follow('{ customers { nodes { id } } }').ended();
    expect(error.message).toContain('accept application/json');
  });

  test('what cannot be read at all is refused before anything begins', async () => {
    const ask = (body: object) =>
      it.http.post('/graphql').set('accept', 'text/event-stream').set('authorization', `Bearer ${it.key}`).send(body);
    expect((await ask({ variables: {} })).body.errors[0].extensions.reason).toBe('BODY_MALFORMED');
    expect((await ask({ query: 'x', variables: [] })).body.errors[0].extensions.reason).toBe('BODY_MALFORMED');
    const long = await ask({ query: `subscription { ${'a'.repeat(70_000)} }` });
    expect(long.body.errors[0].extensions).toMatchObject({ reason: 'BODY_TOO_LARGE' });
  });

  test('a client that would take a stream among other things gets the answer of its query', async () => {
    const { body, headers } = await it.http
      .post('/graphql')
      .set('accept', 'application/graphql-response+json, application/json, text/event-stream, multipart/mixed')
      .set('authorization', `Bearer ${it.key}`)
      .send({ query: '{ customers(first: 1) { nodes { id } } }' });
    expect(headers['content-type']).toContain('json');
    expect(body.data.customers).toBeDefined();
  });

  test('a stream that is left leaves nothing behind', async () => {
    const followed = follow(feed);
    await followed.count(1);
    const streams = async () => {
      const { text } = await it.http.get('/metrics');
      return [/throughline_live_streams (\d+)/, /throughline_live_subscriptions (\d+)/].map(
        (one) => one.exec(text)?.[1],
      );
    };
    expect((await streams())[0]).not.toBe('0');
    followed.stop();
    await eventually(async () => (await streams()).join() === '0,0');
  });
});
