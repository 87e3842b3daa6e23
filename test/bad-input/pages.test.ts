import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeWorld, type World } from '../access/world.js';
import { startTestService, type TestService } from '../setup/service.js';
import { type Expected, expectRefused } from './refusals.js';

let it: TestService;
let world: World;
let foreign: World;

beforeAll(async () => {
  it = await startTestService();
  world = await makeWorld(it, it.workspace, it.key, 'paged', '+4930901820');
  const other = await it.makeWorkspace('foreign');
  foreign = await makeWorld(it, other.workspace, other.key, 'foreign', '+4930901821');
});

afterAll(() => it?.stop());

const refused = (query: string, expected: Expected) => expectRefused(it, () => it.graphql(query), expected, query);

describe('a page is refused', () => {
  const lists = (args: string) => [
    [`{ customers(${args}) { nodes { id } } }`, ''],
    [`{ customer(id: "${world.customer}") { touchpoints(${args}) { nodes { id } } } }`, 'touchpoints.'],
    [`{ customer(id: "${world.customer}") { conversations(${args}) { nodes { id } } } }`, 'conversations.'],
    [`{ customer(id: "${world.customer}") { issues(${args}) { nodes { id } } } }`, 'issues.'],
    [`{ issue(id: "${world.issue}") { touchpoints(${args}) { nodes { id } } } }`, 'touchpoints.'],
    [`{ node(id: "${world.conversation}") { ... on Conversation { touchpoints(${args}) { nodes { id } } } } }`, ''],
  ];

  test.each([
    'first: 0',
    'first: -1',
    'first: 501',
    'first: 1000000000',
    'last: 0',
    'last: -1',
    'last: 501',
    'last: -2147483648',
    'first: 2, last: 2',
  ])('of %s, in every list', async (args) => {
    for (const [query, path] of lists(args)) {
      const isBoth = args.includes(',');
      const name = isBoth ? 'last' : args.split(':')[0];
      const expected: Expected = { reason: 'PAGE_SIZE_INVALID', ...(isBoth ? {} : { limit: 500 }) };
      await refused(
        query as string,
        path === '' && !query?.includes('customers') ? expected : { ...expected, field: `${path}${name}` },
      );
    }
  });

  test.each(['first: 1.5', 'first: "1"', 'first: 10000000000', 'last: true'])('of %s', async (args) => {
    for (const [query] of lists(args)) await refused(query as string, { reason: 'INPUT_INVALID', status: 400 });
  });

  const flipped = (cursor: string, byte: number) => {
    const bytes = Buffer.from(cursor, 'base64url');
    bytes[byte] = (bytes[byte] as number) ^ 1;
    return bytes.toString('base64url');
  };

  test('behind a cursor that this list did not make, in every list', async () => {
    const forged = [
      '',
      'x',
      '=',
      'null',
      '\u0000',
      '%00',
      "' or 1=1 --",
      '🦆',
      'A'.repeat(600_000),
      world.touchpointCursor.slice(1),
      `${world.touchpointCursor}A`,
      `${world.touchpointCursor}=`,
      ` ${world.touchpointCursor}`,
      world.touchpointCursor.toLowerCase(),
      flipped(world.touchpointCursor, 0),
      flipped(world.touchpointCursor, 3),
      flipped(world.touchpointCursor, 4),
      foreign.touchpointCursor,
      foreign.customerCursor,
      Buffer.alloc(30).toString('base64url'),
      Buffer.alloc(14, 255).toString('base64url'),
      world.customer,
      world.touchpoint,
    ];
    for (const cursor of forged) {
      for (const side of ['after', 'before']) {
        for (const [query, path] of lists(`${side}: ${JSON.stringify(cursor)}`)) {
          const isNode = path === '' && !query?.includes('customers');
          await refused(query as string, { reason: 'CURSOR_INVALID', ...(isNode ? {} : { field: `${path}${side}` }) });
        }
      }
    }
  }, 120_000);

  test('behind a cursor of another list or with an instant that there is not', async () => {
    const list = `{ customer(id: "${world.customer}") { conversations(after: "${world.touchpointCursor}") { nodes { id } } } }`;
    await refused(list, { reason: 'CURSOR_INVALID', field: 'conversations.after' });
    await refused(`{ customers(after: "${world.touchpointCursor}") { nodes { id } } }`, {
      reason: 'CURSOR_INVALID',
      field: 'after',
    });
    for (const instant of ['7fffffffffffffff', '8000000000000000', '8000000000000001', '7000000000000000']) {
      const bytes = Buffer.from(world.touchpointCursor, 'base64url');
      Buffer.from(instant, 'hex').copy(bytes, 6);
      const query = `{ customer(id: "${world.customer}") { touchpoints(after: "${bytes.toString('base64url')}") { nodes { id } } } }`;
      await refused(query, { reason: 'CURSOR_INVALID', field: 'touchpoints.after' });
    }
  });

  test('but a forged place inside the caller’s own list gives only what the caller may see', async () => {
    const bytes = Buffer.from(world.touchpointCursor, 'base64url');
    bytes.fill(255, 14);
    const { data, errors } = await it.graphql(
      `{ customer(id: "${world.customer}") { touchpoints(after: "${bytes.toString('base64url')}") { nodes { customer { id } } } } }`,
    );
    expect(errors).toBeUndefined();
    for (const node of data.customer.touchpoints.nodes) expect(node.customer.id).toBe(world.customer);
  });
});
