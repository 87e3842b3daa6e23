import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../../setup/service.js';
import { email, refused } from '../merge-desk.js';
import { type SuggestionNode, someone, suggestionDesk, suggestionId } from './suggestion-desk.js';

let it: TestService;
const desk = suggestionDesk(() => it);

beforeAll(async () => {
  it = await startTestService();
});

afterAll(() => it?.stop());

async function suggested(count = 2): Promise<{ customers: string[]; suggestion: SuggestionNode }> {
  const traits = someone();
  const customers: string[] = [];
  for (let n = 0; n < count; n++) customers.push(await desk.customer(traits));
  const [first, second] = customers as [string, string];
  return { customers, suggestion: (await desk.between(first, second)) as SuggestionNode };
}

describe('confirming a suggestion', () => {
  test('merges the two, says by what, and leaves who decided', async () => {
    const { customers, suggestion } = await suggested();
    const done = await desk.confirm({ id: suggestion.id, reason: 'Same person on the telephone.' });
    expect(done).toMatchObject({
      isNew: true,
      customer: { id: customers[0], mergedIds: [customers[1]] },
      merge: { rule: 'SUGGESTION', reason: 'Same person on the telephone.' },
    });
    expect(done.merge.actor).toMatch(/^key:/);
    const after = await desk.between(customers[0] as string, customers[1] as string);
    expect(after).toMatchObject({
      id: suggestion.id,
      status: 'CONFIRMED',
      decisions: [{ act: 'CONFIRMED', reason: 'Same person on the telephone.', merge: { id: done.merge.id } }],
    });
    expect(after?.decisions[0]?.merge).toMatchObject({ suggestion: { id: suggestion.id } });
    expect(after?.decisions[0]?.actor).toBe(done.merge.actor);
  });

  test('twice is once, and can choose who stays', async () => {
    const { customers, suggestion } = await suggested();
    const first = await desk.confirm({ id: suggestion.id, survivorId: customers[1] });
    expect(first.customer).toMatchObject({ id: customers[1], mergedIds: [customers[0]] });
    const second = await desk.confirm({ id: suggestion.id, survivorId: customers[1] });
    expect(second).toMatchObject({ isNew: false, merge: { id: first.merge.id }, customer: { id: customers[1] } });
    expect((await desk.history(customers[1] as string)).length).toBe(1);
  });

  test('is refused when they became one in another way, when a person forbade it, and when nothing suggests it', async () => {
    const { customers, suggestion } = await suggested();
    const [a, b] = customers as [string, string];
    await desk.merge(a, b);
    expect(refused(await desk.tryConfirm({ id: suggestion.id }))).toMatchObject({
      code: 'CONFLICT',
      reason: 'CUSTOMERS_ARE_ONE',
    });
    expect(await desk.between(a, b)).toBeUndefined();
    const other = await suggested();
    await desk.forbid(other.customers[0] as string, other.customers[1] as string);
    expect(refused(await desk.tryConfirm({ id: other.suggestion.id }))).toMatchObject({
      reason: 'LINK_FORBIDDEN',
      field: 'input.id',
    });
    const [x, y] = [await desk.customer({ plan: 'gold' }), await desk.customer({ plan: 'gold' })];
    for (const id of [suggestionId(x, y), `sug_${'f'.repeat(32)}`, `sug_${'0'.repeat(32)}`]) {
      expect(refused(await desk.tryConfirm({ id }))).toMatchObject({ reason: 'NOT_FOUND', field: 'input.id' });
    }
    expect(refused(await desk.tryConfirm({ id: 'sug_1' }))).toMatchObject({ reason: 'ID_INVALID' });
  });

  test('keeps only one of two suggestions that come to mean the same, by either id', async () => {
    const { customers, suggestion } = await suggested(3);
    const [a, b, c] = customers as [string, string, string];
    const other = (await desk.between(b, c)) as SuggestionNode;
    await desk.confirm({ id: suggestion.id });
    expect(await desk.between(a, c)).toMatchObject({ status: 'OPEN' });
    const open = await desk.suggestions(`(customerId: "${c}")`);
    expect(open).toHaveLength(1);
    // The id of the suggestion with the absorbed one means the customer whose it is now.
    const { customer } = await desk.confirm({ id: other.id });
    expect(customer.mergedIds.sort()).toEqual([b, c].sort());
  });
});

