import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ApiKeys } from '../../src/access/api-keys.service.js';
import { Database } from '../../src/platform/database.js';
import { evaluateSegments, SEGMENT_CLOCK } from '../../src/segments/membership.service.js';
import { SegmentDueService } from '../../src/segments/segment-due.service.js';
import { type GraphqlAnswer, startTestService, type TestService } from '../setup/service.js';

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
const dayMs = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * dayMs).toISOString();

const recordMutation = `mutation ($input: RecordTouchpointsInput!) {
  recordTouchpoints(input: $input) { results { customerId error { reason field message } } }
}`;

/** Records and waits until everybody has heard of it; answers with the customer of the first. */
async function record(...touchpoints: object[]): Promise<string> {
  const filled = touchpoints.map((one) => ({
    source: 'test',
    externalId: randomUUID(),
    channel: 'CALL',
    kind: 'call.completed',
    ...one,
  }));
  const answer = await it.graphql(recordMutation, { input: { touchpoints: filled } });
  expect(answer.errors).toBeUndefined();
  await it.settled();
  return answer.data.recordTouchpoints.results[0].customerId;
}

const someone = () => ({ identifiers: [{ type: 'email', value: `${randomUUID()}@example.com` }] });

async function create(rule: unknown, more: object = {}): Promise<string> {
  const key = `s-${randomUUID()}`;
  const answer = await it.graphql(
    `mutation ($input: CreateSegmentInput!) { createSegment(input: $input) { segment { key version } } }`,
    { input: { key, name: 'A segment', rule, ...more } },
  );
  expect(answer.errors).toBeUndefined();
  await it.settled();
  return key;
}

const update = (input: object) =>
  it.graphql(
    `mutation ($input: UpdateSegmentInput!) { updateSegment(input: $input) {
      segment { version name rule } change { isComplete customers members entering leaving } } }`,
    { input },
  );

const remove = (key: string) =>
  it.graphql(`mutation ($key: String!) { deleteSegment(input: { key: $key }) { deletedId } }`, { key });

interface Membership {
  readonly segment: { readonly key: string; readonly entitlements: readonly string[] };
  readonly since: string;
  readonly until: string | null;
  readonly reason: readonly { readonly text: string; readonly observed: unknown }[];
}

async function memberships(customer: string, more = ''): Promise<Membership[]> {
  const { data, errors } = await it.graphql(
    `query ($id: ID!) { customer(id: $id ${more}) {
      segments { segment { key name entitlements } since until reason { text condition observed } } } }`,
    { id: customer },
  );
  expect(errors).toBeUndefined();
  return data.customer.segments;
}

const keysOf = async (customer: string, more = '') => (await memberships(customer, more)).map((one) => one.segment.key);


function refused(answer: GraphqlAnswer): Record<string, unknown> {
  return answer.errors?.[0]?.extensions ?? {};
}

const threeCalls = { touchpoints: { channel: 'CALL', topic: 'billing', within: { days: 7 } }, atLeast: 3 };

describe('a customer', () => {
  test('is in a segment right after the touchpoint that made the rule hold, with since and reason', async () => {
    const key = await create(threeCalls, { entitlements: ['priority-support', 'fee-waiver'] });
    const who = { ...someone(), topic: 'billing' };
    const before = Date.now();
    const customer = await record(who, who);
    expect(await keysOf(customer)).not.toContain(key);
    await record(who);
    const membership = (await memberships(customer)).find((one) => one.segment.key === key);
    expect(membership).toMatchObject({
      segment: { entitlements: ['priority-support', 'fee-waiver'] },
      until: null,
      reason: [{ text: '3 touchpoints on CALL about billing in 7 days (at least 3)', condition: threeCalls, observed: 3 }],
    });
    expect(Date.parse(membership?.since ?? '')).toBeGreaterThanOrEqual(before);
  });

  test('is in a segment by what its traits say, and leaves when they say otherwise', async () => {
    const key = await create({ trait: 'plan', in: ['gold', 'platinum'] });
    const who = someone();
    const customer = await record({ ...who, traits: { plan: 'gold' }, occurredAt: daysAgo(2) });
    expect(await keysOf(customer)).toContain(key);
    await record({ ...who, traits: { plan: 'basic' }, occurredAt: daysAgo(1) });
    expect(await keysOf(customer)).not.toContain(key);
    await record({ ...who, traits: { plan: 'gold' }, occurredAt: daysAgo(3) });
    expect(await keysOf(customer)).not.toContain(key);
  });

  test('enters and leaves with its open issues', async () => {
    const key = await create({ openIssues: { priority: ['HIGH', 'URGENT'] }, atLeast: 1 });
    const customer = await record(someone());
    const { data } = await it.graphql(
      `mutation ($id: ID!) { openIssue(input: { customerId: $id, subject: "x", priority: URGENT }) { issue { id } } }`,
      { id: customer },
    );
    await it.settled();
    expect(await keysOf(customer)).toContain(key);
    await it.graphql(`mutation ($id: ID!) { resolveIssue(input: { id: $id, resolution: "done" }) { issue { id } } }`, {
      id: data.openIssue.issue.id,
    });
    await it.settled();
    expect(await keysOf(customer)).not.toContain(key);
  });

  test('stays one member when evaluated twice, or by several at once', async () => {
    const key = await create({ touchpoints: {}, atLeast: 1 });
    const customer = await record(someone());
    const since = (await memberships(customer)).find((one) => one.segment.key === key)?.since;
    const database = it.service.app.get(Database);
    const profile = customer.slice('cus_'.length);
    await Promise.all(
      Array.from({ length: 6 }, () =>
        database.inWorkspace(it.workspace, (db) => evaluateSegments(db, it.workspace, [profile], new Date())),
      ),
    );
    const own = (await memberships(customer)).filter((one) => one.segment.key === key);
    expect(own.map((one) => one.since)).toEqual([since]);
  });

  test('that many batches touch at once is judged by all of them', async () => {
    const key = await create({ touchpoints: { kind: 'race' }, atLeast: 12 });
    const who = { ...someone(), kind: 'race' };
    const customers = await Promise.all(Array.from({ length: 12 }, () => record(who)));
    await it.settled();
    expect(await keysOf(customers[0] as string)).toContain(key);
  });
});

