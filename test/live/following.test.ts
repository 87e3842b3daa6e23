import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ApiKeys } from '../../src/access/api-keys.service.js';
import { rootFields, schemaOf } from '../access/schema-walk.js';
import { portalTokenOf } from '../access/world.js';
import { eventually, startTestService, type TestService } from '../setup/service.js';
import { clientOf, customerChanged, endClients, feed, follow, record } from './live-desk.js';

let it: TestService;

beforeAll(async () => {
  it = await startTestService();
});

afterEach(endClients);

afterAll(() => it?.stop());

const idsOf = (changes: readonly { touchpoint: { externalId: string } | null }[]) =>
  changes.flatMap((change) => change.touchpoint?.externalId ?? []);

describe('who follows a customer', () => {
  test('is told of her touchpoints as they come, with what the subscription selects, and of nobody else’s', async () => {
    const id = await record(it, 'ann@example.com', 'ann-1');
    const ann = follow(clientOf(it, it.key), customerChanged, { id });
    expect(await ann.count(1)).toMatchObject([{ kind: 'FOLLOWING', customer: { id }, touchpoint: null }]);
    await record(it, 'bob@example.com', 'bob-1');
    await record(it, 'ann@example.com', 'ann-2');
    await record(it, 'ann@example.com', 'ann-2', { endedAt: new Date().toISOString(), outcome: 'solved' });
    const ofTouchpoint = () => ann.changes.filter((change) => change.touchpoint?.externalId === 'ann-2');
    await eventually(async () => ofTouchpoint().length === 2);
    expect(ofTouchpoint()).toMatchObject([
      { kind: 'TOUCHPOINT_RECORDED', touchpoint: { externalId: 'ann-2' } },
      { kind: 'TOUCHPOINT_UPDATED', touchpoint: { externalId: 'ann-2' } },
    ]);
    expect(idsOf(ann.changes)).not.toContain('bob-1');
  });

  test('goes on through a merge, and when it is taken back', async () => {
    const one = await record(it, 'one@example.com', 'one-1');
    const two = await record(it, 'two@example.com', 'two-1');
    const followed = follow(clientOf(it, it.key), customerChanged, { id: two });
    await followed.count(1);
    const identityChanges = () => followed.changes.filter((change) => change.kind === 'IDENTITY_CHANGED');
    const merged = await it.graphql(
      `mutation { mergeCustomers(input: { survivorId: "${one}", otherId: "${two}", reason: "same" }) { merge { id } } }`,
    );
    await eventually(async () => identityChanges().length === 1);
    expect(identityChanges()[0]).toMatchObject({ customer: { id: one } });
    await record(it, 'one@example.com', 'one-2');
    await eventually(async () => idsOf(followed.changes).includes('one-2'));
    await it.graphql(
      `mutation { undoMerge(input: { mergeId: "${merged.data.mergeCustomers.merge.id}", reason: "no" }) { merge { id } } }`,
    );
    await eventually(async () => identityChanges().length === 2);
    expect(identityChanges()[1]).toMatchObject({ customer: { id: two } });
    await record(it, 'one@example.com', 'one-3');
    await record(it, 'two@example.com', 'two-2');
    await eventually(async () => idsOf(followed.changes).includes('two-2'));
    expect(idsOf(followed.changes)).not.toContain('one-3');
  });
});

