import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ApiKeys } from '../../src/access/api-keys.service.js';
import { SEGMENT_CLOCK } from '../../src/segments/membership.service.js';
import { SegmentDueService } from '../../src/segments/segment-due.service.js';
import { startTestService, type TestService } from '../setup/service.js';
import { decisionDesk } from './decision-desk.js';
import { dayMs, daysAgo, refused, segmentDesk, someone } from './segment-desk.js';

let it: TestService;

beforeAll(async () => {
  it = await startTestService();
  // The tests say when time has passed.
  await it.service.app.get(SegmentDueService).stop();
});

afterEach(() => setClock(() => new Date()));

afterAll(async () => {
  await it?.stop();
});

const setClock = (now: () => Date) => Object.assign(it.service.app.get(SEGMENT_CLOCK), { now });
const { create, keysOf, record, update } = segmentDesk(() => it);
const { act, done, merge, part, present, history } = decisionDesk(() => it);

const inDays = async (days: number) => {
  setClock(() => new Date(Date.now() + days * dayMs));
  await it.service.app.get(SegmentDueService).tick();
  await it.settled();
};
const membership = async (customer: string, key: string) =>
  (await present(customer)).find((one) => one.segment.key === key);
/** The rule of a segment whose members have a trait, and a customer of it. */
const tagged = () => {
  const tag = randomUUID();
  const who = someone();
  let age = 9;
  const say = (value: string) => {
    age -= 1;
    return record({ ...who, traits: { tag: value }, occurredAt: daysAgo(age) });
  };
  return { rule: { trait: 'tag', is: tag }, enter: () => say(tag), leave: () => say('other') };
};

describe('a customer that somebody puts into a segment', () => {
  test('is a member at once whatever the rule says, with the reason and by whom, until that is taken back', async () => {
    const key = await create({ trait: 'plan', is: 'gold' }, { entitlements: ['fee-waiver'] });
    const dependent = await create({ segment: key });
    const customer = await record(someone());
    const input = { segment: key, customerId: customer, reason: 'Agreed by phone' };
    const { data } = await act('addSegmentMember', input);
    const shown = data.addSegmentMember.customer.segments.map((one: { segment: { key: string } }) => one.segment.key);
    expect(shown).toEqual(expect.arrayContaining([key, dependent]));
    const spell = await membership(customer, key);
    expect(spell).toMatchObject({ cause: 'MANUAL', until: null, expiresAt: null });
    expect(spell?.reason).toEqual([
      {
        text: 'put in by hand: Agreed by phone',
        condition: { manual: true },
        observed: expect.stringMatching(/^key:/),
      },
    ]);
    await record({ ...someone(), traits: { plan: 'gold' } });
    expect(await keysOf(customer)).toContain(key);
    await done('undoSegmentDecision', { segment: key, customerId: customer });
    expect(await keysOf(customer)).not.toContain(key);
    expect(await keysOf(customer)).not.toContain(dependent);
    expect((await history(customer, key)).map(({ cause, endedBy }) => [cause, endedBy])).toEqual([
      ['MANUAL', 'MANUAL'],
    ]);
  });

  test('leaves when the time is over that was said, which a read knows before anything else does', async () => {
    const key = await create({ manual: true });
    const customer = await record(someone());
    const expiresAt = new Date(Date.now() + 30 * dayMs).toISOString();
    await done('addSegmentMember', { segment: key, customerId: customer, reason: 'Trial', expiresAt });
    expect(Date.parse((await membership(customer, key))?.expiresAt ?? '')).toBe(Date.parse(expiresAt));
    await inDays(29);
    expect(await keysOf(customer)).toContain(key);
    await inDays(31);
    expect(await keysOf(customer)).not.toContain(key);
    const [spell] = await history(customer, key);
    expect(spell).toMatchObject({ cause: 'MANUAL', endedBy: 'EXPIRED' });
    expect(Date.parse(spell?.until ?? '')).toBe(Date.parse(expiresAt));
  });

  test('stays by the rule where that holds when the time is over, without having left', async () => {
    const { rule, enter } = tagged();
    const key = await create(rule);
    const customer = await enter();
    const { since } = (await membership(customer, key)) ?? {};
    const expiresAt = new Date(Date.now() + 30 * dayMs).toISOString();
    await done('addSegmentMember', { segment: key, customerId: customer, reason: 'Sure', expiresAt });
    expect(await membership(customer, key)).toMatchObject({ cause: 'MANUAL', memberSince: since, expiresAt: null });
    await inDays(31);
    expect(await membership(customer, key)).toMatchObject({ cause: 'RULE', memberSince: since });
    expect((await history(customer, key)).map(({ cause, endedBy }) => [cause, endedBy])).toEqual([
      ['RULE', null],
      ['MANUAL', 'EXPIRED'],
      ['RULE', 'MANUAL'],
    ]);
  });
});

