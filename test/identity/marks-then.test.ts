import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nextMillisecond } from '../setup/clock.js';
import { startTestService, type TestService } from '../setup/service.js';
import { email, type Identifier, mergeDesk, userId } from './merge-desk.js';

let it: TestService;
const desk = mergeDesk(() => it);
let numbers = 0;
const phone = (): Identifier => ({ type: 'phone', value: `+1415555${3_000 + ++numbers}` });

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

interface Shown {
  readonly id: string;
  readonly identifiers: readonly { readonly value: string; readonly [mark: string]: unknown }[];
  readonly resolution: { readonly isShared: boolean; readonly verification: string };
}

async function shown(identifier: Identifier, at: string | null = null): Promise<Shown> {
  const { customer } = await desk.ask<{ customer: Shown }>(
    `query ($identifier: IdentifierInput!, $at: DateTime) { customer(identifier: $identifier, asOf: $at) {
      id identifiers { value verification shared quarantined primary }
      resolution { isShared verification matchedBy { shared verification } otherCandidates { id } } } }`,
    { identifier, at },
  );
  return customer;
}

/** The marks of one identifier, from whatever it is asked by. */
async function marksOf(identifier: Identifier, at: string | null = null, by = identifier) {
  const { identifiers } = await shown(by, at);
  const found = identifiers.find((one) => one.value === identifier.value);
  return found && [found['verification'], found['shared'], found['quarantined']];
}

const share = (identifier: Identifier, shared: boolean) =>
  desk.ask(
    'mutation ($input: MarkIdentifierSharedInput!) { markIdentifierShared(input: $input) { identifier { type } } }',
    {
      input: { identifier, shared, reason: 'A person said so.' },
    },
  );

const act = (name: 'quarantineIdentifier' | 'releaseIdentifier', identifier: Identifier) =>
  desk.ask(`mutation ($input: IdentifierActInput!) { ${name}(input: $input) { identifier { type } } }`, {
    input: { identifier, reason: 'A person looked.' },
  });

const verified = (identifier: Identifier) => ({ ...identifier, verification: 'VERIFIED' });

describe('as of an earlier time an identifier', () => {
  test('is marked as it was known then: proved, shared, kept from joining, and free again', async () => {
    const [number, id] = [phone(), userId()];
    await desk.touch(number, id);
    const times = [await moment()];
    await desk.record({ identifiers: [verified(number)] });
    times.push(await moment());
    await share(number, true);
    times.push(await moment());
    await act('quarantineIdentifier', number);
    times.push(await moment());
    await act('releaseIdentifier', number);
    await share(number, false);
    const seen = [];
    for (const at of [...times, await moment()]) seen.push(await marksOf(number, at, id));
    expect(seen).toEqual([
      ['CLAIMED', false, false],
      ['VERIFIED', false, false],
      ['VERIFIED', true, false],
      ['VERIFIED', true, true],
      ['VERIFIED', false, false],
    ]);
    expect(await marksOf(number, null, id)).toEqual(['VERIFIED', false, false]);
  });

  test('leads, while it was shared, to who used it last by then, and else to its owner', async () => {
    const [number, ann, bob] = [phone(), userId(), userId()];
    const first = await desk.touch(number, ann);
    const before = await moment();
    await share(number, true);
    const second = await desk.touch(number, bob);
    const during = await moment();
    await share(number, false);
    expect(await shown(number, before)).toMatchObject({
      id: first,
      resolution: { isShared: false, otherCandidates: [], matchedBy: { shared: false } },
    });
    expect(await shown(number, during)).toMatchObject({
      id: second,
      resolution: { isShared: true, otherCandidates: [{ id: first }] },
    });
    expect(await shown(number, await moment())).toMatchObject({ id: first, resolution: { isShared: false } });
  });

  test('is found to be shared by behaviour from then on, and not before', async () => {
    const [box, owner] = [email(), userId()];
    const customer = await desk.touch(box, owner);
    const before = await moment();
    for (let n = 0; n < 3; n++) await desk.touch(box, userId());
    const after = await moment();
    expect(await marksOf(box, before, owner)).toEqual(['CLAIMED', false, false]);
    expect(await marksOf(box, after, owner)).toEqual(['CLAIMED', true, false]);
    expect((await shown(owner, after)).id).toBe(customer);
  });

  test('keeps its marks through a merge and its undoing', async () => {
    const [number, ann, bob] = [phone(), userId(), userId()];
    const first = await desk.touch(number, ann);
    const second = await desk.touch(email(), bob);
    const before = await moment();
    await share(number, true);
    const { merge } = await desk.merge(first, second, { overrideUniqueness: true, reason: 'One person.' });
    const merged = await moment();
    await desk.record({ identifiers: [ann, verified(number)] });
    await desk.undo((merge as { id: string }).id);
    await share(number, false);
    const after = await moment();
    expect(await shown(bob, before)).toMatchObject({ id: second });
    expect(await marksOf(number, before, ann)).toEqual(['CLAIMED', false, false]);
    expect(await shown(bob, merged)).toMatchObject({ id: first });
    expect(await marksOf(number, merged, bob)).toEqual(['CLAIMED', true, false]);
    expect(await shown(bob, after)).toMatchObject({ id: second });
    expect((await marksOf(number, after, ann))?.slice(1)).toEqual([false, false]);
  });

  test('that changed hands since has the marks that its owner of then had', async () => {
    const [number, ann] = [phone(), userId()];
    await desk.record({ identifiers: [ann, verified(number)] });
    const plain = await moment();
    await share(number, true);
    const during = await moment();
    await desk.ask('mutation ($input: SplitIdentifierInput!) { splitIdentifier(input: $input) { isChanged } }', {
      input: { ...number, from: '2025-01-01T00:00:00Z' },
    });
    const split = await moment();
    await act('quarantineIdentifier', number);
    expect(await marksOf(number, plain, ann)).toEqual(['VERIFIED', false, false]);
    expect(await marksOf(number, during, ann)).toEqual(['VERIFIED', true, false]);
    expect(await marksOf(number, split)).toEqual(['CLAIMED', false, false]);
    expect(await marksOf(number)).toEqual(['CLAIMED', false, true]);
  });

  test('of which it was not kept when it was proved, is taken to have been so from the beginning', async () => {
    const [number, ann] = [phone(), userId()];
    await desk.record({ identifiers: [ann, verified(number)] });
    const after = await moment();
    await it.database.owner.query('update identifier set verified_at = null where value = $1', [number.value]);
    expect(await marksOf(number, after, ann)).toEqual(['VERIFIED', false, false]);
  });
});
