import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../setup/service.js';
import { device, email, type Identifier, mergeDesk, refused } from './merge-desk.js';

let it: TestService;
const desk = mergeDesk(() => it);

beforeAll(async () => {
  it = await startTestService();
});

afterAll(() => it?.stop());

/** Which of these identifiers are one customer: equal letters are. */
async function groups(...identifiers: Identifier[]): Promise<string> {
  const ids: (string | null)[] = [];
  for (const one of identifiers) ids.push(await desk.customerOf(one));
  const known = [...new Set(ids)];
  return ids.map((id) => 'abcdef'[known.indexOf(id)]).join('');
}

async function holdingMerges(customer: string) {
  return (await desk.history(customer)).filter((merge) => merge.undoneAt === null);
}

describe('undoing a merge', () => {
  test('that a touchpoint made parts the customers, and the same touchpoint’s people are not joined again by a rule', async () => {
    const [a, b] = [email(), email()];
    const [one, other] = [await desk.touch(a), await desk.touch(b)];
    await desk.touch(a, b);
    const [merge] = await holdingMerges(one);
    expect(merge).toMatchObject({ rule: 'SAME_TOUCHPOINT', survivorId: one, absorbedId: other, actor: null });
    const undone = await desk.undo(merge!.id, 'Two people at one desk.');
    expect(undone).toMatchObject({
      isChanged: true,
      stillJoinedBy: [],
      merge: { undoReason: 'Two people at one desk.', undoneBy: expect.stringMatching(/^key:/) },
    });
    expect(undone.customers.map((customer) => customer.id)).toEqual([one, other]);
    await desk.touch(a, b);
    expect(await groups(a, b)).toBe('ab');
  });

  test('that was undone before changes nothing', async () => {
    const [one, other] = [await desk.touch(email()), await desk.touch(email())];
    const { merge } = await desk.merge(one, other);
    const first = await desk.undo(merge!.id, 'first');
    const again = await desk.undo(merge!.id, 'second');
    expect(again).toEqual({ ...first, isChanged: false });
  });

  test('answers with those who were named when it is asked for again, also when they were others’ then', async () => {
    const [one, two, three] = [await desk.touch(email()), await desk.touch(email()), await desk.touch(email())];
    const { merge: before } = await desk.merge(one, two);
    const { merge } = await desk.merge(two, three);
    await desk.undo(before!.id);
    const first = await desk.undo(merge!.id);
    expect(first.customers.map((customer: { id: string }) => customer.id)).toEqual([two, three]);
    expect(await desk.undo(merge!.id)).toEqual({ ...first, isChanged: false });
  });

  test('gives new activity to whom its own identifier belongs', async () => {
    const [a, b] = [email(), email()];
    const [one, other] = [await desk.touch(a), await desk.touch(b)];
    const { merge } = await desk.merge(one, other);
    const [later] = await desk.record({ identifiers: [b] });
    const fresh = device();
    await desk.touch(b, fresh);
    await desk.undo(merge!.id);
    expect(await groups(a, b, fresh)).toBe('abb');
    const data = await desk.ask<{ touchpoint: { customer: { id: string } } }>(
      'query ($id: ID!) { touchpoint(id: $id) { customer { id } } }',
      { id: later!.touchpoint },
    );
    expect(data.touchpoint.customer.id).toBe(other);
  });

  test.each([
    [0, 1, 2],
    [2, 1, 0],
    [1, 0, 2],
  ])('works in any order among further merges: %i, %i, %i', async (...order) => {
    const all = [email(), email(), email(), email()];
    const ids: string[] = [];
    for (const one of all) ids.push(await desk.touch(one));
    const [a, b, c, d] = ids as [string, string, string, string];
    // The survivor of each is absorbed by the next.
    const merges = [await desk.merge(b, a), await desk.merge(c, b), await desk.merge(d, c)];
    expect(await groups(...all)).toBe('aaaa');
    const left = new Set([0, 1, 2]);
    for (const n of order) {
      await desk.undo(merges[n]!.merge!.id);
      left.delete(n);
      let letters = 'a';
      for (let i = 0; i < 3; i++)
        letters += left.has(i) ? letters.at(-1) : String.fromCharCode(letters.charCodeAt(i) + 1);
      expect(await groups(...all)).toBe(letters);
    }
    for (const [n, one] of all.entries()) expect(await desk.customerOf(one)).toBe(ids[n]);
  });

  test('parts nobody whom a second, independent link joins, and says by what', async () => {
    const [a, b] = [email(), email()];
    const one = await desk.touch(a);
    const other = await desk.touch(b);
    await desk.touch(a, b);
    const [second] = await desk.record({ identifiers: [b, a] });
    const [merge] = await holdingMerges(one);
    const undone = await desk.undo(merge!.id);
    expect(undone.customers.map((customer) => customer.id)).toEqual([one]);
    expect(undone.stillJoinedBy).toMatchObject([
      { fromId: one, toId: other, rule: 'SAME_TOUCHPOINT', evidenceCount: 1, mergeId: null },
    ]);
    const why = await desk.why({ a: one, b: other });
    expect(why?.steps).toMatchObject([{ touchpoint: { id: second!.touchpoint } }]);
    await desk.forbid(one, other);
    expect(await groups(a, b)).toBe('ab');
  });

  test('takes one of three customers out whom one touchpoint joined, and leaves the others one', async () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const all = [email(), email(), email()];
      for (const one of all) await desk.touch(one);
      const joined = await desk.touch(...all);
      const merges = (await holdingMerges(joined)).reverse();
      expect(merges).toHaveLength(2);
      const gone = merges[order[0] as number]!;
      await desk.undo(gone.id);
      const letters = await groups(...all);
      expect(new Set(letters).size).toBe(2);
      expect(await desk.customerOf(all[order[0] === 0 ? 1 : 2]!)).toBe(gone.absorbedId);
      await desk.undo(merges[order[1] as number]!.id);
      expect(await groups(...all)).toBe('abc');
    }
  });

  test('keeps what the touchpoint says of those who were one before', async () => {
    const [a, b, c] = [email(), email(), email()];
    for (const one of [a, b, c]) await desk.touch(one);
    const manual = await desk.merge(await desk.touch(a), await desk.touch(b));
    // Names three profiles of two customers: also a second reason for a and b.
    await desk.touch(c, a, b);
    const merge = (await holdingMerges(manual.customer.id)).find((one) => one.rule === 'SAME_TOUCHPOINT');
    await desk.undo(merge!.id);
    expect(await groups(a, b, c)).toBe('aab');
    const { stillJoinedBy } = await desk.undo(manual.merge!.id);
    expect(stillJoinedBy).toHaveLength(1);
    expect(await groups(a, b, c)).toBe('aab');
  });

  test('follows customers that one batch made and joined', async () => {
    const [a, b, c] = [email(), email(), email()];
    await desk.record(
      { identifiers: [a] },
      { identifiers: [b] },
      { identifiers: [c] },
      { identifiers: [b, c] },
      { identifiers: [a, c] },
    );
    const joined = (await desk.customerOf(a)) as string;
    expect(await groups(a, b, c)).toBe('aaa');
    for (const merge of await holdingMerges(joined)) await desk.undo(merge.id);
    expect(await groups(a, b, c)).toBe('abc');
  });

  test('works again when it was allowed again and the same touchpoint told so again', async () => {
    const [a, b] = [email(), email()];
    const [one, other] = [await desk.touch(a), await desk.touch(b)];
    const told = (sequence: number) =>
      desk.record({ externalId: `told by ${a.value}`, identifiers: [a, b], sequence, subject: `part ${sequence}` });
    await told(1);
    await desk.undo((await holdingMerges(one))[0]!.id);
    await desk.allow(one, other);
    await told(2);
    expect(await groups(a, b)).toBe('aa');
    const undone = await desk.undo((await holdingMerges(one))[0]!.id);
    expect(undone).toMatchObject({ isChanged: true, customers: [{ id: one }, { id: other }] });
    await told(3);
    expect(await groups(a, b)).toBe('ab');
  });

  test('is refused for a merge that is not there, or of another workspace', async () => {
    const { key } = await it.makeWorkspace('stranger-of-undos');
    const identify = (identifiers: Identifier[]) =>
      it.graphql(
        `mutation ($input: IdentifyCustomerInput!) { identifyCustomer(input: $input) { customerId } }`,
        { input: { source: 'test', identifiers } },
        key,
      );
    const [a, b] = [email(), email()];
    for (const one of [[a], [b], [a, b]]) await identify(one);
    const { data } = await it.graphql(`{ customers { nodes { mergeHistory { nodes { id } } } } }`, {}, key);
    const foreign = data.customers.nodes[0].mergeHistory.nodes[0].id;
    const unknown = refused(await desk.tryUndo({ mergeId: 'mrg_999999' }));
    expect(unknown).toMatchObject({ code: 'NOT_FOUND', field: 'input.mergeId' });
    expect(refused(await desk.tryUndo({ mergeId: foreign }))).toEqual(unknown);
    expect(refused(await desk.tryUndo({ mergeId: 'cus_1' }))).toMatchObject({ reason: 'ID_INVALID' });
  });
});

