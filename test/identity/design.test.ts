import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultIdentifierTypes } from '../../src/identity/identifier-type.js';
import { startTestService, type TestService } from '../setup/service.js';
import { email, type Identifier, mergeDesk, userId } from './merge-desk.js';
import { receivedAt, resolve, typesWith } from './resolving.js';

let it: TestService;
const desk = mergeDesk(() => it);
const named = (type: string, value: string = randomUUID()): Identifier => ({ type, value });
const cookie = () => named('anonymous_id');

beforeAll(async () => {
  it = await startTestService();
});

afterAll(() => it?.stop());

/** What a touchpoint that names these leaves out, and why. */
async function demotedIn(...identifiers: Identifier[]): Promise<{ type: string; reason: string }[]> {
  const data = await desk.ask<{ touchpoint: { identifiersSeen: { type: string; status: string; reason: string }[] } }>(
    'query ($id: ID!) { touchpoint(id: $id) { identifiersSeen { type status reason } } }',
    { id: (await desk.record({ identifiers }))[0]?.touchpoint },
  );
  return data.touchpoint.identifiersSeen
    .filter((one) => one.status === 'DEMOTED')
    .map(({ type, reason }) => ({ type, reason }));
}

describe('the identifier types of a new workspace', () => {
  test('are those of the design, row by row', () => {
    const rows = defaultIdentifierTypes.map((type) => [
      type.name,
      type.priority,
      type.limitPerCustomer,
      type.isUnique,
      type.isScoped,
      type.comparison,
      type.overflow,
    ]);
    expect(rows).toEqual([
      ['user_id', 1, 1, true, false, 'exact', 'demote'],
      ['crm_id', 2, 1, true, false, 'exact', 'demote'],
      ['email', 3, 5, false, false, 'email', 'demote'],
      ['phone', 4, 5, false, false, 'phone', 'demote'],
      ['whatsapp', 4, 5, false, false, 'phone', 'demote'],
      ...['facebook', 'instagram', 'slack', 'x', 'telegram', 'line', 'linkedin'].map((name, n) => [
        name,
        5,
        5,
        false,
        n < 3,
        'exact',
        'demote',
      ]),
      ['device_id', 6, 20, false, false, 'exact', 'demote'],
      ['anonymous_id', 7, 100, false, false, 'exact', 'oldest_out'],
    ]);
    expect(defaultIdentifierTypes.every((type) => !type.folding.plus && !type.folding.dots)).toBe(true);
  });

  test.each(['user_id', 'crm_id', 'facebook', 'slack', 'device_id', 'anonymous_id'])(
    '%s keeps its case: two that differ by it are two customers',
    async (type) => {
      const value = `1:Aa${randomUUID()}`;
      const [upper, lower] = [named(type, value), named(type, value.toLowerCase())];
      expect(await desk.touch(upper)).not.toBe(await desk.touch(lower));
      expect(await desk.customerOf(upper)).not.toBe(await desk.customerOf(lower));
    },
  );

  test('the same value in two types is two identifiers', async () => {
    const value = `1:${randomUUID()}`;
    expect(await desk.touch(named('facebook', value))).not.toBe(await desk.touch(named('instagram', value)));
  });

  test('a type that a workspace makes unique keeps two customers apart like a user id', () => {
    const using = typesWith({ slack: { isUnique: true, limitPerCustomer: 1 } });
    const known = [
      { id: 1, identifiers: ['slack:a', 'email:a'] },
      { id: 2, identifiers: ['slack:b'] },
    ];
    const { merges, results } = resolve(known, [['slack:b', 'email:a']], using);
    expect([merges, results[0]?.demoted]).toEqual([[], ['slack:b LIMIT slack']]);
  });

  const ladder = ['crm_id', 'email', 'phone', 'telegram', 'device_id', 'anonymous_id'];
  test.each(ladder.slice(1).map((weaker, n) => [weaker, ladder[n] as string] as const))(
    'of %s and %s, each leading to another customer with an id of its own, the first yields',
    (weaker, stronger) => {
      const known = [
        { id: 1, identifiers: ['user_id:1', `${weaker}:w`] },
        { id: 2, identifiers: ['user_id:2', `${stronger}:s`] },
      ];
      const { customers, results } = resolve(known, [[`${weaker}:w`, `${stronger}:s`]]);
      expect(customers).toEqual([2]);
      expect(results[0]?.demoted).toEqual([`${weaker}:w LIMIT user_id`]);
    },
  );
});

describe('a social id', () => {
  test('is one customer on its page, and another on another page', async () => {
    const id = randomUUID();
    const [here, there] = [named('facebook', `page-1:${id}`), named('facebook', `page-2:${id}`)];
    const customer = await desk.touch(here);
    expect(await desk.touch(here)).toBe(customer);
    expect(await desk.touch(there)).not.toBe(customer);
  });

  test('that does not say of which page it is stays on the touchpoint and joins nobody', async () => {
    const id = randomUUID();
    const seen = async () => {
      const [touch] = await desk.record({ identifiers: [named('facebook', id), email()] });
      const { touchpoint } = await desk.ask<{ touchpoint: { identifiersSeen: object[] } }>(
        'query ($id: ID!) { touchpoint(id: $id) { identifiersSeen { type value status reason } } }',
        { id: touch?.touchpoint },
      );
      return { customer: touch?.customer, identifiersSeen: touchpoint.identifiersSeen };
    };
    const [one, other] = [await seen(), await seen()];
    const told = { type: 'facebook', value: id, status: 'INVALID', reason: 'names no account or page' };
    expect(one.identifiersSeen).toContainEqual(told);
    expect(one.customer).not.toBe(other.customer);
  });
});

