import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestService, type TestService } from '../setup/service.js';

let t: TestService;

beforeAll(async () => {
  t = await startTestService();
});

afterAll(() => t?.stop());

let unique = 0;
const fresh = (name: string) => `${name}-${++unique}`;

const mutation = `mutation($input: RecordTouchpointsInput!) {
  recordTouchpoints(input: $input) {
    results { index outcome touchpointId customerId error { code reason field limit message } }
  }
}`;

interface Result {
  readonly outcome: string;
  readonly touchpointId: string;
  readonly customerId: string;
  readonly error: { code: string; reason: string; field: string } | null;
}

async function record(touchpoints: object[], input: object = {}): Promise<Result[]> {
  const { data, errors } = await t.graphql(mutation, { input: { touchpoints, ...input } });
  expect(errors).toBeUndefined();
  return data.recordTouchpoints.results;
}

const call = (externalId: string, more: object = {}) => ({
  source: 'pbx',
  externalId,
  identifiers: [{ type: 'email', value: `${externalId}@example.com` }],
  channel: 'CALL',
  kind: 'call',
  ...more,
});

const touchpointFields = `id status direction durationSeconds waitSeconds queue topic summary agentId occurredAt endedAt attributes
  identifiersSeen { type value status reason }`;

async function touchpoint(id: string) {
  const { data } = await t.graphql(`query($id: ID!) { touchpoint(id: $id) { ${touchpointFields} } }`, { id });
  return data.touchpoint;
}

async function customer(type: string, value: string) {
  const { data, errors } = await t.graphql(
    `query($type: String!, $value: String!) {
      customer(identifier: { type: $type, value: $value }) {
        id mergedIds displayName traits lastSeenAt identifiers { type value }
        touchpoints(first: 50) { nodes { id kind } }
        conversations(first: 10) { nodes { id touchpointCount subject } }
        coverage { totalTouchpoints }
      }
    }`,
    { type, value },
  );
  expect(errors).toBeUndefined();
  return data.customer;
}

describe('a touchpoint that is sent again', () => {
  it('is stored once, and answers with the same ids', async () => {
    const id = fresh('again');
    const message = call(id, { occurredAt: '2026-01-05T10:00:00Z', waitSeconds: 12 });
    const [first] = await record([message]);
    const [second, third] = await record([message, message]);
    expect(first?.outcome).toBe('CREATED');
    expect([second, third].map((one) => one?.outcome)).toEqual(['DUPLICATE', 'DUPLICATE']);
    expect([second, third].map((one) => [one?.touchpointId, one?.customerId])).toEqual([
      [first?.touchpointId, first?.customerId],
      [first?.touchpointId, first?.customerId],
    ]);
    expect((await customer('email', `${id}@example.com`)).coverage.totalTouchpoints).toBe(1);
  });

  it('is stored once when it stands twice in one batch', async () => {
    const message = call(fresh('twice'), { occurredAt: '2026-01-05T10:00:00Z' });
    expect((await record([message, message])).map((one) => one.outcome)).toEqual(['CREATED', 'DUPLICATE']);
  });

  it('is two touchpoints when no external id says that they are one', async () => {
    const email = `${fresh('nameless')}@example.com`;
    const message = { ...call('x'), externalId: null, identifiers: [{ type: 'email', value: email }] };
    expect((await record([message, message])).map((one) => one.outcome)).toEqual(['CREATED', 'CREATED']);
    expect((await customer('email', email)).coverage.totalTouchpoints).toBe(2);
  });

  it('is reported as a conflict when it says something else at the same place in time', async () => {
    const id = fresh('conflict');
    const [first] = await record([call(id, { sequence: 1, queue: 'sales' })]);
    const [second] = await record([call(id, { sequence: 1, queue: 'billing' })]);
    expect(second).toMatchObject({
      outcome: 'REJECTED',
      error: { code: 'CONFLICT', reason: 'CONTENT_CONFLICT', field: 'touchpoints[0].externalId' },
    });
    expect((await touchpoint(first!.touchpointId)).queue).toBe('sales');
  });
});

