import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../setup/service.js';
import { journeyDesk, journeyFields, refused, returnOfOrder } from './journey-desk.js';

let it: TestService;
let key: string;
let analyst: string;
const desk = journeyDesk(() => it);

beforeAll(async () => {
  it = await startTestService({ LOG_LEVEL: 'error' });
  key = await desk.create('return');
  analyst = await it.makeKey(['customers:read', 'exports:read'], { masked: true });
});

afterAll(() => it?.stop());

const choice = { item: 'shirt', reason: 'too small' };

async function underWay() {
  const customer = await desk.customer();
  return { customer, journey: await desk.started({ blueprint: key, customerId: customer.id }) };
}

describe('a journey', () => {
  test('starts at the first step, goes on step by step, keeps what it is told, and ends', async () => {
    const { journey } = await underWay();
    expect(journey).toMatchObject({
      status: 'ACTIVE',
      version: 1,
      step: { key: 'choose' },
      blueprint: { key, version: 1 },
      state: {},
      isOverdue: false,
      isStuck: false,
      endedAt: null,
      lastChange: { kind: 'STARTED', by: 'STAFF', channel: 'WEB' },
    });
    const { id } = journey;
    const sent = await desk.advance({ id, version: 1, to: 'send', data: choice });
    expect(sent.data.advanceJourney).toMatchObject({
      isChanged: true,
      journey: { version: 2, step: { key: 'send' }, state: { choose: choice } },
    });
    await desk.advance({ id, version: 2, to: 'check', channel: 'CALL' });
    const done = await desk.complete({ id, version: 3, to: 'paid', channel: 'EMAIL' });
    expect(done.data.completeJourney.journey).toMatchObject({ status: 'COMPLETED', step: { key: 'paid' }, version: 4 });
    const { channels, history } = await desk.read(
      id,
      'channels { channel } history { version status step cause { kind } }',
    );
    expect(channels.map((one: { channel: string }) => one.channel)).toEqual(['WEB', 'CALL', 'EMAIL']);
    expect(history.map((one: { step: string }) => one.step)).toEqual(['paid', 'check', 'send', 'choose']);
  });

  test('stays on its step while it is told little by little, and needs all of it to go on', async () => {
    const { journey } = await underWay();
    const { id } = journey;
    const first = await desk.advance({ id, version: 1, data: { item: 'shirt' } });
    expect(first.data.advanceJourney.journey).toMatchObject({ version: 2, state: { choose: { item: 'shirt' } } });
    expect(refused(await desk.advance({ id, version: 2, to: 'send' }))).toMatchObject({
      code: 'BAD_USER_INPUT',
      reason: 'DATA_INVALID',
      fields: [{ field: 'input.data.reason' }],
    });
    const last = await desk.advance({ id, version: 2, to: 'send', data: { reason: 'other' } });
    expect(last.data.advanceJourney.journey.state).toEqual({ choose: { item: 'shirt', reason: 'other' } });
  });

  test('goes back to a step that it has been on, however incomplete the present one is', async () => {
    const { journey } = await underWay();
    const { id } = journey;
    await desk.advance({ id, version: 1, to: 'send', data: choice });
    const back = await desk.advance({ id, version: 2, to: 'choose' });
    expect(back.data.advanceJourney.journey).toMatchObject({ step: { key: 'choose' }, state: { choose: choice } });
  });

  test('names each field of the data that its step does not take, and keeps nothing of it', async () => {
    const { journey } = await underWay();
    const data = { item: '', reason: 'because', photos: ['no'], colour: 'red' };
    const answer = await desk.advance({ id: journey.id, version: 1, to: 'send', data });
    const { fields } = refused(answer) as { fields: { field: string }[] };
    expect(fields.map((one) => one.field).sort()).toEqual([
      'input.data.colour',
      'input.data.item',
      'input.data.photos[0]',
      'input.data.reason',
    ]);
    expect(await desk.read(journey.id)).toMatchObject({ version: 1, state: {} });
  });

  test.each([
    ['a step that the blueprint does not lead to', { to: 'paid', data: choice }, 'STEP_FORBIDS', 'input.to'],
    ['a step that is none', { to: 'nowhere', data: choice }, 'STEP_FORBIDS', 'input.to'],
    ['data that are no object', { to: 'send', data: 'shirt' }, 'INPUT_INVALID', 'input.data'],
    ['too much data', { data: { item: 'x'.repeat(20_000) } }, 'TOO_LONG', 'input.data'],
  ])('refuses %s', async (_, more, reason, field) => {
    const { journey } = await underWay();
    expect(refused(await desk.advance({ id: journey.id, version: 1, ...more }))).toMatchObject({ reason, field });
  });

  test('is worked on only where its step allows it', async () => {
    const { journey } = await underWay();
    const { id } = journey;
    await desk.advance({ id, version: 1, to: 'bring', data: choice });
    expect(refused(await desk.advance({ id, version: 2, to: 'check', channel: 'CALL' }))).toMatchObject({
      code: 'CONFLICT',
      reason: 'CHANNEL_FORBIDS',
      field: 'input.channel',
    });
    const there = await desk.advance({ id, version: 2, to: 'check', channel: 'STORE' });
    expect(there.errors).toBeUndefined();
  });

  test('ends only where its step leads to an end', async () => {
    const { journey } = await underWay();
    const { id } = journey;
    expect(refused(await desk.complete({ id, version: 1, data: choice }))).toMatchObject({ reason: 'STEP_FORBIDS' });
    await desk.advance({ id, version: 1, to: 'send', data: choice });
    await desk.advance({ id, version: 2, to: 'check' });
    expect(refused(await desk.complete({ id, version: 3 }))).toMatchObject({
      reason: 'STEP_FORBIDS',
      field: 'input.to',
    });
    expect((await desk.complete({ id, version: 3, to: 'refused' })).data.completeJourney.journey.status).toBe(
      'COMPLETED',
    );
    for (const act of [desk.advance, desk.complete, desk.pause, desk.cancel]) {
      expect(refused(await act({ id, version: 4 }))).toMatchObject({ code: 'CONFLICT', reason: 'STATUS_FORBIDS' });
    }
  });

  test('rests while it is paused, and can be cancelled then', async () => {
    const { journey } = await underWay();
    const { id } = journey;
    const paused = await desk.pause({ id, version: 1 });
    expect(paused.data.pauseJourney.journey).toMatchObject({ status: 'PAUSED', expectedAt: null, version: 2 });
    expect(refused(await desk.advance({ id, version: 2, data: choice }))).toMatchObject({ reason: 'STATUS_FORBIDS' });
    const ended = await desk.cancel({ id, version: 2 });
    expect(ended.data.cancelJourney.journey).toMatchObject({ status: 'CANCELLED', endedAt: expect.any(String) });
  });

  test('starts once, however often it is told by the same name or key', async () => {
    const { id } = await desk.customer();
    for (const name of [{ source: 'shop', externalId: randomUUID() }, { idempotencyKey: randomUUID() }]) {
      const starts = await Promise.all([1, 2, 3].map(() => desk.start({ blueprint: key, customerId: id, ...name })));
      expect(new Set(starts.map((one) => one.data.startJourney.journey.id)).size).toBe(1);
      expect(starts.filter((one) => one.data.startJourney.isNew)).toHaveLength(1);
    }
    expect(await desk.journeysOf(id)).toHaveLength(2);
  });

  test('refuses another request under a key that stood on one before', async () => {
    const { customer, journey } = await underWay();
    const idempotencyKey = randomUUID();
    await desk.start({ blueprint: key, customerId: customer.id, idempotencyKey });
    const other = await desk.start({ blueprint: key, customerId: customer.id, idempotencyKey, channel: 'CALL' });
    expect(refused(other)).toMatchObject({ reason: 'CONTENT_CONFLICT', field: 'input.idempotencyKey' });
    await desk.advance({ id: journey.id, version: 1, data: { item: 'a' }, idempotencyKey });
    const again = await desk.advance({ id: journey.id, version: 1, data: { item: 'b' }, idempotencyKey });
    expect(refused(again)).toMatchObject({ reason: 'CONTENT_CONFLICT', field: 'input.idempotencyKey' });
  });

  test('is carried on once, however often the same request comes', async () => {
    const { journey } = await underWay();
    const request = { id: journey.id, version: 1, to: 'send', data: choice, idempotencyKey: randomUUID() };
    const answers = await Promise.all([1, 2, 3].map(() => desk.advance(request)));
    expect(answers.map((one) => one.errors)).toEqual([undefined, undefined, undefined]);
    expect(answers.map((one) => one.data.advanceJourney.isChanged).sort()).toEqual([false, false, true]);
    expect(await desk.read(journey.id)).toMatchObject({ version: 2, step: { key: 'send' } });
  });

  test('is not started for nobody, by nothing, or by what is retired', async () => {
    const { id } = await desk.customer();
    const fails = async (input: object) => refused(await desk.start({ blueprint: key, ...input }));
    expect(await fails({})).toMatchObject({ reason: 'ONE_OF_REQUIRED' });
    expect(await fails({ customerId: 'cus_999999' })).toMatchObject({ code: 'NOT_FOUND', field: 'input.customerId' });
    expect(await fails({ customerId: id, blueprint: 'none' })).toMatchObject({ field: 'input.blueprint' });
    expect(await fails({ customerId: id, source: 'shop' })).toMatchObject({ field: 'input.externalId' });
    const old = await desk.create();
    const running = await desk.started({ blueprint: old, customerId: id, source: 'shop', externalId: 'before' });
    await it.graphql(`mutation { retireBlueprint(input: { key: "${old}" }) { blueprint { key } } }`);
    expect(await fails({ customerId: id, blueprint: old })).toMatchObject({ reason: 'STATUS_FORBIDS' });
    const known = await desk.start({ blueprint: old, customerId: id, source: 'shop', externalId: 'before' });
    expect(known.data.startJourney).toMatchObject({ isNew: false, journey: { id: running.id } });
  });

  test('is one of 50 that are open at most', async () => {
    const { id } = await desk.customer();
    const starts = Array.from({ length: 50 }, () => desk.start({ blueprint: key, customerId: id }));
    await Promise.all(starts);
    expect(refused(await desk.start({ blueprint: key, customerId: id }))).toMatchObject({
      reason: 'TOO_MANY',
      limit: 50,
    });
  });
});

