import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../setup/service.js';
import { feedbackDesk, refusal } from './feedback-desk.js';

let it: TestService;
const { ask, survey, answer, contact, invitationsOf } = feedbackDesk(() => it);

beforeAll(async () => {
  it = await startTestService();
});

afterAll(() => it?.stop());

const own = () => `kind.${randomUUID().slice(0, 8)}`;

const create = (more: object = {}) =>
  it.graphql(
    'mutation ($i: CreateMomentOfTruthInput!) { createMomentOfTruth(input: $i) { momentOfTruth { key version } } }',
    { i: { key: `m-${randomUUID().slice(0, 8)}`, name: 'The first bill', kinds: ['bill.asked'], ...more } },
  );

async function moment(more: object): Promise<string> {
  const made = await create(more);
  expect(made.errors).toBeUndefined();
  return made.data.createMomentOfTruth.momentOfTruth.key;
}

const update = (input: object) =>
  it.graphql(
    'mutation ($i: UpdateMomentOfTruthInput!) { updateMomentOfTruth(input: $i) { momentOfTruth { version channels topics } } }',
    { i: input },
  );

async function markOf(touchpoint: string): Promise<string | null> {
  const data = await ask('query ($id: ID!) { touchpoint(id: $id) { momentOfTruth { key } } }', { id: touchpoint });
  return data.touchpoint.momentOfTruth?.key ?? null;
}

const fields = 'nodes { moment { key } touchpoint { id } verdict by answer { score } }';

async function passedBy(customer: string, more = '') {
  const data = await ask(`query ($id: ID!) { customer(id: $id${more}) { momentsOfTruth { ${fields} } } }`, {
    id: customer,
  });
  return data.customer.momentsOfTruth.nodes;
}