describe('a cookie that the last user has', () => {
  const using = typesWith({ anonymous_id: { overflow: 'last_wins' } });
  const known = [
    { id: 1, identifiers: ['user_id:a', 'anonymous_id:c'], seen: { 'anonymous_id:c': receivedAt - 1_000 } },
    { id: 2, identifiers: ['user_id:b'] },
  ];

  test('moves by the time of the event, not of its arrival', () => {
    const later = resolve(known, [['user_id:b', 'anonymous_id:c']], using);
    expect(later.results[0]?.noted).toEqual(['anonymous_id:c MOVED']);
    const earlier = { identifiers: ['user_id:b', 'anonymous_id:c'], at: receivedAt - 2_000 };
    expect(resolve(known, [earlier], using).results[0]?.demoted).toEqual(['anonymous_id:c LIMIT user_id']);
  });

  test('leads to who had it before, for what is older than the move and comes after it in one batch', () => {
    const alone = (ago: number) => ({ identifiers: ['anonymous_id:c'], at: receivedAt - ago });
    const moved = { identifiers: ['user_id:b', 'anonymous_id:c'], at: receivedAt - 500 };
    const { customers, results } = resolve(known, [moved, alone(700), alone(300)], using);
    expect(customers).toEqual([2, 1, 2]);
    expect(results[1]?.noted).toEqual(['anonymous_id:c FORMER_OWNER']);
  });
});

describe('what a touchpoint names', () => {
  test('is one customer, when twenty touchpoints at one instant name the same new identifiers', async () => {
    const [a, b] = [email(), userId()];
    const customers = await Promise.all(Array.from({ length: 20 }, () => desk.touch(a, b)));
    expect(new Set(customers).size).toBe(1);
  });

  test('ends the same in any order, and told again', async () => {
    const ends = async (order: readonly number[]) => {
      const [a, b, c, d] = [email(), email(), named('telegram'), email()];
      const told = [{ identifiers: [a, b] }, { identifiers: [b, c] }, { identifiers: [d] }].map((one, n) => ({
        ...one,
        externalId: `${a.value} ${n}`,
        occurredAt: new Date(Date.UTC(2025, 0, n + 1)).toISOString(),
      }));
      for (const n of [...order, ...order]) await desk.record(told[n] as object);
      const customers = await Promise.all([a, b, c, d].map((one) => desk.customerOf(one)));
      return customers.map((one) => customers.indexOf(one));
    };
    const expected = [0, 0, 0, 3];
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
    ]) {
      expect(await ends(order)).toEqual(expected);
    }
  });

  test('is told where it was left out, by each protection, and never silently', async () => {
    const [a, b] = [userId(), userId()];
    const ours = email();
    await desk.touch(a, ours);
    expect(await demotedIn(b, ours)).toEqual([{ type: 'email', reason: 'LIMIT user_id' }]);
    const [x, y] = [email(), email()];
    await desk.forbid(await desk.touch(x), await desk.touch(y));
    expect(await demotedIn(x, y)).toEqual([{ type: 'email', reason: 'DO_NOT_LINK' }]);
    const { rows } = await it.database.owner.query(
      'select count(*)::int as n from identifier_use where workspace_id = $1 and value = $2',
      [it.workspace, ours.value],
    );
    expect(rows[0].n, 'who else used it').toBe(2);
  });
});

describe('an alias', () => {
  const alias = (...identifiers: Identifier[]) =>
    desk.ask<{ identifyCustomer: { customerId: string } }>(
      'mutation ($input: IdentifyCustomerInput!) { identifyCustomer(input: $input) { customerId } }',
      { input: { source: 'site', identifiers } },
    );

  test('joins a visitor whom nobody knew to the customer that it names', async () => {
    const [visitor, ann] = [cookie(), userId()];
    const before = await desk.touch(visitor);
    const customer = await desk.touch(ann);
    await alias(ann, visitor);
    expect(await desk.customerOf(visitor)).toBe(await desk.customerOf(ann));
    expect(await desk.why({ a: before, b: customer })).not.toBeNull();
  });

  test('between two identified customers joins nobody, and is kept as a claim for suggestions', async () => {
    const [visitor, ann, bob] = [cookie(), email(), email()];
    const first = await desk.touch(ann, visitor);
    const second = await desk.touch(bob);
    await alias(bob, visitor);
    expect([await desk.customerOf(ann), await desk.customerOf(bob)]).toEqual([first, second]);
    const { rows } = await it.database.owner.query(
      `select 'cus_' || profile_a as a, 'cus_' || profile_b as b, times from claimed_link
       where workspace_id = $1 and profile_a = $2 and profile_b = $3`,
      [it.workspace, first.slice(4), second.slice(4)],
    );
    expect(rows).toEqual([{ a: first, b: second, times: 1 }]);
  });

  test('that proves who he is joins them', async () => {
    const [visitor, ann, bob] = [cookie(), email(), email()];
    const first = await desk.touch(ann, visitor);
    await desk.touch(bob);
    await alias({ ...bob, verification: 'VERIFIED' } as Identifier, visitor);
    expect(await desk.customerOf(bob)).toBe(first);
  });
});
