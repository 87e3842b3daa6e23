import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SEGMENT_CLOCK } from '../../src/segments/membership.service.js';
import { SegmentDueService } from '../../src/segments/segment-due.service.js';
import { feedbackDesk } from '../feedback/feedback-desk.js';
import { journeyDesk } from '../journeys/journey-desk.js';
import { startTestService, type TestService } from '../setup/service.js';
import { dayMs, refused, segmentDesk, someone } from './segment-desk.js';

let it: TestService;

beforeAll(async () => {
  it = await startTestService();
  // The tests say when time has passed.
  await it.service.app.get(SegmentDueService).stop();
});

afterAll(async () => {
  await it?.stop();
});

const { create, keysOf, memberships, record, remove, update } = segmentDesk(() => it);
const journeys = journeyDesk(() => it);
const feedback = feedbackDesk(() => it);

const make = (rule: object, more: object = {}) =>
  it.graphql(`mutation ($input: CreateSegmentInput!) { createSegment(input: $input) { segment { key } } }`, {
    input: { key: `s-${randomUUID()}`, name: 'A segment', rule, ...more },
  });
const open = async (customerId: string, input: object = {}) => {
  const { data, errors } = await it.graphql(
    `mutation ($input: OpenIssueInput!) { openIssue(input: $input) { issue { id } } }`,
    { input: { customerId, subject: 'x', ...input } },
  );
  expect(errors).toBeUndefined();
  await it.settled();
  return data.openIssue.issue.id as string;
};

