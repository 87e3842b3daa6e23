import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nextMillisecond } from '../setup/clock.js';
import { startTestService, type TestService } from '../setup/service.js';

let it: TestService;

beforeAll(async () => {
  it = await startTestService();
});

afterAll(() => it?.stop());

async function ask(query: string, variables: object = {}, key?: string) {
  const { data, errors } = await it.graphql(query, variables, key);
  expect(errors).toBeUndefined();
  return data;
}

async function tell(id: string, more: object): Promise<{ touchpointId: string; customerId: string }> {
  const identifiers = [{ type: 'email', value: `${id}@example.com`, verification: 'VERIFIED' }];
  const touchpoint = { source: 'pbx', externalId: id, channel: 'CALL', kind: 'call', identifiers, ...more };
  const data = await ask(
    `mutation ($input: RecordTouchpointsInput!) {
      recordTouchpoints(input: $input) { results { outcome touchpointId customerId error { message } } } }`,
    { input: { touchpoints: [touchpoint] } },
  );
  expect(data.recordTouchpoints.results[0].error).toBeNull();
  return data.recordTouchpoints.results[0];
}

async function moment(): Promise<string> {
  await nextMillisecond();
  const { rows } = await it.database.owner.query('select clock_timestamp() as now');
  await nextMillisecond();
  return rows[0].now.toISOString();
}

const day = (n: number) => `2025-03-${String(n).padStart(2, '0')}T10:00:00+00:00`;

