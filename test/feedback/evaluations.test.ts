import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../setup/service.js';
import { feedbackDesk, refusal } from './feedback-desk.js';

let it: TestService;
const { ask, contact, at } = feedbackDesk(() => it);

beforeAll(async () => {
  it = await startTestService();
});

afterAll(() => it?.stop());

const criteria = [
  { key: 'greeting', name: 'Greeting', weight: 1 },
  { key: 'solution', name: 'Solution', description: 'Did it help?', weight: 3 },
  { key: 'tone', name: 'Tone', weight: 1 },
];
const ahead = (ms: number) => new Date(Date.now() + ms);

const create = (more: object = {}) =>
  it.graphql('mutation ($i: CreateScorecardInput!) { createScorecard(input: $i) { scorecard { key version } } }', {
    i: { key: `s-${randomUUID().slice(0, 8)}`, name: 'Calls', criteria, ...more },
  });

async function scorecard(more: object = {}): Promise<string> {
  const answer = await create(more);
  expect(answer.errors).toBeUndefined();
  return answer.data.createScorecard.scorecard.key;
}

const update = (input: object) =>
  it.graphql('mutation ($i: UpdateScorecardInput!) { updateScorecard(input: $i) { scorecard { version } } }', {
    i: input,
  });

/** Scores in the order of the criteria. */
const given = (...scores: (number | null)[]) => scores.map((score, n) => ({ criterion: criteria[n]?.key, score }));

const evaluate = (input: object, key?: string) =>
  it.graphql(
    `mutation ($i: EvaluateContactInput!) { evaluateContact(input: $i) { evaluation { id version overall evaluatorId } } }`,
    { i: { by: 'AGENT_SELF', scores: given(4, 4, 4), ...input } },
    key,
  );

async function evaluated(input: object) {
  const answer = await evaluate(input);
  expect(answer.errors).toBeUndefined();
  return answer.data.evaluateContact.evaluation;
}

const gapFields = `agentId overall touchpoint { id } scorecard { key version } self { overall } coach { overall }
  criteria { criterion { key weight } self coach gap }`;

async function gapsOf(touchpoint: string) {
  const data = await ask(`query ($id: ID!) { touchpoint(id: $id) { evaluationGaps { ${gapFields} } } }`, {
    id: touchpoint,
  });
  return data.touchpoint.evaluationGaps;
}

describe('a scorecard', () => {
  test.each([
    [{ criteria: [] }, 'TOO_FEW', 'input.criteria'],
    [{ criteria: [criteria[0], { ...criteria[1], key: 'greeting' }] }, 'INPUT_INVALID', 'input.criteria[1].key'],
    [{ criteria: [{ ...criteria[0], key: 'No Key' }] }, 'INPUT_INVALID', 'input.criteria[0].key'],
    [{ criteria: [{ ...criteria[0], weight: 0 }] }, 'OUT_OF_RANGE', 'input.criteria[0].weight'],
    [{ criteria: [{ ...criteria[0], weight: 101 }] }, 'OUT_OF_RANGE', 'input.criteria[0].weight'],
    [{ criteria: Array.from({ length: 51 }, (_, n) => ({ key: `k${n}`, name: 'x' })) }, 'TOO_MANY', 'input.criteria'],
    [{ scoreMin: 5 }, 'OUT_OF_RANGE', 'input.scoreMax'],
    [{ scoreMax: 101 }, 'OUT_OF_RANGE', 'input.scoreMax'],
    [{ name: ' ' }, 'INPUT_INVALID', 'input.name'],
  ])('that makes no sense is refused: %o', async (more, reason, field) => {
    expect(refusal(await create(more))).toEqual({ reason, field });
  });

  test('keeps what each version said, and changes only for who has read it', async () => {
    const key = await scorecard();
    expect(refusal(await create({ key }))).toEqual({ reason: 'KEY_TAKEN', field: 'input.key' });
    expect((await update({ key, version: 1, criteria: criteria.slice(0, 1) })).data.updateScorecard.scorecard).toEqual({
      version: 2,
    });
    expect(refusal(await update({ key, version: 1, name: 'x' })).reason).toBe('VERSION_STALE');
    expect(refusal(await update({ key: 'nobodys', version: 1 })).reason).toBe('NOT_FOUND');
    const data = await ask(
      `query ($k: String!) {
        first: scorecard(key: $k, version: 1) { version latestVersion scoreMin scoreMax criteria { key name description weight } }
        now: scorecard(key: $k) { version criteria { key } } none: scorecard(key: $k, version: 9) { version } }`,
      { k: key },
    );
    expect(data).toEqual({
      first: {
        version: 1,
        latestVersion: 2,
        scoreMin: 1,
        scoreMax: 5,
        criteria: criteria.map((one) => ({ description: null, ...one })),
      },
      now: { version: 2, criteria: [{ key: 'greeting' }] },
      none: null,
    });
  });
});

