import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiKeys } from '../../src/access/api-keys.service.js';
import { type GraphqlAnswer, startTestService, type TestService } from '../setup/service.js';

let it: TestService;

beforeAll(async () => {
  it = await startTestService();
});

afterAll(async () => {
  await it?.stop();
});

const recordMutation = `mutation ($input: RecordTouchpointsInput!) {
  recordTouchpoints(input: $input) { results { outcome touchpointId customerId error { reason field message } } }
}`;

interface Recorded {
  readonly touchpoint: string;
  readonly customer: string;
}

async function record(...touchpoints: object[]): Promise<Recorded[]> {
  const filled = touchpoints.map((one) => ({
    source: 'phone',
    externalId: randomUUID(),
    channel: 'CALL',
    kind: 'call.completed',
    ...one,
  }));
  const answer = await it.graphql(recordMutation, { input: { touchpoints: filled } });
  expect(answer.errors).toBeUndefined();
  return answer.data.recordTouchpoints.results.map((one: { touchpointId: string; customerId: string }) => ({
    touchpoint: one.touchpointId,
    customer: one.customerId,
  }));
}

async function customer(): Promise<Recorded & { email: string }> {
  const email = `${randomUUID()}@example.com`;
  const [one] = await record({ identifiers: [{ type: 'email', value: email }] });
  return { ...(one as Recorded), email };
}

const issueFields = 'id status isOpen priority subject description resolution topic openedAt resolvedAt version source externalId';

const open = (input: object, key?: string) =>
  it.graphql(
    `mutation ($input: OpenIssueInput!) { openIssue(input: $input) { isNew issue { ${issueFields} customer { id } } } }`,
    { input },
    key,
  );
const update = (input: object, key?: string) =>
  it.graphql(`mutation ($input: UpdateIssueInput!) { updateIssue(input: $input) { issue { ${issueFields} } } }`, { input }, key);
const resolve = (input: object, key?: string) =>
  it.graphql(`mutation ($input: ResolveIssueInput!) { resolveIssue(input: $input) { issue { ${issueFields} } } }`, { input }, key);
const link = (input: object, key?: string) =>
  it.graphql(
    `mutation ($input: LinkTouchpointsInput!) { linkTouchpoints(input: $input) { issue { id touchpoints { nodes { id } } } } }`,
    { input },
    key,
  );

async function opened(input: object) {
  const answer = await open({ subject: 'No heating', ...input });
  expect(answer.errors).toBeUndefined();
  return answer.data.openIssue.issue;
}

const ask = (id: string, selection: string, key?: string, more = '') =>
  it.graphql(`query ($id: ID!) { customer(id: $id ${more}) { id ${selection} } }`, { id }, key);

function refused(answer: GraphqlAnswer): Record<string, unknown> {
  return answer.errors?.[0]?.extensions ?? {};
}

