import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scopes } from '../../src/access/caller.js';
import { SIGNAL_CLOCK } from '../../src/signals/signal-clock.js';
import { journeyDesk, refused } from '../journeys/journey-desk.js';
import { startTestService, type TestService } from '../setup/service.js';

let it: TestService;
const desk = journeyDesk(() => it);

beforeAll(async () => {
  it = await startTestService();
});

afterAll(() => it?.stop());

const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

async function tell(...touchpoints: object[]) {
  const identifiers = [{ type: 'email', value: `${randomUUID()}@example.com` }];
  const answer = await it.graphql(
    `mutation ($t: [TouchpointInput!]!) { recordTouchpoints(input: { touchpoints: $t }) {
      results { touchpointId customerId error { message } } } }`,
    {
      t: touchpoints.map((one) => ({
        source: 'desk',
        externalId: randomUUID(),
        channel: 'CALL',
        kind: 'contact',
        identifiers,
        ...one,
      })),
    },
  );
  expect(answer.errors).toBeUndefined();
  await it.settled();
  const { results } = answer.data.recordTouchpoints;
  return {
    customer: results[0].customerId as string,
    ids: results.map((one: { touchpointId: string }) => one.touchpointId),
  };
}

async function signalsOf(id: string, key?: string, asOf = '') {
  const answer = await it.graphql(
    `query ($id: ID!) { customer(id: $id${asOf}) { signals { kind severity message since touchpointIds }
      marks { id kind reason isActive endedAt endReason } } }`,
    { id },
    key,
  );
  expect(answer.errors).toBeUndefined();
  return answer.data.customer;
}

const mark = (input: object, key?: string) =>
  it.graphql(
    'mutation ($input: MarkCustomerInput!) { markCustomer(input: $input) { markId customer { id signals { message } } } }',
    { input },
    key,
  );
const end = (input: object, key?: string) =>
  it.graphql(
    'mutation ($input: EndMarkInput!) { endMark(input: $input) { isChanged customer { signals { kind } } } }',
    { input },
    key,
  );

