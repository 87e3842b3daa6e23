import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { limits } from '../../src/platform/limits.js';
import { startTestService, type TestService } from '../setup/service.js';
import { email, mergeDesk, type Touch, userId } from './merge-desk.js';

let it: TestService;
const desk = mergeDesk(() => it);

beforeAll(async () => {
  it = await startTestService();
});

afterAll(() => it?.stop());

interface Preview {
  readonly [field: string]: unknown;
  readonly segmentsGained: { key: string }[];
  readonly segmentsLost: { key: string }[];
}

async function preview(survivorId: string, otherId: string): Promise<Preview | null> {
  const data = await desk.ask<{ previewMerge: Preview | null }>(
    `query ($a: ID!, $b: ID!) { previewMerge(survivorId: $a, otherId: $b) {
      survivor { id coverage { totalTouchpoints } } other { id coverage { totalTouchpoints } } isOneAlready isAllowed
      identifiers { type value side } conflicts { key survivorValue otherValue winner }
      brokenLimits { type limit count isUnique } brake prohibitions { survivorId otherId reason }
      openIssues { subject } segmentsGained { key } segmentsLost { key } } }`,
    { a: survivorId, b: otherId },
  );
  return data.previewMerge;
}

async function segment(rule: object): Promise<string> {
  const key = `s-${randomUUID()}`;
  await desk.ask(`mutation ($input: CreateSegmentInput!) { createSegment(input: $input) { segment { id } } }`, {
    input: { key, name: key, rule },
  });
  await it.settled();
  return key;
}

async function segmentsOf(customer: string, asOf = ''): Promise<string[]> {
  await it.settled();
  const data = await desk.ask<{ customer: { segments: { segment: { key: string } }[] } }>(
    `query ($id: ID!) { customer(id: $id ${asOf}) { segments { segment { key } } } }`,
    { id: customer },
  );
  return data.customer.segments.map((one) => one.segment.key);
}

describe('the preview of a merge', () => {
  test('tells what would be joined, what contradicts, and what stands in the way, and changes nothing', async () => {
    const [a, b, c] = [email(), email(), userId()];
    const earlier = new Date(Date.now() - 60_000).toISOString();
    const [{ customer: ada }, { customer: bob }] = (await desk.record(
      { identifiers: [a, c], traits: { plan: 'gold', name: 'Ada', language: 'en' } },
      { identifiers: [b, userId('u2')], traits: { plan: 'basic', name: 'Ada' }, occurredAt: earlier },
    )) as [Touch, Touch];
    for (const [customerId, subject] of [
      [ada, 'first'],
      [bob, 'second'],
    ]) {
      await desk.ask(`mutation ($input: OpenIssueInput!) { openIssue(input: $input) { isNew } }`, {
        input: { customerId, subject },
      });
    }
    await desk.forbid(ada, bob, 'Sisters.');
    const shown = await preview(ada, bob);
    expect(shown).toMatchObject({
      survivor: { id: ada, coverage: { totalTouchpoints: 1 } },
      other: { id: bob, coverage: { totalTouchpoints: 1 } },
      isOneAlready: false,
      isAllowed: false,
      conflicts: [{ key: 'plan', survivorValue: 'gold', otherValue: 'basic', winner: 'SURVIVOR' }],
      brokenLimits: [{ type: 'user_id', limit: 1, count: 2, isUnique: true }],
      brake: null,
      prohibitions: [{ survivorId: ada, otherId: bob, reason: 'Sisters.' }],
      openIssues: [{ subject: 'second' }, { subject: 'first' }],
    });
    expect(shown?.['identifiers']).toHaveLength(4);
    expect(shown?.['identifiers']).toContainEqual({ ...b, side: 'OTHER' });
    expect(shown?.['identifiers']).toContainEqual({ ...c, side: 'SURVIVOR' });
    expect(await desk.customerOf(b)).toBe(bob);
  });

  test('tells the brake that the customer would be past, and a person may merge them nevertheless', async () => {
    const [hub, other] = [await desk.touch(email()), await desk.touch(email())];
    const absorb = (count: number) =>
      it.database.owner.query(
        `insert into profile (workspace_id, id, canonical_id)
         select $1, 900000 + n, $2 from generate_series(1, $3::int) n on conflict do nothing`,
        [it.workspace, hub.slice(4), count],
      );
    await absorb(limits.mergesPerCustomerMax - 2);
    expect((await preview(hub, other))?.['brake']).toBeNull();
    await absorb(limits.mergesPerCustomerMax - 1);
    expect(await preview(hub, other)).toMatchObject({ brake: 'TOO_MANY_MERGES', isAllowed: true });
    expect((await desk.merge(hub, other)).isNew).toBe(true);
  });

  test('counts for a limit with a window only what was seen first within it, as rules do', async () => {
    const long = new Date(Date.now() - 40 * 86_400_000).toISOString();
    const three = () => [email(), email(), email()];
    const [{ customer: one }, { customer: other }] = (await desk.record(
      { identifiers: three() },
      { identifiers: three(), occurredAt: long },
    )) as [Touch, Touch];
    expect((await preview(one, other))?.['brokenLimits']).toEqual([
      { type: 'email', limit: 5, count: 6, isUnique: false },
    ]);
    const window = async (days: number | null) => {
      const { identitySettings } = await desk.ask<{ identitySettings: { version: number; types: { name: string }[] } }>(
        '{ identitySettings { version types { name } } }',
      );
      const types = identitySettings.types.map(({ name }) =>
        name === 'email' ? { name, windowDays: days } : { name },
      );
      await desk.ask(
        'mutation ($input: UpdateIdentitySettingsInput!) { updateIdentitySettings(input: $input) { settings { version } } }',
        { input: { version: identitySettings.version, types } },
      );
    };
    await window(30);
    expect((await preview(one, other))?.['brokenLimits']).toEqual([]);
    await window(null);
  });

  test('is null for customers that are not there, and says so of those that are one', async () => {
    const [one, other] = [await desk.touch(email()), await desk.touch(email())];
    expect(await preview(one, 'cus_998')).toBeNull();
    await desk.merge(one, other);
    expect(await preview(other, one)).toMatchObject({ isOneAlready: true, survivor: { id: one }, other: { id: one } });
  });

  test('tells the segments gained and lost, which the merge then brings and its undo takes back at once', async () => {
    const [a, b] = [email(), email()];
    const mark = randomUUID();
    const calls = (identifier: object, n: number) =>
      Array.from({ length: n }, () => ({ identifiers: [identifier], topic: mark }));
    const [{ customer: one }] = (await desk.record(...calls(a, 2), {
      identifiers: [a],
      traits: { [mark]: 'old' },
    })) as [Touch];
    const [{ customer: other }] = (await desk.record(...calls(b, 1), {
      identifiers: [b],
      traits: { [mark]: 'new' },
      occurredAt: new Date(Date.now() + 1000).toISOString(),
    })) as [Touch];
    const busy = await segment({ touchpoints: { topic: mark, within: { days: 7 } }, atLeast: 3 });
    const old = await segment({ trait: mark, is: 'old' });
    const fresh = await segment({ trait: mark, is: 'new' });
    expect([await segmentsOf(one), await segmentsOf(other)]).toEqual([[old], [fresh]]);

    const { segmentsGained, segmentsLost } = (await preview(one, other)) as Preview;
    expect([segmentsGained, segmentsLost]).toEqual([[{ key: busy }], [{ key: old }]]);

    const { merge } = await desk.merge(one, other);
    expect((await segmentsOf(other)).sort()).toEqual([busy, fresh].sort());
    await desk.undo(merge!.id);
    expect([await segmentsOf(one), await segmentsOf(other)]).toEqual([[old], [fresh]]);
  });
});