describe('an issue', () => {
  test('is opened for a customer and shown with her', async () => {
    const her = await customer();
    const issue = await opened({ customerId: her.customer, topic: 'heating', priority: 'HIGH', description: 'Since Monday' });
    expect(issue).toMatchObject({ status: 'OPEN', isOpen: true, priority: 'HIGH', version: 1, resolvedAt: null });
    expect(issue.customer.id).toBe(her.customer);
    const { data } = await ask(her.customer, `openIssueCount issues { nodes { ${issueFields} } }`);
    expect(data.customer.openIssueCount).toBe(1);
    expect(data.customer.issues.nodes).toEqual([expect.objectContaining({ id: issue.id, description: 'Since Monday' })]);
  });

  test('is opened from a touchpoint, for its customer, with the touchpoints that belong to it', async () => {
    const her = await customer();
    const issue = await opened({ touchpointId: her.touchpoint, touchpointIds: [her.touchpoint] });
    const { data } = await it.graphql(
      `query ($id: ID!) { issue(id: $id) { id customer { id } touchpoints { nodes { id issue { id subject } } } } }`,
      { id: issue.id },
    );
    expect(data.issue.customer.id).toBe(her.customer);
    expect(data.issue.touchpoints.nodes).toEqual([{ id: her.touchpoint, issue: { id: issue.id, subject: 'No heating' } }]);
  });

  test('that its source tells of twice is one issue, and the second telling changes nothing', async () => {
    const [her, other] = [await customer(), await customer()];
    const ref = { source: 'helpdesk', externalId: randomUUID() };
    const first = await open({ customerId: her.customer, subject: 'Leak', ...ref });
    const second = await open({ customerId: other.customer, subject: 'Flood', touchpointIds: [other.touchpoint], ...ref });
    expect(first.data.openIssue.isNew).toBe(true);
    expect(second.data.openIssue).toMatchObject({ isNew: false, issue: { subject: 'Leak', customer: { id: her.customer } } });
    const { data } = await ask(other.customer, 'openIssueCount touchpoints { nodes { issue { id } } }');
    expect(data.customer).toMatchObject({ openIssueCount: 0, touchpoints: { nodes: [{ issue: null }] } });
  });

  test('that many tell of at once is opened once', async () => {
    const her = await customer();
    const ref = { source: 'helpdesk', externalId: randomUUID() };
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => open({ customerId: her.customer, subject: 'Leak', ...ref })),
    );
    expect(answers.filter((one) => one.data.openIssue.isNew)).toHaveLength(1);
    expect(new Set(answers.map((one) => one.data.openIssue.issue.id)).size).toBe(1);
  });

  test('changes only for who has read its present version, and says which that is', async () => {
    const issue = await opened({ customerId: (await customer()).customer });
    const first = await update({ id: issue.id, version: 1, priority: 'URGENT', status: 'PENDING' });
    expect(first.data.updateIssue.issue).toMatchObject({ version: 2, priority: 'URGENT', status: 'PENDING' });
    const stale = await update({ id: issue.id, version: 1, subject: 'Other' });
    expect(refused(stale)).toMatchObject({
      code: 'CONFLICT',
      reason: 'VERSION_STALE',
      field: 'input.version',
      currentVersion: 2,
    });
  });

  test('that several change at once takes one change per version', async () => {
    const issue = await opened({ customerId: (await customer()).customer });
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, i) => update({ id: issue.id, version: 1, subject: `Subject ${i}` })),
    );
    expect(answers.filter((one) => one.errors === undefined)).toHaveLength(1);
    expect(answers.filter((one) => refused(one)['reason'] === 'VERSION_STALE')).toHaveLength(5);
  });

  test('is resolved with words, can be opened again, and keeps its history', async () => {
    const issue = await opened({ customerId: (await customer()).customer });
    const done = await resolve({ id: issue.id, resolution: 'Replaced the valve' });
    expect(done.data.resolveIssue.issue).toMatchObject({ status: 'RESOLVED', isOpen: false, version: 2, resolution: 'Replaced the valve' });
    expect(refused(await update({ id: issue.id, version: 2, status: 'PENDING' }))).toMatchObject({
      reason: 'STATUS_FORBIDS',
      field: 'input.status',
    });
    const again = await update({ id: issue.id, version: 2, status: 'OPEN' });
    expect(again.data.updateIssue.issue).toMatchObject({ status: 'OPEN', resolution: null, resolvedAt: null, version: 3 });
    const { data } = await it.graphql(`query ($id: ID!) { issue(id: $id) { history { version status actor } } }`, { id: issue.id });
    expect(data.issue.history.map((one: { version: number; status: string }) => [one.version, one.status])).toEqual([
      [3, 'OPEN'],
      [2, 'RESOLVED'],
      [1, 'OPEN'],
    ]);
    expect(data.issue.history[0].actor).toMatch(/^key:/);
  });

  test('is a node of the graph, and unknown to another workspace', async () => {
    const issue = await opened({ customerId: (await customer()).customer });
    const query = `query ($id: ID!) { node(id: $id) { id ... on Issue { subject } } issue(id: $id) { id } }`;
    expect((await it.graphql(query, { id: issue.id })).data.node).toEqual({ id: issue.id, subject: 'No heating' });
    const other = await it.makeWorkspace(`other-${Date.now()}`);
    expect((await it.graphql(query, { id: issue.id }, other.key)).data).toEqual({ node: null, issue: null });
    expect(refused(await update({ id: issue.id, version: 1, subject: 'x' }, other.key))).toMatchObject({ reason: 'NOT_FOUND' });
    expect(refused(await resolve({ id: issue.id, resolution: 'x' }, other.key))).toMatchObject({ reason: 'NOT_FOUND' });
  });
});

