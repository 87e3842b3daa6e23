import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../setup/service.js';
import { email, mergeDesk, refused, userId } from './merge-desk.js';

let it: TestService;
const desk = mergeDesk(() => it);
const yesterday = () => new Date(Date.now() - 86_400_000).toISOString();

beforeAll(async () => {
  it = await startTestService();
});

afterAll(() => it?.stop());

const payload = `isChanged customer { id identifiers { type value verification } }
  previousCustomer { id identifiers { value } }`;

const tryReassign = (input: object) =>
  it.graphql(`mutation ($input: ReassignIdentifierInput!) { reassignIdentifier(input: $input) { ${payload} } }`, {
    input: { from: yesterday(), ...input },
  });

const trySplit = (input: object) =>
  it.graphql(`mutation ($input: SplitIdentifierInput!) { splitIdentifier(input: $input) { ${payload} } }`, {
    input: { from: yesterday(), ...input },
  });

async function ownersOf(identifier: object): Promise<{ customerId: string; validFrom: string; validTo: string }[]> {
  const data = await desk.ask<{ identifierHistory: never[] }>(
    `query ($identifier: IdentifierInput!) { identifierHistory(identifier: $identifier) {
      customerId validFrom validTo endedBy reason } }`,
    { identifier },
  );
  return data.identifierHistory;
}

describe('an identifier that is somebody else’s from a date on', () => {
  test('leads to the new owner, new touchpoints with it too, and leaves those of before where they are', async () => {
    const number = { type: 'phone', value: '+4930901820' };
    const [a, b] = [email(), email()];
    const [first] = await desk.record({ identifiers: [a, number] });
    const other = await desk.touch(b);
    const from = yesterday();
    const answer = await tryReassign({ ...number, toCustomerId: other, from, reason: 'The number was given to Bob.' });
    expect(answer.data.reassignIdentifier).toMatchObject({
      isChanged: true,
      customer: { id: other },
      previousCustomer: { id: first!.customer, identifiers: [{ value: a.value }] },
    });
    expect(await desk.customerOf(number)).toBe(other);
    expect(await desk.touch(number)).toBe(other);
    const { touchpoint } = await desk.ask<{ touchpoint: { customer: { id: string } } }>(
      'query ($id: ID!) { touchpoint(id: $id) { customer { id } } }',
      { id: first!.touchpoint },
    );
    expect(touchpoint.customer.id).toBe(first!.customer);
    const [now, before] = await ownersOf(number);
    expect(now).toMatchObject({ customerId: other, validTo: null, endedBy: null });
    expect(before).toMatchObject({
      customerId: first!.customer,
      validFrom: null,
      endedBy: expect.stringMatching(/^key:/),
      reason: 'The number was given to Bob.',
    });
    expect(Date.parse(before!.validTo)).toBe(Date.parse(from));
    expect(now!.validFrom).toBe(before!.validTo);
  });

  test('stays where it is when it is theirs already', async () => {
    const a = email();
    const one = await desk.touch(a);
    expect((await tryReassign({ ...a, toCustomerId: one })).data.reassignIdentifier).toMatchObject({
      isChanged: false,
    });
    expect(await ownersOf(a)).toHaveLength(1);
  });

  test('is given back from the same date on, and never was anybody else’s', async () => {
    const [a, other] = [email(), await desk.touch(email())];
    const one = await desk.touch(a);
    const from = yesterday();
    await tryReassign({ ...a, toCustomerId: other, from, reason: 'A mistake.' });
    const back = await tryReassign({ ...a, toCustomerId: one, from });
    expect(back.data.reassignIdentifier).toMatchObject({ isChanged: true, customer: { id: one } });
    expect(await desk.customerOf(a)).toBe(one);
    const [now, mistaken, before] = await ownersOf(a);
    expect([now?.customerId, mistaken?.customerId, before?.customerId]).toEqual([one, other, one]);
    expect(mistaken?.validTo).toBe(mistaken?.validFrom);
  });

  test('counts from the date of the latest decision on, also when that is the earlier one', async () => {
    const [a, b, c] = [email(), await desk.touch(email()), await desk.touch(email())];
    const one = await desk.touch(a);
    await tryReassign({ ...a, toCustomerId: b, from: '2024-01-01T00:00:00Z' });
    await tryReassign({ ...a, toCustomerId: c, from: '2023-01-01T00:00:00Z' });
    const times = (await ownersOf(a)).map(({ customerId, validFrom, validTo }) => [
      customerId,
      validFrom?.slice(0, 4) ?? null,
      validTo?.slice(0, 4) ?? null,
    ]);
    expect(times).toEqual([
      [c, '2023', null],
      [b, '2024', '2023'],
      [one, null, '2023'],
    ]);
    const earlier = await tryReassign({ ...a, toCustomerId: c, from: '2022-01-01T00:00:00Z' });
    expect(earlier.data.reassignIdentifier).toMatchObject({ isChanged: true, customer: { id: c } });
    await desk.record({ identifiers: [{ ...a, verification: 'VERIFIED' }] });
    const still = await tryReassign({ ...a, toCustomerId: c, from: '2021-01-01T00:00:00Z' });
    expect(still.data.reassignIdentifier.customer.identifiers, 'what its owner proved').toContainEqual({
      ...a,
      verification: 'VERIFIED',
    });
    const within = await tryReassign({ ...a, toCustomerId: c, from: '2023-06-01T00:00:00Z' });
    expect(within.data.reassignIdentifier.isChanged).toBe(false);
  });

  test('is refused for what is not there, a time to come, a second unique value, and for the hundred and first time', async () => {
    const [a, other] = [userId(), await desk.touch(userId())];
    await desk.touch(a);
    const later = new Date(Date.now() + 60_000).toISOString();
    expect(refused(await tryReassign({ ...email(), toCustomerId: other }))).toMatchObject({
      code: 'NOT_FOUND',
      field: 'input.value',
    });
    expect(refused(await tryReassign({ ...a, toCustomerId: 'cus_998' }))).toMatchObject({
      code: 'NOT_FOUND',
      field: 'input.toCustomerId',
    });
    expect(refused(await tryReassign({ ...a, toCustomerId: other, from: later }))).toMatchObject({
      reason: 'OUT_OF_RANGE',
      field: 'input.from',
    });
    expect(refused(await tryReassign({ ...a, toCustomerId: other }))).toMatchObject({ reason: 'UNIQUENESS_BROKEN' });
    const bold = { ...a, toCustomerId: other, overrideUniqueness: true };
    expect(refused(await tryReassign(bold))).toMatchObject({ reason: 'TOO_FEW', field: 'input.reason' });
    expect((await tryReassign({ ...bold, reason: 'They use both.' })).errors).toBeUndefined();
    await it.database.owner.query(
      `insert into identifier_owner (workspace_id, type, value, profile_id, valid_to, first_seen_at, last_seen_at,
         recorded_at, replaced_at, actor)
       select $1, 'user_id', $2, 1, now(), now(), now(), now(), now() - n * interval '1 hour', 'test'
       from generate_series(1, 99) n`,
      [it.workspace, a.value],
    );
    expect(refused(await trySplit(a))).toMatchObject({ reason: 'TOO_MANY', limit: 100 });
  });
});

