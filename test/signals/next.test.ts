import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { journeyDesk, refused } from '../journeys/journey-desk.js';
import { startTestService, type TestService } from '../setup/service.js';

let it: TestService;
const desk = journeyDesk(() => it);

beforeAll(async () => {
  it = await startTestService();
});

afterAll(() => it?.stop());

const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

interface Workspace {
  readonly key: string;
  readonly workspace: number;
}

const workspaceOf = () => it.makeWorkspace(`next-${randomUUID().slice(0, 8)}`);

async function tell({ key }: Pick<Workspace, 'key'>, ...people: object[][]): Promise<string[]> {
  const touchpoints = people.flatMap((own) => {
    const identifiers = [{ type: 'email', value: `${randomUUID()}@example.com` }];
    const rest = { source: 'desk', channel: 'CALL', kind: 'contact', identifiers };
    return own.map((one) => ({ externalId: randomUUID(), ...rest, ...one }));
  });
  const answer = await it.graphql(
    `mutation ($t: [TouchpointInput!]!) { recordTouchpoints(input: { touchpoints: $t }) {
      results { customerId error { message } } } }`,
    { t: touchpoints },
    key,
  );
  expect(answer.errors).toBeUndefined();
  await it.settled();
  return [
    ...new Set<string>(answer.data.recordTouchpoints.results.map((one: { customerId: string }) => one.customerId)),
  ];
}

async function learn({ key }: Pick<Workspace, 'key'>, input = {}) {
  const answer = await it.graphql(
    'mutation ($input: LearnReasonsInput!) { learnReasons(input: $input) { contacts customers } }',
    { input },
    key,
  );
  expect(answer.errors).toBeUndefined();
  return answer.data.learnReasons;
}

async function ask({ key }: Pick<Workspace, 'key'>, id: string | undefined) {
  const answer = await it.graphql(
    `query ($id: ID!) { customer(id: $id) {
      likelyReasons { topic confidence rule message touchpointIds issueId journeyId }
      nextSteps { kind because confidence touchpointIds issueId journeyId } } }`,
    { id },
    key,
  );
  expect(answer.errors).toBeUndefined();
  return answer.data.customer;
}