describe('why two are one customer', () => {
  test('is told as the shortest chain of touchpoints and people, with what named them', async () => {
    const all = [email(), email(), email(), email()];
    const ids: string[] = [];
    for (const one of all) ids.push(await desk.touch(one));
    const [a, b, c, d] = all as [(typeof all)[0], (typeof all)[0], (typeof all)[0], (typeof all)[0]];
    const [ab] = await desk.record({ identifiers: [a, b] });
    await desk.record({ identifiers: [b, c] });
    await desk.merge(ids[2]!, ids[3]!, { reason: 'The same signature.' });
    await desk.record({ identifiers: [a, c] });
    const found = await desk.why({ identifierA: b, identifierB: d });
    expect(found).toMatchObject({
      customer: { id: ids[0] },
      steps: [
        { fromId: ids[1], toId: ids[2], rule: 'SAME_TOUCHPOINT', fromIdentifiers: [b], toIdentifiers: [c] },
        {
          fromId: ids[2],
          toId: ids[3],
          rule: 'MANUAL',
          reason: 'The same signature.',
          actor: expect.stringMatching(/^key:/),
          touchpoint: null,
          mergeId: expect.stringMatching(/^mrg_/),
        },
      ],
    });
    const direct = await desk.why({ a: ids[0], b: ids[1] });
    expect(direct?.steps).toMatchObject([{ touchpoint: { id: ab!.touchpoint }, evidenceCount: 1 }]);
  });

  test('is null when they are not one, and empty when one profile is known by both', async () => {
    const [a, b, c] = [email(), email(), email()];
    const one = await desk.touch(a, b);
    const other = await desk.touch(c);
    expect(await desk.why({ a: one, b: other })).toBeNull();
    expect(await desk.why({ a: one, identifierB: email() })).toBeNull();
    expect(await desk.why({ identifierA: a, identifierB: b })).toMatchObject({ customer: { id: one }, steps: [] });
  });

  test('needs exactly one of id and identifier for each', async () => {
    const { errors } = await it.graphql(`{ whyLinked(a: "cus_1") { steps { rule } } }`);
    expect(errors?.[0]?.extensions).toMatchObject({ reason: 'ONE_OF_REQUIRED', field: 'b' });
  });
});