describe('two at one journey', () => {
  test('never overwrite each other: the later one is told where it stands now, and whose turn it was', async () => {
    const { customer, journey } = await underWay();
    const { id } = journey;
    const token = await desk.portal(customer.id);
    const phone = await desk.advance({ id, version: 1, data: { item: 'shirt' }, channel: 'APP' }, token, journeyFields);
    expect(phone.errors).toBeUndefined();
    const late = await desk.advance({ id, version: 1, data: { item: 'trousers' } });
    expect(refused(late)).toMatchObject({
      code: 'CONFLICT',
      reason: 'VERSION_STALE',
      field: 'input.version',
      currentVersion: 2,
      current: {
        version: 2,
        status: 'ACTIVE',
        step: 'choose',
        state: { choose: { item: 'shirt' } },
        changedBy: { by: 'CUSTOMER', kind: 'ADVANCED', channel: 'APP', actor: expect.stringMatching(/^key:/) },
      },
    });
  });

  test('of many at once exactly one goes on', async () => {
    const { journey } = await underWay();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => desk.advance({ id: journey.id, version: 1, data: { item: `item ${n}` } })),
    );
    expect(answers.filter((one) => !one.errors)).toHaveLength(1);
    expect(await desk.read(journey.id)).toMatchObject({ version: 2 });
  });

  test('are not told of each other what they may not see', async () => {
    const { customer, journey } = await underWay();
    const { id } = journey;
    await desk.advance({ id, version: 1, data: { item: 'shirt' } });
    const token = await desk.portal(customer.id);
    const { current } = refused(await desk.advance({ id, version: 1 }, token, journeyFields)) as { current: object };
    expect(current).toMatchObject({ state: { choose: { item: 'shirt' } }, changedBy: { by: 'STAFF' }, turn: null });
    expect(JSON.stringify(current)).not.toContain('key:');
    const masked = await it.makeKey(['journeys:write', 'customers:read'], { masked: true });
    expect(JSON.stringify(refused(await desk.advance({ id, version: 1 }, masked)))).not.toContain('shirt');
  });
});