describe('a customer enters and leaves', () => {
  test('with her journeys, by kind, status and step', async () => {
    const blueprint = await journeys.create();
    const key = await create({ journeys: { blueprint, status: 'ACTIVE', step: ['choose', 'send'] }, atLeast: 1 });
    const customer = await record(someone());
    const { data } = await journeys.start({ customerId: customer, blueprint, channel: 'WEB' });
    await it.settled();
    expect(await keysOf(customer)).toContain(key);
    const [membership] = (await memberships(customer)).filter((one) => one.segment.key === key);
    expect(membership?.reason[0]?.text).toBe(
      `1 journey of ${blueprint} that is ACTIVE at step choose or send (at least 1)`,
    );
    const { id, version } = data.startJourney.journey;
    expect((await journeys.cancel({ id, version })).errors).toBeUndefined();
    await it.settled();
    expect(await keysOf(customer)).not.toContain(key);
  });

  test('when a promise about her issue is broken, also by time alone and when the promises change', async () => {
    const key = await create({ issues: { status: 'OPEN', slaBreached: true }, atLeast: 1 });
    const promise = async (resolutionMinutes: number) => {
      const { data } = await it.graphql('{ slaSettings { version } }');
      const answer = await it.graphql(
        `mutation ($input: UpdateSlaSettingsInput!) { updateSlaSettings(input: $input) { changedIssues } }`,
        {
          input: {
            version: data.slaSettings.version,
            policies: [{ priority: 'URGENT', resolutionMinutes }],
            appliesToOpenIssues: true,
          },
        },
      );
      expect(answer.errors).toBeUndefined();
      await it.settled();
    };
    await promise(60);
    const customer = await record(someone());
    await open(customer, { priority: 'URGENT' });
    expect(await keysOf(customer)).not.toContain(key);
    const clock = it.service.app.get(SEGMENT_CLOCK);
    const { now } = clock;
    Object.assign(clock, { now: () => new Date(Date.now() + dayMs / 12) });
    await it.service.app.get(SegmentDueService).tick();
    expect(await keysOf(customer)).toContain(key);
    await promise(600);
    expect(await keysOf(customer)).not.toContain(key);
    Object.assign(clock, { now });
  });

  test('with what she answers, by its survey, its score and what it says of her', async () => {
    const survey = await feedback.survey({ kind: 'NPS', quietDays: 0 });
    const low = await create({ score: { pick: 'last', survey, within: 'P90D' }, atMost: 3 });
    const detractor = await create({ feedback: { survey, class: 'DETRACTOR' }, atLeast: 1 });
    const customer = await record(someone());
    const said = async (score: number) => {
      const answer = await feedback.answer({ survey, customerId: customer, score, idempotencyKey: randomUUID() });
      expect(answer.errors).toBeUndefined();
      await it.settled();
    };
    await said(2);
    expect(await keysOf(customer)).toEqual(expect.arrayContaining([low, detractor]));
    const reasons = (await memberships(customer)).flatMap((one) => one.reason.map(({ text }) => text));
    expect(reasons).toContain(`last score for ${survey} of 90 days is 2 (at most 3)`);
    expect(reasons).toContain(`1 answer to ${survey} as DETRACTOR (at least 1)`);
    await said(9);
    expect(await keysOf(customer)).toContain(detractor);
    expect(await keysOf(customer)).not.toContain(low);
  });

  test('with what she answered to another system’s survey', async () => {
    const key = await create({ score: { pick: 'lowest', kind: 'CSAT' }, atMost: 2 });
    const answered = { kind: 'survey.answered', outcome: '2', attributes: { survey: { kind: 'CSAT' } } };
    expect(await keysOf(await record({ ...someone(), ...answered }))).toContain(key);
    expect(await keysOf(await record({ ...someone(), ...answered, outcome: '3' }))).not.toContain(key);
  });

  test('when she is asked, and when nobody waits for her answer any more', async () => {
    const survey = await feedback.survey({ trigger: { touchpoint: { kinds: ['asks'] } }, validDays: 14, quietDays: 0 });
    const asked = await create({ invitations: { survey, state: 'OPEN' }, atLeast: 1 });
    const silent = await create({ invitations: { survey, state: 'EXPIRED', within: 'P30D' }, atLeast: 1 });
    const customer = await record({ ...someone(), kind: 'asks', status: 'COMPLETED' });
    expect(await keysOf(customer)).toContain(asked);
    const clock = it.service.app.get(SEGMENT_CLOCK);
    const { now } = clock;
    const inDays = async (days: number) => {
      Object.assign(clock, { now: () => new Date(Date.now() + days * dayMs) });
      await it.service.app.get(SegmentDueService).tick();
    };
    await inDays(15);
    expect(await keysOf(customer)).toContain(silent);
    expect(await keysOf(customer)).not.toContain(asked);
    await inDays(31);
    expect(await keysOf(customer)).not.toContain(silent);
    Object.assign(clock, { now });
    const other = await record({ ...someone(), kind: 'other' });
    const invited = await feedback.invite({ survey, customerId: other });
    expect(invited.errors).toBeUndefined();
    await it.settled();
    expect(await keysOf(other)).toContain(asked);
  });

  test('by what her contacts came to', async () => {
    const key = await create({ metric: 'longestWaitSeconds30d', atLeast: 900 });
    const who = someone();
    const customer = await record({ ...who, waitSeconds: 899 });
    expect(await keysOf(customer)).not.toContain(key);
    await record({ ...who, waitSeconds: 900 });
    expect(await keysOf(customer)).toContain(key);
  });

  test('when a brief of her was opened, which carries her story on', async () => {
    const key = await create({ metric: 'startedOver30d', atLeast: 1 });
    const who = { ...someone(), topic: 'returns', direction: 'INBOUND' };
    const at = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
    const customer = await record(
      { ...who, channel: 'CALL', occurredAt: at(60) },
      { ...who, channel: 'CHAT', occurredAt: at(5) },
    );
    expect(await keysOf(customer)).toContain(key);
    await it.graphql(`mutation ($id: ID!) { openBrief(input: { customerId: $id }) { customer { id } } }`, {
      id: customer,
    });
    await it.settled();
    expect(await keysOf(customer)).not.toContain(key);
  });
});

