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

const tryReassign = (input: object) =>
  it.graphql(
    `mutation ($input: ReassignIdentifierInput!) { reassignIdentifier(input: $input) {
      isChanged customer { id identifiers { type value verification } } previousCustomer { id identifiers { value } } } }`,
    { input: { from: yesterday(), ...input } },
  );

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

  test('can be split off to a customer of its own', async () => {
    const [a, b] = [email(), email()];
    const one = await desk.touch(a, b);
    const { customer } = (await tryReassign(b)).data.reassignIdentifier;
    expect(customer.id).not.toBe(one);
    expect(customer.identifiers).toEqual([{ ...b, verification: 'CLAIMED' }]);
    expect(await desk.customerOf(a)).toBe(one);
    expect(await desk.touch(b)).toBe(customer.id);
  });

  test('stays where it is when it is theirs already', async () => {
    const a = email();
    const one = await desk.touch(a);
    expect((await tryReassign({ ...a, toCustomerId: one })).data.reassignIdentifier).toMatchObject({
      isChanged: false,
    });
    expect(await ownersOf(a)).toHaveLength(1);
  });

  test('is refused for what is not there, a time to come, a time before it was given away last, and a second unique value', async () => {
    const [a, other] = [userId(), await desk.touch(userId())];
    await desk.touch(a);
    const later = new Date(Date.now() + 60_000).toISOString();
    expect(refused(await tryReassign(email()))).toMatchObject({ code: 'NOT_FOUND', field: 'input.value' });
    expect(refused(await tryReassign({ ...a, toCustomerId: 'cus_998' }))).toMatchObject({
      code: 'NOT_FOUND',
      field: 'input.toCustomerId',
    });
    expect(refused(await tryReassign({ ...a, from: later }))).toMatchObject({
      reason: 'OUT_OF_RANGE',
      field: 'input.from',
    });
    expect(refused(await tryReassign({ ...a, toCustomerId: other }))).toMatchObject({ reason: 'UNIQUENESS_BROKEN' });
    expect((await tryReassign(a)).errors).toBeUndefined();
    expect(refused(await tryReassign({ ...a, from: '2020-01-01T00:00:00Z' }))).toMatchObject({
      reason: 'OUT_OF_RANGE',
    });
  });
});