describe('a customer that somebody keeps out of a segment', () => {
  test('is no member though the rule holds, until that is over or replaced', async () => {
    const { rule, enter } = tagged();
    const key = await create(rule);
    const customer = await enter();
    const input = { segment: key, customerId: customer, reason: 'Fraud' };
    const expiresAt = new Date(Date.now() + dayMs).toISOString();
    await done('excludeSegmentMember', { ...input, expiresAt });
    expect(await keysOf(customer)).not.toContain(key);
    expect((await history(customer, key))[0]).toMatchObject({ cause: 'RULE', endedBy: 'MANUAL' });
    await inDays(2);
    expect(await keysOf(customer)).toContain(key);
    await done('excludeSegmentMember', input);
    expect(await keysOf(customer)).not.toContain(key);
    await done('addSegmentMember', { ...input, reason: 'Cleared' });
    expect(await keysOf(customer)).toContain(key);
    const { data } = await it.graphql(
      `query ($id: ID!) { customer(id: $id) { segmentDecisions {
        segment { key } isExclusion reason isActive actor decidedAt expiresAt endedAt endedBy } } }`,
      { id: customer },
    );
    const shown = data.customer.segmentDecisions.filter((one: { reason: string }) => one.reason);
    expect(shown.map((one: Record<string, unknown>) => [one['reason'], one['isExclusion'], one['isActive']])).toEqual([
      ['Cleared', false, true],
      ['Fraud', true, false],
      ['Fraud', true, false],
    ]);
    expect(shown[1]).toMatchObject({ segment: { key }, endedBy: expect.stringMatching(/^key:/), expiresAt: null });
    expect(shown[0]).toMatchObject({ endedAt: null, endedBy: null });
  });

  test('is counted as out before a rule is changed', async () => {
    const { rule, enter } = tagged();
    const key = await create(rule);
    const customer = await enter();
    await done('excludeSegmentMember', { segment: key, customerId: customer, reason: 'Fraud' });
    const { data } = await it.graphql(
      `query ($key: String!, $rule: JSON!) { previewSegmentChange(key: $key, rule: $rule) { members entering }
        previewSegment(rule: $rule) { members } }`,
      { key, rule },
    );
    expect(data).toEqual({ previewSegmentChange: { members: 0, entering: 0 }, previewSegment: { members: 1 } });
  });
});

