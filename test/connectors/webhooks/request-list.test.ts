import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { postmarkKind } from '../../../src/connectors/webhooks/kinds/postmark.js';
import { dataOf } from '../../access/world.js';
import { delivery, type MadeConnector, startWebhookClient, type WebhookClient } from './webhook-client.js';

interface Listed {
  readonly id: string;
  readonly state: string;
  readonly receivedAt: string;
  readonly [field: string]: unknown;
}

let client: WebhookClient;
let made: MadeConnector;
let other: MadeConnector;

const pair = [delivery('good'), delivery('half'), 'no JSON', delivery('waits')];

beforeAll(async () => {
  client = await startWebhookClient();
  made = await client.make('postmark');
  other = await client.make('postmark');
  await client.post(made.callUrl, pair[0] as string, { 'content-type': 'application/json' });
  const translate = postmarkKind.translate.bind(postmarkKind);
  const half = vi
    .spyOn(postmarkKind, 'translate')
    .mockImplementationOnce((...told) => [
      ...translate(...told),
      ...translate(...told).map((item) => ({ ...item, channel: 'NOWHERE' as never })),
    ]);
  await client.post(made.callUrl, pair[1] as string);
  half.mockRestore();
  await client.post(made.callUrl, pair[2] as string);
  await client.post(made.callUrl, pair[3] as string);
  await client.post(other.callUrl, delivery('of the other'));
  // Given times of their own: two may come within one millisecond.
  const { owner } = client.t.database;
  for (const [i, body] of pair.entries()) {
    await owner.query('update inbound_request set received_at = $2 where body = $1', [
      Buffer.from(body),
      `2026-11-0${i + 1}T10:00:00Z`,
    ]);
  }
});
afterAll(() => client?.t.stop());

async function list(args: string, fields = 'id state receivedAt', key = client.t.key): Promise<Listed[]> {
  const query = `{ connectorRequests(${args}) { nodes { ${fields} } } }`;
  return dataOf(await client.t.graphql(query, {}, key)).connectorRequests.nodes;
}

describe('stored requests of vendors', () => {
  it('are listed with what became of each, the latest first', async () => {
    const [waits] = await list(`connectorId: "${made.id}", first: 1`);
    await client.t.graphql(
      `mutation { replayRequests(input: { connectorId: "${made.id}", ids: ["${waits?.id}"] }) { requests } }`,
    );
    const all =
      'kind method bodyBytes state storedCount refusedCount reason replays connectorId headers url finishedAt';
    const same = { kind: 'postmark', method: 'POST', connectorId: made.id, url: expect.stringContaining(made.id) };
    expect(await list(`connectorId: "${made.id}"`, all)).toMatchObject([
      { ...same, state: 'WAITING', replays: 1, finishedAt: null },
      { ...same, state: 'REFUSED', storedCount: 0, refusedCount: 1, reason: 'BODY_MALFORMED', bodyBytes: 7 },
      { ...same, state: 'PARTLY_REFUSED', storedCount: 1, refusedCount: 1, replays: 0 },
      { ...same, state: 'TRANSLATED', storedCount: 1, reason: null, headers: { 'content-type': 'application/json' } },
    ]);
    const [first] = await list('first: 1', 'connectorId');
    expect(first).toEqual({ connectorId: other.id });
  });

  it('are found by state and time, and paged by cursor in both directions', async () => {
    const states = async (args: string) => (await list(`connectorId: "${made.id}", ${args}`)).map(({ state }) => state);
    expect(await states('state: [REFUSED, PARTLY_REFUSED]')).toEqual(['REFUSED', 'PARTLY_REFUSED']);
    expect(await states('state: [TRANSLATED]')).toEqual(['TRANSLATED']);
    expect(await states('state: []')).toEqual([]);
    expect(await states('from: "2026-11-02T10:00:00Z", to: "2026-11-03T10:00:00Z"')).toEqual(['PARTLY_REFUSED']);
    const seen: string[] = [];
    let after = '';
    for (let more = true; more; ) {
      const { connectorRequests: page } = dataOf(
        await client.t.graphql(
          `{ connectorRequests(first: 2${after}) { nodes { id } pageInfo { hasNextPage endCursor } } }`,
        ),
      );
      seen.push(...page.nodes.map((node: Listed) => node.id));
      more = page.pageInfo.hasNextPage;
      after = `, after: "${page.pageInfo.endCursor}"`;
    }
    expect(seen).toEqual((await list('first: 10')).map(({ id }) => id));
    expect(seen).toHaveLength(5);
    expect((await list('last: 2')).map(({ id }) => id)).toEqual(seen.slice(-2));
  });

  it('show their bytes in pieces', async () => {
    const ofBody = async (args: string) => {
      const nodes = await list(`connectorId: "${made.id}", state: [REFUSED]`, `body${args}`);
      return Buffer.from(nodes[0]?.['body'] as string, 'base64').toString();
    };
    expect(await ofBody('')).toBe('no JSON');
    expect(await ofBody('(offset: 3, bytes: 2)')).toBe('JS');
    expect(await ofBody('(offset: 100)')).toBe('');
    const long = 'é'.repeat(5_000);
    await client.post(other.callUrl, long);
    const [node] = await list(`connectorId: "${other.id}", state: [REFUSED]`, 'body bodyBytes');
    expect(node).toEqual({ body: Buffer.from(long).toString('base64'), bodyBytes: 10_000 });
  });

  it.each([
    ['connectorId: "con_1"', 'connectorId'],
    ['first: 0', 'first'],
  ])('with %s are refused', async (args, field) => {
    const answer = await client.t.graphql(`{ connectorRequests(${args}) { nodes { id } } }`);
    expect(answer.errors?.[0]?.extensions['field']).toContain(field);
  });

  it.each(['offset: -1', 'offset: 33554433', 'bytes: 0', 'bytes: 65537'])('show no body with %s', async (args) => {
    const answer = await client.t.graphql(`{ connectorRequests { nodes { body(${args}) } } }`);
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', reason: 'OUT_OF_RANGE' });
  });

  it('show nothing of what was sent to masked keys, and nothing at all to who may not see dead letters', async () => {
    const masked = await client.t.makeKey(['admin'], { masked: true });
    const shown = await list(`connectorId: "${made.id}"`, 'body url headers bodyBytes', masked);
    expect(shown).toHaveLength(4);
    for (const one of shown) expect(one).toMatchObject({ body: null, url: null, headers: null });
    const reader = await client.t.makeKey(['customers:read', 'touchpoints:write']);
    const answer = await client.t.graphql('{ connectorRequests { nodes { id } } }', {}, reader);
    expect(answer.errors?.[0]?.extensions).toMatchObject({ reason: 'SCOPE_MISSING' });
    const elsewhere = await client.t.makeWorkspace('elsewhere');
    expect(await list(`connectorId: "${made.id}"`, 'id', elsewhere.key)).toEqual([]);
  });
});