describe('what the three kinds of caller see and do', () => {
  test('an agent sees the journeys of whoever calls, in the one query', async () => {
    const { customer, journey } = await underWay();
    const { data } = await it.graphql(
      `query ($who: IdentifierInput!) { customer(identifier: $who) {
        displayName journeys(status: [ACTIVE, PAUSED], first: 3) { nodes { id step { title } } pageInfo { hasNextPage } }
        done: journeys(status: [COMPLETED]) { nodes { id } }
        others: journeys(blueprint: "other") { nodes { id } }
        touchpoints(journeyId: "${journey.id}") { nodes { id } } } }`,
      { who: { type: 'email', value: customer.email } },
    );
    expect(data.customer).toMatchObject({
      journeys: { nodes: [{ id: journey.id, step: { title: 'Choose what to return' } }] },
      done: { nodes: [] },
      others: { nodes: [] },
    });
    const { data: nodes } = await it.graphql(`{ node(id: "${journey.id}") { id ... on Journey { status } } }`);
    expect(nodes.node).toEqual({ id: journey.id, status: 'ACTIVE' });
  });

  test('a customer goes on with her own journey by her token, and reads nothing internal of it', async () => {
    const customer = await desk.customer();
    const token = await desk.portal(customer.id);
    const mine = await desk.started({ blueprint: key, data: { item: 'shirt' } }, token, journeyFields);
    expect(mine).toMatchObject({ state: { choose: { item: 'shirt' } }, lastChange: { by: 'CUSTOMER' } });
    const { id } = mine;
    const sent = await desk.advance({ id, version: 1, to: 'send', data: choice }, token, journeyFields);
    expect(sent.data.advanceJourney.journey.step.key).toBe('send');
    for (const field of [
      'turn { to }',
      'history { version }',
      'source',
      'externalId',
      'isStuck',
      'lastChange { actor }',
    ]) {
      const answer = await it.graphql(`{ journey(id: "${id}") { ${field} } }`, {}, token);
      expect(refused(answer), field).toMatchObject({ reason: 'FIELD_INTERNAL' });
    }
    expect((await desk.cancel({ id, version: 2 }, token, journeyFields)).errors).toBeUndefined();
  });

  test('a customer neither finds nor touches the journeys of others', async () => {
    const { journey } = await underWay();
    const stranger = await desk.portal((await desk.customer()).id);
    expect(await desk.read(journey.id, 'id', stranger)).toBeNull();
    for (const act of [desk.advance, desk.complete, desk.pause, desk.cancel]) {
      expect(refused(await act({ id: journey.id, version: 1 }, stranger, journeyFields))).toEqual({
        code: 'NOT_FOUND',
        reason: 'NOT_FOUND',
        field: 'input.id',
      });
    }
    const other = (await desk.customer()).id;
    for (const more of [{ customerId: other }, { identifiers: [{ type: 'email', value: 'a@example.com' }] }]) {
      expect(refused(await desk.start({ blueprint: key, ...more }, stranger, journeyFields))).toMatchObject({
        reason: 'INPUT_INVALID',
      });
    }
    const named = await desk.start({ blueprint: key, source: 'shop', externalId: 'x' }, stranger, journeyFields);
    expect(refused(named)).toMatchObject({ reason: 'INPUT_INVALID', field: 'input.source' });
  });

  test('an analyst reads, masked, and changes nothing', async () => {
    const { journey } = await underWay();
    await desk.advance({ id: journey.id, version: 1, data: { item: 'shirt' } });
    expect(await desk.read(journey.id, 'status step { key } state', analyst)).toEqual({
      status: 'ACTIVE',
      step: { key: 'choose' },
      state: {},
    });
    expect(refused(await desk.advance({ id: journey.id, version: 2 }, analyst))).toMatchObject({
      reason: 'SCOPE_MISSING',
      field: 'Mutation.advanceJourney',
    });
  });
});