describe('merged customers', () => {
  test('are members of what they are together, once, and the absorbed rows are closed', async () => {
    const key = await create({ touchpoints: { kind: 'visit' }, atLeast: 2 });
    const single = await create({ touchpoints: { kind: 'visit' }, atLeast: 1 });
    const [a, b] = [someone(), someone()];
    const first = await record({ ...a, kind: 'visit' });
    const second = await record({ ...b, kind: 'visit' });
    expect(await keysOf(first)).not.toContain(key);
    await record({ identifiers: [...a.identifiers, ...b.identifiers], kind: 'other' });
    const keys = await keysOf(second);
    expect(keys).toContain(key);
    expect(keys.filter((one) => one === single)).toEqual([single]);
    const { rows } = await it.database.owner.query(
      `select count(*)::int as n from segment_member m join segment s on s.id = m.segment_id
       where s.key = $1 and m.until_at is null and m.profile_id in ($2::bigint, $3::bigint)`,
      [single, first.slice(4), second.slice(4)],
    );
    expect(rows[0].n).toBe(1);
  });
});

describe('the passing of time alone', () => {
  test('ends a membership when the touchpoint that made the difference leaves its window', async () => {
    const key = await create(threeCalls);
    const who = { ...someone(), topic: 'billing' };
    const [oldest, middle] = [daysAgo(6), daysAgo(3)];
    const customer = await record({ ...who, occurredAt: oldest }, { ...who, occurredAt: middle }, who, who);
    const due = it.service.app.get(SegmentDueService);
    // Four calls: that the oldest leaves changes nothing, that the next one does leaves only two.
    setClock(() => new Date(Date.parse(middle) + 7 * dayMs - 1));
    await due.tick();
    expect(await keysOf(customer)).toContain(key);
    setClock(() => new Date(Date.parse(middle) + 7 * dayMs));
    await due.tick();
    expect(await keysOf(customer)).not.toContain(key);
  });

  test('makes a member of who was not seen for long enough, and of who calls less', async () => {
    const silent = await create({ lastSeen: { channel: 'CALL' }, before: 'P30D' });
    const calm = await create({ touchpoints: { channel: 'CALL', within: 'P7D' }, atMost: 1 });
    const who = someone();
    const last = new Date().toISOString();
    const customer = await record({ ...who, occurredAt: daysAgo(1) }, { ...who, occurredAt: last });
    expect(await keysOf(customer)).toEqual(expect.not.arrayContaining([silent, calm]));
    const due = it.service.app.get(SegmentDueService);
    setClock(() => new Date(Date.parse(last) + 10 * dayMs));
    await due.tick();
    expect(await keysOf(customer)).toContain(calm);
    expect(await keysOf(customer)).not.toContain(silent);
    setClock(() => new Date(Date.parse(last) + 30 * dayMs));
    await due.tick();
    const membership = (await memberships(customer)).find((one) => one.segment.key === silent);
    expect(membership?.reason[0]?.text).toContain('(not within 30 days)');
  });

  test('is worked off by several instances together, each customer once', async () => {
    const key = await create({ touchpoints: { kind: 'shared', within: 'P1D' }, atLeast: 1 });
    const customers = [];
    for (let i = 0; i < 5; i++) customers.push(await record({ ...someone(), kind: 'shared' }));
    const due = it.service.app.get(SegmentDueService);
    setClock(() => new Date(Date.now() + 2 * dayMs));
    await Promise.all([due.tick(), due.tick(), due.tick()]);
    for (const customer of customers) expect(await keysOf(customer)).not.toContain(key);
    expect(await due.tick()).toBe(0);
  });
});

