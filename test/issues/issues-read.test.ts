import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiKeys } from '../../src/access/api-keys.service.js';
import { type GraphqlAnswer, startTestService, type TestService } from '../setup/service.js';
import { issueDesk, type Recorded, refused } from './issue-desk.js';

let it: TestService;

beforeAll(async () => {
  it = await startTestService();
});

afterAll(async () => {
  await it?.stop();
});

const { ask, customer, open, opened, record, resolve, update } = issueDesk(() => it);

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
    await record({
      identifiers: [
        { type: 'email', value: a.email },
        { type: 'email', value: b.email },
      ],
    });
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
    const selection =
      'openIssueCount issues(status: [OPEN, RESOLVED]) { nodes { status topic version resolution resolvedAt } }';
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
    const bindingOf = (id: string) => ({ customer: id.slice('cus_'.length), isVisitor: false, isMasked: false });
    const token = async (id: string) => (await keys.makePortalToken(it.workspace, bindingOf(id), 600)).secret;
    const query = `query ($id: ID!) { issue(id: $id) { id subject status customer { id } } }`;
    expect((await it.graphql(query, { id: issue.id }, await token(her.customer))).data.issue).toMatchObject({
      subject: 'No heating',
    });
    expect((await it.graphql(query, { id: issue.id }, await token(other.customer))).data.issue).toBeNull();
    for (const field of ['description', 'source', 'version', 'priority', 'history { actor }']) {
      const answer = await it.graphql(
        `query ($id: ID!) { issue(id: $id) { ${field} } }`,
        { id: issue.id },
        await token(her.customer),
      );
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
    const { data } = await it.graphql(
      `query ($id: ID!) { issue(id: $id) { subject description topic } }`,
      { id: issue.id },
      masked,
    );
    expect(data.issue).toEqual({ subject: '****', description: null, topic: null });
  });
});

describe('a bad input is refused with its field, and nothing is written', () => {
  test.each<[string, (her: Recorded) => object, string, string]>([
    ['neither customer nor touchpoint', () => ({}), 'ONE_OF_REQUIRED', 'input.customerId'],
    [
      'both',
      (her) => ({ customerId: her.customer, touchpointId: her.touchpoint }),
      'ONE_OF_REQUIRED',
      'input.customerId',
    ],
    ['an id of another kind', (her) => ({ customerId: her.touchpoint }), 'ID_INVALID', 'input.customerId'],
    ['an unknown customer', () => ({ customerId: 'cus_999999999' }), 'NOT_FOUND', 'input.customerId'],
    ['an unknown touchpoint', () => ({ touchpointId: `tp_${'0'.repeat(32)}` }), 'NOT_FOUND', 'input.touchpointId'],
    ['a blank subject', (her) => ({ customerId: her.customer, subject: ' ' }), 'INPUT_INVALID', 'input.subject'],
    ['a long subject', (her) => ({ customerId: her.customer, subject: 'x'.repeat(201) }), 'TOO_LONG', 'input.subject'],
    ['a NUL', (her) => ({ customerId: her.customer, description: 'a\u0000' }), 'TEXT_INVALID', 'input.description'],
    ['a lone surrogate', (her) => ({ customerId: her.customer, topic: '\ud800' }), 'TEXT_INVALID', 'input.topic'],
    ['a source alone', (her) => ({ customerId: her.customer, source: 'x' }), 'INPUT_INVALID', 'input.externalId'],
    [
      'a bad touchpoint',
      (her) => ({ customerId: her.customer, touchpointIds: ['x'] }),
      'ID_INVALID',
      'input.touchpointIds[0]',
    ],
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