describe('a touchpoint that refers to an issue', () => {
  test('opens it, belongs to it, and a second one opens no second', async () => {
    const email = `${randomUUID()}@example.com`;
    const issue = { source: 'helpdesk', externalId: randomUUID() };
    const about = { identifiers: [{ type: 'email', value: email }], topic: 'billing', subject: 'Wrong bill', issue };
    const [one] = await record({ ...about, occurredAt: '2026-11-01T10:00:00Z' });
    await it.settled();
    await record({ ...about, subject: 'Bill again', occurredAt: '2026-11-02T10:00:00Z' });
    await it.settled();
    const { data } = await ask(
      (one as Recorded).customer,
      `issues { nodes { ${issueFields} touchpoints { nodes { subject } } history { actor } } }`,
    );
    expect(data.customer.issues.nodes).toHaveLength(1);
    expect(data.customer.issues.nodes[0]).toMatchObject({
      subject: 'Wrong bill',
      topic: 'billing',
      status: 'OPEN',
      source: 'helpdesk',
      externalId: issue.externalId,
      openedAt: '2026-11-01T10:00:00+00:00',
      touchpoints: { nodes: [{ subject: 'Bill again' }, { subject: 'Wrong bill' }] },
    });
    const known = await open({ customerId: (one as Recorded).customer, subject: 'x', ...issue });
    expect(known.data.openIssue).toMatchObject({ isNew: false, issue: { id: data.customer.issues.nodes[0].id } });
  });
});

describe('linking touchpoints', () => {
  test('puts all of them under the issue, however often it is asked for', async () => {
    const her = await customer();
    const [more] = await record({ identifiers: [{ type: 'email', value: her.email }] });
    const issue = await opened({ customerId: her.customer });
    const input = { issueId: issue.id, touchpointIds: [her.touchpoint, (more as Recorded).touchpoint] };
    await link(input);
    const { data } = await link(input);
    expect(data.linkTouchpoints.issue.touchpoints.nodes.map((one: { id: string }) => one.id).sort()).toEqual(
      [...input.touchpointIds].sort(),
    );
  });

  test('links none when one is unknown or of another customer', async () => {
    const [her, other] = [await customer(), await customer()];
    const issue = await opened({ customerId: her.customer });
    const unknown = `tp_${'0'.repeat(32)}`;
    const answer = await link({ issueId: issue.id, touchpointIds: [her.touchpoint, unknown] });
    expect(refused(answer)).toMatchObject({ reason: 'NOT_FOUND', field: 'input.touchpointIds[1]' });
    const foreign = await link({ issueId: issue.id, touchpointIds: [her.touchpoint, other.touchpoint] });
    expect(refused(foreign)).toMatchObject({ reason: 'INPUT_INVALID', field: 'input.touchpointIds[1]' });
    const { data } = await ask(her.customer, 'touchpoints { nodes { issue { id } } }');
    expect(data.customer.touchpoints.nodes).toEqual([{ issue: null }]);
  });
});