describe('who follows', () => {
  test('some kinds of change in a workspace is told of no other, neither of what was nor of what comes', async () => {
    const kinds = (after?: string) => `
      subscription { workspaceChanged(kinds: [ISSUE_CHANGED]${after ? `, after: "${after}"` : ''}) { cursor kind issue { id } } }`;
    const client = clientOf(it, it.key);
    const first = follow(client, kinds());
    await first.count(1);
    const customerId = await record(it, 'kinds@example.com', 'kinds-1');
    const open = async (subject: string) =>
      (
        await it.graphql('mutation ($i: OpenIssueInput!) { openIssue(input: $i) { issue { id } } }', {
          i: { customerId, subject },
        })
      ).data.openIssue.issue.id as string;
    const issue = await open('cold');
    await eventually(async () => first.changes.some((change) => change.issue?.id === issue));
    const again = follow(client, kinds(first.changes[0].cursor));
    await eventually(async () => again.changes.some((change) => change.issue?.id === issue));
    for (const followed of [first, again]) {
      const told = followed.changes.map((change) => change.kind).filter((kind) => kind !== 'FOLLOWING');
      expect(new Set(told)).toEqual(new Set(['ISSUE_CHANGED']));
    }
  });

  test('one issue is told of no other of the same customer, neither of what was nor of what comes', async () => {
    const customerId = await record(it, 'issues@example.com', 'issues-1');
    const open = async (subject: string) =>
      (
        await it.graphql('mutation ($i: OpenIssueInput!) { openIssue(input: $i) { issue { id } } }', {
          i: { customerId, subject },
        })
      ).data.openIssue.issue.id as string;
    const comment = (issueId: string) =>
      it.graphql('mutation ($i: CommentIssueInput!) { commentIssue(input: $i) { issue { id } } }', {
        i: { issueId, body: 'x' },
      });
    const [mine, other] = [await open('mine'), await open('other')];
    const question = `subscription ($id: ID!, $after: String) { issueChanged(id: $id, after: $after) { cursor kind issue { id } } }`;
    const client = clientOf(it, it.key);
    const first = follow(client, question, { id: mine });
    await first.count(1);
    const told = (changes: readonly { kind: string }[]) => changes.filter(({ kind }) => kind === 'ISSUE_CHANGED');
    const before = told(first.changes).length;
    await comment(other);
    await comment(mine);
    await eventually(async () => told(first.changes).length > before);
    const again = follow(client, question, { id: mine, after: first.changes[0].cursor });
    await eventually(async () => told(again.changes).length > 0);
    for (const followed of [first, again]) {
      expect(followed.changes.flatMap((change) => change.issue?.id ?? [])).not.toContain(other);
    }
  });
});

