import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { journeyDesk } from '../journeys/journey-desk.js';
import { startTestService, type TestService } from '../setup/service.js';
import { feedbackDesk, refusal, texts } from './feedback-desk.js';

let it: TestService;
const { ask, survey, invite, token, answer, byToken, contact, invitationsOf, feedbackOf, at } = feedbackDesk(() => it);
const desk = journeyDesk(() => it);

beforeAll(async () => {
  it = await startTestService();
});

afterAll(() => it?.stop());

const day = 86_400_000;
const ahead = (ms: number) => new Date(Date.now() + ms);
const own = () => `kind.${randomUUID().slice(0, 8)}`;
const following = (kind: string, more: object = {}) => survey({ trigger: { touchpoint: { kinds: [kind] } }, ...more });

describe('a survey', () => {
  const create = (more: object) =>
    it.graphql('mutation ($i: CreateSurveyInput!) { createSurvey(input: $i) { survey { key } } }', {
      i: { key: `s-${randomUUID().slice(0, 8)}`, name: 'x', kind: 'CSAT', texts, ...more },
    });

  test('is asked on the customary scale of its kind, or on its own', async () => {
    for (const [more, scale] of [
      [{ kind: 'CSAT' }, [1, 5]],
      [{ kind: 'NPS' }, [0, 10]],
      [{ kind: 'CES' }, [1, 7]],
      [{ kind: 'OWN', scoreMin: -2, scoreMax: 2 }, [-2, 2]],
    ] as const) {
      const key = await survey(more);
      const data = await ask('query ($k: String!) { survey(key: $k) { scoreMin scoreMax texts { question } } }', {
        k: key,
      });
      expect([data.survey.scoreMin, data.survey.scoreMax]).toEqual(scale);
      expect(data.survey.texts).toEqual([{ question: 'How was it?' }, { question: 'Wie war es?' }]);
    }
  });

  test.each([
    [{ kind: 'NPS', scoreMax: 5 }, 'OUT_OF_RANGE', 'input.scoreMax'],
    [{ kind: 'OWN', scoreMin: 1 }, 'INPUT_INVALID', 'input.scoreMax'],
    [{ scoreMin: 5, scoreMax: 5 }, 'OUT_OF_RANGE', 'input.scoreMax'],
    [{ scoreMax: 101 }, 'OUT_OF_RANGE', 'input.scoreMax'],
    [{ texts: [] }, 'TOO_FEW', 'input.texts'],
    [{ texts: [texts[0], { ...texts[1], language: 'EN' }] }, 'INPUT_INVALID', 'input.texts[1].language'],
    [{ texts: [{ language: 'in English', question: 'x' }] }, 'INPUT_INVALID', 'input.texts[0].language'],
    [{ trigger: { touchpoint: {} } }, 'TRIGGER_INVALID', 'input.trigger.touchpoint'],
    [{ trigger: { touchpoint: { kinds: ['a'] }, journeyEnd: { blueprint: 'a' } } }, 'TRIGGER_INVALID', 'input.trigger'],
    [
      { trigger: { journeyEnd: { blueprint: 'a', endings: ['ACTIVE'] } } },
      'TRIGGER_INVALID',
      'input.trigger.journeyEnd.endings',
    ],
    [{ trigger: { journeyEnd: { blueprint: 'nobodys' } } }, 'NOT_FOUND', 'input.trigger.journeyEnd.blueprint'],
    [{ validDays: 0 }, 'OUT_OF_RANGE', 'input.validDays'],
  ])('is refused with %j', async (more, reason, field) => {
    expect(refusal(await create(more))).toEqual({ reason, field });
  });

  test('changes by the version that was read, and keeps what is left out', async () => {
    const key = await following('some.kind', { quietDays: 3 });
    const update = (input: object) =>
      it.graphql(
        `mutation ($i: UpdateSurveyInput!) { updateSurvey(input: $i) { survey {
          version name quietDays isActive trigger { on kinds } } } }`,
        { i: { key, ...input } },
      );
    expect((await update({ version: 1, name: 'New', isActive: false })).data.updateSurvey.survey).toEqual({
      version: 2,
      name: 'New',
      quietDays: 3,
      isActive: false,
      trigger: { on: 'TOUCHPOINT', kinds: ['some.kind'] },
    });
    expect(refusal(await update({ version: 1, name: 'Late' }))).toMatchObject({ reason: 'VERSION_STALE' });
    expect((await update({ version: 2, trigger: {} })).data.updateSurvey.survey.trigger).toBeNull();
  });
});