describe('a list of issues', () => {
  test('shows the open ones, newest first, and others when asked for', async () => {
    const her = await customer();
    const made = [];
    for (const topic of ['a', 'b', 'a']) made.push(await opened({ customerId: her.customer, topic }));
    await resolve({ id: made[1].id, resolution: 'done' });
    const { data } = await ask(
      her.customer,
      `issues { nodes { id } } done: issues(status: [RESOLVED, CLOSED]) { nodes { id } } none: issues(status: []) { nodes { id } }
       a: issues(topic: "a", status: [OPEN, RESOLVED]) { nodes { id } } openIssueCount`,
    );
    const ids = (list: { nodes: { id: string }[] }) => list.nodes.map((one) => one.id);
    expect(ids(data.customer.issues)).toEqual([made[2].id, made[0].id]);
    expect(ids(data.customer.done)).toEqual([made[1].id]);
    expect(ids(data.customer.none)).toEqual([]);
    expect(ids(data.customer.a)).toEqual([made[2].id, made[0].id]);
    expect(data.customer.openIssueCount).toBe(2);
  });

  test('pages in both directions over the profiles of a merged customer', async () => {
    const [a, b] = [await customer(), await customer()];
    for (let i = 0; i < 3; i++) {
      await opened({ customerId: a.customer });
      await opened({ customerId: b.customer });
    }
    await record({ identifiers: [{ type: 'email', value: a.email }, { type: 'email', value: b.email }] });
    const all = (await ask(a.customer, 'issues { nodes { id } }')).data.customer.issues.nodes;
    expect(all).toHaveLength(6);
    const walked: string[] = [];
    let after: string | null = null;
    do {
      const page: GraphqlAnswer = await it.graphql(
        `query ($id: ID!, $after: String) { customer(id: $id) { issues(first: 2, after: $after) {
          nodes { id } pageInfo { hasNextPage endCursor } } } }`,
        { id: b.customer, after },
      );
      const { nodes, pageInfo } = page.data.customer.issues;
      walked.push(...nodes.map((one: { id: string }) => one.id));
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after);
    expect(walked).toEqual(all.map((one: { id: string }) => one.id));
    const last = await ask(a.customer, 'issues(last: 2) { nodes { id } pageInfo { hasPreviousPage } }');
    expect(last.data.customer.issues).toEqual({ nodes: all.slice(4), pageInfo: { hasPreviousPage: true } });
  });

  test('as of an earlier time shows issues as they were then', async () => {
    const her = await customer();
    const issue = await opened({ customerId: her.customer, topic: 'old' });
    const { rows } = await it.database.owner.query('select clock_timestamp() as at');
    await resolve({ id: issue.id, resolution: 'done' });
    await opened({ customerId: her.customer });
    await update({ id: issue.id, version: 2, topic: 'new' });
    const selection = 'openIssueCount issues(status: [OPEN, RESOLVED]) { nodes { status topic version resolution resolvedAt } }';
    const then = await ask(her.customer, selection, undefined, `, asOf: "${rows[0].at.toISOString()}"`);
    expect(then.data.customer).toMatchObject({
      openIssueCount: 1,
      issues: { nodes: [{ status: 'OPEN', topic: 'old', version: 1, resolution: null, resolvedAt: null }] },
    });
    const now = await ask(her.customer, selection);
    expect(now.data.customer.issues.nodes).toHaveLength(2);
    expect(now.data.customer.issues.nodes[1]).toMatchObject({ status: 'RESOLVED', topic: 'new', version: 3 });
  });
});