describe('a touchpoint as of an earlier time', () => {
  test('says what was known then, wherever it is shown', async () => {
    const id = randomUUID();
    const { customerId, touchpointId } = await tell(id, {
      sequence: 1,
      status: 'ACTIVE',
      occurredAt: day(5),
      topic: 'billing',
      subject: 'A call',
      conversation: { externalId: `${id}-a` },
    });
    const first = await moment();
    await tell(id, {
      sequence: 2,
      status: 'COMPLETED',
      occurredAt: day(3),
      topic: 'refund',
      subject: 'A refund',
      conversation: { externalId: `${id}-b` },
    });
    const second = await moment();
    await tell(id, { sequence: 3, direction: 'OUTBOUND', summary: 'Paid.' });
    const third = await moment();
    const { openIssue } = await ask(
      'mutation ($input: OpenIssueInput!) { openIssue(input: $input) { issue { id } } }',
      { input: { customerId, subject: 'The refund', touchpointIds: [touchpointId] } },
    );
    const shown = async (at: string | null) => {
      const { customer } = await ask(
        `query ($id: ID!, $at: DateTime) { customer(id: $id, asOf: $at) {
          lastSeenAt coverage { totalTouchpoints oldestTouchpointAt }
          touchpoints { nodes { id status topic subject summary direction occurredAt issue { id }
            conversation { externalId touchpointCount } } }
          billing: touchpoints(topic: "billing") { nodes { id } }
          early: touchpoints(to: "2025-03-04T00:00:00Z") { nodes { id } }
          conversations { nodes { externalId subject lastAt touchpoints { nodes { subject } } } } } }`,
        { id: customerId, at },
      );
      return customer;
    };
    const [one] = [await shown(first)];
    expect(one).toEqual({
      lastSeenAt: day(5),
      coverage: { totalTouchpoints: 1, oldestTouchpointAt: day(5) },
      touchpoints: {
        nodes: [
          {
            id: touchpointId,
            status: 'ACTIVE',
            topic: 'billing',
            subject: 'A call',
            summary: null,
            direction: 'INBOUND',
            occurredAt: day(5),
            issue: null,
            conversation: { externalId: `${id}-a`, touchpointCount: 1 },
          },
        ],
      },
      billing: { nodes: [{ id: touchpointId }] },
      early: { nodes: [] },
      conversations: {
        nodes: [
          { externalId: `${id}-a`, subject: 'A call', lastAt: day(5), touchpoints: { nodes: [{ subject: 'A call' }] } },
        ],
      },
    });
    const two = await shown(second);
    expect(two).toMatchObject({
      lastSeenAt: day(3),
      coverage: { totalTouchpoints: 1 },
      touchpoints: { nodes: [{ status: 'COMPLETED', topic: 'refund', summary: null, direction: 'INBOUND' }] },
      billing: { nodes: [] },
      early: { nodes: [{ id: touchpointId }] },
      conversations: { nodes: [{ externalId: `${id}-b`, subject: 'A refund' }] },
    });
    expect((await shown(third)).touchpoints.nodes).toMatchObject([
      { summary: 'Paid.', direction: 'OUTBOUND', issue: null },
    ]);
    const now = await shown(null);
    expect(now.touchpoints.nodes).toMatchObject([{ summary: 'Paid.', issue: { id: openIssue.issue.id } }]);
    expect(await shown(await moment())).toEqual(now);
  });

  test('is one of many, page by page, in the order of that time', async () => {
    const ids = Array.from({ length: 9 }, () => randomUUID());
    const who = [{ type: 'user_id', value: randomUUID() }];
    let customerId = '';
    for (const [n, id] of ids.entries()) {
      ({ customerId } = await tell(id, { sequence: 1, occurredAt: day(n + 1), identifiers: who }));
    }
    const then = await moment();
    for (const [n, id] of ids.entries()) {
      if (n % 2 === 0) await tell(id, { sequence: 2, occurredAt: day(20 - n), identifiers: who });
    }
    const walk = async (at: string) => {
      const days: number[] = [];
      let after: string | null = null;
      do {
        const { customer } = await ask(
          `query ($id: ID!, $at: DateTime, $after: String) { customer(id: $id, asOf: $at) {
            touchpoints(first: 2, after: $after) { nodes { occurredAt } pageInfo { hasNextPage endCursor } } } }`,
          { id: customerId, at, after },
        );
        const { nodes, pageInfo } = customer.touchpoints;
        days.push(...nodes.map((node: { occurredAt: string }) => Number(node.occurredAt.slice(8, 10))));
        after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
      } while (after);
      return days;
    };
    expect(await walk(then)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(await walk(await moment())).toEqual([20, 18, 16, 14, 12, 8, 6, 4, 2]);
  });

  test('has every column that a touchpoint has', async () => {
    const columns = async (table: string) => {
      const { rows } = await it.database.owner.query(
        `select column_name, data_type from information_schema.columns where table_name = $1 order by 1`,
        [table],
      );
      return rows;
    };
    const kept = await columns('touchpoint_version');
    expect(kept.filter((one) => !['since_at', 'replaced_at'].includes(one.column_name))).toEqual(
      await columns('touchpoint'),
    );
  });
});

describe('what a customer sees of herself', () => {
  test('counts nothing internal, nor orders by it, also when a touchpoint becomes internal later', async () => {
    const who = [{ type: 'user_id', value: randomUUID() }];
    const [a, b] = [randomUUID(), randomUUID()];
    const thread = (id: string, n: number, more: object = {}) =>
      tell(`${id}-${n}`, {
        identifiers: who,
        sequence: 1,
        occurredAt: day(n),
        subject: `day ${n}`,
        conversation: { externalId: id },
        ...more,
      });
    const { customerId } = await thread(a, 1);
    await thread(b, 2);
    await thread(a, 3, { direction: 'INTERNAL' });
    await thread(a, 4);
    const { createPortalToken } = await ask(
      'mutation ($input: CreatePortalTokenInput!) { createPortalToken(input: $input) { token } }',
      { input: { customerId } },
    );
    const seen = async () => {
      const { customer } = await ask(
        `query ($id: ID!) { customer(id: $id) {
          lastSeenAt coverage { totalTouchpoints oldestTouchpointAt newestTouchpointAt }
          conversations { nodes { subject startedAt lastAt touchpointCount } } } }`,
        { id: customerId },
        createPortalToken.token,
      );
      return customer;
    };
    expect(await seen()).toEqual({
      lastSeenAt: day(4),
      coverage: { totalTouchpoints: 3, oldestTouchpointAt: day(1), newestTouchpointAt: day(4) },
      conversations: {
        nodes: [
          { subject: 'day 1', startedAt: day(1), lastAt: day(4), touchpointCount: 2 },
          { subject: 'day 2', startedAt: day(2), lastAt: day(2), touchpointCount: 1 },
        ],
      },
    });
    await thread(a, 4, { sequence: 2, direction: 'INTERNAL' });
    expect(await seen()).toEqual({
      lastSeenAt: day(2),
      coverage: { totalTouchpoints: 2, oldestTouchpointAt: day(1), newestTouchpointAt: day(2) },
      conversations: {
        nodes: [
          { subject: 'day 2', startedAt: day(2), lastAt: day(2), touchpointCount: 1 },
          { subject: 'day 1', startedAt: day(1), lastAt: day(1), touchpointCount: 1 },
        ],
      },
    });
    await thread(b, 2, { sequence: 2, direction: 'INTERNAL' });
    expect((await seen()).conversations.nodes).toHaveLength(1);
  });
});

test('a touchpoint tells which identifiers the customer proved in it', async () => {
  const id = randomUUID();
  const claimed = { type: 'phone', value: '+14155552671' };
  const proved = { type: 'email', value: `${id}@example.com`, verification: 'VERIFIED' };
  const { touchpointId } = await tell(id, { identifiers: [proved, claimed, { type: 'email', value: 'unknown' }] });
  const { touchpoint } = await ask(
    'query ($id: ID!) { touchpoint(id: $id) { identifiersSeen { type status verification } } }',
    { id: touchpointId },
  );
  expect(touchpoint.identifiersSeen).toEqual([
    { type: 'email', status: 'LINKED', verification: 'VERIFIED' },
    { type: 'phone', status: 'LINKED', verification: 'CLAIMED' },
    { type: 'email', status: 'BLOCKED', verification: 'CLAIMED' },
  ]);
});