describe('a rule that changes', () => {
  test('is counted before it is applied, and applied to everybody in the background', async () => {
    const tag = randomUUID();
    const key = await create({ trait: 'tag', is: `${tag}-a` });
    const a = await record({ ...someone(), traits: { tag: `${tag}-a` } });
    const b = await record({ ...someone(), traits: { tag: `${tag}-b` } });
    expect(await keysOf(a)).toContain(key);
    const rule = { trait: 'tag', is: `${tag}-b` };
    const preview = await it.graphql(
      `query ($key: String!, $rule: JSON!) {
        previewSegmentChange(key: $key, rule: $rule) { isComplete members entering leaving sampleIds }
        previewSegment(rule: $rule) { members entering leaving } }`,
      { key, rule },
    );
    expect(preview.data).toEqual({
      previewSegmentChange: { isComplete: true, members: 1, entering: 1, leaving: 1, sampleIds: [b] },
      previewSegment: { members: 1, entering: 1, leaving: 0 },
    });
    expect(await keysOf(a)).toContain(key);
    const changed = await update({ key, version: 1, rule });
    expect(changed.data.updateSegment).toMatchObject({
      segment: { version: 2, rule },
      change: { isComplete: true, members: 1, entering: 1, leaving: 1 },
    });
    await it.settled();
    expect(await keysOf(a)).not.toContain(key);
    expect(await keysOf(b)).toContain(key);
  });

  test('finds the customers that were there before the segment', async () => {
    const tag = randomUUID();
    const customer = await record({ ...someone(), traits: { tag } });
    const key = await create({ trait: 'tag', is: tag });
    expect(await keysOf(customer)).toEqual(expect.arrayContaining([key]));
  });

  test('is left alone by a change of name, and refused to who has not read the present version', async () => {
    const key = await create({ trait: 'plan', is: randomUUID() });
    const renamed = await update({ key, version: 1, name: 'Other' });
    expect(renamed.data.updateSegment).toMatchObject({ segment: { version: 2, name: 'Other' }, change: null });
    expect(refused(await update({ key, version: 1, name: 'Third' }))).toMatchObject({
      reason: 'VERSION_STALE',
      currentVersion: 2,
    });
  });

  test('reaches every customer also when there are more than one batch of them', async () => {
    await it.database.owner.query(
      `insert into profile (workspace_id, id, canonical_id) select $1, 5000000 + n, 5000000 + n from generate_series(1, 2300) n`,
      [it.workspace],
    );
    await it.database.owner.query(
      `insert into trait (workspace_id, profile_id, occurred_at, key, value)
       select $1, 5000000 + n, now(), 'crowd', '"yes"' from generate_series(1, 2300) n`,
      [it.workspace],
    );
    const key = await create({ trait: 'crowd', is: 'yes' });
    const count = `query ($key: String!) { segment(key: $key) { memberCount } }`;
    expect((await it.graphql(count, { key })).data.segment.memberCount).toBe(2300);
    await remove(key);
    await it.settled();
    const { rows } = await it.database.owner.query(
      `select count(*)::int as n from segment_member m join segment s on s.id = m.segment_id where s.key = $1 and m.until_at is null`,
      [key],
    );
    expect(rows[0].n).toBe(0);
  });
});

describe('a deleted segment', () => {
  test('has no members from that moment, and is still shown as of an earlier time', async () => {
    const tag = randomUUID();
    const key = await create({ trait: 'tag', is: tag });
    const customer = await record({ ...someone(), traits: { tag } });
    const { rows } = await it.database.owner.query('select clock_timestamp() as at');
    await remove(key);
    expect(await keysOf(customer)).not.toContain(key);
    await it.settled();
    const then = `, asOf: "${rows[0].at.toISOString()}"`;
    const shown = (await memberships(customer, then)).filter((one) => one.segment.key === key);
    expect(shown).toEqual([expect.objectContaining({ segment: expect.objectContaining({ key }), until: null })]);
    expect(refused(await remove(key))).toMatchObject({ reason: 'NOT_FOUND', field: 'input.key' });
    const answer = await it.graphql(`query ($key: String!) { segment(key: $key) { id } segments { key } }`, { key });
    expect(answer.data.segment).toBeNull();
    expect(answer.data.segments.map((one: { key: string }) => one.key)).not.toContain(key);
  });
});

