import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../setup/service.js';
import { issueDesk } from './issue-desk.js';

let it: TestService;
const desk = issueDesk(() => it);
const day = 86_400_000;
const ago = (days: number) => new Date(Date.now() - days * day).toISOString();

beforeAll(async () => {
  it = await startTestService();
});

afterAll(async () => {
  await it?.stop();
});

const about = `id status version assignee queue escalatedAt escalationReason reopenCount firstResponseAt
  firstContactResolved comments(first: 10) { nodes { body isPublic actor } }
  links { relation issue { id } } tickets { system externalId url } possibleDuplicates { id }`;

async function act(name: string, input: object, key?: string) {
  const type = name === 'unlinkIssues' ? 'LinkIssuesInput' : `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
  return it.graphql(`mutation ($input: ${type}!) { ${name}(input: $input) { issue { ${about} } } }`, { input }, key);
}

async function read(id: string, key?: string) {
  const answer = await it.graphql(`query ($id: ID!) { issue(id: $id) { ${about} } }`, { id }, key);
  expect(answer.errors).toBeUndefined();
  return answer.data.issue;
}

async function issueOf(customer: string, input: object = {}): Promise<string> {
  const answer = await desk.open({ customerId: customer, subject: 'No heating', topic: 'heating', ...input });
  return answer.data.openIssue.issue.id;
}

const reasonOf = (answer: { errors?: readonly { extensions: object }[] }) => answer.errors?.[0]?.extensions;

describe('what is said about an issue', () => {
  test('a customer reads what is public and nothing else', async () => {
    const { customer } = await desk.customer();
    const id = await issueOf(customer);
    await act('commentIssue', { issueId: id, body: 'Rude again.' });
    const said = await act('commentIssue', { issueId: id, body: 'We are on our way.', isPublic: true });
    expect(said.data.commentIssue.issue.comments.nodes.map((one: { body: string }) => one.body)).toEqual([
      'We are on our way.',
      'Rude again.',
    ]);
    const { data } = await it.graphql(
      'mutation ($input: CreatePortalTokenInput!) { createPortalToken(input: $input) { token } }',
      { input: { customerId: customer } },
    );
    const portal = await it.graphql(
      'query ($id: ID!) { issue(id: $id) { firstResponseAt comments { nodes { body } } } }',
      { id },
      data.createPortalToken.token,
    );
    expect(portal.data.issue.comments.nodes).toEqual([{ body: 'We are on our way.' }]);
    expect(portal.data.issue.firstResponseAt).not.toBeNull();
  });

  test('a comment that its source tells twice is one comment', async () => {
    const id = await issueOf((await desk.customer()).customer);
    const input = { issueId: id, body: 'Called back.', source: 'zendesk', externalId: randomUUID() };
    await act('commentIssue', input);
    expect((await act('commentIssue', input)).data.commentIssue.issue.comments.nodes).toHaveLength(1);
  });

  test('a comment is refused when it is blank, too long, or named by half', async () => {
    const id = await issueOf((await desk.customer()).customer);
    expect(reasonOf(await act('commentIssue', { issueId: id, body: ' ' }))).toMatchObject({ field: 'input.body' });
    expect(reasonOf(await act('commentIssue', { issueId: id, body: 'a'.repeat(10_001) }))).toMatchObject({
      reason: 'TOO_LONG',
      field: 'input.body',
      limit: 10_000,
    });
    expect(reasonOf(await act('commentIssue', { issueId: id, body: 'a', source: 'zendesk' }))).toMatchObject({
      field: 'input.externalId',
    });
  });

  test('the first outbound touchpoint under it is the first response, and no note among ourselves', async () => {
    const { customer, email } = await desk.customer();
    const id = await issueOf(customer);
    await act('commentIssue', { issueId: id, body: 'To be called back.' });
    expect((await read(id)).firstResponseAt).toBeNull();
    const [call] = await desk.record({ identifiers: [{ type: 'email', value: email }], direction: 'OUTBOUND' });
    await desk.link({ issueId: id, touchpointIds: [call?.touchpoint] });
    expect((await read(id)).firstResponseAt).not.toBeNull();
  });
});

describe('who works on an issue', () => {
  test('is assigned and handed up, and the history tells since when', async () => {
    const id = await issueOf((await desk.customer()).customer);
    await desk.update({ id, version: 1, assignee: 'ada', queue: 'heating', escalationReason: 'Child in the flat' });
    const issue = await read(id);
    expect(issue).toMatchObject({
      assignee: 'ada',
      queue: 'heating',
      escalationReason: 'Child in the flat',
      version: 2,
    });
    expect(issue.escalatedAt).not.toBeNull();
    await desk.update({ id, version: 2, escalationReason: null });
    expect(await read(id)).toMatchObject({ assignee: 'ada', escalationReason: null, escalatedAt: null });
    const { data } = await it.graphql(
      'query ($id: ID!) { issue(id: $id) { history { version assignee escalationReason } } }',
      { id },
    );
    expect(data.issue.history).toEqual([
      { version: 3, assignee: 'ada', escalationReason: null },
      { version: 2, assignee: 'ada', escalationReason: 'Child in the flat' },
      { version: 1, assignee: null, escalationReason: null },
    ]);
  });
});

describe('issues that belong together', () => {
  test('read their link from either end, and lose it from either end', async () => {
    const { customer } = await desk.customer();
    const [first, second] = [await issueOf(customer), await issueOf(customer, { topic: 'billing' })];
    await act('linkIssues', { issueId: first, kind: 'BLOCKS', otherId: second });
    expect((await read(first)).links).toEqual([{ relation: 'BLOCKS', issue: { id: second } }]);
    expect((await read(second)).links).toEqual([{ relation: 'BLOCKED_BY', issue: { id: first } }]);
    await act('linkIssues', { issueId: second, kind: 'RELATES_TO', otherId: first });
    await act('linkIssues', { issueId: first, kind: 'RELATES_TO', otherId: second });
    expect((await read(first)).links).toHaveLength(2);
    await act('unlinkIssues', { issueId: first, kind: 'RELATES_TO', otherId: second });
    expect((await read(second)).links).toEqual([{ relation: 'BLOCKED_BY', issue: { id: first } }]);
  });

  test('cannot be linked to themselves, in a circle, or to what does not exist', async () => {
    const { customer } = await desk.customer();
    const [a, b, c] = [await issueOf(customer), await issueOf(customer), await issueOf(customer)];
    await act('linkIssues', { issueId: a, kind: 'BLOCKS', otherId: b });
    await act('linkIssues', { issueId: b, kind: 'BLOCKS', otherId: c });
    const circle = await act('linkIssues', { issueId: c, kind: 'BLOCKS', otherId: a });
    expect(reasonOf(circle)).toMatchObject({ reason: 'STATUS_FORBIDS', field: 'input.otherId' });
    const itself = await act('linkIssues', { issueId: a, kind: 'RELATES_TO', otherId: a });
    expect(reasonOf(itself)).toMatchObject({ reason: 'INPUT_INVALID', field: 'input.otherId' });
    const unknown = await act('linkIssues', { issueId: a, kind: 'BLOCKS', otherId: `iss_${'0'.repeat(32)}` });
    expect(reasonOf(unknown)).toMatchObject({ reason: 'NOT_FOUND', field: 'input.otherId' });
  });

  test('of one customer and topic are shown as possible duplicates, also right after a merge', async () => {
    const [one, other] = [await desk.customer(), await desk.customer()];
    const mine = await issueOf(one.customer);
    const theirs = await issueOf(other.customer);
    await issueOf(other.customer, { topic: 'billing' });
    expect((await read(mine)).possibleDuplicates).toEqual([]);
    await it.graphql('mutation ($input: MergeCustomersInput!) { mergeCustomers(input: $input) { isNew } }', {
      input: { survivorId: one.customer, otherId: other.customer, reason: 'The same person' },
    });
    expect((await read(mine)).possibleDuplicates).toEqual([{ id: theirs }]);
  });

  test('name their tickets in other systems, one ticket one issue', async () => {
    const { customer } = await desk.customer();
    const [first, second] = [await issueOf(customer), await issueOf(customer)];
    const ticket = { system: 'zendesk', externalId: randomUUID() };
    await act('referTicket', { issueId: first, ...ticket });
    await act('referTicket', { issueId: first, ...ticket, url: 'https://example.zendesk.com/tickets/7' });
    expect((await read(first)).tickets).toEqual([{ ...ticket, url: 'https://example.zendesk.com/tickets/7' }]);
    expect(reasonOf(await act('referTicket', { issueId: second, ...ticket }))).toMatchObject({ reason: 'KEY_TAKEN' });
    expect(reasonOf(await act('referTicket', { issueId: first, ...ticket, url: 'javascript:alert(1)' }))).toMatchObject(
      {
        field: 'input.url',
      },
    );
  });
});

describe('a customer who comes back', () => {
  const call = (email: string, externalId: string, occurredAt: string, more: object = {}) => ({
    identifiers: [{ type: 'email', value: email }],
    issue: { externalId },
    topic: 'heating',
    occurredAt,
    ...more,
  });

  async function settledIssue() {
    const { email } = await desk.customer();
    const externalId = randomUUID();
    const [first] = await desk.record(call(email, externalId, ago(30)));
    await it.settled();
    const { data } = await it.graphql('query ($id: ID!) { touchpoint(id: $id) { issue { id } } }', {
      id: first?.touchpoint,
    });
    const { id } = data.touchpoint.issue;
    await desk.resolve({ id, resolution: 'Valve replaced' });
    return { email, externalId, id };
  }

  test('opens a resolved issue again by referring to it, and a closed one not', async () => {
    const { email, externalId, id } = await settledIssue();
    await desk.record(call(email, externalId, ago(20)));
    await it.settled();
    expect((await read(id)).status, 'a late touchpoint of before').toBe('RESOLVED');
    await desk.record(call(email, externalId, new Date(Date.now() + 1_000).toISOString(), { direction: 'OUTBOUND' }));
    await it.settled();
    expect((await read(id)).status, 'our own message').toBe('RESOLVED');
    await desk.record(call(email, externalId, new Date(Date.now() + 1_000).toISOString()));
    await it.settled();
    expect(await read(id)).toMatchObject({ status: 'OPEN', reopenCount: 1, version: 3 });
    await desk.update({ id, version: 3, status: 'CLOSED' });
    await desk.record(call(email, externalId, new Date(Date.now() + 2_000).toISOString()));
    await it.settled();
    expect((await read(id)).status).toBe('CLOSED');
  });

  test('tells whether the first contact settled it, once seven days are over', async () => {
    const { email, id } = await settledIssue();
    expect((await read(id)).firstContactResolved).toBeNull();
    await it.database.owner.query(`update issue set resolved_at = now() - interval '25 days' where id = $1::uuid`, [
      id.slice(4),
    ]);
    expect((await read(id)).firstContactResolved).toBe(true);
    await desk.record({ identifiers: [{ type: 'email', value: email }], topic: 'heating', occurredAt: ago(22) });
    expect((await read(id)).firstContactResolved, 'she called about it again').toBe(false);
  });
});