describe('a membership that lasts a time', () => {
  test('ends then though the rule still holds, and begins again only when it has held anew', async () => {
    const { rule, enter, leave } = tagged();
    const key = await create(rule, { memberFor: 'P30D' });
    const customer = await enter();
    const { since, expiresAt } = (await membership(customer, key)) ?? {};
    expect(Date.parse(expiresAt ?? '') - Date.parse(since ?? '')).toBe(30 * dayMs);
    await inDays(31);
    expect(await keysOf(customer)).not.toContain(key);
    expect((await history(customer, key))[0]).toMatchObject({ endedBy: 'EXPIRED', until: expiresAt });
    await enter();
    await inDays(40);
    expect(await keysOf(customer)).not.toContain(key);
    await leave();
    await enter();
    expect(await keysOf(customer)).toContain(key);
  });

  test('is over for readers also before it is noted', async () => {
    const { rule, enter } = tagged();
    const key = await create(rule, { memberFor: 'P30D' });
    const customer = await enter();
    await it.database.owner.query(
      `update segment_member m set expires_at = now() - interval '1 second' from segment s
       where s.workspace_id = $1 and s.key = $2 and m.segment_id = s.id`,
      [it.workspace, key],
    );
    expect(await keysOf(customer)).not.toContain(key);
    const { data } = await it.graphql(
      `query ($key: String!) { segment(key: $key) { memberCount history { nodes { endedBy } } } customers(segment: $key) { nodes { id } } }`,
      { key },
    );
    expect(data).toEqual({
      segment: { memberCount: 0, history: { nodes: [{ endedBy: 'EXPIRED' }] } },
      customers: { nodes: [] },
    });
  });

  test('has another end when the segment has, for members of before too, and none when it has none', async () => {
    const { rule, enter } = tagged();
    const key = await create(rule, { memberFor: 'PT36H', priority: 5 });
    const customer = await enter();
    const { since } = (await membership(customer, key)) ?? {};
    const endsAt = new Date(Date.now() + dayMs).toISOString();
    const left = async () => Date.parse((await membership(customer, key))?.expiresAt ?? '') - Date.parse(since ?? '');
    const change = async (version: number, input: object) => {
      expect((await update({ key, version, ...input })).errors).toBeUndefined();
      await it.settled();
    };
    await change(1, { memberFor: 'P60D' });
    expect(await left()).toBe(60 * dayMs);
    await change(2, { endsAt });
    expect(Date.parse((await membership(customer, key))?.expiresAt ?? '')).toBe(Date.parse(endsAt));
    const { data } = await it.graphql(`query ($key: String!) { segment(key: $key) { memberFor endsAt priority } }`, {
      key,
    });
    expect(data.segment).toMatchObject({ memberFor: 'P60D', priority: 5 });
    expect(Date.parse(data.segment.endsAt)).toBe(Date.parse(endsAt));
    await change(3, { endsAt: null, memberFor: null });
    expect(await membership(customer, key)).toMatchObject({ expiresAt: null, since });
    await change(4, { endsAt });
    await inDays(2);
    expect(await keysOf(customer)).not.toContain(key);
    expect(await keysOf(await tagged().enter())).not.toContain(key);
  });
});

describe('a merge', () => {
  test('moves a membership with its beginning and its end, and its undoing gives it back', async () => {
    const { rule, enter } = tagged();
    const key = await create(rule, { memberFor: 'P30D' });
    const a = await enter();
    const b = await record(someone());
    const before = await membership(a, key);
    const id = await merge(b, a);
    expect(await membership(b, key)).toMatchObject({
      cause: 'MERGE',
      memberSince: before?.since,
      expiresAt: before?.expiresAt,
    });
    expect((await history(b, key)).map(({ cause, endedBy }) => [cause, endedBy])).toEqual([
      ['MERGE', null],
      ['RULE', 'MERGE'],
    ]);
    await part(id);
    expect(await keysOf(b)).not.toContain(key);
    expect((await history(b, key)).map(({ cause, endedBy }) => [cause, endedBy])).toEqual([['MERGE', 'MERGE']]);
    expect(await membership(a, key)).toMatchObject({
      cause: 'MERGE',
      memberSince: before?.since,
      expiresAt: before?.expiresAt,
    });
  });

  test('leaves what was decided by hand with whom it was decided of, and the newest counts while they are one', async () => {
    const key = await create({ manual: true });
    const [a, b] = [await record(someone()), await record(someone())];
    await done('addSegmentMember', { segment: key, customerId: a, reason: 'In' });
    await done('excludeSegmentMember', { segment: key, customerId: b, reason: 'Out' });
    const previewed = `query ($a: ID!, $b: ID!) { previewMerge(survivorId: $b, otherId: $a) {
      segmentsGained { key } segmentsLost { key } } }`;
    const { data } = await it.graphql(previewed, { a, b });
    expect(data.previewMerge).toEqual({ segmentsGained: [], segmentsLost: [{ key }] });
    const id = await merge(b, a);
    expect(await keysOf(b)).not.toContain(key);
    await part(id);
    expect(await keysOf(a)).toContain(key);
    expect(await keysOf(b)).not.toContain(key);
    await done('undoSegmentDecision', { segment: key, customerId: b });
    const c = await record(someone());
    expect((await it.graphql(previewed, { a, b: c })).data.previewMerge).toEqual({
      segmentsGained: [],
      segmentsLost: [],
    });
    await merge(c, a);
    expect(await membership(c, key)).toMatchObject({ cause: 'MERGE', reason: [{ text: 'put in by hand: In' }] });
  });
});