describe('a visitor whom nobody knows', () => {
  test('starts, says later who she is, and nothing is lost', async () => {
    const anonymous = { type: 'anonymous_id', value: randomUUID() };
    const journey = await desk.started({ blueprint: key, identifiers: [anonymous], data: { item: 'shirt' } });
    const { customer } = await desk.read(journey.id, 'customer { id } touchpoints { nodes { kind channel } }');
    const token = await desk.portal(customer.id);
    await desk.advance({ id: journey.id, version: 1, data: { reason: 'other' } }, token, journeyFields);
    const known = await desk.customer();
    await desk.record({ identifiers: [anonymous, ...known.identifiers], kind: 'login' });
    await it.settled();
    const [mine] = await desk.journeysOf(known.id);
    expect(mine).toMatchObject({ id: journey.id, state: { choose: { item: 'shirt', reason: 'other' } } });
    const before = await desk.advance({ id: journey.id, version: 2, to: 'send' }, token, journeyFields);
    expect(refused(before)).toMatchObject({ reason: 'TOKEN_OUTGROWN' });
    const anew = await desk.portal(known.id);
    const sent = await desk.advance({ id: journey.id, version: 2, to: 'send' }, anew, journeyFields);
    expect(sent.data.advanceJourney.journey.step.key).toBe('send');
  });

  test('leaves a touchpoint of the start, once', async () => {
    const identifiers = [{ type: 'anonymous_id', value: randomUUID() }];
    const request = { blueprint: key, identifiers, idempotencyKey: randomUUID() };
    const { id } = await desk.started(request);
    await desk.started(request);
    const { touchpoints } = await desk.read(id, 'touchpoints { nodes { kind source } }');
    expect(touchpoints.nodes).toEqual([{ kind: 'journey.started', source: 'throughline' }]);
  });
});

