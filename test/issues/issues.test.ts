import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openReferenced } from '../../src/issues/issue-references.service.js';
import { ISSUES_CHANGED } from '../../src/issues/issues.events.js';
import { Database } from '../../src/platform/database.js';
import { Events } from '../../src/platform/events.js';
import { TOUCHPOINTS_RECORDED } from '../../src/touchpoints/touchpoints.events.js';
import { startTestService, type TestService } from '../setup/service.js';
import { issueDesk, issueFields, type Recorded, refused } from './issue-desk.js';

let it: TestService;

beforeAll(async () => {
  it = await startTestService();
});

afterAll(async () => {
  await it?.stop();
});

const { ask, customer, link, open, opened, record, resolve, update } = issueDesk(() => it);

describe('an issue', () => {
  test('is opened for a customer and shown with her', async () => {
    const her = await customer();
    const issue = await opened({
      customerId: her.customer,
      topic: 'heating',
      priority: 'HIGH',
      description: 'Since Monday',
    });
    expect(issue).toMatchObject({ status: 'OPEN', isOpen: true, priority: 'HIGH', version: 1, resolvedAt: null });
    expect(issue.customer.id).toBe(her.customer);
    const { data } = await ask(her.customer, `openIssueCount issues { nodes { ${issueFields} } }`);
    expect(data.customer.openIssueCount).toBe(1);
    expect(data.customer.issues.nodes).toEqual([
      expect.objectContaining({ id: issue.id, description: 'Since Monday' }),
    ]);
  });

  test('is opened from a touchpoint, for its customer, with the touchpoints that belong to it', async () => {
    const her = await customer();
    const issue = await opened({ touchpointId: her.touchpoint, touchpointIds: [her.touchpoint] });
    const { data } = await it.graphql(
      `query ($id: ID!) { issue(id: $id) { id customer { id } touchpoints { nodes { id issue { id subject } } } } }`,
      { id: issue.id },
    );
    expect(data.issue.customer.id).toBe(her.customer);
    expect(data.issue.touchpoints.nodes).toEqual([
      { id: her.touchpoint, issue: { id: issue.id, subject: 'No heating' } },
    ]);
  });

  test('that its source tells of twice is one issue, and the second telling changes nothing', async () => {
    const [her, other] = [await customer(), await customer()];
    const ref = { source: 'helpdesk', externalId: randomUUID() };
    const first = await open({ customerId: her.customer, subject: 'Leak', ...ref });
    const second = await open({
      customerId: other.customer,
      subject: 'Flood',
      touchpointIds: [other.touchpoint],
      ...ref,
    });
    expect(first.data.openIssue.isNew).toBe(true);
    expect(second.data.openIssue).toMatchObject({
      isNew: false,
      issue: { subject: 'Leak', customer: { id: her.customer } },
    });
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
    expect(done.data.resolveIssue.issue).toMatchObject({
      status: 'RESOLVED',
      isOpen: false,
      version: 2,
      resolution: 'Replaced the valve',
    });
    expect(refused(await update({ id: issue.id, version: 2, status: 'PENDING' }))).toMatchObject({
      reason: 'STATUS_FORBIDS',
      field: 'input.status',
    });
    const again = await update({ id: issue.id, version: 2, status: 'OPEN' });
    expect(again.data.updateIssue.issue).toMatchObject({
      status: 'OPEN',
      resolution: null,
      resolvedAt: null,
      version: 3,
    });
    const { data } = await it.graphql(`query ($id: ID!) { issue(id: $id) { history { version status actor } } }`, {
      id: issue.id,
    });
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
    expect(refused(await update({ id: issue.id, version: 1, subject: 'x' }, other.key))).toMatchObject({
      reason: 'NOT_FOUND',
    });
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

describe('an event that is delivered twice', () => {
  test('opens its issues once and tells of them once', async () => {
    const her = await customer();
    const database = it.service.app.get(Database);
    const reference = {
      id: randomUUID().replaceAll('-', ''),
      source: 'helpdesk',
      externalId: randomUUID(),
      profile: her.customer.slice('cus_'.length),
      touchpoint: her.touchpoint.slice('tp_'.length),
      occurredAt: '2026-11-01T10:00:00Z',
      subject: null,
      topic: null,
    };
    const payload = { profiles: [], merged: [], touchpoints: [], issues: [reference, reference], backfill: false };
    const event = { id: '1', workspace: it.workspace, kind: TOUCHPOINTS_RECORDED, payload };
    const told: unknown[] = [];
    it.service.app.get(Events).subscribe(ISSUES_CHANGED, 11, async (_, one) => void told.push(one.payload));
    for (let i = 0; i < 2; i++) await database.inWorkspace(it.workspace, (db) => openReferenced(db, event));
    await it.settled();
    const { data } = await ask(her.customer, 'issues { nodes { id subject } }');
    expect(data.customer.issues.nodes).toEqual([
      { id: `iss_${reference.id}`, subject: `Issue ${reference.externalId}` },
    ]);
    expect(told).toEqual([{ profiles: [reference.profile], issues: [reference.id] }]);
  });
});

describe('the issue of a merged customer', () => {
  test('keeps the profile that it arrived with, and answers under the customer that it belongs to', async () => {
    const [a, b] = [await customer(), await customer()];
    const both = [a, b].map((one) => ({ type: 'email', value: one.email }));
    await record({ identifiers: both });
    const canonical = (await ask(a.customer, '')).data.customer.id;
    const absorbed = canonical === a.customer ? b.customer : a.customer;
    const issue = await opened({ customerId: absorbed });
    expect(issue.customer.id).toBe(canonical);
    const { rows } = await it.database.owner.query('select profile_id from issue where id = $1', [issue.id.slice(4)]);
    expect(`cus_${rows[0].profile_id}`).toBe(absorbed);
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

  test('keeps a touchpoint where it was put, however often more is told of it', async () => {
    const one = await customer();
    const issue = await opened({ customerId: one.customer });
    const call = { externalId: 'told-on', identifiers: [{ type: 'email', value: one.email }] };
    const [{ touchpoint } = one] = await record({ ...call, sequence: 1 });
    await link({ issueId: issue.id, touchpointIds: [touchpoint] });
    for (const sequence of [2, 3, 4]) await record({ ...call, sequence, summary: `No. ${sequence}` });
    const { data } = await it.graphql(`{ touchpoint(id: "${touchpoint}") { summary issue { id } } }`);
    expect(data.touchpoint).toEqual({ summary: 'No. 4', issue: { id: issue.id } });
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
