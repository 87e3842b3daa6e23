import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nextMillisecond } from '../setup/clock.js';
import { startTestService, type TestService } from '../setup/service.js';
import { email, type Identifier, mergeDesk, userId } from './merge-desk.js';

let it: TestService;
const desk = mergeDesk(() => it);

beforeAll(async () => {
  it = await startTestService();
});

afterAll(() => it?.stop());

async function moment(): Promise<string> {
  await nextMillisecond();
  const { rows } = await it.database.owner.query('select clock_timestamp() as now');
  await nextMillisecond();
  return rows[0].now.toISOString();
}

const day = (n: number) => `2025-03-${String(n).padStart(2, '0')}T10:00:00+00:00`;
const on = (n: number, ...identifiers: Identifier[]) => desk.record({ occurredAt: day(n), identifiers });

interface Seen {
  readonly value: string;
  readonly primary: boolean;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
}

async function seen(identifier: Identifier, at: string | null = null, by = identifier): Promise<Seen | undefined> {
  const { customer } = await desk.ask<{ customer: { identifiers: Seen[]; resolution: { matchedBy: Seen } } }>(
    `query ($by: IdentifierInput!, $at: DateTime) { customer(identifier: $by, asOf: $at) {
      identifiers { value primary firstSeenAt lastSeenAt }
      resolution { matchedBy { value primary firstSeenAt lastSeenAt } } } }`,
    { by, at },
  );
  const found = customer.identifiers.find((one) => one.value === identifier.value);
  if (by === identifier) expect(customer.resolution.matchedBy).toEqual(found);
  return found;
}

const span = async (...asked: Parameters<typeof seen>) => {
  const found = await seen(...asked);
  return found && [found.firstSeenAt, found.lastSeenAt];
};

describe('as of an earlier time an identifier was seen', () => {
  test('first and last as was known then, whatever came later, late ones too', async () => {
    const ann = email();
    await on(5, ann);
    const first = await moment();
    await on(9, ann);
    const second = await moment();
    await on(2, ann);
    const third = await moment();
    expect(await span(ann, first)).toEqual([day(5), day(5)]);
    expect(await span(ann, second)).toEqual([day(5), day(9)]);
    expect(await span(ann, third)).toEqual([day(2), day(9)]);
    expect(await span(ann)).toEqual([day(2), day(9)]);
  });

  test('by the touchpoints of all who were one customer then, through a merge and a parting', async () => {
    const [ann, work, id] = [email(), email(), userId()];
    const survivor = (await on(3, id, ann))[0]?.customer as string;
    const other = (await on(4, work))[0]?.customer as string;
    const apart = await moment();
    await desk.merge(survivor, other);
    await on(8, id, work);
    const one = await moment();
    expect((await desk.forbid(survivor, other)).isSplit).toBe(true);
    const parted = await moment();
    await on(12, work);
    expect(await span(work, apart)).toEqual([day(4), day(4)]);
    expect(await span(work, one)).toEqual([day(4), day(8)]);
    expect(await span(work, one, id)).toEqual([day(4), day(8)]);
    // The touchpoint that named both stays with the other one, and named this one all the same.
    expect(await span(work, parted)).toEqual([day(4), day(8)]);
    expect(await span(ann, one, id)).toEqual([day(3), day(3)]);
    expect((await span(work))?.[1]).toBe(day(12));
  });

  test('when its touchpoints were thought to have happened', async () => {
    const ann = email();
    const externalId = randomUUID();
    await desk.record({ externalId, sequence: 1, occurredAt: day(6), identifiers: [ann] });
    const then = await moment();
    await desk.record({ externalId, sequence: 2, occurredAt: day(3), identifiers: [ann] });
    expect(await span(ann, then)).toEqual([day(6), day(6)]);
    expect((await span(ann))?.[0]).toBe(day(3));
  });

  test('and of several the one to use is that which was seen last by then', async () => {
    const [id, home, work] = [userId(), email(), email()];
    await on(3, id, home);
    await on(6, id, work);
    const then = await moment();
    await on(9, id, home);
    const primary = async (at: string | null) => [(await seen(home, at))?.primary, (await seen(work, at))?.primary];
    expect(await primary(then)).toEqual([false, true]);
    expect(await primary(null)).toEqual([true, false]);
  });

  test('when it was told of, where no touchpoint had named it', async () => {
    const [ann, id] = [email(), userId()];
    await on(1, id);
    await desk.ask('mutation ($input: IdentifyCustomerInput!) { identifyCustomer(input: $input) { customerId } }', {
      input: { source: 'crm', identifiers: [id, ann] },
    });
    const then = await moment();
    const before = await span(ann, then);
    expect(before).toEqual(await span(ann));
    await on(2, id, ann);
    expect(await span(ann, then)).toEqual(before);
    expect((await span(ann))?.[0]).toBe(day(2));
  });

  test('and a shared one leads to who was known then to have used it last', async () => {
    const [ann, bob, home] = [userId(), userId(), email()];
    const first = (await on(1, ann, home))[0]?.customer;
    await desk.ask(
      'mutation ($input: MarkIdentifierSharedInput!) { markIdentifierShared(input: $input) { identifier { type } } }',
      { input: { identifier: home, shared: true, reason: 'A household.' } },
    );
    const second = (await on(5, bob, home))[0]?.customer;
    const then = await moment();
    await on(9, ann, home);
    const asked = async (at: string | null) => {
      const { customer } = await desk.ask<{ customer: { id: string; resolution: { otherCandidates: object[] } } }>(
        `query ($home: IdentifierInput!, $at: DateTime) { customer(identifier: $home, asOf: $at) {
          id resolution { otherCandidates { id } } } }`,
        { home, at },
      );
      return [customer.id, ...customer.resolution.otherCandidates];
    };
    expect(await asked(then)).toEqual([second, { id: first }]);
    expect(await asked(null)).toEqual([first, { id: second }]);
  });

  test('from the day on from which it was its owner’s, and by what its owner of then was seen with', async () => {
    const [ann, bob, number] = [userId(), userId(), email()];
    await on(2, ann, number);
    const customer = (await on(3, bob))[0]?.customer;
    const hers = await moment();
    await desk.ask('mutation ($input: ReassignIdentifierInput!) { reassignIdentifier(input: $input) { isChanged } }', {
      input: { ...number, toCustomerId: customer, from: day(6), reason: 'a recycled number' },
    });
    const given = await moment();
    await on(8, number);
    await on(4, number);
    expect(await span(number, hers)).toEqual([day(2), day(2)]);
    expect(await span(number, given)).toEqual([day(6), day(6)]);
    expect(await span(number)).toEqual([day(6), day(8)]);
  });
});