describe('a call that is told of in several messages', () => {
  const messagesOf = (id: string) => [
    call(id, {
      status: 'ACTIVE',
      occurredAt: '2026-02-01T10:00:00Z',
      queue: 'billing',
      attributes: { line: 4, ivr: 'a' },
    }),
    call(id, { status: 'ACTIVE', occurredAt: '2026-02-01T10:00:00Z', sentAt: '2026-02-01T10:01:00Z', agentId: 'kim' }),
    call(id, { status: 'COMPLETED', endedAt: '2026-02-01T10:05:00Z', attributes: { ivr: 'b' }, summary: 'Refund' }),
  ];
  const expected = {
    status: 'COMPLETED',
    queue: 'billing',
    agentId: 'kim',
    summary: 'Refund',
    attributes: { line: 4, ivr: 'b' },
  };

  it.each([
    ['in order', [0, 1, 2]],
    ['reversed', [2, 1, 0]],
    ['shuffled', [1, 2, 0]],
  ])('ends the same when they arrive %s', async (_, order) => {
    const messages = messagesOf(fresh('life'));
    // The sender's clock is wrong by months here, so only what does not depend on it is compared.
    const outcomes: string[] = [];
    let id = '';
    for (const n of order) {
      const [result] = await record([messages[n] as object]);
      outcomes.push(result!.outcome);
      id = result!.touchpointId;
    }
    expect(outcomes).toEqual(['CREATED', 'UPDATED', 'UPDATED']);
    expect(await touchpoint(id)).toMatchObject(expected);
  });

  it('ends the same when they arrive in one batch', async () => {
    const results = await record(messagesOf(fresh('life')));
    expect(results.map((one) => one.outcome)).toEqual(['CREATED', 'UPDATED', 'UPDATED']);
    expect(await touchpoint(results[0]!.touchpointId)).toMatchObject(expected);
  });

  it('learns later who it was with, and joins both', async () => {
    const id = fresh('later');
    const [first] = await record([call(id, { sequence: 1, identifiers: [{ type: 'anonymous_id', value: id }] })]);
    await record([call(`${id}-mail`)]);
    const [second] = await record([
      call(id, { sequence: 2, identifiers: [{ type: 'email', value: `${id}-mail@example.com` }] }),
    ]);
    expect(second?.outcome).toBe('UPDATED');
    const joined = await customer('email', `${id}-mail@example.com`);
    expect([joined.id, ...joined.mergedIds]).toContain(first?.customerId);
    expect(joined.coverage.totalTouchpoints).toBe(2);
    expect(second?.customerId).toBe(joined.id);
  });

  it('keeps the sums right when an update moves it in time and between conversations', async () => {
    const id = fresh('moved');
    await record([
      call(`${id}-a`, { occurredAt: '2026-03-01T10:00:00Z', identifiers: [{ type: 'user_id', value: id }] }),
      call(id, {
        sequence: 1,
        occurredAt: '2026-03-09T10:00:00Z',
        identifiers: [{ type: 'user_id', value: id }],
        conversation: { externalId: `${id}-1` },
      }),
    ]);
    await record([
      call(id, {
        sequence: 2,
        occurredAt: '2026-02-01T10:00:00Z',
        identifiers: [{ type: 'user_id', value: id }],
        conversation: { externalId: `${id}-2` },
      }),
    ]);
    const found = await customer('user_id', id);
    expect(Date.parse(found.lastSeenAt)).toBe(Date.UTC(2026, 2, 1, 10));
    expect(found.conversations.nodes.map((one: { touchpointCount: number }) => one.touchpointCount)).toEqual([1]);
  });
});

describe('one bad touchpoint of a batch', () => {
  it('is rejected with its reason, and its neighbours are stored', async () => {
    const id = fresh('neighbour');
    const results = await record([
      call(`${id}-1`),
      call(`${id}-2`, { waitSeconds: -1 }),
      call(`${id}-3`, { identifiers: [{ type: 'fax', value: '1' }] }),
      call(`${id}-4`),
    ]);
    expect(results.map((one) => one.outcome)).toEqual(['CREATED', 'REJECTED', 'REJECTED', 'CREATED']);
    expect(results[1]?.error).toMatchObject({ reason: 'OUT_OF_RANGE', field: 'touchpoints[1].waitSeconds', limit: 0 });
    expect(results[2]?.error).toMatchObject({
      reason: 'IDENTIFIER_TYPE_UNKNOWN',
      field: 'touchpoints[2].identifiers[0].type',
    });
  });
});