describe('who may', () => {
  test('open issues is who has the scope for it', async () => {
    const her = await customer();
    const reader = await it.makeKey(['customers:read']);
    expect(refused(await open({ customerId: her.customer, subject: 'x' }, reader))).toMatchObject({
      code: 'FORBIDDEN',
      reason: 'SCOPE_MISSING',
    });
  });

  test('see an issue with a portal token is its own customer, without what is internal', async () => {
    const [her, other] = [await customer(), await customer()];
    const issue = await opened({ customerId: her.customer, description: 'She is angry' });
    const keys = it.service.app.get(ApiKeys);
    const token = async (id: string) => (await keys.makePortalToken(it.workspace, id.slice('cus_'.length), 600)).secret;
    const query = `query ($id: ID!) { issue(id: $id) { id subject status customer { id } } }`;
    expect((await it.graphql(query, { id: issue.id }, await token(her.customer))).data.issue).toMatchObject({ subject: 'No heating' });
    expect((await it.graphql(query, { id: issue.id }, await token(other.customer))).data.issue).toBeNull();
    for (const field of ['description', 'source', 'version', 'priority', 'history { actor }']) {
      const answer = await it.graphql(`query ($id: ID!) { issue(id: $id) { ${field} } }`, { id: issue.id }, await token(her.customer));
      expect(refused(answer)).toMatchObject({ reason: 'FIELD_INTERNAL' });
    }
    expect(refused(await open({ customerId: her.customer, subject: 'x' }, await token(her.customer)))).toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  test('not see free text gets none of an issue', async () => {
    const her = await customer();
    const issue = await opened({ customerId: her.customer, description: 'Call her at home' });
    const masked = await it.makeKey(['customers:read'], { masked: true });
    const { data } = await it.graphql(`query ($id: ID!) { issue(id: $id) { subject description topic } }`, { id: issue.id }, masked);
    expect(data.issue).toEqual({ subject: '****', description: null, topic: null });
  });
});

describe('a bad input is refused with its field, and nothing is written', () => {
  test.each<[string, (her: Recorded) => object, string, string]>([
    ['neither customer nor touchpoint', () => ({}), 'ONE_OF_REQUIRED', 'input.customerId'],
    ['both', (her) => ({ customerId: her.customer, touchpointId: her.touchpoint }), 'ONE_OF_REQUIRED', 'input.customerId'],
    ['an id of another kind', (her) => ({ customerId: her.touchpoint }), 'ID_INVALID', 'input.customerId'],
    ['an unknown customer', () => ({ customerId: 'cus_999999999' }), 'NOT_FOUND', 'input.customerId'],
    ['an unknown touchpoint', () => ({ touchpointId: `tp_${'0'.repeat(32)}` }), 'NOT_FOUND', 'input.touchpointId'],
    ['a blank subject', (her) => ({ customerId: her.customer, subject: ' ' }), 'INPUT_INVALID', 'input.subject'],
    ['a long subject', (her) => ({ customerId: her.customer, subject: 'x'.repeat(201) }), 'TOO_LONG', 'input.subject'],
    ['a NUL', (her) => ({ customerId: her.customer, description: 'a\u0000' }), 'TEXT_INVALID', 'input.description'],
    ['a lone surrogate', (her) => ({ customerId: her.customer, topic: '\ud800' }), 'TEXT_INVALID', 'input.topic'],
    ['a source alone', (her) => ({ customerId: her.customer, source: 'x' }), 'INPUT_INVALID', 'input.externalId'],
    ['a bad touchpoint', (her) => ({ customerId: her.customer, touchpointIds: ['x'] }), 'ID_INVALID', 'input.touchpointIds[0]'],
    [
      '501 touchpoints',
      (her) => ({ customerId: her.customer, touchpointIds: Array.from({ length: 501 }, () => her.touchpoint) }),
      'TOO_MANY',
      'input.touchpointIds',
    ],
    [
      'a foreign touchpoint',
      (her) => ({ customerId: her.customer, touchpointIds: [`tp_${'0'.repeat(32)}`] }),
      'NOT_FOUND',
      'input.touchpointIds[0]',
    ],
  ])('%s', async (_, input, reason, field) => {
    const her = await customer();
    const answer = await open({ subject: 'No heating', ...input(her) });
    expect(refused(answer)).toMatchObject({ reason, field });
    expect((await ask(her.customer, 'openIssueCount')).data.customer.openIssueCount).toBe(0);
  });
});