describe('who may', () => {
  test('decide is whoever may write customers, and nobody reads free text masked, or sees any of it as the customer', async () => {
    const key = await create({ manual: true });
    const customer = await record(someone());
    const input = { segment: key, customerId: customer, reason: 'Her name is Ann' };
    const reader = await it.makeKey(['customers:read']);
    expect(refused(await act('addSegmentMember', input, reader))).toMatchObject({ code: 'FORBIDDEN' });
    await done('addSegmentMember', input);
    const masked = await it.makeKey(['customers:read'], { masked: true });
    const query = `query ($id: ID!) { customer(id: $id) {
      segmentDecisions { reason } segmentHistory { nodes { reason { text } } } } }`;
    const answer = await it.graphql(query, { id: customer }, masked);
    expect(answer.errors).toBeUndefined();
    expect(JSON.stringify(answer.data)).not.toContain('Ann');
    const token = await it.service.app
      .get(ApiKeys)
      .makePortalToken(it.workspace, { customer: customer.slice(4), isVisitor: false, isMasked: false }, 600);
    expect(refused(await it.graphql(query, { id: customer }, token.secret))).toMatchObject({
      reason: 'FIELD_INTERNAL',
    });
  });

  test.each<[string, object, string, string]>([
    ['no such segment', { segment: 'none' }, 'NOT_FOUND', 'input.segment'],
    ['a segment with a NUL', { segment: 'a\u0000' }, 'TEXT_INVALID', 'input.segment'],
    ['no such customer', { customerId: 'cus_999999' }, 'NOT_FOUND', 'input.customerId'],
    ['no reason', { reason: ' ' }, 'INPUT_INVALID', 'input.reason'],
    ['an end that is over', { expiresAt: daysAgo(1) }, 'OUT_OF_RANGE', 'input.expiresAt'],
    ['an end far ahead', { expiresAt: daysAgo(-3_700) }, 'OUT_OF_RANGE', 'input.expiresAt'],
  ])('is refused for %s', async (_, more, reason, field) => {
    const key = await create({ manual: true });
    const customer = await record(someone());
    const answer = await act('addSegmentMember', { segment: key, customerId: customer, reason: 'x', ...more });
    expect(refused(answer)).toMatchObject({ reason, field });
    const undone = await act('undoSegmentDecision', { segment: key, customerId: customer });
    expect(refused(undone)).toMatchObject({ reason: 'NOT_FOUND', field: 'input' });
  });

  test.each<[string, object, string, string]>([
    ['a priority out of range', { priority: 1_001 }, 'OUT_OF_RANGE', 'input.priority'],
    ['members for a month', { memberFor: 'P1M' }, 'INPUT_INVALID', 'input.memberFor'],
    ['an end that is over', { endsAt: daysAgo(1) }, 'OUT_OF_RANGE', 'input.endsAt'],
    ['by hand beside other rules', { rule: { any: [{ manual: true }] } }, 'RULE_INVALID', 'input.rule.any[0]'],
    ['not by hand', { rule: { manual: false } }, 'RULE_INVALID', 'input.rule.manual'],
  ])('is a segment refused for %s', async (_, more, reason, field) => {
    const answer = await it.graphql(
      `mutation ($input: CreateSegmentInput!) { createSegment(input: $input) { segment { id } } }`,
      { input: { key: `s-${randomUUID()}`, name: 'x', rule: { manual: true }, ...more } },
    );
    expect(refused(answer)).toMatchObject({ reason, field });
  });
});
