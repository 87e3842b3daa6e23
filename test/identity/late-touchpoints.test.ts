import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nextMillisecond } from '../setup/clock.js';
import { startTestService, type TestService } from '../setup/service.js';
import { email, type Identifier, mergeDesk, userId } from './merge-desk.js';

let it: TestService;
const desk = mergeDesk(() => it);
const day = (n: number) => new Date(Date.UTC(2025, 0, n)).toISOString();
let numbers = 0;
const phone = (): Identifier => ({ type: 'phone', value: `+1415555${2_000 + ++numbers}` });

beforeAll(async () => {
  it = await startTestService();
});

afterAll(() => it?.stop());

const split = async (identifier: Identifier, from: string): Promise<string> => {
  const data = await desk.ask<{ splitIdentifier: { customer: { id: string } } }>(
    'mutation ($input: SplitIdentifierInput!) { splitIdentifier(input: $input) { customer { id } } }',
    { input: { ...identifier, from } },
  );
  return data.splitIdentifier.customer.id;
};

const reassign = (identifier: Identifier, toCustomerId: string, from: string) =>
  desk.ask('mutation ($input: ReassignIdentifierInput!) { reassignIdentifier(input: $input) { isChanged } }', {
    input: { ...identifier, toCustomerId, from },
  });

/** One touchpoint of a day; answers with its customer. */
async function touched(n: number, ...identifiers: Identifier[]): Promise<string> {
  return (await desk.record({ identifiers, occurredAt: day(n) }))[0]!.customer;
}

async function seen(externalId: string) {
  const { rows } = await it.database.owner.query('select identifiers_seen from touchpoint where external_id = $1', [
    externalId,
  ]);
  return rows[0].identifiers_seen;
}

interface Known {
  readonly customer: { readonly id: string; readonly identifiers: readonly { readonly value: string }[] } | null;
}

const asOf = (identifier: Identifier, at: string): Promise<Known> =>
  desk.ask(
    'query ($identifier: IdentifierInput!, $at: DateTime!) { customer(identifier: $identifier, asOf: $at) { id identifiers { value } } }',
    { identifier, at },
  );

async function moment(): Promise<string> {
  await nextMillisecond();
  const { rows } = await it.database.owner.query('select clock_timestamp() as now');
  await nextMillisecond();
  return rows[0].now.toISOString();
}

describe('a touchpoint that is told late', () => {
  test('goes to whoever had the identifier then, and says so', async () => {
    const number = phone();
    const first = await touched(1, email(), number);
    const second = await split(number, day(10));
    const third = await touched(12, email());
    await reassign(number, third, day(20));
    const externalId = randomUUID();
    const [late] = await desk.record({ identifiers: [number], occurredAt: day(9), externalId });
    expect(late?.customer).toBe(first);
    expect(await seen(externalId)).toMatchObject([{ status: 'LINKED', reason: 'FORMER_OWNER' }]);
    expect(await touched(10, number)).toBe(second);
    expect(await touched(19, number)).toBe(second);
    expect(await touched(20, number)).toBe(third);
    expect(await desk.customerOf(number)).toBe(third);
  });

  test('joins what it names beside it to the one who had it then, with the evidence', async () => {
    const [number, a] = [phone(), email()];
    const first = await touched(1, number);
    const second = await split(number, day(10));
    const other = await touched(5, a);
    const joined = await touched(6, number, a);
    expect(joined).toBe(first);
    expect([await desk.customerOf(a), await desk.customerOf(number)]).toEqual([first, second]);
    const found = await desk.why({ a: first, b: other });
    expect(found?.steps).toMatchObject([{ fromId: first, toId: other, rule: 'SAME_TOUCHPOINT' }]);
  });

  test('brings a new identifier to the one who had it then', async () => {
    const [number, fresh] = [phone(), email()];
    const first = await touched(1, number);
    await split(number, day(10));
    expect(await touched(3, number, fresh)).toBe(first);
    expect(await desk.customerOf(fresh)).toBe(first);
  });

  test('does not pass the uniqueness that held then', async () => {
    const [id, other] = [userId(), userId()];
    const first = await touched(1, id);
    await split(id, day(10));
    const second = await touched(1, other);
    expect([first, second]).toContain(await touched(2, id, other));
    expect(first).not.toBe(second);
    expect(await desk.why({ a: first, b: second })).toBeNull();
  });

  test('changes nothing of the identifier as its present owner has it', async () => {
    const number = phone();
    await touched(1, number);
    const second = await split(number, day(10));
    await desk.record({ identifiers: [{ ...number, verification: 'VERIFIED' }], occurredAt: day(2) });
    const { customer } = await desk.ask<{ customer: object }>(
      'query ($id: ID!) { customer(id: $id) { identifiers { verification firstSeenAt } } }',
      { id: second },
    );
    expect(customer).toEqual({ identifiers: [{ verification: 'CLAIMED', firstSeenAt: '2025-01-10T00:00:00+00:00' }] });
  });

  test('of which a later message tells no time stays where it is, and joins no two owners', async () => {
    const number = phone();
    const first = await touched(1, number);
    const call = { externalId: randomUUID(), identifiers: [number] };
    await desk.record({ ...call, occurredAt: day(5), status: 'ACTIVE', sequence: 1 });
    const second = await split(number, day(4));
    const [told] = await desk.record({ ...call, sequence: 2, summary: 'She called back.' });
    expect(told?.customer).toBe(first);
    expect(await desk.why({ a: first, b: second })).toBeNull();
    const unknown = { externalId: randomUUID(), identifiers: [number] };
    const [now] = await desk.record({ ...unknown, sequence: 2, summary: 'first heard of' });
    const [then] = await desk.record({ ...unknown, sequence: 1, occurredAt: day(2) });
    expect([now?.customer, then?.customer]).toEqual([second, second]);
    expect(await desk.why({ a: first, b: second })).toBeNull();
  });

  test('goes to who had it in one batch with others of today', async () => {
    const number = phone();
    const first = await touched(1, number);
    const second = await split(number, day(10));
    const both = await desk.record(
      { identifiers: [number], occurredAt: day(15) },
      { identifiers: [number], occurredAt: day(5) },
    );
    expect(both.map((one) => one.customer)).toEqual([second, first]);
  });

  test('goes to who had a device before the last one to use it', async () => {
    const { key } = await it.makeWorkspace('devices');
    const send = async (query: string, variables: object) => {
      const { data, errors } = await it.graphql(query, variables, key);
      expect(errors).toBeUndefined();
      return data;
    };
    const { identitySettings } = await send('{ identitySettings { version types { name } } }', {});
    const types = identitySettings.types.map(({ name }: { name: string }) =>
      name === 'device_id' ? { name, overflow: 'LAST_WINS' } : { name },
    );
    await send(
      'mutation ($input: UpdateIdentitySettingsInput!) { updateIdentitySettings(input: $input) { settings { version } } }',
      { input: { version: identitySettings.version, types } },
    );
    const tablet = { type: 'device_id', value: 'tablet' };
    const use = async (n: number, ...identifiers: object[]): Promise<string> => {
      const touchpoint = { source: 's', channel: 'APP', kind: 'use', identifiers, occurredAt: day(n) };
      const { recordTouchpoints } = await send(
        'mutation ($input: RecordTouchpointsInput!) { recordTouchpoints(input: $input) { results { customerId } } }',
        { input: { touchpoints: [touchpoint] } },
      );
      return recordTouchpoints.results[0].customerId;
    };
    const ann = await use(1, userId('ann'), tablet);
    const bob = await use(10, userId('bob'), tablet);
    expect([await use(5, tablet), await use(11, tablet)]).toEqual([ann, bob]);
    const { identifierHistory } = await send(
      'query ($identifier: IdentifierInput!) { identifierHistory(identifier: $identifier) { customerId validFrom validTo endedBy } }',
      { identifier: tablet },
    );
    expect(identifierHistory).toEqual([
      { customerId: bob, validFrom: '2025-01-10T00:00:00+00:00', validTo: null, endedBy: null },
      { customerId: ann, validFrom: null, validTo: '2025-01-10T00:00:00+00:00', endedBy: null },
    ]);
  });
});