describe('who may follow', () => {
  test('nobody without a key that holds: the socket is closed with the reason', async () => {
    for (const [key, reason] of [
      [null, 'KEY_MISSING'],
      ['tl_nobody_nothing', 'KEY_UNKNOWN'],
    ] as const) {
      const end = await follow(clientOf(it, key), feed).ended();
      expect(end).toMatchObject({ code: 4403, reason: expect.stringContaining(reason) });
    }
  });

  test('a foreign customer, one of another workspace and none are the same: not there', async () => {
    const id = await record(it, 'mine@example.com', 'mine-1');
    const other = await record(it, 'other@example.com', 'other-1');
    const theirs = await it.makeWorkspace('live-theirs');
    const token = await portalTokenOf(it, id, it.key);
    const query = 'subscription ($id: ID!) { customerChanged(id: $id) { kind } }';
    for (const [key, of] of [
      [theirs.key, id],
      [token, other],
      [it.key, 'cus_998877'],
    ] as const) {
      const [error] = await follow(clientOf(it, key), query, { id: of }).ended();
      expect(error.extensions).toEqual({ code: 'NOT_FOUND', reason: 'NOT_FOUND', field: 'id' });
    }
  });

  test('the customer herself follows herself, and sees nothing internal', async () => {
    const id = await record(it, 'portal@example.com', 'portal-1');
    const client = clientOf(it, await portalTokenOf(it, id, it.key));
    const own = `subscription { customerChanged(id: "${id}") { kind touchpoint { kind subject } } }`;
    const followed = follow(client, own);
    await followed.count(1);
    await record(it, 'portal@example.com', 'portal-2', { direction: 'INTERNAL', subject: 'not for her' });
    await record(it, 'portal@example.com', 'portal-3', { subject: 'for her' });
    const subjects = () => followed.changes.map((change) => change.touchpoint?.subject);
    await eventually(async () => subjects().includes('for her'));
    expect(JSON.stringify(followed.changes)).not.toContain('not for her');
    for (const question of [
      'subscription { workspaceChanged { kind } }',
      `subscription { customerChanged(id: "${id}") { customer { traits } } }`,
    ]) {
      const [error] = await follow(client, question).ended();
      expect(error.extensions).toMatchObject({ code: 'FORBIDDEN', reason: 'FIELD_INTERNAL' });
    }
  });

  test('not a key that was revoked meanwhile: nothing more is sent, and its socket is closed', async () => {
    const keys = it.service.app.get(ApiKeys);
    const made = await keys.make(it.workspace, { name: 'short', scopes: ['customers:read'] });
    const followed = follow(clientOf(it, made.secret), feed);
    await followed.count(0);
    const id = await record(it, 'revoked@example.com', 'revoked-1');
    await followed.count(1);
    const caller = await keys.prove(it.key);
    await keys.revoke(caller, made.key.id);
    await record(it, 'revoked@example.com', 'revoked-2');
    expect(await followed.ended()).toMatchObject({ code: 4403, reason: expect.stringContaining('KEY_REVOKED') });
    expect(idsOf(followed.changes)).not.toContain('revoked-2');
    expect(id).toMatch(/^cus_/);
  });

  test('a key without the scope is told which one it needs; a masked key gets masked values', async () => {
    const writes = await it.makeKey(['touchpoints:write']);
    const [error] = await follow(clientOf(it, writes), feed).ended();
    expect(error.extensions).toMatchObject({ reason: 'SCOPE_MISSING' });
    const id = await record(it, 'masked@example.com', 'masked-1', { subject: 'secret' });
    const masked = await it.makeKey(['customers:read'], { masked: true });
    const followed = follow(
      clientOf(it, masked),
      `subscription { customerChanged(id: "${id}") { customer { identifiers { value } } } }`,
    );
    await followed.count(1);
    expect(JSON.stringify(followed.changes)).not.toContain('masked@example.com');
  });

  test('every subscription names who may', () => {
    const fields = Object.values(schemaOf(it).getSubscriptionType()?.getFields() ?? {});
    expect(fields.map((field) => [field.name, field.extensions['access']])).toEqual([
      ['customerChanged', { scope: 'customers:read', customer: true }],
      ['issueChanged', { scope: 'customers:read', customer: true }],
      ['journeyChanged', { scope: 'customers:read', customer: true }],
      ['workspaceChanged', { scope: 'customers:read', customer: false }],
    ]);
    expect(rootFields(schemaOf(it)).length).toBeGreaterThan(0);
  });
});

describe('what cannot be asked', () => {
  test.each([
    ['mutation { revokeApiKey(input: { id: "x" }) { apiKey { id } } }', 'QUERY_INVALID'],
    ['{ customer(id: "cus_1") { id } }', 'QUERY_INVALID'],
    ['subscription { nothing }', 'QUERY_INVALID'],
    ['subscription {', 'QUERY_INVALID'],
    ['subscription { customerChanged(id: "no id") { kind } }', 'ID_INVALID'],
    ['subscription { workspaceChanged(after: "no cursor") { kind } }', 'CURSOR_INVALID'],
    ['subscription ($kinds: [ChangeKind!]) { workspaceChanged(kinds: $kinds) { kind } }', 'INPUT_INVALID'],
    [
      `subscription { workspaceChanged { ${Array.from({ length: 61 }, (_, i) => `a${i}: kind`).join(' ')} } }`,
      'QUERY_TOO_COMPLEX',
    ],
  ])('%s is refused with %s', async (query, reason) => {
    const [error] = await follow(clientOf(it, it.key), query, { kinds: ['NONE'] }).ended();
    expect(error.extensions).toMatchObject({ reason });
  });

  test('a fifty-first subscription on one socket', async () => {
    const client = clientOf(it, it.key);
    const all = Array.from({ length: 51 }, () => follow(client, feed.replace('subscription', 'subscription Feed')));
    await all[50]?.ended();
    expect(all[50]?.ends[0][0].extensions).toMatchObject({ reason: 'SUBSCRIPTIONS_TOO_MANY', limit: 50 });
  });
});