describe('rejecting a suggestion', () => {
  test('keeps it from coming back, also after new traits and merges, until a person opens it again', async () => {
    const { customers, suggestion } = await suggested(3);
    const [a, b, c] = customers as [string, string, string];
    const done = await desk.reject({ id: suggestion.id, reason: 'Twins.' });
    expect(done).toMatchObject({ isChanged: true, suggestion: { status: 'REJECTED' } });
    expect((await desk.reject({ id: suggestion.id })).isChanged).toBe(false);
    const { merge } = await desk.merge(c, a);
    expect(await desk.between(c, b)).toMatchObject({ status: 'REJECTED' });
    expect(await desk.suggestions(`(customerId: "${b}")`)).toEqual([]);
    await desk.undo(merge?.id as string);
    expect(await desk.between(a, b)).toMatchObject({
      id: suggestion.id,
      status: 'REJECTED',
      decisions: [{ act: 'REJECTED', reason: 'Twins.' }],
    });
    expect(await desk.between(b, c)).toMatchObject({ status: 'OPEN' });
    expect(await desk.reopen({ id: suggestion.id, reason: 'No twins.' })).toMatchObject({ isChanged: true });
    expect((await desk.reopen({ id: suggestion.id })).isChanged).toBe(false);
    const again = await desk.between(a, b);
    expect(again).toMatchObject({ status: 'OPEN' });
    expect(again?.decisions.map((one) => one.act)).toEqual(['REOPENED', 'REJECTED']);
    expect(await desk.confirm({ id: suggestion.id })).toMatchObject({ isNew: true });
  });

  test('keeps a touchpoint that names both from joining them', async () => {
    const traits = someone();
    const [one, other] = [email(), email()];
    const [a, b] = [await desk.customer(traits, one), await desk.customer(traits, other)];
    await desk.compared();
    await desk.reject({ id: suggestionId(a, b) });
    await desk.touch(one, other);
    expect(await desk.customerOf(one)).toBe(a);
    expect(await desk.customerOf(other)).toBe(b);
  });

  test('is refused once it was confirmed: that is taken back by undoing the merge', async () => {
    const { suggestion } = await suggested();
    await desk.confirm({ id: suggestion.id });
    for (const act of [desk.tryReject, desk.tryReopen]) {
      expect(refused(await act({ id: suggestion.id }))).toMatchObject({ reason: 'STATUS_FORBIDS' });
    }
  });

  test('is said of the suggestion too when it is said by forbidLink, and taken back by allowLink', async () => {
    const { customers, suggestion } = await suggested();
    const [a, b] = customers as [string, string];
    await desk.forbid(a, b, 'Sisters.');
    expect(await desk.between(a, b)).toMatchObject({ id: suggestion.id, status: 'REJECTED' });
    await desk.allow(a, b);
    expect(await desk.between(a, b)).toMatchObject({ id: suggestion.id, status: 'OPEN' });
  });
});

describe('undoing a merge', () => {
  test('brings suggestions back: those of its two sides as rejected, all others open', async () => {
    const { customers, suggestion } = await suggested(3);
    const [a, b, c] = customers as [string, string, string];
    const { merge } = await desk.confirm({ id: suggestion.id });
    expect((await desk.suggestions(`(customerId: "${c}")`)).length).toBe(1);
    await desk.undo(merge.id, 'Two people after all.');
    expect((await desk.suggestions(`(customerId: "${c}")`)).length).toBe(2);
    expect(await desk.between(a, b)).toMatchObject({ id: suggestion.id, status: 'REJECTED' });
    await desk.reopen({ id: suggestion.id });
    expect(await desk.confirm({ id: suggestion.id })).toMatchObject({ isNew: true });
  });
});