describe('customers are invited', () => {
  test('when a touchpoint that fits is over, after the delay, once, and about it', async () => {
    const kind = own();
    const key = await following(kind, { delaySeconds: 3_600, validDays: 2 });
    const endedAt = new Date(Date.now() - 60_000).toISOString();
    const call = { externalId: randomUUID(), kind, agentId: 'agent-1' };
    const { customer, touchpoint, email } = await contact({ ...call, status: 'ACTIVE' });
    expect(await invitationsOf(customer)).toEqual([]);
    const identifiers = [{ type: 'email', value: email }];
    await contact({ ...call, status: 'COMPLETED', endedAt, identifiers });
    await contact({
      ...call,
      status: 'COMPLETED',
      endedAt,
      identifiers,
      outcome: 'told once more',
      sentAt: new Date().toISOString(),
    });
    const [one, ...more] = await invitationsOf(customer);
    expect(more).toEqual([]);
    expect(one).toMatchObject({
      state: 'WAITING',
      survey: { key },
      touchpoint: { id: touchpoint },
      agentId: 'agent-1',
      actor: null,
      hasToken: false,
    });
    expect(Date.parse(one.opensAt) - Date.parse(endedAt)).toBe(3_600_000);
    expect(Date.parse(one.expiresAt) - Date.parse(one.opensAt)).toBe(2 * day);
  });

  test('not by history, not long after, not by what is internal or was given up', async () => {
    const kind = own();
    await following(kind);
    const old = new Date(Date.now() - 20 * day).toISOString();
    for (const more of [{ occurredAt: old }, { direction: 'INTERNAL' }, { abandoned: true }, { status: 'FAILED' }]) {
      const { customer } = await contact({ kind, ...more });
      expect(await invitationsOf(customer), JSON.stringify(more)).toEqual([]);
    }
    const value = `${randomUUID()}@example.com`;
    await ask(
      `mutation ($t: TouchpointInput!) { recordTouchpoints(input: { backfill: true, touchpoints: [$t] }) {
        results { touchpointId } } }`,
      { t: { source: 'old', kind, channel: 'CALL', identifiers: [{ type: 'email', value }] } },
    );
    await it.settled();
    const data = await ask('query ($v: String!) { customer(identifier: { type: "email", value: $v }) { id } }', {
      v: value,
    });
    expect(await invitationsOf(data.customer.id)).toEqual([]);
  });

  test('once in the quiet time, whatever else is asked, and however many contacts come at once', async () => {
    const kind = own();
    await following(kind, { quietDays: 30 });
    await following(kind, { quietDays: 10 });
    const { customer, email } = await contact({ kind }, { kind }, { kind });
    expect(await invitationsOf(customer)).toHaveLength(1);
    const again = { kind, identifiers: [{ type: 'email', value: email }] };
    await contact(again);
    expect(await invitationsOf(customer)).toHaveLength(1);
    await at(ahead(10 * day - 60_000), () => contact({ ...again, occurredAt: ahead(3_000_000).toISOString() }));
    expect(await invitationsOf(customer)).toHaveLength(1);
    await at(ahead(11 * day), () => contact({ ...again, occurredAt: ahead(3_600_000).toISOString() }));
    const two = await invitationsOf(customer);
    expect(two).toHaveLength(2);
    const wantsNone = await following(own(), { quietDays: 30 });
    expect(refusal(await invite({ survey: wantsNone, customerId: customer }))).toMatchObject({
      reason: 'SURVEY_QUIET',
    });
    const wantsNoQuiet = await following(own(), { quietDays: 0 });
    expect((await invite({ survey: wantsNoQuiet, customerId: customer })).data.inviteToSurvey.isNew).toBe(true);
  });

  test('also by the quiet time of whoever she turned out to be', async () => {
    const kind = own();
    await following(kind);
    const first = await contact({ kind });
    const second = await contact({ kind: 'nothing' });
    await ask('mutation ($i: MergeCustomersInput!) { mergeCustomers(input: $i) { isNew } }', {
      i: { survivorId: second.customer, otherId: first.customer, reason: 'one person' },
    });
    await contact({ kind, identifiers: [{ type: 'email', value: second.email }] });
    expect(await invitationsOf(second.customer)).toHaveLength(1);
  });

  test('when a journey ends as the survey says', async () => {
    const blueprint = await desk.create();
    const key = await survey({ kind: 'CES', trigger: { journeyEnd: { blueprint, endings: ['CANCELLED'] } } });
    await survey({ quietDays: 0, trigger: { journeyEnd: { blueprint, endings: ['COMPLETED'] } } });
    const one = await desk.started({ blueprint, customerId: (await contact({})).customer });
    const other = await contact({});
    const two = await desk.started({ blueprint, customerId: other.customer });
    await desk.cancel({ id: two.id, version: two.version });
    await it.settled();
    expect(await invitationsOf(other.customer)).toMatchObject([
      { state: 'OPEN', survey: { key }, journey: { id: two.id }, touchpoint: null },
    ]);
    const data = await ask('query ($k: String!) { surveyInvitations(survey: $k) { nodes { journey { id } } } }', {
      k: key,
    });
    expect(data.surveyInvitations.nodes).toEqual([{ journey: { id: two.id } }]);
    expect(one.status).toBe('ACTIVE');
  });

  test('not any more once the survey is put to rest', async () => {
    const kind = own();
    const key = await following(kind);
    const { data } = await it.graphql(
      `mutation ($i: UpdateSurveyInput!) { updateSurvey(input: $i) { survey { isActive } } }`,
      { i: { key, version: 1, isActive: false } },
    );
    expect(data.updateSurvey.survey.isActive).toBe(false);
    const { customer } = await contact({ kind });
    expect(await invitationsOf(customer)).toEqual([]);
  });
});