describe('forbidding a link', () => {
  test('keeps two customers apart, whoever names both, until it is lifted', async () => {
    const [a, b] = [email(), email()];
    const [one, other] = [await desk.touch(a), await desk.touch(b)];
    expect(await desk.forbid(one, other, 'Father and son.')).toMatchObject({ isSplit: false, isChanged: true });
    expect(await desk.forbid(other, one)).toMatchObject({ isChanged: false });
    await desk.touch(a, b);
    expect(await groups(a, b)).toBe('ab');
    expect(refused(await desk.tryMerge({ survivorId: one, otherId: other }))).toMatchObject({
      code: 'CONFLICT',
      reason: 'LINK_FORBIDDEN',
    });
    expect(await desk.allow(other, one)).toMatchObject({ isChanged: true });
    expect(await desk.allow(one, other)).toMatchObject({ isChanged: false });
    await desk.touch(a, b);
    expect(await groups(a, b)).toBe('aa');
  });

  test('parts one customer where the least evidence holds the two together', async () => {
    const [a, b, c] = [email(), email(), email()];
    const ids: string[] = [];
    for (const one of [a, b, c]) ids.push(await desk.touch(one));
    // b hangs on a by three touchpoints, on c by one.
    for (const pair of [
      [a, b],
      [a, b],
      [a, b],
      [b, c],
    ])
      await desk.touch(...(pair as Identifier[]));
    const forbidden = await desk.forbid(ids[2]!, ids[0]!);
    expect(forbidden).toMatchObject({ isSplit: true, customers: [{ id: ids[2] }, { id: ids[0] }] });
    expect(forbidden.undoneMerges).toMatchObject([{ absorbedId: ids[2], undoneAt: expect.any(String) }]);
    expect(await groups(a, b, c)).toBe('aab');
  });

  test('undoes a merge of people too, and marks it so', async () => {
    const [one, other] = [await desk.touch(email()), await desk.touch(email())];
    const { merge } = await desk.merge(one, other);
    const { undoneMerges } = await desk.forbid(other, one, 'No.');
    expect(undoneMerges).toMatchObject([{ id: merge!.id, undoReason: 'No.' }]);
    expect(await desk.undo(merge!.id)).toMatchObject({ isChanged: false });
  });

  test('is refused with oneself and with customers that are not there', async () => {
    const one = await desk.touch(email());
    expect(refused(await desk.tryForbid({ customerId: one, otherId: one }))).toMatchObject({ reason: 'INPUT_INVALID' });
    expect(refused(await desk.tryForbid({ customerId: one, otherId: 'cus_998' }))).toMatchObject({ code: 'NOT_FOUND' });
  });
});