describe('an evaluation', () => {
  test('is the mean of the scores by weight, without what did not apply', async () => {
    const card = await scorecard();
    const { touchpoint } = await contact({ agentId: 'petra' });
    const own = await evaluated({ touchpointId: touchpoint, scorecard: card, scores: given(5, 2, null) });
    expect(own).toMatchObject({ version: 1, overall: 2.75, evaluatorId: 'petra' });
    const data = await ask(
      `query ($id: ID!) { touchpoint(id: $id) { evaluations { by agentId scores { criterion { key } score }
        scorecard { key version } touchpoint { id } } } }`,
      { id: touchpoint },
    );
    expect(data.touchpoint.evaluations).toEqual([
      {
        by: 'AGENT_SELF',
        agentId: 'petra',
        scores: [
          { criterion: { key: 'greeting' }, score: 5 },
          { criterion: { key: 'solution' }, score: 2 },
          { criterion: { key: 'tone' }, score: null },
        ],
        scorecard: { key: card, version: 1 },
        touchpoint: { id: touchpoint },
      },
    ]);
  });

  test('by agent and coach shows how far they lie apart, on the contact, its conversation and in the list', async () => {
    const card = await scorecard();
    const conversation = { source: 'desk', externalId: randomUUID() };
    const { ids, customer } = await contact({ agentId: 'petra', conversation }, { agentId: 'petra', conversation });
    const [touchpointId, other] = ids as [string, string];
    await evaluated({ touchpointId, scorecard: card, scores: given(5, 4, 3) });
    expect(await gapsOf(touchpointId)).toEqual([]);
    const coach = { by: 'COACH', evaluatorId: 'carla' };
    await evaluated({ touchpointId, scorecard: card, scores: given(3, 2, null), ...coach });
    const gap = {
      agentId: 'petra',
      touchpoint: { id: touchpointId },
      scorecard: { key: card, version: 1 },
      self: { overall: 4 },
      coach: { overall: 2.25 },
      // Over what both gave a score for: (1 × 2 + 3 × 2) ÷ 4.
      overall: 2,
      criteria: [
        { criterion: { key: 'greeting', weight: 1 }, self: 5, coach: 3, gap: 2 },
        { criterion: { key: 'solution', weight: 3 }, self: 4, coach: 2, gap: 2 },
        { criterion: { key: 'tone', weight: 1 }, self: 3, coach: null, gap: null },
      ],
    };
    expect(await gapsOf(touchpointId)).toEqual([gap]);
    await evaluated({ touchpointId: other, scorecard: card, ...coach });
    const data = await ask(
      `query ($id: ID!, $card: String!) {
        customer(id: $id) { conversations { nodes { evaluationGaps { ${gapFields} } evaluations { by } } }
          evaluations(scorecard: $card) { nodes { by evaluatorId } } coach: evaluations(by: COACH, first: 1) {
            nodes { touchpoint { id } } pageInfo { hasNextPage } } }
        evaluationGaps(scorecard: $card, agentId: "petra") { nodes { ${gapFields} } }
        none: evaluationGaps(scorecard: $card, agentId: "otto") { nodes { agentId } }
        past: evaluations(scorecard: $card, to: "2020-01-01T00:00:00Z") { nodes { by } } }`,
      { id: customer, card },
    );
    const [thread] = data.customer.conversations.nodes;
    expect(thread.evaluationGaps).toEqual([gap]);
    expect(thread.evaluations).toHaveLength(3);
    expect(data.customer.evaluations.nodes).toEqual([
      { by: 'COACH', evaluatorId: 'carla' },
      { by: 'COACH', evaluatorId: 'carla' },
      { by: 'AGENT_SELF', evaluatorId: 'petra' },
    ]);
    expect(data.customer.coach).toEqual({ nodes: [{ touchpoint: { id: other } }], pageInfo: { hasNextPage: true } });
    expect(data.evaluationGaps.nodes).toEqual([gap]);
    expect(data.none.nodes).toEqual([]);
    expect(data.past.nodes).toEqual([]);
  });

  test('is by the version of the scorecard that whoever judged first had, so that the two can be compared', async () => {
    const card = await scorecard();
    const { touchpoint: touchpointId } = await contact({ agentId: 'petra' });
    await evaluated({ touchpointId, scorecard: card });
    await update({ key: card, version: 1, criteria: criteria.slice(1), isActive: false });
    const coach = { touchpointId, scorecard: card, by: 'COACH' };
    const two = given(4, 4, 4).slice(1);
    expect(refusal(await evaluate({ ...coach, scores: two }))).toEqual({ reason: 'TOO_FEW', field: 'input.scores' });
    await evaluated(coach);
    const [gap] = await gapsOf(touchpointId);
    expect(gap.scorecard.version).toBe(1);
    // Of others nobody is judged by it any more.
    const { touchpoint } = await contact({ agentId: 'petra' });
    expect(refusal(await evaluate({ ...coach, touchpointId: touchpoint }))).toEqual({
      reason: 'STATUS_FORBIDS',
      field: 'input.scorecard',
    });
  });

  test('is given once, changed only with its version, and what was said before is kept for reads of then', async () => {
    const card = await scorecard();
    const { touchpoint: touchpointId } = await contact({ agentId: 'petra' });
    const own = { touchpointId, scorecard: card };
    expect(refusal(await evaluate({ ...own, version: 1 }))).toEqual({ reason: 'NOT_FOUND', field: 'input.version' });
    const { id } = await evaluated(own);
    expect(refusal(await evaluate(own))).toEqual({ reason: 'EVALUATION_EXISTS', field: 'input.version' });
    const changed = await at(ahead(60_000), () => evaluated({ ...own, scores: given(1, 1, 1), version: 1 }));
    expect(changed).toMatchObject({ id, version: 2, overall: 1 });
    expect(refusal(await evaluate({ ...own, version: 1 })).reason).toBe('VERSION_STALE');
    const { rows } = await it.database.owner.query(
      'select version, overall, replaced_at is null as stands from evaluation where id = $1 order by version',
      [id.replace('evl_', '')],
    );
    expect(rows).toEqual([
      { version: 1, overall: 4, stands: false },
      { version: 2, overall: 1, stands: true },
    ]);
    const { touchpoint } = await ask('query ($id: ID!) { touchpoint(id: $id) { evaluations { version overall } } }', {
      id: touchpointId,
    });
    expect(touchpoint.evaluations).toEqual([{ version: 2, overall: 1 }]);
  });

  test('that two give at once is taken from one of them', async () => {
    const card = await scorecard();
    const { touchpoint: touchpointId } = await contact({ agentId: 'petra' });
    const answers = await Promise.all(Array.from({ length: 4 }, () => evaluate({ touchpointId, scorecard: card })));
    expect(answers.filter(({ errors }) => errors === undefined)).toHaveLength(1);
    const refused = answers.filter(({ errors }) => errors);
    expect(new Set(refused.map((one) => refusal(one).reason))).toEqual(new Set(['EVALUATION_EXISTS']));
    const { rows } = await it.database.owner.query(
      'select count(*)::int as n from evaluation where touchpoint_id = $1',
      [touchpointId.replace('tp_', '')],
    );
    expect(rows).toEqual([{ n: 1 }]);
  });

  test('is of one agent: of each who took part there is one', async () => {
    const card = await scorecard();
    const { touchpoint: touchpointId } = await contact({ agentId: 'petra' });
    await evaluated({ touchpointId, scorecard: card });
    await evaluated({ touchpointId, scorecard: card, agentId: 'otto' });
    await evaluated({ touchpointId, scorecard: card, agentId: 'otto', by: 'COACH' });
    expect((await gapsOf(touchpointId)).map(({ agentId }: { agentId: string }) => agentId)).toEqual(['otto']);
  });

  test.each([
    ['a score below the scale', { scores: given(0, 4, 4) }, 'OUT_OF_RANGE', 'input.scores[0].score'],
    ['a score above the scale', { scores: given(4, 4, 6) }, 'OUT_OF_RANGE', 'input.scores[2].score'],
    ['no score at all', { scores: given(null, null, null) }, 'TOO_FEW', 'input.scores'],
    ['a criterion that is left out', { scores: given(4, 4) }, 'TOO_FEW', 'input.scores'],
    [
      'a criterion that there is not',
      { scores: [...given(4, 4, 4), { criterion: 'luck', score: 4 }] },
      'INPUT_INVALID',
      'input.scores[3].criterion',
    ],
    [
      'a criterion twice',
      { scores: [...given(4, 4, 4), { criterion: 'tone', score: 4 }] },
      'INPUT_INVALID',
      'input.scores[3].criterion',
    ],
    ['an unknown contact', { touchpointId: `tp_${'0'.repeat(32)}` }, 'NOT_FOUND', 'input.touchpointId'],
    ['what is no contact’s id', { touchpointId: 'cus_1' }, 'ID_INVALID', 'input.touchpointId'],
    ['an unknown scorecard', { scorecard: 'nobodys' }, 'NOT_FOUND', 'input.scorecard'],
    ['a scorecard with a NUL', { scorecard: 'a\u0000' }, 'TEXT_INVALID', 'input.scorecard'],
    ['a comment that is too long', { comment: 'x'.repeat(10_001) }, 'TOO_LONG', 'input.comment'],
  ])('with %s is refused, and nothing of it is kept', async (_, more, reason, field) => {
    const card = await scorecard();
    const { touchpoint } = await contact({ agentId: 'petra' });
    expect(refusal(await evaluate({ touchpointId: touchpoint, scorecard: card, ...more }))).toEqual({ reason, field });
    const data = await ask('query ($id: ID!) { touchpoint(id: $id) { evaluations { id } } }', { id: touchpoint });
    expect(data.touchpoint.evaluations).toEqual([]);
  });

  test.each([
    ['among ourselves', { direction: 'INTERNAL', agentId: 'petra' }, 'NOT_FOUND', 'input.touchpointId'],
    ['that was only planned', { status: 'PLANNED', agentId: 'petra' }, 'STATUS_FORBIDS', 'input.touchpointId'],
    ['of which nobody knows whose work it was', {}, 'INPUT_INVALID', 'input.agentId'],
  ])('of a contact %s is refused', async (_, more, reason, field) => {
    const card = await scorecard();
    const { touchpoint } = await contact(more);
    expect(refusal(await evaluate({ touchpointId: touchpoint, scorecard: card }))).toEqual({ reason, field });
  });

  test('of another workspace’s contact, or by its scorecard, is refused as of none', async () => {
    const card = await scorecard();
    const { touchpoint: touchpointId } = await contact({ agentId: 'petra' });
    const theirs = await it.makeWorkspace(`w-${randomUUID().slice(0, 8)}`);
    expect(refusal(await evaluate({ touchpointId, scorecard: card }, theirs.key))).toEqual({
      reason: 'NOT_FOUND',
      field: 'input.touchpointId',
    });
  });

  test('is shown and taken by scope: agents do not judge as coaches, and who reads customers does not read it', async () => {
    const card = await scorecard();
    const { touchpoint: touchpointId } = await contact({ agentId: 'petra' });
    const own = { touchpointId, scorecard: card };
    const agent = await it.makeKey(['customers:read', 'evaluations:read', 'evaluations:write']);
    expect(refusal(await evaluate({ ...own, by: 'COACH' }, agent))).toEqual({
      reason: 'SCOPE_MISSING',
      field: 'input.by',
    });
    const answer = await evaluate({ ...own, comment: 'She was rude.' }, agent);
    const { id } = answer.data.evaluateContact.evaluation;
    const reader = await it.makeKey(['customers:read', 'touchpoints:write']);
    expect(refusal(await evaluate(own, reader)).reason).toBe('SCOPE_MISSING');
    const node = 'query ($id: ID!) { node(id: $id) { ... on Evaluation { overall comment } } }';
    for (const [query, of] of [
      ['query ($id: ID!) { touchpoint(id: $id) { evaluations { overall } } }', touchpointId],
      ['query ($id: ID!) { touchpoint(id: $id) { evaluationGaps { overall } } }', touchpointId],
      [node, id],
    ] as const) {
      expect(refusal(await it.graphql(query, { id: of }, reader)).reason).toBe('SCOPE_MISSING');
    }
    const masked = await it.makeKey(['customers:read', 'evaluations:read'], { masked: true });
    expect((await it.graphql(node, { id }, masked)).data.node).toEqual({ overall: 4, comment: null });
    expect((await it.graphql(node, { id })).data.node).toEqual({ overall: 4, comment: 'She was rude.' });
  });

  test('goes with its contact through a merge and back', async () => {
    const card = await scorecard();
    const ada = await contact({ agentId: 'petra' });
    const eve = await contact({ agentId: 'petra' });
    await evaluated({ touchpointId: ada.touchpoint, scorecard: card, scores: given(1, 1, 1) });
    await evaluated({ touchpointId: eve.touchpoint, scorecard: card, scores: given(5, 5, 5) });
    const overalls = async (customer: string) => {
      const data = await ask('query ($id: ID!) { customer(id: $id) { evaluations { nodes { overall } } } }', {
        id: customer,
      });
      return data.customer.evaluations.nodes.map(({ overall }: { overall: number }) => overall);
    };
    const merged = await ask(
      'mutation ($a: ID!, $b: ID!) { mergeCustomers(input: { survivorId: $a, otherId: $b }) { merge { id } } }',
      { a: ada.customer, b: eve.customer },
    );
    expect(await overalls(eve.customer)).toEqual([5, 1]);
    await ask('mutation ($id: ID!) { undoMerge(input: { mergeId: $id }) { __typename } }', {
      id: merged.mergeCustomers.merge.id,
    });
    expect([await overalls(ada.customer), await overalls(eve.customer)]).toEqual([[1], [5]]);
  });

  test('as of an earlier time is what had been said by then', async () => {
    const card = await scorecard();
    const { touchpoint: touchpointId, customer } = await contact({ agentId: 'petra' });
    const before = new Date().toISOString();
    await evaluated({ touchpointId, scorecard: card });
    await evaluated({ touchpointId, scorecard: card, by: 'COACH', scores: given(2, 2, 2) });
    const then = new Date().toISOString();
    await evaluated({ touchpointId, scorecard: card, scores: given(1, 1, 1), version: 1 });
    const asOf = async (time: string) => {
      const data = await ask(
        `query ($id: ID!, $t: DateTime!) { customer(id: $id, asOf: $t) { evaluations { nodes { overall } }
          touchpoints { nodes { evaluationGaps { overall self { overall } } } } } }`,
        { id: customer, t: time },
      );
      const [touchpoint] = data.customer.touchpoints.nodes;
      return [
        data.customer.evaluations.nodes.map(({ overall }: { overall: number }) => overall),
        touchpoint.evaluationGaps,
      ];
    };
    expect(await asOf(before)).toEqual([[], []]);
    expect(await asOf(then)).toEqual([[2, 4], [{ overall: 2, self: { overall: 4 } }]]);
    expect(await asOf(new Date().toISOString())).toEqual([[2, 1], [{ overall: -1, self: { overall: 1 } }]]);
  });
});
