import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiKeys } from '../../src/access/api-keys.service.js';
import { SegmentDueService } from '../../src/segments/segment-due.service.js';
import { startTestService, type TestService } from '../setup/service.js';
import { type Membership, refused, segmentDesk, someone, threeCalls } from './segment-desk.js';

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

  test('says what it costs before it is saved, and is not even counted when that is too much', async () => {
    const ask = (rule: object) =>
      it.graphql(
        `query ($rule: JSON!) { previewSegment(rule: $rule) {
          cost { rows rowsMax wholeHistory } } }`,
        { rule },
      );
    const walk = (topic: string) => ({ touchpoints: { topic }, atLeast: 1 });
    const { data } = await ask({ all: [threeCalls, walk('billing')] });
    expect(data.previewSegment.cost).toEqual({ rows: 10_070, rowsMax: 100_000, wholeHistory: ['rule.all[1]'] });
    expect(refused(await ask({ any: Array.from({ length: 11 }, (_, n) => walk(`t${n}`)) }))).toMatchObject({
      code: 'TOO_COMPLEX',
      reason: 'RULE_TOO_COSTLY',
      field: 'rule',
      limit: 100_000,
    });
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

  test('of a segment are walked page by page, searched and filtered, and know a merged customer once', async () => {
    const tag = randomUUID();
    const key = await create({ trait: 'tag', is: tag });
    const members: string[] = [];
    for (let n = 0; n < 5; n++)
      members.push(await record({ ...someone(), traits: { tag, name: `Member ${tag} nr${n}` } }));
    const ask = async (args: string, after: string | null = null) => {
      const { data, errors } = await it.graphql(
        `query ($key: String!, $after: String) { customers(segment: $key, after: $after, ${args}) {
          nodes { id } pageInfo { hasNextPage endCursor } } }`,
        { key, after },
      );
      expect(errors).toBeUndefined();
      return data.customers as { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
    };
    const walk = async () => {
      const found: string[] = [];
      for (let after: string | null = null; ; ) {
        const { nodes, pageInfo } = await ask('first: 2', after);
        found.push(...nodes.map((one) => one.id));
        if (!pageInfo.hasNextPage) return found;
        after = pageInfo.endCursor;
      }
    };
    expect(await walk()).toEqual(members);
    const ids = async (args: string) => (await ask(args)).nodes.map((one) => one.id);
    expect(await ids(`search: "${tag} nr3"`)).toEqual([members[3]]);
    expect(await ids('search: "nobody"')).toEqual([]);
    expect(await ids('filter: { createdFrom: "2999-01-01T00:00:00Z" }')).toEqual([]);
    expect(await ids('filter: { createdFrom: "2000-01-01T00:00:00Z" }')).toEqual(members);
    await it.graphql('mutation ($input: MergeCustomersInput!) { mergeCustomers(input: $input) { isNew } }', {
      input: { survivorId: members[4], otherId: members[0] },
    });
    await it.settled();
    expect(await walk()).toEqual(members.slice(1));
  });
});

describe('who may', () => {
  test('change segments is an admin, and a customer sees none of them', async () => {
    const key = await create(threeCalls);
    const reader = await it.makeKey(['customers:read', 'customers:write']);
    const denied = await it.graphql(`mutation { deleteSegment(input: { key: "${key}" }) { deletedId } }`, {}, reader);
    expect(refused(denied)).toMatchObject({ code: 'FORBIDDEN' });
    expect(refused(await it.graphql(`{ previewSegment(rule: {}) { members } }`, {}, reader))).toMatchObject({
      code: 'FORBIDDEN',
    });
    const customer = await record(someone());
    const token = await it.service.app
      .get(ApiKeys)
      .makePortalToken(it.workspace, { customer: customer.slice(4), isVisitor: false, isMasked: false }, 600);
    const portal = await it.graphql(
      `query ($id: ID!) { customer(id: $id) { segments { since } } }`,
      { id: customer },
      token.secret,
    );
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
    const answer = await it.graphql(
      `query ($key: String!) { segment(key: $key) { id } segments { key } }`,
      { key },
      other.key,
    );
    expect(answer.data).toEqual({ segment: null, segments: [] });
  });
});

describe('a bad segment is refused with its field', () => {
  test.each<[string, object, string, string]>([
    ['a key with capitals', { key: 'VIP' }, 'INPUT_INVALID', 'input.key'],
    ['a blank name', { name: ' ' }, 'INPUT_INVALID', 'input.name'],
    ['no rule', { rule: {} }, 'RULE_INVALID', 'input.rule'],
    ['a contradiction', { rule: { touchpoints: {}, atLeast: 2, atMost: 1 } }, 'RULE_INVALID', 'input.rule.atMost'],
    [
      'a rule that contradicts itself',
      { rule: { all: [{ identifier: 'email', exists: true }, { not: { identifier: 'email', exists: true } }] } },
      'RULE_CONTRADICTORY',
      'input.rule.all[1].not',
    ],
    [
      'a rule that reads whole histories eleven times',
      { rule: { any: Array.from({ length: 11 }, (_, n) => ({ touchpoints: { topic: `t${n}` }, atLeast: 1 })) } },
      'RULE_TOO_COSTLY',
      'input.rule',
    ],
    ['an unknown type', { rule: { identifier: 'fax', exists: true } }, 'IDENTIFIER_TYPE_UNKNOWN', 'input.rule'],
    ['a blank entitlement', { entitlements: ['a', ' '] }, 'INPUT_INVALID', 'input.entitlements[1]'],
    [
      '51 entitlements',
      { entitlements: Array.from({ length: 51 }, (_, i) => `e${i}`) },
      'TOO_MANY',
      'input.entitlements',
    ],
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
    const key = await create({
      any: [
        { trait: tag, is: tag },
        { trait: 'tag', contains: tag },
      ],
    });
    const customer = await record({ ...someone(), traits: { [tag]: tag } });
    expect(await keysOf(customer)).toContain(key);
  });
});