describe('a token', () => {
  test('says what is asked, in her language, and takes the answer once', async () => {
    const key = await survey();
    const { customer, touchpoint } = await contact({
      kind: 'call.completed',
      language: 'de-AT',
      agentId: 'agent-7',
      conversation: { externalId: randomUUID() },
    });
    const secret = await token({ survey: key, touchpointId: touchpoint });
    const asked = await it.http.get(`/v1/surveys/${secret}`);
    expect(asked.status).toBe(200);
    expect(asked.body).toMatchObject({
      kind: 'CSAT',
      scoreMin: 1,
      scoreMax: 5,
      language: 'de',
      question: 'Wie war es?',
    });
    expect((await it.http.get(`/v1/surveys/${secret}?language=en-GB`)).body.question).toBe('How was it?');
    const taken = await byToken(secret, { score: 2, comment: ' Nobody can tell me when. ' });
    expect([taken.status, taken.body]).toEqual([200, { answered: true }]);
    const { nodes, metrics } = await feedbackOf(
      customer,
      `score comment channel agentId survey { key } about { id conversation { id } }
       touchpoint { kind outcome summary channel agentId conversation { id } attributes }`,
    );
    const { conversation } = (
      await ask('query ($id: ID!) { touchpoint(id: $id) { conversation { id } } }', { id: touchpoint })
    ).touchpoint;
    expect(nodes).toEqual([
      {
        score: 2,
        comment: 'Nobody can tell me when.',
        channel: 'WEB',
        agentId: 'agent-7',
        survey: { key },
        about: { id: touchpoint, conversation },
        touchpoint: {
          kind: 'survey.answered',
          outcome: '2',
          summary: 'Nobody can tell me when.',
          channel: 'WEB',
          agentId: 'agent-7',
          conversation,
          attributes: { survey: { key, kind: 'CSAT', min: 1, max: 5 } },
        },
      },
    ]);
    expect(metrics).toEqual({ lastCsat: 2, lastNps: null, lastCes: null });
    await it.settled();
    expect((await feedbackOf(customer)).nodes).toHaveLength(1);
    expect(await invitationsOf(customer)).toMatchObject([{ state: 'ANSWERED' }]);
    for (const twice of [await byToken(secret, { score: 5 }), await it.http.get(`/v1/surveys/${secret}`)]) {
      expect([twice.status, twice.body.reason]).toEqual([409, 'SURVEY_ANSWERED']);
    }
    expect(refusal(await answer({ token: secret, score: 5 }))).toEqual({ reason: 'SURVEY_ANSWERED', field: 'input' });
  });

  test.each([
    [{ score: 6 }, 'OUT_OF_RANGE', 'score'],
    [{ score: 0 }, 'OUT_OF_RANGE', 'score'],
    [{ score: 2.5 }, 'OUT_OF_RANGE', 'score'],
    [{ score: '3' }, 'OUT_OF_RANGE', 'score'],
    [{}, 'OUT_OF_RANGE', 'score'],
    [{ score: 3, comment: 7 }, 'INPUT_INVALID', 'comment'],
    [{ score: 3, channel: 'PIGEON' }, 'INPUT_INVALID', 'channel'],
  ])('takes no answer such as %j, and is still good then', async (body, reason, field) => {
    const secret = await token({ survey: await survey(), touchpointId: (await contact({})).touchpoint });
    const refused = await byToken(secret, body);
    expect([refused.status, refused.body.reason, refused.body.field]).toEqual([400, reason, field]);
    expect((await byToken(secret, { score: 3 })).status).toBe(200);
  });

  test('is worth nothing late, when a newer one was made, or at another workspace', async () => {
    const key = await survey({ validDays: 5 });
    const { touchpoint, customer } = await contact({});
    const old = await token({ survey: key, touchpointId: touchpoint });
    const [{ id }] = await invitationsOf(customer);
    const secret = await token({ invitationId: id });
    expect((await byToken(old, { score: 3 })).body.reason).toBe('SURVEY_TOKEN_UNKNOWN');
    const other = await it.makeWorkspace(`w-${randomUUID().slice(0, 8)}`);
    expect(refusal(await answer({ token: secret, score: 3 }, other.key))).toMatchObject({
      reason: 'SURVEY_TOKEN_UNKNOWN',
    });
    const forged = secret.replace(/^tls_[^_]+/, `tls_${other.workspace.toString(36)}`);
    expect((await byToken(forged, { score: 3 })).status).toBe(404);
    const late = await at(ahead(6 * day), () => byToken(secret, { score: 3 }));
    expect([late.status, late.body.reason]).toEqual([409, 'SURVEY_EXPIRED']);
    expect(await feedbackOf(customer)).toMatchObject({ nodes: [] });
  });

  test('stands with the issue and the journey that it is about, opens the one not again and moves the other nowhere', async () => {
    const blueprint = await desk.create();
    const ref = { source: 'desk', externalId: randomUUID() };
    const { touchpoint, email, customer } = await contact({
      issue: { externalId: ref.externalId },
      occurredAt: '2026-02-01T10:00:00Z',
    });
    const identifiers = [{ type: 'email', value: email }];
    const journey = await desk.started({ blueprint, customerId: customer, ...ref });
    const fields = `status version firstContactResolved touchpoints { nodes { kind } }`;
    const { issue } = (await ask('query ($id: ID!) { touchpoint(id: $id) { issue { id } } }', { id: touchpoint }))
      .touchpoint;
    await ask('mutation ($i: ResolveIssueInput!) { resolveIssue(input: $i) { issue { id } } }', {
      i: { id: issue.id, resolution: 'Done' },
    });
    await it.database.owner.query(
      `update issue set resolved_at = '2026-02-02', updated_at = '2026-02-02' where workspace_id = $1 and id = $2::uuid`,
      [it.workspace, issue.id.slice(4)],
    );
    await desk.cancel({ id: journey.id, version: 1 });
    const [call] = await desk.record({ identifiers, channel: 'CALL', kind: 'call.completed', journey: ref });
    await it.settled();
    const before = await desk.read(journey.id);
    for (const touchpointId of [touchpoint, call?.touchpoint]) {
      const secret = await token({ survey: await survey({ quietDays: 0 }), touchpointId });
      expect((await byToken(secret, { score: 4, channel: 'SMS' })).status).toBe(200);
    }
    const outside = { source: 'tickets', kind: 'survey.answered', channel: 'EMAIL', outcome: '5' };
    await desk.record({ identifiers, ...outside, issue: { source: 'desk', externalId: ref.externalId } });
    await it.settled();
    const after = (await ask(`query ($id: ID!) { issue(id: $id) { ${fields} } }`, { id: issue.id })).issue;
    expect(after).toMatchObject({ status: 'RESOLVED', firstContactResolved: true });
    expect(after.touchpoints.nodes.map((one: { kind: string }) => one.kind)).toEqual([
      'survey.answered',
      'survey.answered',
      'call.completed',
    ]);
    const { touchpoints, ...same } = await desk.read(
      journey.id,
      'status version step { key } touchpoints { nodes { kind } }',
    );
    expect(same).toEqual({ status: before.status, version: before.version, step: before.step });
    expect(touchpoints.nodes.map((one: { kind: string }) => one.kind)).toEqual(['survey.answered', 'call.completed']);
  });

  test('is answered once when many answer at a time', async () => {
    const { touchpoint, customer } = await contact({});
    const secret = await token({ survey: await survey(), touchpointId: touchpoint });
    const answers = await Promise.all([1, 2, 3, 4, 5].map((score) => byToken(secret, { score })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
    expect((await feedbackOf(customer)).nodes).toHaveLength(1);
  });

  test('is not stored as it is, and leads to a page that keeps it out of logs', async () => {
    const { touchpoint } = await contact({});
    const made = await invite({ survey: await survey(), touchpointId: touchpoint, linkUrl: 'https://example.com/ask' });
    const { token: secret, link } = made.data.inviteToSurvey;
    expect(link).toBe(`https://example.com/ask#survey=${secret}`);
    const { rows } = await it.database.owner.query('select to_jsonb(i)::text as row from survey_invitation i');
    expect(rows.some(({ row }) => row.includes(secret.slice(8)))).toBe(false);
  });

  test('that is unknown locks out who goes on trying, but never one that is right', async () => {
    const secret = await token({ survey: await survey(), touchpointId: (await contact({})).touchpoint });
    const wrong = (n: number) => secret.replace(/.{43}$/, String(n).padStart(43, 'x'));
    const tried = [];
    for (let n = 0; n < 31; n++) tried.push((await byToken(wrong(n), { score: 1 })).status);
    expect(tried.at(-1)).toBe(429);
    expect(tried.filter((status) => status === 429).length).toBeLessThan(10);
    expect((await byToken('tls_zzzzzz_nonsense', {})).status).toBe(404);
    expect((await byToken(secret, { score: 4 })).status).toBe(200);
    const later = await at(ahead(16 * 60_000), () => byToken(wrong(99), { score: 1 }));
    expect(later.status).toBe(404);
  });
});

describe('an agent', () => {
  test('enters what she said after the call, once for the call', async () => {
    const key = await survey({ kind: 'NPS' });
    const { touchpoint, customer } = await contact({ agentId: 'agent-3' });
    expect((await answer({ survey: key, touchpointId: touchpoint, score: 9, comment: 'Fast' })).errors).toBeUndefined();
    expect(refusal(await answer({ survey: key, touchpointId: touchpoint, score: 1 }))).toMatchObject({
      reason: 'SURVEY_ANSWERED',
    });
    const { nodes, metrics } = await feedbackOf(customer);
    expect(nodes).toEqual([
      {
        kind: 'NPS',
        score: 9,
        scoreMin: 0,
        scoreMax: 10,
        answer: '9',
        comment: 'Fast',
        channel: 'CALL',
        source: 'throughline',
      },
    ]);
    expect(metrics).toEqual({ lastCsat: null, lastNps: 9, lastCes: null });
  });

  test('sends the same answer about nothing in particular again, and it is one', async () => {
    const key = await survey({ kind: 'CES' });
    const { customer } = await contact({});
    const input = { survey: key, customerId: customer, score: 6, idempotencyKey: randomUUID() };
    expect((await answer(input)).errors).toBeUndefined();
    expect(refusal(await answer(input))).toMatchObject({ reason: 'SURVEY_ANSWERED' });
    expect((await feedbackOf(customer)).nodes).toHaveLength(1);
  });

  test.each([
    [{ score: 3 }, 'ONE_OF_REQUIRED', 'input'],
    [{ score: 3, token: 'x', invitationId: 'y' }, 'ONE_OF_REQUIRED', 'input'],
    [{ score: 3, invitationId: 'inv_1' }, 'ID_INVALID', 'input.invitationId'],
    [{ score: 3, invitationId: `inv_${'0'.repeat(32)}` }, 'NOT_FOUND', 'input.invitationId'],
    [{ score: 3, customerId: 'cus_1' }, 'INPUT_INVALID', 'input.survey'],
    [{ score: 3, customerId: 'cus_1', survey: 'nobodys' }, 'NOT_FOUND', 'input.survey'],
  ])('is refused with %j', async (input, reason, field) => {
    expect(refusal(await answer(input))).toEqual({ reason, field });
  });
});

describe('feedback', () => {
  test('of another system’s survey counts too, on the scale that it says, and is corrected with it', async () => {
    const told = (outcome: string, survey?: object) => ({
      kind: 'survey.answered',
      channel: 'CHAT',
      outcome,
      externalId: randomUUID(),
      ...(survey ? { attributes: { survey } } : {}),
    });
    const cases: [Record<string, unknown>, object | null][] = [
      [told('4'), { kind: 'CSAT', score: 4, scoreMin: 1, scoreMax: 5 }],
      [told('Good'), { kind: 'CSAT', score: 1, scoreMin: 0, scoreMax: 1 }],
      [told('bad_with_comment'), { kind: 'CSAT', score: 0, scoreMin: 0, scoreMax: 1 }],
      [told('9', { kind: 'NPS' }), { kind: 'NPS', score: 9, scoreMin: 0, scoreMax: 10 }],
      [told('11', { kind: 'NPS' }), { kind: 'NPS', score: null, scoreMin: null, scoreMax: null }],
      [told('9'), { kind: 'OWN', score: null, answer: '9' }],
      [told('Extremely happy'), { kind: 'OWN', score: null, answer: 'Extremely happy' }],
      [told('offered'), null],
    ];
    const { customer } = await contact(
      ...cases.map(([one]) => ({ ...one, occurredAt: new Date(Date.now() - 1_000).toISOString() })),
    );
    const { nodes } = await feedbackOf(customer, 'kind score scoreMin scoreMax answer touchpoint { outcome }');
    const found = cases.map(
      ([one]) =>
        nodes.find(
          (node: { answer: string; kind: string }) =>
            node.answer === one['outcome'] && (node.kind === 'NPS') === 'attributes' in one,
        ) ?? null,
    );
    expect(found).toMatchObject(cases.map(([, expected]) => expected));
    expect(found.filter((one) => one !== null).length).toBe(nodes.length);
    const first = cases[0]?.[0] as object;
    await contact({ ...first, outcome: '5', sentAt: new Date().toISOString() });
    const corrected = (await feedbackOf(customer, 'answer score')).nodes;
    expect(corrected).toHaveLength(nodes.length);
    expect(corrected).toContainEqual({ answer: '5', score: 5 });
  });

  test('is shown of a thumb on the customary scale', async () => {
    const { customer } = await contact({ kind: 'survey.answered', outcome: 'good' });
    expect((await feedbackOf(customer)).metrics).toEqual({ lastCsat: 5, lastNps: null, lastCes: null });
  });

  test('and invitations follow the customer through a merge and its undo', async () => {
    const one = await contact({ kind: 'survey.answered', outcome: '2', occurredAt: '2026-01-01T00:00:00Z' });
    const two = await contact({ kind: 'survey.answered', outcome: '5', occurredAt: '2026-02-01T00:00:00Z' });
    await token({ survey: await survey(), touchpointId: two.touchpoint });
    const seen = async (id: string) => {
      const { nodes, metrics } = await feedbackOf(id, 'score');
      return [nodes.map(({ score }: { score: number }) => score), metrics.lastCsat, (await invitationsOf(id)).length];
    };
    const apart = [await seen(one.customer), await seen(two.customer)];
    expect(apart).toEqual([
      [[2], 2, 0],
      [[5], 5, 1],
    ]);
    const { mergeCustomers } = await ask(
      'mutation ($i: MergeCustomersInput!) { mergeCustomers(input: $i) { merge { id } } }',
      { i: { survivorId: one.customer, otherId: two.customer, reason: 'one person' } },
    );
    expect(await seen(one.customer)).toEqual([[5, 2], 5, 1]);
    await ask('mutation ($i: UndoMergeInput!) { undoMerge(input: $i) { isChanged } }', {
      i: { mergeId: mergeCustomers.merge.id },
    });
    expect([await seen(one.customer), await seen(two.customer)]).toEqual(apart);
  });

  test('leads to no further question', async () => {
    await survey({ trigger: { touchpoint: { channels: ['STORE'] } }, quietDays: 0 });
    const { customer } = await contact({ channel: 'STORE', kind: 'store.visited' });
    const [{ id }] = await invitationsOf(customer);
    expect((await answer({ invitationId: id, score: 3, channel: 'STORE' })).errors).toBeUndefined();
    await it.settled();
    expect(await invitationsOf(customer)).toHaveLength(1);
  });
});