describe('an identifier that is split off', () => {
  test('is a new customer’s from the date on, of whom nothing else is known', async () => {
    const [a, b] = [email(), email()];
    const one = await desk.touch(a, b);
    const { customer, previousCustomer } = (await trySplit(b)).data.splitIdentifier;
    expect(previousCustomer).toEqual({ id: one, identifiers: [{ value: a.value }] });
    expect(customer.id).not.toBe(one);
    expect(customer.identifiers).toEqual([{ ...b, verification: 'CLAIMED' }]);
    expect(await desk.customerOf(a)).toBe(one);
    expect(await desk.touch(b)).toBe(customer.id);
  });

  test('is so once, however often the same is asked', async () => {
    const b = email();
    const one = await desk.touch(email(), b);
    const from = yesterday();
    const first = (await trySplit({ ...b, from })).data.splitIdentifier;
    const again = (await trySplit({ ...b, from })).data.splitIdentifier;
    expect(again).toMatchObject({ isChanged: false, customer: first.customer, previousCustomer: { id: one } });
    const later = (await trySplit({ ...b, from: new Date().toISOString() })).data.splitIdentifier;
    expect(later.customer.id).not.toBe(first.customer.id);
  });

  test('goes back with what came in between when the two are merged', async () => {
    const [a, b] = [email(), email()];
    const one = await desk.touch(a, b);
    const { customer } = (await trySplit(b)).data.splitIdentifier;
    const [between] = await desk.record({ identifiers: [b] });
    expect(between?.customer).toBe(customer.id);
    await desk.merge(one, customer.id);
    expect([await desk.customerOf(a), await desk.customerOf(b)]).toEqual([one, one]);
  });

  test('is found by how it was written before, while stored identifiers wait for a changed rule', async () => {
    const { workspace, key } = await it.makeWorkspace('waiting');
    const send = (query: string, variables: object) => it.graphql(query, variables, key);
    const b = { type: 'email', value: 'ann+news@example.com' };
    await send(
      `mutation ($input: RecordTouchpointsInput!) { recordTouchpoints(input: $input) { results { outcome } } }`,
      { input: { touchpoints: [{ source: 's', channel: 'CALL', kind: 'call', identifiers: [b] }] } },
    );
    const change = await send(
      `mutation ($input: UpdateIdentitySettingsInput!) { updateIdentitySettings(input: $input) { settings { version } } }`,
      { input: { version: 1, foldsEmailPlus: true } },
    );
    expect([workspace > 0, change.errors]).toEqual([true, undefined]);
    const found = await send('query ($search: String) { customers(search: $search) { nodes { id } } }', {
      search: b.value,
    });
    expect(found.data.customers.nodes).toHaveLength(1);
    const split = await send(
      `mutation ($input: SplitIdentifierInput!) { splitIdentifier(input: $input) { ${payload} } }`,
      { input: { ...b, from: yesterday() } },
    );
    expect(split.data.splitIdentifier).toMatchObject({
      isChanged: true,
      customer: { identifiers: [b] },
      previousCustomer: { id: found.data.customers.nodes[0].id },
    });
  });
});