describe('journeys that run when their blueprint changes', () => {
  const update = (blueprint: string, version: number, more: object) =>
    it.graphql(
      `mutation ($input: UpdateBlueprintInput!) { updateBlueprint(input: $input) { blueprint { version } } }`,
      { input: { key: blueprint, version, ...returnOfOrder, ...more } },
    );
  const migrate = (input: object) =>
    it.graphql(
      `mutation ($input: MigrateJourneysInput!) { migrateJourneys(input: $input) {
        looked moved unfitCount nextAfter unfit { journeyId step reason fields } } }`,
      { input },
    );

  test('keep the version that they began with', async () => {
    const blueprint = await desk.create();
    const { id } = await desk.customer();
    const journey = await desk.started({ blueprint, customerId: id });
    const steps = [{ key: 'only', title: 'Only', terminal: true }];
    expect((await update(blueprint, 1, { steps, triggers: [] })).errors).toBeUndefined();
    const sent = await desk.advance({ id: journey.id, version: 1, to: 'send', data: choice });
    expect(sent.data.advanceJourney.journey).toMatchObject({ step: { key: 'send' }, blueprint: { version: 1 } });
    const next = await desk.started({ blueprint, customerId: id });
    expect(next).toMatchObject({ status: 'COMPLETED', blueprint: { version: 2 } });
  });

  test('are moved to another version when they fit; which do not, is said beforehand, and nothing is done by halves', async () => {
    const blueprint = await desk.create();
    const { id: customerId } = await desk.customer();
    const [fits, lost, told] = [
      await desk.started({ blueprint, customerId }),
      await desk.started({ blueprint, customerId }),
      await desk.started({ blueprint, customerId, data: { item: 'shirt', reason: 'other' } }),
    ];
    await desk.advance({ id: lost.id, version: 1, to: 'bring', data: choice });
    const [first, ...rest] = returnOfOrder.steps;
    const steps = [
      {
        ...first,
        next: ['send'],
        schema: { ...first?.schema, properties: { ...first?.schema?.properties, reason: { const: 'broken' } } },
      },
      ...rest.filter((step) => step.key !== 'bring'),
    ];
    await update(blueprint, 1, { steps });
    const request = { blueprint, fromVersion: 1, toVersion: 2 };
    const dry = (await migrate(request)).data.migrateJourneys;
    expect(dry).toMatchObject({ looked: 3, moved: 1, unfitCount: 2, nextAfter: null });
    expect(dry.unfit).toContainEqual({
      journeyId: lost.id,
      step: 'bring',
      reason: 'The version has no step ‘bring’.',
      fields: [],
    });
    expect(dry.unfit).toContainEqual(expect.objectContaining({ journeyId: told.id, fields: ['state.choose.reason'] }));
    expect(refused(await migrate({ ...request, dryRun: false }))).toMatchObject({
      code: 'CONFLICT',
      reason: 'MIGRATION_UNFIT',
    });
    for (const { id } of [fits, lost, told]) expect((await desk.read(id)).blueprint.version).toBe(1);
    const moved = (await migrate({ ...request, dryRun: false, leaveUnfit: true })).data.migrateJourneys;
    expect(moved).toMatchObject({ looked: 3, moved: 1, unfitCount: 2 });
    expect(await desk.read(fits.id)).toMatchObject({
      blueprint: { version: 2 },
      version: 2,
      lastChange: { kind: 'MIGRATED', by: 'STAFF' },
    });
    expect((await desk.read(lost.id)).blueprint.version).toBe(1);
    expect(refused(await desk.advance({ id: fits.id, version: 2, to: 'bring', data: choice }))).toMatchObject({
      reason: 'STEP_FORBIDS',
    });
    const sentence = async () => (await migrate({ ...request, dryRun: false })).errors?.[0]?.message;
    expect(await sentence()).toMatch(/^2 journeys do not fit, jrn_\w+ among them: /);
    await desk.cancel({ id: told.id, version: 1 });
    expect(await sentence()).toBe(`${lost.id} does not fit: The version has no step ‘bring’. Nothing was moved.`);
  });

  test('are not moved to or from what is not there', async () => {
    const blueprint = await desk.create();
    const of = (more: object) => migrate({ blueprint, fromVersion: 1, toVersion: 2, ...more });
    expect(refused(await of({}))).toMatchObject({ code: 'NOT_FOUND', field: 'input.toVersion' });
    expect(refused(await of({ fromVersion: 7 }))).toMatchObject({ code: 'NOT_FOUND', field: 'input.fromVersion' });
    expect(refused(await of({ toVersion: 1 }))).toMatchObject({ reason: 'INPUT_INVALID' });
    expect(refused(await of({ blueprint: 'none' }))).toMatchObject({ code: 'NOT_FOUND', field: 'input.blueprint' });
  });
});