describe('lists of customers', () => {
  test('can be narrowed to the members of a segment', async () => {
    const tag = randomUUID();
    const key = await create({ trait: 'tag', is: tag });
    const member = await record({ ...someone(), traits: { tag } });
    await record(someone());
    const { data } = await it.graphql(
      `query ($key: String!) { customers(segment: $key) { nodes { id segments { segment { key } } } } none: customers(segment: "none") { nodes { id } } }`,
      { key },
    );
    expect(data.customers.nodes.map((one: { id: string }) => one.id)).toEqual([member]);
    expect(data.none.nodes).toEqual([]);
  });
});

describe('who may', () => {
  test('change segments is an admin, and a customer sees none of them', async () => {
    const key = await create(threeCalls);
    const reader = await it.makeKey(['customers:read', 'customers:write']);
    const denied = await it.graphql(`mutation { deleteSegment(input: { key: "${key}" }) { deletedId } }`, {}, reader);
    expect(refused(denied)).toMatchObject({ code: 'FORBIDDEN' });
    expect(refused(await it.graphql(`{ previewSegment(rule: {}) { members } }`, {}, reader))).toMatchObject({ code: 'FORBIDDEN' });
    const customer = await record(someone());
    const token = await it.service.app.get(ApiKeys).makePortalToken(it.workspace, customer.slice(4), 600);
    const portal = await it.graphql(`query ($id: ID!) { customer(id: $id) { segments { since } } }`, { id: customer }, token.secret);
    expect(refused(portal)).toMatchObject({ reason: 'FIELD_INTERNAL' });
  });

  test('not see personal data does not read it from a reason', async () => {
    const city = randomUUID();
    const key = await create({ trait: 'city', is: city });
    const customer = await record({ ...someone(), traits: { city } });
    const masked = await it.makeKey(['customers:read'], { masked: true });
    const answer = await it.graphql(
      `query ($id: ID!) { customer(id: $id) { segments { segment { key } reason { text observed } } } }`,
      { id: customer },
      masked,
    );
    const own = answer.data.customer.segments.find((one: Membership) => one.segment.key === key);
    expect(own.reason).toEqual([{ text: 'trait ****', observed: '****' }]);
  });

  test('see a segment is its own workspace', async () => {
    const key = await create(threeCalls);
    const other = await it.makeWorkspace(`other-${Date.now()}`);
    const answer = await it.graphql(`query ($key: String!) { segment(key: $key) { id } segments { key } }`, { key }, other.key);
    expect(answer.data).toEqual({ segment: null, segments: [] });
  });
});

describe('a bad segment is refused with its field', () => {
  test.each<[string, object, string, string]>([
    ['a key with capitals', { key: 'VIP' }, 'INPUT_INVALID', 'input.key'],
    ['a blank name', { name: ' ' }, 'INPUT_INVALID', 'input.name'],
    ['no rule', { rule: {} }, 'RULE_INVALID', 'input.rule'],
    ['a contradiction', { rule: { touchpoints: {}, atLeast: 2, atMost: 1 } }, 'RULE_INVALID', 'input.rule.atMost'],
    ['an unknown type', { rule: { identifier: 'fax', exists: true } }, 'IDENTIFIER_TYPE_UNKNOWN', 'input.rule'],
    ['a blank entitlement', { entitlements: ['a', ' '] }, 'INPUT_INVALID', 'input.entitlements[1]'],
    ['51 entitlements', { entitlements: Array.from({ length: 51 }, (_, i) => `e${i}`) }, 'TOO_MANY', 'input.entitlements'],
  ])('%s', async (_, input, reason, field) => {
    const full = { key: `s-${randomUUID()}`, name: 'A segment', rule: threeCalls, ...input };
    const answer = await it.graphql(
      `mutation ($input: CreateSegmentInput!) { createSegment(input: $input) { segment { id } } }`,
      { input: full },
    );
    expect(refused(answer)).toMatchObject({ reason, field });
  });

  test('a key that is taken', async () => {
    const key = await create(threeCalls);
    const answer = await it.graphql(
      `mutation ($input: CreateSegmentInput!) { createSegment(input: $input) { segment { id } } }`,
      { input: { key, name: 'x', rule: threeCalls } },
    );
    expect(refused(answer)).toMatchObject({ code: 'CONFLICT', reason: 'KEY_TAKEN', field: 'input.key' });
  });

  test('a rule that tries to be SQL is a value like any other', async () => {
    const tag = `'; drop table segment; --`;
    const key = await create({ any: [{ trait: tag, is: tag }, { trait: 'tag', contains: tag }] });
    const customer = await record({ ...someone(), traits: { [tag]: tag } });
    expect(await keysOf(customer)).toContain(key);
  });
});