describe('signals', () => {
  test('say that it is her third contact about the same, and cite all three', async () => {
    const { customer, ids } = await tell(
      { topic: 'billing', occurredAt: ago(5 * 24 - 3) },
      { topic: 'billing', occurredAt: ago(50) },
      { topic: 'billing', occurredAt: ago(2) },
    );
    const { signals } = await signalsOf(customer);
    expect(signals).toEqual([
      {
        kind: 'REPEAT_CONTACT',
        severity: 'WARNING',
        message: 'Third contact in 5 days about billing.',
        since: expect.any(String),
        touchpointIds: [ids[2], ids[1], ids[0]],
      },
    ]);
  });

  test('say that she waited, gave up, and that nobody called her back', async () => {
    const { customer } = await tell({ waitSeconds: 2_400, abandoned: true, occurredAt: ago(20) });
    const { signals } = await signalsOf(customer);
    expect(signals.map((one: { message: string }) => one.message).sort()).toEqual([
      'Gave up calling after 40 minutes and was not called back.',
      'Waited 40 minutes on CALL and gave up.',
    ]);
  });

  test('begin with the wait that is long, not after it', async () => {
    const { customer } = await tell({ waitSeconds: 1_200, occurredAt: ago(20) });
    expect((await signalsOf(customer)).signals).toMatchObject([{ kind: 'LONG_WAIT', severity: 'WARNING' }]);
    const { customer: other } = await tell({ waitSeconds: 1_199, occurredAt: ago(20) });
    expect((await signalsOf(other)).signals).toEqual([]);
  });

  test('call nobody unhappy after fewer touchpoints than the workspace asks for', async () => {
    const unhappy = (hours: number) => ({ channel: 'CHAT', sentiment: -0.9, occurredAt: ago(hours) });
    const { customer } = await tell(unhappy(30), unhappy(20));
    expect((await signalsOf(customer)).signals).toEqual([]);
    const { customer: other } = await tell(unhappy(30), unhappy(20), unhappy(10));
    expect((await signalsOf(other)).signals).toMatchObject([{ kind: 'NEGATIVE_SENTIMENT' }]);
  });

  test('are those of the time that the query asks of', async () => {
    const { customer } = await tell({ waitSeconds: 2_400, occurredAt: ago(20) });
    expect((await signalsOf(customer, undefined, `, asOf: "${new Date().toISOString()}"`)).signals).toHaveLength(1);
    const { data } = await it.graphql(`query ($id: ID!) { customer(id: $id, asOf: "2020-01-01T00:00:00Z") { id } }`, {
      id: customer,
    });
    expect(data.customer).toBeNull();
  });

  test('begin where the workspace says, and only who administers it says so', async () => {
    const { key } = await it.makeWorkspace(`other-${randomUUID().slice(0, 8)}`);
    const update = (input: object, as = key) =>
      it.graphql(
        `mutation ($input: UpdateSignalSettingsInput!) {
          updateSignalSettings(input: $input) { settings { version longWaitSeconds repeatDays } } }`,
        { input },
        as,
      );
    expect((await update({ version: 0, longWaitSeconds: 60 })).data.updateSignalSettings.settings).toEqual({
      version: 1,
      longWaitSeconds: 60,
      repeatDays: 7,
    });
    expect((await update({ version: 1, repeatDays: 3 })).data.updateSignalSettings.settings).toEqual({
      version: 2,
      longWaitSeconds: 60,
      repeatDays: 3,
    });
    const read = await it.graphql('{ signalSettings { version longWaitSeconds storyTold } }', {}, key);
    expect(read.data.signalSettings).toEqual({ version: 2, longWaitSeconds: 60, storyTold: 3 });
    expect(refused(await update({ version: 1, repeatDays: 4 }))).toMatchObject({
      reason: 'VERSION_STALE',
      currentVersion: 2,
    });
    for (const [field, value, limit] of [
      ['repeatOccasions', 1, 2],
      ['repeatDays', 31, 30],
      ['negativeSentiment', 0.5, 0],
      ['longWaitSeconds', 0, 1],
    ] as const) {
      expect(refused(await update({ version: 2, [field]: value }))).toMatchObject({
        reason: 'OUT_OF_RANGE',
        field: `input.${field}`,
        limit,
      });
    }
    const agent = await it.makeKey(['customers:read', 'customers:write']);
    expect(refused(await update({ version: 0 }, agent))).toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('the attitude', () => {
  const attitudeOf = async (...sentiments: number[]) => {
    const touchpoints = sentiments.map((sentiment, n) => ({
      sentiment,
      direction: 'OUTBOUND',
      occurredAt: ago(n + 1),
    }));
    const { customer } = await tell(...touchpoints);
    const { data } = await it.graphql('query ($id: ID!) { customer(id: $id) { metrics { attitude attitudeScore } } }', {
      id: customer,
    });
    return data.customer.metrics;
  };

  test.each([
    [0.5, 50, 'ADVOCATE'],
    [0.49, 49, 'SATISFIED'],
    [0.15, 15, 'SATISFIED'],
    [0.14, 14, 'NEUTRAL'],
    [-0.14, -14, 'NEUTRAL'],
    [-0.15, -15, 'CRITIC'],
    [-0.49, -49, 'CRITIC'],
    [-0.5, -50, 'DETRACTOR'],
  ])('of whom we alone wrote to is her sentiment: %d is %d, %s', async (sentiment, attitudeScore, attitude) => {
    expect(await attitudeOf(sentiment, sentiment, sentiment)).toEqual({ attitudeScore, attitude });
  });

  test('is not guessed from fewer than three touchpoints', async () => {
    expect(await attitudeOf(0.9, 0.9)).toEqual({ attitudeScore: null, attitude: null });
  });
});

describe('a mark', () => {
  test('is a signal until somebody ends it, and stays as history', async () => {
    const { customer } = await tell({ occurredAt: ago(2) });
    const { data } = await mark({ customerId: customer, kind: 'VULNERABLE', reason: 'Lost her husband.' });
    expect(data.markCustomer.customer).toEqual({
      id: customer,
      signals: [{ message: 'Vulnerable: marked by an agent, “Lost her husband.”.' }],
    });
    const { markId } = data.markCustomer;
    const between = new Date().toISOString();
    const ended = await end({ id: markId, reason: 'She asked for it.' });
    expect(ended.data.endMark).toEqual({ isChanged: true, customer: { signals: [] } });
    expect((await end({ id: markId, reason: 'Again.' })).data.endMark.isChanged).toBe(false);
    expect((await signalsOf(customer)).marks).toMatchObject([
      { id: markId, kind: 'VULNERABLE', isActive: false, endReason: 'She asked for it.' },
    ]);
    const then = await signalsOf(customer, undefined, `, asOf: "${between}"`);
    expect(then.marks).toMatchObject([{ id: markId, isActive: true, endedAt: null, endReason: null }]);
    expect(then.signals).toHaveLength(1);
  });

  test('is over by itself', async () => {
    const { customer } = await tell({ occurredAt: ago(2) });
    const clock = it.service.app.get(SIGNAL_CLOCK);
    const { now } = clock;
    Object.assign(clock, { now: () => new Date(Date.now() - 10 * 86_400_000) });
    await mark({ customerId: customer, kind: 'LEAVING', reason: 'Said so.', expiresAt: ago(24) });
    Object.assign(clock, { now });
    const { signals, marks } = await signalsOf(customer);
    expect(signals).toEqual([]);
    expect(marks).toMatchObject([{ kind: 'LEAVING', isActive: false, endedAt: null }]);
  });

  test('tells a masked key neither why it was made nor why it ended', async () => {
    const { customer } = await tell({ occurredAt: ago(2) });
    await mark({ customerId: customer, kind: 'SAFETY', reason: 'Threatened somebody.' });
    const { signals, marks } = await signalsOf(customer, await it.makeKey(scopes, { masked: true }));
    expect(signals).toMatchObject([{ severity: 'CRITICAL', message: 'Safety: marked by an agent.' }]);
    expect(marks).toMatchObject([{ reason: '****', isActive: true }]);
  });

  test('is refused without a reason, for the past, for nobody, and where there are twenty', async () => {
    const { customer } = await tell({ occurredAt: ago(2) });
    const input = { customerId: customer, kind: 'COMPLAINT', reason: 'Said so.' };
    expect(refused(await mark({ ...input, reason: '  ' }))).toMatchObject({ field: 'input.reason' });
    expect(refused(await mark({ ...input, expiresAt: ago(1) }))).toMatchObject({
      reason: 'OUT_OF_RANGE',
      field: 'input.expiresAt',
    });
    expect(refused(await mark({ ...input, customerId: 'cus_998877' }))).toMatchObject({ reason: 'NOT_FOUND' });
    for (let n = 0; n < 20; n++) expect((await mark(input)).errors).toBeUndefined();
    expect(refused(await mark(input))).toMatchObject({ reason: 'TOO_MANY', limit: 20 });
    expect(refused(await end({ id: `mrk_${'0'.repeat(32)}`, reason: 'x' }))).toMatchObject({ reason: 'NOT_FOUND' });
  });

  test('is answered with the customer only to whoever may read customers', async () => {
    const { customer } = await tell({ occurredAt: ago(2) });
    const answer = await mark(
      { customerId: customer, kind: 'LEAVING', reason: 'Said so.' },
      await it.makeKey(['customers:write']),
    );
    expect(refused(answer)).toMatchObject({ reason: 'SCOPE_MISSING', field: 'MarkCustomerPayload.customer' });
  });

  test('is neither made nor seen with a portal token', async () => {
    const { customer } = await tell({ occurredAt: ago(2) });
    const token = await desk.portal(customer);
    expect(refused(await mark({ customerId: customer, kind: 'LEAVING', reason: 'x' }, token))).toMatchObject({
      code: 'FORBIDDEN',
    });
    const seen = await it.graphql(
      'query ($id: ID!) { customer(id: $id) { signals { kind } } }',
      { id: customer },
      token,
    );
    expect(refused(seen)).toMatchObject({ reason: 'FIELD_INTERNAL', field: 'Customer.signals' });
  });
});