describe('an identifier as of an earlier time', () => {
  test('leads to whose it was known to be, and is shown with that one', async () => {
    const [number, a] = [phone(), email()];
    const first = await touched(1, a, number);
    const before = await moment();
    const second = await split(number, day(10));
    const between = await moment();
    await reassign(number, first, day(10));
    const known = async (at: string) => [(await asOf(number, at)).customer, (await asOf(a, at)).customer];
    const both = { id: first, identifiers: [{ value: a.value }, { value: number.value }] };
    expect(await known(before)).toEqual([both, both]);
    expect(await known(between)).toEqual([
      { id: second, identifiers: [{ value: number.value }] },
      { id: first, identifiers: [{ value: a.value }] },
    ]);
    expect(await known(await moment())).toEqual([both, both]);
    expect((await asOf(number, '2024-01-01T00:00:00Z')).customer).toBeNull();
  });

  test('that was detached since is still theirs, and one that somebody else has since as well', async () => {
    const user = userId();
    const cookies = Array.from({ length: 101 }, () => ({ type: 'anonymous_id', value: randomUUID() }));
    const [oldest, next] = cookies as [Identifier, Identifier];
    const owner = await desk.record(
      ...cookies.slice(0, 100).map((cookie, n) => ({ identifiers: [user, cookie], occurredAt: day(n + 1) })),
    );
    const first = owner[0]!.customer;
    const before = await moment();
    await touched(101, user, cookies[100] as Identifier);
    const detached = await moment();
    const other = await touched(102, userId(), oldest);
    const shown = async (at: string) => {
      const { customer } = await desk.ask<{
        customer: { identifiers: { value: string }[]; detachedIdentifiers: { value: string }[] };
      }>(
        'query ($id: ID!, $at: DateTime!) { customer(id: $id, asOf: $at) { identifiers { value } detachedIdentifiers { value } } }',
        { id: first, at },
      );
      const has = ({ value }: Identifier) => [
        customer.identifiers.some((one) => one.value === value),
        customer.detachedIdentifiers.some((one) => one.value === value),
      ];
      return [has(oldest), has(next)];
    };
    expect(await shown(before)).toEqual([
      [true, false],
      [true, false],
    ]);
    expect(await shown(detached)).toEqual([
      [false, true],
      [true, false],
    ]);
    expect((await asOf(oldest, before)).customer?.id).toBe(first);
    expect((await asOf(oldest, detached)).customer).toBeNull();
    expect(await desk.customerOf(oldest)).toBe(other);
    expect((await asOf(oldest, await moment())).customer?.id).toBe(other);
    expect(await shown(await moment())).toEqual([
      [false, false],
      [true, false],
    ]);
  });
});