describe('who a touchpoint was with', () => {
  it('is one customer for all the ways of writing one telephone number', async () => {
    const results = await record([
      call(fresh('p'), { identifiers: [{ type: 'phone', value: '+1 (212) 555-0187' }] }),
      call(fresh('p'), { identifiers: [{ type: 'phone', value: '212.555.0187', region: 'US' }] }),
      call(fresh('p'), { identifiers: [{ type: 'phone', value: '0012125550187' }] }),
    ]);
    expect(new Set(results.map((one) => one.customerId)).size).toBe(1);
  });

  it('becomes one customer when a touchpoint names both, and every old id keeps answering', async () => {
    const id = fresh('both');
    const [a] = await record([call(`${id}-a`, { traits: { name: 'Ada Quill' } })]);
    const [b] = await record([call(`${id}-b`, { traits: { plan: 'gold' } })]);
    expect(a?.customerId).not.toBe(b?.customerId);
    const [both] = await record([
      call(`${id}-c`, {
        identifiers: [
          { type: 'email', value: `${id}-a@example.com` },
          { type: 'email', value: `${id}-b@example.com` },
        ],
      }),
    ]);
    expect(both?.customerId).toBe(a?.customerId);
    const { data } = await t.graphql('query($id: ID!) { customer(id: $id) { id mergedIds displayName traits } }', {
      id: b?.customerId,
    });
    expect(data.customer).toEqual({
      id: a?.customerId,
      mergedIds: [b?.customerId],
      displayName: 'Ada Quill',
      traits: { name: 'Ada Quill', plan: 'gold' },
    });
    expect((await customer('email', `${id}-b@example.com`)).touchpoints.nodes).toHaveLength(3);
  });

  it('stays visible on the touchpoint when the value identifies nobody', async () => {
    const id = fresh('blocked');
    const [result] = await record([
      call(id, {
        identifiers: [
          { type: 'phone', value: 'anonymous' },
          { type: 'phone', value: '12' },
          { type: 'email', value: `${id}@example.com` },
        ],
      }),
    ]);
    expect((await touchpoint(result!.touchpointId)).identifiersSeen).toEqual([
      { type: 'phone', value: 'anonymous', status: 'BLOCKED', reason: 'placeholder' },
      { type: 'phone', value: '12', status: 'INVALID', reason: 'not a valid telephone number' },
      { type: 'email', value: `${id}@example.com`, status: 'LINKED', reason: null },
    ]);
  });

  it('says which identifier was demoted, and why', async () => {
    const id = fresh('demoted');
    const user = (n: number) => ({ type: 'user_id', value: `${id}-${n}` });
    const shared = { type: 'email', value: `${id}@example.com` };
    const [, second] = await record([
      call(`${id}-1`, { identifiers: [user(1), shared] }),
      call(`${id}-2`, { identifiers: [user(2), shared] }),
    ]);
    expect((await touchpoint(second!.touchpointId)).identifiersSeen).toEqual([
      { ...user(2), status: 'LINKED', reason: null },
      { ...shared, status: 'DEMOTED', reason: 'LIMIT user_id' },
    ]);
  });

  it('is learnt without a touchpoint by identifyCustomer', async () => {
    const id = fresh('identified');
    const { data, errors } = await t.graphql(
      `mutation($input: IdentifyCustomerInput!) { identifyCustomer(input: $input) { customerId } }`,
      {
        input: {
          source: 'crm',
          identifiers: [
            { type: 'crm_id', value: id },
            { type: 'email', value: `${id}@example.com` },
          ],
          traits: { firstName: 'Grace', lastName: 'Holt' },
        },
      },
    );
    expect(errors).toBeUndefined();
    const found = await customer('email', `${id}@example.com`);
    expect(found).toMatchObject({ id: data.identifyCustomer.customerId, displayName: 'Grace Holt' });
    expect(found.touchpoints.nodes).toEqual([]);
  });

  it('keeps the latest value of a trait, whenever it arrives', async () => {
    const id = fresh('traits');
    await record([
      call(id, { occurredAt: '2026-03-02T10:00:00Z', traits: { plan: 'gold' } }),
      call(`${id}-old`, {
        identifiers: [{ type: 'email', value: `${id}@example.com` }],
        occurredAt: '2026-03-01T10:00:00Z',
        traits: { plan: 'free', city: 'Kyiv' },
      }),
    ]);
    expect((await customer('email', `${id}@example.com`)).traits).toEqual({ plan: 'gold', city: 'Kyiv' });
  });
});

describe('a sender whose clock is wrong', () => {
  it('is corrected by the time at which it sent', async () => {
    const day = 24 * 3_600_000;
    const now = Date.now();
    const [result] = await record([
      call(fresh('clock'), {
        occurredAt: new Date(now - 400 * day - 60_000).toISOString(),
        sentAt: new Date(now - 400 * day).toISOString(),
      }),
    ]);
    const { occurredAt } = await touchpoint(result!.touchpointId);
    expect(Math.abs(Date.parse(occurredAt) - (now - 60_000))).toBeLessThan(30_000);
  });
});
