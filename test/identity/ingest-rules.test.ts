import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, startTestService, type TestService } from '../setup/service.js';
import { email, type Identifier, mergeDesk, userId } from './merge-desk.js';
import { resolve } from './resolving.js';

let it: TestService;
const desk = mergeDesk(() => it);
const named = (type: string, value: string): Identifier => ({ type, value });

beforeAll(async () => {
  it = await startTestService();
});

afterAll(() => it?.stop());

/** What a touchpoint with these and an address of its own says of them, and whose it is. */
async function told(...identifiers: Identifier[]) {
  const [touch] = await desk.record({ identifiers: [...identifiers, email()] });
  const { touchpoint } = await desk.ask<{
    touchpoint: { identifiersSeen: { type: string; value: string; status: string }[] };
  }>('query ($id: ID!) { touchpoint(id: $id) { identifiersSeen { type value status } } }', { id: touch?.touchpoint });
  return { customer: touch?.customer, seen: touchpoint.identifiersSeen.slice(0, identifiers.length) };
}

describe('a value that identifies nobody', () => {
  const values = [
    ...['000000', 'xxxxxx', '-1', 'null', 'undefined', 'none', 'nan', 'anonymous', 'guest', 'unknown'],
    '00000000-0000-0000-0000-000000000000',
  ];

  test.each(['user_id', 'email', 'phone', 'telegram', 'device_id', 'anonymous_id'])(
    'stays on the touchpoint as %s, is no identifier, and joins nobody',
    async (type) => {
      const [one, other] = [
        await told(...values.map((value) => named(type, value))),
        await told(...values.map((value) => named(type, value))),
      ];
      expect(one.seen).toEqual(values.map((value) => ({ type, value, status: 'BLOCKED' })));
      expect(one.customer).not.toBe(other.customer);
      expect(await desk.customerOf(named(type, 'guest'))).toBeNull();
    },
  );

  test('is a telephone number that cannot be one, and one whose caller withheld it', async () => {
    const numbers = [named('phone', '12'), named('whatsapp', '+999123456789'), named('phone', 'withheld')];
    const [one, other] = [await told(...numbers), await told(...numbers)];
    expect(one.seen.map((seen) => [seen.value, seen.status])).toEqual([
      ['12', 'INVALID'],
      ['+999123456789', 'INVALID'],
      ['withheld', 'BLOCKED'],
    ]);
    expect(one.customer).not.toBe(other.customer);
  });
});

describe('a telephone number without its country', () => {
  test('is of the workspace’s region, unless the touchpoint names another', async () => {
    const { key } = await it.makeWorkspace(`region-${randomUUID().slice(0, 8)}`, { defaultRegion: 'DE' });
    const record = async (identifier: object) => {
      const { data } = await it.graphql(
        'mutation ($input: RecordTouchpointsInput!) { recordTouchpoints(input: $input) { results { customerId } } }',
        {
          input: {
            touchpoints: [
              { source: 'pbx', externalId: randomUUID(), channel: 'CALL', kind: 'call', identifiers: [identifier] },
            ],
          },
        },
        key,
      );
      return data.recordTouchpoints.results[0].customerId as string;
    };
    const german = await record({ type: 'phone', value: '+4930901820' });
    expect(await record({ type: 'phone', value: '030 901820' })).toBe(german);
    expect(await record({ type: 'phone', value: '020 7946 0958', region: 'GB' })).toBe(
      await record({ type: 'phone', value: '+442079460958' }),
    );
  });
});

describe('what is known of a touchpoint’s identifiers', () => {
  test('nothing: a new customer; one customer: the new ones are attached; several: they are merged', async () => {
    const [a, b, c] = [email(), userId(), email()];
    const first = await desk.touch(a);
    expect(await desk.touch(a, b)).toBe(first);
    expect(await desk.customerOf(b)).toBe(first);
    const second = await desk.touch(c);
    expect(second).not.toBe(first);
    expect(await desk.touch(b, c)).toBe(first);
    expect(await desk.customerOf(c)).toBe(first);
  });

  test('is looked at again after each that was left out, till the rest fits', () => {
    const known = [
      { id: 1, identifiers: ['user_id:1', 'email:a'] },
      { id: 2, identifiers: ['user_id:2', 'phone:b'] },
      { id: 3, identifiers: ['user_id:3', 'telegram:c'] },
      { id: 4, identifiers: ['device_id:d'] },
    ];
    const { results, merges } = resolve(known, [['email:a', 'phone:b', 'telegram:c', 'device_id:d', 'phone:new']]);
    expect(results[0]).toMatchObject({
      profile: 1,
      demoted: ['telegram:c LIMIT user_id', 'phone:b LIMIT user_id'],
    });
    expect(merges).toEqual([[1, 4]]);
  });

  test('leaves a new customer where all that is known had to be left out', () => {
    const known = [
      { id: 1, identifiers: ['user_id:1', 'email:a'] },
      { id: 2, identifiers: ['user_id:2', 'phone:b'] },
    ];
    const { customers, results } = resolve(known, [['user_id:3', 'email:a', 'phone:b']]);
    expect(customers).toEqual([1_000]);
    expect(results[0]?.demoted).toEqual(['phone:b LIMIT user_id', 'email:a LIMIT user_id']);
  });
});

describe('a deadlock', () => {
  /** Another process that holds the second customer, and asks for the first while the act waits for the second. */
  async function crossing<T>(first: string, second: string, act: () => Promise<T>): Promise<T> {
    const { owner } = it.database;
    const hold = (customer: string) =>
      owner.query('select from profile where workspace_id = $1 and id = $2 for update', [
        it.workspace,
        customer.slice(4),
      ]);
    await owner.query('begin');
    // The other one gives up, not this one.
    await owner.query(`set local deadlock_timeout = '60s'`);
    await hold(second);
    const acting = act();
    const isWaiting = async () => {
      const { rows } = await owner.query(
        'select count(*)::int as n from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))',
      );
      return rows[0].n > 0;
    };
    await eventually(isWaiting);
    await hold(first);
    await owner.query('commit');
    return acting;
  }

  test('is nothing that a sender hears of: the batch is decided again', async () => {
    const [a, b] = [email(), email()];
    const [first, second] = [await desk.touch(a), await desk.touch(b)];
    expect(await crossing(first, second, () => desk.touch(a, b))).toBe(first);
    expect(await desk.customerOf(b)).toBe(first);
  });

  test('is nothing that a person hears of who merges two, or parts them', async () => {
    const [first, second] = [await desk.touch(email()), await desk.touch(email())];
    const { merge, isNew } = await crossing(first, second, () => desk.merge(first, second));
    expect(isNew).toBe(true);
    const undone = await crossing(first, second, () => desk.undo(merge?.id as string));
    expect(undone.customers.map((one) => one.id)).toEqual([first, second]);
  });
});