describe('a moment of truth', () => {
  test.each([
    [{ kinds: [] }, 'TOO_FEW', 'input.kinds'],
    [{ kinds: Array.from({ length: 51 }, (_, n) => `k${n}`) }, 'TOO_MANY', 'input.kinds'],
    [{ topics: [' '] }, 'INPUT_INVALID', 'input.topics[0]'],
    [{ goodOutcomes: ['a', 'b'], badOutcomes: ['b'] }, 'INPUT_INVALID', 'input.badOutcomes'],
    [{ key: 'No Key' }, 'INPUT_INVALID', 'input.key'],
    [{ name: '' }, 'INPUT_INVALID', 'input.name'],
  ])('that makes no sense is refused: %o', async (more, reason, field) => {
    expect(refusal(await create(more))).toEqual({ reason, field });
  });

  test('marks touchpoints of its kinds, channels and topics, and no others', async () => {
    const kind = own();
    const key = await moment({ kinds: [kind, 'other'], channels: ['CALL', 'CHAT'], topics: ['billing'] });
    const { ids } = await contact(
      { kind, topic: 'billing' },
      { kind, topic: 'billing', channel: 'EMAIL' },
      { kind, topic: 'delivery' },
      { kind },
      { kind: own(), topic: 'billing' },
      { kind, topic: 'billing', direction: 'INTERNAL' },
    );
    expect(await Promise.all(ids.map(markOf))).toEqual([key, null, null, null, null, null]);
    const data = await ask(
      'query ($k: String!) { momentOfTruth(key: $k) { name kinds channels topics goodOutcomes isActive version } }',
      { k: key },
    );
    expect(data.momentOfTruth).toEqual({
      name: 'The first bill',
      kinds: [kind, 'other'],
      channels: ['CALL', 'CHAT'],
      topics: ['billing'],
      goodOutcomes: [],
      isActive: true,
      version: 1,
    });
  });

  test('is of several the one that was marked first, and ends when it is switched off', async () => {
    const kind = own();
    const first = await moment({ kinds: [kind] });
    const second = await moment({ kinds: [kind] });
    const { touchpoint } = await contact({ kind });
    expect(await markOf(touchpoint)).toBe(first);
    await update({ key: first, version: 1, isActive: false });
    expect(await markOf(touchpoint)).toBe(second);
    expect(refusal(await update({ key: first, version: 1, name: 'x' })).reason).toBe('VERSION_STALE');
    expect(refusal(await update({ key: 'nobodys', version: 1 }))).toEqual({ reason: 'NOT_FOUND', field: 'input.key' });
    expect(refusal(await create({ key: second }))).toEqual({ reason: 'KEY_TAKEN', field: 'input.key' });
  });

  test('keeps what a change leaves out, and loses a condition by an empty list', async () => {
    const key = await moment({ channels: ['CALL'], topics: ['billing'] });
    expect((await update({ key, version: 1, channels: [] })).data.updateMomentOfTruth.momentOfTruth).toEqual({
      version: 2,
      channels: null,
      topics: ['billing'],
    });
    expect(refusal(await update({ key, version: 2, kinds: [] }))).toEqual({ reason: 'TOO_FEW', field: 'input.kinds' });
  });

  test.each([
    ['given up', { abandoned: true, sentiment: 0.9 }, 'BADLY', 'OUTCOME'],
    ['failed', { status: 'FAILED' }, 'BADLY', 'OUTCOME'],
    ['ended as it should not', { outcome: 'lost' }, 'BADLY', 'OUTCOME'],
    ['ended as it should', { outcome: 'solved', sentiment: -0.9 }, 'WELL', 'OUTCOME'],
    ['ended somehow, and she sounded glad', { outcome: 'else', sentiment: 0.3 }, 'WELL', 'SENTIMENT'],
    ['she sounded angry', { sentiment: -0.3 }, 'BADLY', 'SENTIMENT'],
    ['she sounded neither so nor so', { sentiment: 0.29 }, 'BETWEEN', 'SENTIMENT'],
    ['of which nothing is known', {}, 'UNKNOWN', null],
  ])('that was %s is told to have gone so', async (_, more, verdict, by) => {
    const kind = own();
    const key = await moment({ kinds: [kind], goodOutcomes: ['solved'], badOutcomes: ['lost'] });
    const { customer, touchpoint } = await contact({ kind, ...more });
    expect(await passedBy(customer)).toEqual([
      { moment: { key }, touchpoint: { id: touchpoint }, verdict, by, answer: null },
    ]);
  });

  test.each([
    ['CSAT', 4, 'WELL'],
    ['CSAT', 3, 'BETWEEN'],
    ['CSAT', 2, 'BADLY'],
    ['NPS', 9, 'WELL'],
    ['NPS', 8, 'BETWEEN'],
    ['NPS', 6, 'BADLY'],
  ])('is what she answered when she was asked, whatever came of it: %s of %d is %s', async (kind, score, verdict) => {
    const ours = own();
    await moment({ kinds: [ours], goodOutcomes: ['solved'], badOutcomes: ['lost'] });
    const outcome = verdict === 'WELL' ? 'lost' : 'solved';
    const { customer, touchpoint } = await contact({ kind: ours, outcome });
    await answer({ survey: await survey({ kind, quietDays: 0 }), touchpointId: touchpoint, score });
    const [passed] = await passedBy(customer);
    expect(passed).toMatchObject({ verdict, by: 'ANSWER', answer: { score } });
  });

  test('takes an answer about its conversation that came after it, unless there is one about itself', async () => {
    const kind = own();
    await moment({ kinds: [kind] });
    const conversation = { source: 'desk', externalId: randomUUID() };
    const hour = (ago: number) => new Date(Date.now() - ago * 3_600_000).toISOString();
    const { customer, ids } = await contact(
      { kind, conversation, occurredAt: hour(5) },
      { conversation, occurredAt: hour(4), kind: 'survey.answered', outcome: '5' },
      { kind, conversation, occurredAt: hour(3) },
    );
    const verdicts = async () =>
      (await passedBy(customer)).map(({ verdict, touchpoint }: { verdict: string; touchpoint: { id: string } }) => [
        ids.indexOf(touchpoint.id),
        verdict,
      ]);
    expect(await verdicts()).toEqual([
      [2, 'UNKNOWN'],
      [0, 'WELL'],
    ]);
    await answer({ survey: await survey({ quietDays: 0 }), touchpointId: ids[0], score: 1 });
    expect(await verdicts()).toEqual([
      [2, 'BADLY'],
      [0, 'BADLY'],
    ]);
  });

  test('goes with the customer through a merge and back, page by page and as of a time', async () => {
    const kind = own();
    await moment({ kinds: [kind] });
    const ada = await contact({ kind, occurredAt: '2026-01-02T10:00:00Z', sentiment: 0.5 });
    const then = new Date().toISOString();
    const eve = await contact({ kind, occurredAt: '2026-01-01T10:00:00Z', sentiment: -0.5 });
    const merged = await ask(
      'mutation ($a: ID!, $b: ID!) { mergeCustomers(input: { survivorId: $a, otherId: $b }) { merge { id } } }',
      { a: ada.customer, b: eve.customer },
    );
    const page = async (after?: string) => {
      const data = await ask(
        `query ($id: ID!, $after: String) { customer(id: $id) { momentsOfTruth(first: 1, after: $after) {
          nodes { verdict } pageInfo { hasNextPage endCursor } } } }`,
        { id: eve.customer, after },
      );
      return data.customer.momentsOfTruth;
    };
    const first = await page();
    expect(first).toMatchObject({ nodes: [{ verdict: 'WELL' }], pageInfo: { hasNextPage: true } });
    const second = await page(first.pageInfo.endCursor);
    expect(second).toMatchObject({ nodes: [{ verdict: 'BADLY' }], pageInfo: { hasNextPage: false } });
    expect(await passedBy(ada.customer, `, asOf: "${then}"`)).toHaveLength(1);
    await ask('mutation ($id: ID!) { undoMerge(input: { mergeId: $id }) { __typename } }', {
      id: merged.mergeCustomers.merge.id,
    });
    expect(await passedBy(ada.customer)).toHaveLength(1);
    expect(await passedBy(eve.customer)).toHaveLength(1);
  });

  test('can be what a survey follows, as long as it is active', async () => {
    const kind = own();
    const key = await moment({ kinds: [kind], topics: ['billing'] });
    const follows = { trigger: { touchpoint: { moment: key } }, quietDays: 0 };
    const asks = await survey(follows);
    const data = await ask('query ($k: String!) { survey(key: $k) { trigger { on moment kinds } } }', { k: asks });
    expect(data.survey.trigger).toEqual({ on: 'TOUCHPOINT', moment: key, kinds: null });
    const { customer, touchpoint } = await contact({ kind, topic: 'billing' }, { kind, topic: 'delivery' });
    expect(await invitationsOf(customer)).toMatchObject([{ survey: { key: asks }, touchpoint: { id: touchpoint } }]);
    await update({ key, version: 1, isActive: false });
    expect(await invitationsOf((await contact({ kind, topic: 'billing' })).customer)).toEqual([]);
    const none = await it.graphql('mutation ($i: CreateSurveyInput!) { createSurvey(input: $i) { survey { key } } }', {
      i: {
        key: 'follows-nothing',
        name: 'x',
        kind: 'CSAT',
        texts: [{ language: 'en', question: 'x' }],
        trigger: { touchpoint: { moment: 'nobodys' } },
      },
    });
    expect(refusal(none)).toEqual({ reason: 'NOT_FOUND', field: 'input.trigger.touchpoint.moment' });
  });
});
