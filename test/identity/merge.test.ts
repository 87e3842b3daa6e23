import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nextMillisecond } from '../setup/clock.js';
import { startTestService, type TestService } from '../setup/service.js';
import { email, mergeDesk, refused, type Touch, userId } from './merge-desk.js';

let it: TestService;
const desk = mergeDesk(() => it);

beforeAll(async () => {
  it = await startTestService();
});

afterAll(() => it?.stop());

const everything = `displayName traits openIssueCount coverage { totalTouchpoints }
  identifiers { type value } touchpoints { nodes { id } } issues { nodes { id subject } } mergedIds`;

async function shown(customer: string): Promise<object> {
  return (
    await desk.ask<{ customer: object }>(`query ($id: ID!) { customer(id: $id) { id ${everything} } }`, {
      id: customer,
    })
  ).customer;
}

async function issueOf(customer: string, subject: string): Promise<void> {
  await desk.ask(`mutation ($input: OpenIssueInput!) { openIssue(input: $input) { isNew } }`, {
    input: { customerId: customer, subject },
  });
}

describe('merging two customers', () => {
  test('makes both ids and all identifiers lead to the one that was named as survivor, with who did it and why', async () => {
    const [a, b] = [email(), email()];
    const [ada, bob] = [await desk.touch(a), await desk.touch(b)];
    const { isNew, customer, merge } = await desk.merge(bob, ada, { reason: 'She called and said so.' });
    expect(isNew).toBe(true);
    expect(customer).toEqual({ id: bob, mergedIds: [ada] });
    expect(merge).toMatchObject({
      survivorId: bob,
      absorbedId: ada,
      rule: 'MANUAL',
      reason: 'She called and said so.',
      actor: expect.stringMatching(/^key:/),
      undoneAt: null,
      touchpoint: null,
    });
    expect(await desk.customerOf(a)).toBe(bob);
    expect(await desk.customerOf(b)).toBe(bob);
    expect(await desk.history(ada)).toEqual([merge]);
  });

  test('shows touchpoints, issues and traits of both, and the undo gives each its own back', async () => {
    const [a, b] = [email(), email()];
    const [{ customer: ada }, { customer: bob }] = (await desk.record(
      { identifiers: [a], traits: { name: 'Ada', plan: 'gold' } },
      { identifiers: [b], traits: { name: 'Bob' }, occurredAt: new Date(Date.now() + 1000).toISOString() },
    )) as [Touch, Touch];
    await issueOf(ada, 'of Ada');
    await issueOf(bob, 'of Bob');
    const before = [await shown(ada), await shown(bob)];
    const { merge } = await desk.merge(ada, bob);
    expect(await shown(bob)).toMatchObject({
      id: ada,
      displayName: 'Bob',
      traits: { name: 'Bob', plan: 'gold' },
      openIssueCount: 2,
      coverage: { totalTouchpoints: 2 },
      mergedIds: [bob],
    });
    await desk.undo(merge!.id);
    expect([await shown(ada), await shown(bob)]).toEqual(before);
  });

  test('answers with what is there when it is asked for again, in either direction', async () => {
    const [one, other] = [await desk.touch(email()), await desk.touch(email())];
    const first = await desk.merge(one, other);
    for (const again of [await desk.merge(one, other), await desk.merge(other, one)]) {
      expect(again).toEqual({ ...first, isNew: false });
    }
    expect(await desk.history(one)).toHaveLength(1);
  });

  test('answers without a merge of its own when a touchpoint had made them one', async () => {
    const [a, b] = [email(), email()];
    const [one, other] = [await desk.touch(a), await desk.touch(b)];
    const joined = await desk.touch(a, b);
    expect(await desk.merge(one, other)).toMatchObject({ isNew: false, merge: null, customer: { id: joined } });
  });

  test('is refused with oneself, with what is no id, and with customers that are not there', async () => {
    const one = await desk.touch(email());
    const { key } = await it.makeWorkspace('stranger-of-merges');
    const answer = await it.graphql(
      `mutation ($input: IdentifyCustomerInput!) { identifyCustomer(input: $input) { customerId } }`,
      { input: { source: 'test', identifiers: [email()] } },
      key,
    );
    const foreign = answer.data.identifyCustomer.customerId;
    const refusalOf = async (survivorId: string, otherId: string) =>
      refused(await desk.tryMerge({ survivorId, otherId }));
    expect(await refusalOf(one, one)).toMatchObject({ reason: 'INPUT_INVALID', field: 'input.otherId' });
    expect(await refusalOf(one, 'iss_1')).toMatchObject({ reason: 'ID_INVALID', field: 'input.otherId' });
    expect(await refusalOf(one, 'cus_998')).toMatchObject({ code: 'NOT_FOUND', field: 'input.otherId' });
    expect(await refusalOf(one, foreign)).toEqual(await refusalOf(one, 'cus_998'));
    expect(await refusalOf(foreign, one)).toMatchObject({ code: 'NOT_FOUND', field: 'input.survivorId' });
  });

  test('is refused when one customer would have two values of a unique type, names it, and takes an override with a reason', async () => {
    const [one, other] = [await desk.touch(userId()), await desk.touch(userId())];
    const input = { survivorId: one, otherId: other };
    const answer = await desk.tryMerge(input);
    expect(refused(answer)).toMatchObject({ code: 'CONFLICT', reason: 'UNIQUENESS_BROKEN' });
    expect(answer.errors?.[0]?.message).toContain('user_id');
    expect(refused(await desk.tryMerge({ ...input, overrideUniqueness: true }))).toMatchObject({
      reason: 'TOO_FEW',
      field: 'input.reason',
    });
    const { isNew, merge } = await desk.merge(one, other, { overrideUniqueness: true, reason: 'Moved to a new shop.' });
    expect(isNew).toBe(true);
    expect(merge?.['reason']).toBe('Moved to a new shop.');
  });

  test('needs the scope customers:write', async () => {
    const reader = await it.makeKey(['customers:read']);
    const one = await desk.touch(email());
    expect(refused(await desk.tryMerge({ survivorId: one, otherId: 'cus_1' }, reader))).toMatchObject({
      reason: 'SCOPE_MISSING',
    });
  });

  test('shows its reason to nobody who reads masked', async () => {
    const [one, other] = [await desk.touch(email()), await desk.touch(email())];
    await desk.merge(one, other, { reason: 'Ada Lovelace said so.' });
    const masked = await it.makeKey(['customers:read'], { masked: true });
    const { data } = await it.graphql(
      `query ($id: ID!, $b: ID!) { customer(id: $id) { mergeHistory { nodes { reason rule } } } whyLinked(a: $id, b: $b) { steps { reason rule } } }`,
      { id: one, b: other },
      masked,
    );
    expect(data.customer.mergeHistory.nodes).toEqual([{ reason: null, rule: 'MANUAL' }]);
    expect(data.whyLinked.steps).toEqual([{ reason: null, rule: 'MANUAL' }]);
  });

  test('as of an earlier time shows the customers as they were known then', async () => {
    const [a, b] = [email(), email()];
    const [one, other] = [await desk.touch(a), await desk.touch(b)];
    const now = async () =>
      (await it.database.owner.query('select clock_timestamp() as now')).rows[0].now.toISOString();
    await nextMillisecond();
    const apart = await now();
    await nextMillisecond();
    const { merge } = await desk.merge(one, other);
    await nextMillisecond();
    const joined = await now();
    await nextMillisecond();
    await desk.undo(merge!.id);
    await nextMillisecond();
    expect(await desk.customerOf(b, `, asOf: "${apart}"`)).toBe(other);
    expect(await desk.customerOf(b, `, asOf: "${joined}"`)).toBe(one);
    expect(await desk.customerOf(b, `, asOf: "${await now()}"`)).toBe(other);
    expect(await desk.customerOf(b)).toBe(other);
    expect(await desk.history(one, `, asOf: "${apart}"`)).toEqual([]);
    expect(await desk.history(one, `, asOf: "${joined}"`)).toMatchObject([{ id: merge!.id, undoneAt: null }]);
    expect(await desk.history(one)).toMatchObject([{ id: merge!.id, undoneAt: expect.any(String) }]);
  });
});