describe('the likely reason', () => {
  test('of somebody of whom nothing is known is what most come about, with the share of it', async () => {
    const workspace = await workspaceOf();
    const [nobody] = await tell(
      workspace,
      [{ channel: 'WEB', kind: 'page.viewed', occurredAt: ago(1) }],
      ...Array.from({ length: 6 }, () => [{ topic: 'billing', occurredAt: ago(900) }]),
      ...Array.from({ length: 4 }, () => [{ topic: 'delivery', occurredAt: ago(900) }]),
    );
    expect((await ask(workspace, nobody)).likelyReasons).toEqual([]);
    expect(await learn(workspace)).toEqual({ contacts: 10, customers: 10 });
    expect((await ask(workspace, nobody)).likelyReasons).toMatchObject([
      { topic: 'billing', rule: 'ANY', confidence: 0.4, message: 'Of all contacts, 6 of 10 were about billing.' },
      { topic: 'delivery', rule: 'ANY', confidence: 0.27 },
    ]);
  });

  test('is what others came about after the same, and after an order', async () => {
    const workspace = await workspaceOf();
    const later = (first: object, second: object) => [
      { ...first, occurredAt: ago(600) },
      { ...second, occurredAt: ago(400) },
    ];
    const [asked, ordered] = await tell(
      workspace,
      [{ topic: 'delivery', occurredAt: ago(240) }],
      [{ channel: 'WEB', kind: 'Order Completed', occurredAt: ago(20) }],
      ...Array.from({ length: 15 }, () => later({ topic: 'delivery' }, { topic: 'returns' })),
      ...Array.from({ length: 9 }, () => later({ channel: 'WEB', kind: 'Order Completed' }, { topic: 'invoice' })),
    );
    await learn(workspace);
    expect((await ask(workspace, asked)).likelyReasons[0]).toMatchObject({
      topic: 'returns',
      rule: 'AFTER',
      confidence: 0.75,
      message: 'After delivery, 15 of 15 customers came about returns.',
    });
    expect((await ask(workspace, ordered)).likelyReasons[0]).toMatchObject({
      topic: 'invoice',
      rule: 'ORDER',
      message: 'After an order, 9 of 9 contacts were about invoice.',
    });
  });

  test('counts how often a rule was right, so that one that fails here is believed less', async () => {
    const workspace = await workspaceOf();
    const [again] = await tell(
      workspace,
      [{ topic: 'billing', occurredAt: ago(30) }],
      ...Array.from({ length: 30 }, () => [
        { topic: 'delivery', occurredAt: ago(60) },
        { topic: 'returns', occurredAt: ago(20) },
      ]),
    );
    const before = (await ask(workspace, again)).likelyReasons;
    expect(before).toMatchObject([{ topic: 'billing', rule: 'AGAIN', confidence: 0.4 }]);
    await learn(workspace);
    const after = (await ask(workspace, again)).likelyReasons;
    expect(after.find((one: { rule: string }) => one.rule === 'AGAIN')).toMatchObject({ confidence: 0.1 });
    expect(after[0].topic).not.toBe('billing');
  });

  test('is a call that was given up until somebody talks with her: a try that failed is none', async () => {
    const workspace = { key: it.key };
    const givenUp = { topic: 'billing', occurredAt: ago(3), abandoned: true };
    const [tried, reached] = await tell(
      workspace,
      [givenUp, { occurredAt: ago(2), direction: 'OUTBOUND', status: 'FAILED' }],
      [givenUp, { occurredAt: ago(2), direction: 'OUTBOUND' }],
    );
    const reasons = async (of: string | undefined) =>
      (await ask(workspace, of)).likelyReasons.map((one: { rule: string }) => one.rule);
    expect(await reasons(tried)).toContain('GIVEN_UP');
    expect(await reasons(reached)).not.toContain('GIVEN_UP');
  });

  test('is an open issue, an open journey, or a call that was given up', async () => {
    const workspace = { key: it.key };
    const issue = { source: 'desk', externalId: randomUUID() };
    const [withIssue, withCall, withJourney] = await tell(
      workspace,
      [{ topic: 'broken', occurredAt: ago(800), issue }],
      [{ topic: 'billing', occurredAt: ago(3), abandoned: true }],
      [{ channel: 'WEB', kind: 'page.viewed', occurredAt: ago(5) }],
    );
    const blueprint = await desk.create();
    const { id } = await desk.started({ blueprint, customerId: withJourney, channel: 'WEB' });
    const reasons = async (of: string | undefined) => (await ask(workspace, of)).likelyReasons[0];
    expect(await reasons(withIssue)).toMatchObject({
      topic: 'broken',
      rule: 'ISSUE',
      confidence: 0.5,
      issueId: expect.stringMatching(/^iss_/),
      touchpointIds: [expect.stringMatching(/^tp_/)],
    });
    expect(await reasons(withCall)).toMatchObject({ topic: 'billing', rule: 'GIVEN_UP', confidence: 0.6 });
    expect(await reasons(withJourney)).toMatchObject({ topic: blueprint, rule: 'JOURNEY', journeyId: id });
  });

  test('is learned by who administers the workspace, and shown to no customer', async () => {
    const agent = await it.makeKey(['customers:read', 'customers:write']);
    const refusedLearning = await it.graphql('mutation { learnReasons(input: {}) { contacts } }', {}, agent);
    expect(refused(refusedLearning)).toMatchObject({ code: 'FORBIDDEN' });
    const [customer] = await tell({ key: it.key }, [{ topic: 'billing', occurredAt: ago(30) }]);
    const token = await desk.portal(customer as string);
    for (const field of ['likelyReasons', 'nextSteps']) {
      const answer = await it.graphql(
        `query ($id: ID!) { customer(id: $id) { ${field} { __typename } } }`,
        { id: customer },
        token,
      );
      expect(refused(answer)).toMatchObject({ reason: 'FIELD_INTERNAL', field: `Customer.${field}` });
    }
  });
});

describe('the next best step', () => {
  test('is to read a mark first, then to call back, then to take over', async () => {
    const workspace = { key: it.key };
    const [customer] = await tell(workspace, [
      { topic: 'billing', occurredAt: ago(30) },
      { topic: 'billing', occurredAt: ago(20) },
      { topic: 'billing', occurredAt: ago(10), abandoned: true },
    ]);
    await it.graphql(
      `mutation ($id: ID!) { markCustomer(input: { customerId: $id, kind: VULNERABLE, reason: "Ill." }) { markId } }`,
      { id: customer },
    );
    const { nextSteps } = await ask(workspace, customer);
    expect(nextSteps).toMatchObject([
      { kind: 'READ_MARK', because: 'Vulnerable: marked by an agent, “Ill.”.', confidence: null },
      { kind: 'CALL_BACK', because: 'Gave up calling and was not called back.', confidence: 0.6 },
      { kind: 'TAKE_OVER', because: 'Third contact in 1 day about billing.', confidence: 0.4 },
    ]);
  });

  test('is to tell her of an open issue that nothing is wrong with', async () => {
    const workspace = { key: it.key };
    const [customer] = await tell(workspace, [
      { topic: 'broken', occurredAt: ago(8), issue: { source: 'desk', externalId: randomUUID() } },
    ]);
    expect((await ask(workspace, customer)).nextSteps).toMatchObject([
      { kind: 'TELL_ABOUT_ISSUE', because: 'Has an open issue about broken.', confidence: 0.5 },
    ]);
  });

  test('is nothing for somebody of whom nothing is open', async () => {
    const workspace = { key: it.key };
    const [customer] = await tell(workspace, [{ topic: 'billing', occurredAt: ago(900) }]);
    expect((await ask(workspace, customer)).nextSteps).toEqual([]);
  });
});