describe('a segment that rests on others', () => {
  test('follows them, also when their rules change', async () => {
    const tag = randomUUID();
    const gold = await create({ trait: 'tag', is: `${tag}-gold` });
    const calling = await create({ all: [{ segment: gold }, { touchpoints: { channel: 'CALL' }, atLeast: 1 }] });
    const other = await create({ not: { segment: calling } });
    const who = someone();
    const customer = await record({ ...who, traits: { tag: `${tag}-gold` } });
    expect(await keysOf(customer)).toEqual(expect.arrayContaining([gold, calling]));
    expect(await keysOf(customer)).not.toContain(other);
    const [membership] = (await memberships(customer)).filter((one) => one.segment.key === calling);
    expect(membership?.reason.map((one) => one.text)).toContain(`is in segment ${gold}`);
    const changed = await update({ key: gold, version: 1, rule: { trait: 'tag', is: `${tag}-platinum` } });
    expect(changed.errors).toBeUndefined();
    await it.settled();
    expect(await keysOf(customer)).toEqual([other]);
  });

  test('can be counted before it is made', async () => {
    const tag = randomUUID();
    const gold = await create({ trait: 'tag', is: tag });
    await record({ ...someone(), traits: { tag } });
    const { data } = await it.graphql('query ($rule: JSON!) { previewSegment(rule: $rule) { members } }', {
      rule: { all: [{ segment: gold }, { not: { touchpoints: { channel: 'STORE' }, atLeast: 1 } }] },
    });
    expect(data.previewSegment.members).toBe(1);
  });

  test('never rests on itself: the circle is refused with its way, before and when saving', async () => {
    const [a, b, c] = [randomUUID(), randomUUID(), randomUUID()].map((id) => `c-${id}`) as [string, string, string];
    await make({ trait: 'plan', is: 'a' }, { key: a });
    await make({ segment: a }, { key: b });
    await make({ any: [{ segment: b }, { trait: 'plan', exists: true }] }, { key: c });
    await it.settled();
    const rule = { all: [{ segment: c }] };
    const answer = await update({ key: a, version: 1, rule });
    expect(refused(answer)).toMatchObject({ reason: 'RULE_CIRCULAR', field: 'input.rule' });
    expect(answer.errors?.[0]?.message).toContain(`${a} → ${c} → ${b} → ${a}`);
    const query = `query ($key: String!, $rule: JSON!) { previewSegmentChange(key: $key, rule: $rule) { members } }`;
    expect(refused(await it.graphql(query, { key: a, rule }))).toMatchObject({
      reason: 'RULE_CIRCULAR',
      field: 'rule',
    });
    const itself = await make({ segment: 'narcissus' }, { key: 'narcissus' });
    expect(refused(itself)).toMatchObject({ reason: 'RULE_CIRCULAR' });
    expect(refused(await remove(a))).toMatchObject({ code: 'CONFLICT', reason: 'SEGMENT_IN_USE' });
  });

  test('names one that is there, and rests on at most eight levels', async () => {
    const unknown = await make({ all: [{ trait: 'plan', exists: true }, { segment: 'nobody' }] });
    expect(refused(unknown)).toMatchObject({ reason: 'RULE_INVALID', field: 'input.rule.all[1].segment' });
    let below = await create({ trait: 'plan', is: 'x' });
    for (let level = 1; level <= 8; level++) below = await create({ segment: below });
    expect(refused(await make({ segment: below }))).toMatchObject({ reason: 'RULE_INVALID', limit: 8 });
  });

  test('does not give the very tier whose promises it looks at, however far below', async () => {
    const late = await create({ issues: { slaBreached: true }, atLeast: 1 });
    const answer = await make({ segment: late }, { entitlements: ['sla:gold'] });
    expect(refused(answer)).toMatchObject({ reason: 'RULE_CIRCULAR' });
  });
});
