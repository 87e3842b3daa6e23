import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { lockUpkeep } from '../../src/identity/suggestions/due.queries.js';
import { JOURNEYS_CHANGED, type JourneysChanged } from '../../src/journeys/journeys.events.js';
import { Database } from '../../src/platform/database.js';
import { Events } from '../../src/platform/events.js';
import { startTestService, type TestService } from '../setup/service.js';
import { journeyDesk, refused } from './journey-desk.js';

let it: TestService;
let told: JourneysChanged[] = [];
const desk = journeyDesk(() => it);
const day = 86_400_000;
/** Times are counted from one instant, so that the same words name the same time. */
const base = Date.now();
const ago = (days: number) => new Date(base - days * day).toISOString();
const choice = { item: 'shirt', reason: 'other' };

beforeAll(async () => {
  it = await startTestService();
  await desk.create('return');
  it.service.app.get(Events).subscribe(JOURNEYS_CHANGED, 9, async (_, event) => {
    told.push(event.payload as JourneysChanged);
  });
});

afterEach(async () => {
  await desk.setTime(() => new Date());
  told = [];
});

afterAll(() => it?.stop());

const requested = (days: number, more: object = {}) => ({ kind: 'return.requested', occurredAt: ago(days), ...more });
const printed = (days: number, more: object = {}) => ({ kind: 'label.printed', occurredAt: ago(days), ...more });
const scanned = (days: number, more: object = {}) => ({
  kind: 'parcel.scanned',
  occurredAt: ago(days),
  attributes: { status: 'arrived', parcel: 'JD014' },
  ...more,
});
const paid = (days: number, more: object = {}) => ({
  channel: 'EMAIL',
  kind: 'email.sent',
  topic: 'refund_paid',
  occurredAt: ago(days),
  ...more,
});

/** Records for somebody new, one batch after the other, and answers with her journeys. */
async function came(...batches: object[][]) {
  const identifiers = [{ type: 'email', value: `${randomUUID()}@example.com` }];
  let customer = '';
  for (const batch of batches) {
    customer = (await desk.record(...batch.map((one) => ({ identifiers, ...one }))))[0]?.customer as string;
    await it.settled();
  }
  return { customer, identifiers, journeys: await desk.journeysOf(customer) };
}

const kindsTold = () => told.flatMap((event) => event.changes.map((change) => change.kind));

describe('touchpoints', () => {
  test('begin while match suggestions are brought up to date, and wait for nothing of theirs', async () => {
    const begun = await it.service.app.get(Database).inWorkspace(1, async (db) => {
      await lockUpkeep(db, 1);
      return came([requested(3)]);
    });
    expect(begun.journeys).toHaveLength(1);
  });

  test('begin a journey, move it along, and end it, and each change is told', async () => {
    const { journeys } = await came([requested(2.5)], [printed(2)], [scanned(1)], [paid(0)]);
    expect(journeys).toHaveLength(1);
    expect(journeys[0]).toMatchObject({
      status: 'COMPLETED',
      step: { key: 'paid' },
      version: 4,
      lastChange: { kind: 'TOUCHPOINT', by: 'TOUCHPOINT', channel: 'EMAIL', touchpointId: expect.any(String) },
    });
    expect(Date.parse(journeys[0].startedAt)).toBe(Date.parse(ago(2.5)));
    expect(kindsTold()).toEqual(['STARTED', 'ADVANCED', 'ADVANCED', 'ADVANCED', 'COMPLETED']);
    const touchpoints = await desk.read(journeys[0].id, 'touchpoints { nodes { kind journey { id } journeyId } }');
    expect(touchpoints.touchpoints.nodes.map((one: { kind: string }) => one.kind)).toEqual([
      'email.sent',
      'parcel.scanned',
      'label.printed',
      'return.requested',
    ]);
    for (const one of touchpoints.touchpoints.nodes) {
      expect(one).toMatchObject({ journeyId: journeys[0].id, journey: { id: journeys[0].id } });
    }
  });

  test.each([
    ['all at once', [[paid(0), scanned(1), printed(2), requested(3)]]],
    ['the last one first', [[paid(0)], [scanned(1)], [printed(2)], [requested(3)]]],
    ['the first one last', [[printed(2)], [scanned(1), paid(0)], [requested(3)]]],
    ['every one twice', [[requested(3)], [requested(3, { externalId: 'again' })], [printed(2), scanned(1)], [paid(0)]]],
  ])('give the same journey when they come late: %s', async (_, batches) => {
    const { journeys } = await came(...batches);
    expect(journeys).toHaveLength(1);
    expect(journeys[0]).toMatchObject({ status: 'COMPLETED', step: { key: 'paid' } });
    expect(Date.parse(journeys[0].startedAt)).toBe(Date.parse(ago(3)));
  });

  test('that do not fit leave it alone', async () => {
    const { journeys } = await came(
      [requested(3)],
      [printed(2)],
      [
        scanned(1, { attributes: { status: 'lost' } }),
        paid(1, { channel: 'CALL' }),
        { kind: 'page.viewed', occurredAt: ago(1) },
      ],
    );
    expect(journeys[0]).toMatchObject({ status: 'ACTIVE', step: { key: 'send' } });
    const { touchpoints } = await desk.read(journeys[0].id, 'touchpoints { nodes { kind } }');
    expect(touchpoints.nodes).toHaveLength(2);
  });

  test('begin the next journey once the one before has ended', async () => {
    const { journeys } = await came([requested(9)], [paid(8)], [requested(3)]);
    expect(journeys.map((one: { status: string }) => one.status)).toEqual(['ACTIVE', 'COMPLETED']);
  });

  test('that are corrected move it as they are now', async () => {
    const externalId = randomUUID();
    const { journeys, identifiers } = await came([requested(3)], [paid(1, { externalId, sequence: 1 })]);
    expect(journeys[0].status).toBe('COMPLETED');
    await desk.record({ ...paid(1), externalId, identifiers, topic: 'refund_delayed', sequence: 2 });
    await desk.record({ ...printed(0.5), identifiers });
    await it.settled();
    expect(await desk.read(journeys[0].id)).toMatchObject({ status: 'ACTIVE', endedAt: null, step: { key: 'send' } });
  });

  test('stay with it when further messages about them come', async () => {
    const externalId = randomUUID();
    const { journeys, identifiers } = await came([requested(3)], [printed(2, { externalId, sequence: 1 })]);
    for (const sequence of [2, 3, 4]) {
      await desk.record({ ...printed(2), externalId, identifiers, summary: `No. ${sequence}`, sequence });
    }
    await it.settled();
    expect(await desk.read(journeys[0].id, 'step { key } touchpoints { nodes { kind } }')).toEqual({
      step: { key: 'send' },
      touchpoints: { nodes: [{ kind: 'label.printed' }, { kind: 'return.requested' }] },
    });
  });

  test('go to the journey that they name, whatever they are about, also before it has started', async () => {
    const { id, identifiers } = await desk.customer();
    const name = { source: 'shop', externalId: randomUUID() };
    await desk.record({ identifiers, kind: 'chat.message', channel: 'CHAT', journey: name });
    await it.settled();
    const other = await desk.started({ blueprint: 'return', customerId: id });
    const journey = await desk.started({ blueprint: 'return', customerId: id, ...name, data: choice });
    await desk.record({ ...printed(0), occurredAt: undefined, identifiers, journey: name });
    await it.settled();
    expect(await desk.read(journey.id, 'step { key } touchpoints { nodes { kind } } channels { channel }')).toEqual({
      step: { key: 'send' },
      touchpoints: { nodes: [{ kind: 'label.printed' }, { kind: 'chat.message' }] },
      channels: [{ channel: 'CHAT' }, { channel: 'WEB' }],
    });
    expect((await desk.read(other.id)).step.key).toBe('choose');
  });

  test('that are put elsewhere by their sender leave the one and move the other', async () => {
    const { id, identifiers } = await desk.customer();
    const [one, two] = [randomUUID(), randomUUID()].map((externalId) => ({ source: 'shop', externalId }));
    const first = await desk.started({ blueprint: 'return', customerId: id, ...one });
    const second = await desk.started({ blueprint: 'return', customerId: id, ...two });
    const print = { kind: 'label.printed', externalId: randomUUID(), identifiers, sequence: 1 };
    await desk.record({ ...print, journey: one });
    await it.settled();
    expect((await desk.read(first.id)).step.key).toBe('send');
    await desk.record({ ...print, journey: two, sequence: 2 });
    await it.settled();
    expect((await desk.read(first.id)).step.key).toBe('choose');
    expect((await desk.read(second.id)).step.key).toBe('send');
  });

  test('wake a journey that rests', async () => {
    const { id, identifiers } = await desk.customer();
    const journey = await desk.started({ blueprint: 'return', customerId: id });
    await desk.pause({ id: journey.id, version: 1 });
    await desk.record({ kind: 'label.printed', identifiers });
    await it.settled();
    expect(await desk.read(journey.id)).toMatchObject({ status: 'ACTIVE', step: { key: 'send' }, version: 3 });
  });

  test('that come between make a client’s version stale, and it is told why', async () => {
    const { id, identifiers } = await desk.customer();
    const journey = await desk.started({ blueprint: 'return', customerId: id });
    await desk.record({ kind: 'label.printed', identifiers });
    await it.settled();
    expect(refused(await desk.advance({ id: journey.id, version: 1, data: choice }))).toMatchObject({
      reason: 'VERSION_STALE',
      current: { version: 2, step: 'send', changedBy: { by: 'TOUCHPOINT', channel: 'WEB' } },
    });
  });

  test('of imported history say so when they are told', async () => {
    const { id } = await desk.customer();
    const touchpoint = {
      source: 'old',
      externalId: randomUUID(),
      channel: 'WEB',
      kind: 'return.requested',
      occurredAt: ago(20),
      identifiers: [{ type: 'email', value: `${id}@example.com` }],
    };
    await it.graphql(
      'mutation ($t: [TouchpointInput!]!) { recordTouchpoints(input: { touchpoints: $t, backfill: true }) { results { outcome } } }',
      { t: [touchpoint] },
    );
    await it.settled();
    expect(told.map((event) => event.backfill)).toEqual([true]);
  });

  test('told to two servers at once begin one journey', async () => {
    const identifiers = [{ type: 'email', value: `${randomUUID()}@example.com` }];
    await Promise.all(Array.from({ length: 6 }, (_, n) => desk.record({ ...requested(n / 100), identifiers })));
    await it.settled();
    const [one] = await desk.record({ identifiers });
    expect(await desk.journeysOf(one?.customer as string)).toHaveLength(1);
  });
});

describe('time', () => {
  test('makes a journey overdue, stuck, and at last abandoned, each told once', async () => {
    const start = Date.now() - 50 * day;
    let now = start;
    await desk.setTime(() => new Date(now));
    const { id } = await desk.customer();
    const { id: journey } = await desk.started({ blueprint: 'return', customerId: id });
    expect(await desk.read(journey)).toMatchObject({ isOverdue: true, isStuck: false, status: 'ACTIVE' });
    const passes = async (days: number) => {
      now = start + days * day;
      await desk.tick();
      await it.settled();
      return desk.read(journey);
    };
    expect(await passes(2.9)).toMatchObject({ isStuck: false, version: 1 });
    expect(await passes(3)).toMatchObject({ isStuck: true, status: 'ACTIVE', version: 1 });
    expect(await passes(4)).toMatchObject({ isStuck: true });
    const ended = await passes(31);
    expect(ended).toMatchObject({
      status: 'ABANDONED',
      isStuck: false,
      lastChange: { kind: 'TIME', by: 'TIME', channel: null },
      version: 2,
    });
    expect(Date.parse(ended.endedAt)).toBe(start + 30 * day);
    await passes(40);
    expect(kindsTold()).toEqual(['STARTED', 'STUCK', 'ABANDONED']);
  });

  test('counts anew on each step, and stands still in a pause', async () => {
    let now = Date.now() - 100 * day;
    await desk.setTime(() => new Date(now));
    const { id } = await desk.customer();
    const { id: journey } = await desk.started({ blueprint: 'return', customerId: id });
    now += 2 * day;
    await desk.advance({ id: journey, version: 1, to: 'send', data: choice });
    now += 2 * day;
    await desk.tick();
    expect(await desk.read(journey)).toMatchObject({ isStuck: false });
    await desk.pause({ id: journey, version: 2 });
    now += 60 * day;
    await desk.tick();
    expect(await desk.read(journey)).toMatchObject({ status: 'PAUSED', isStuck: false });
  });

  test('that is found to have been filled gives an abandoned journey back, with all that came later', async () => {
    const { journeys, identifiers } = await came([requested(70)], [printed(20)]);
    expect(journeys).toHaveLength(1);
    expect(journeys[0]).toMatchObject({ status: 'ABANDONED', step: { key: 'choose' } });
    await desk.record({ kind: 'label.printed', occurredAt: ago(45), identifiers });
    await it.settled();
    expect(await desk.read(journeys[0].id, 'status step { key } endedAt touchpoints { nodes { kind } }')).toEqual({
      status: 'ACTIVE',
      step: { key: 'send' },
      endedAt: null,
      touchpoints: { nodes: [{ kind: 'label.printed' }, { kind: 'label.printed' }, { kind: 'return.requested' }] },
    });
  });

  test('before is read as it was known then', async () => {
    const { journeys, customer } = await came([requested(3)]);
    const before = new Date().toISOString();
    await it.settled();
    const { id } = journeys[0];
    await desk.advance({ id, version: 1, to: 'send', data: choice });
    const [then] = await desk.journeysOf(customer, 'version step { key } state', `, asOf: "${before}"`);
    expect(then).toEqual({ version: 1, step: { key: 'choose' }, state: {} });
  });
});

describe('who is who', () => {
  const merge = (survivorId: string, otherId: string) =>
    it.graphql('mutation ($input: MergeCustomersInput!) { mergeCustomers(input: $input) { merge { id } } }', {
      input: { survivorId, otherId },
    });
  const undo = (mergeId: string) =>
    it.graphql('mutation ($input: UndoMergeInput!) { undoMerge(input: $input) { merge { id } } }', {
      input: { mergeId },
    });

  test('lets a journey follow its customer into a merge and out of it', async () => {
    const { customer: one, journeys } = await came([requested(3)]);
    const { id: two, identifiers } = await desk.customer();
    const merged = await merge(two, one);
    expect(merged.errors).toBeUndefined();
    await it.settled();
    expect((await desk.journeysOf(two)).map((journey: { id: string }) => journey.id)).toEqual([journeys[0].id]);
    await desk.record({ kind: 'label.printed', identifiers });
    await it.settled();
    expect((await desk.read(journeys[0].id)).step.key).toBe('send');
    expect((await undo(merged.data.mergeCustomers.merge.id)).errors).toBeUndefined();
    await it.settled();
    expect(await desk.journeysOf(two)).toEqual([]);
    expect(await desk.journeysOf(one)).toMatchObject([{ id: journeys[0].id, step: { key: 'choose' } }]);
  });

  test('says before a merge which open journeys the customer would have', async () => {
    const { customer: one, journeys } = await came([requested(3)]);
    const { customer: two, journeys: others } = await came([requested(2)]);
    const { data } = await it.graphql(
      `{ previewMerge(survivorId: "${one}", otherId: "${two}") { openJourneys { id step { key } } } }`,
    );
    expect(data.previewMerge.openJourneys).toEqual([
      { id: others[0].id, step: { key: 'choose' } },
      { id: journeys[0].id, step: { key: 'choose' } },
    ]);
  });

  test('lets what the other one did count once they are one, and no longer when they are not', async () => {
    const { customer: one, journeys } = await came([requested(5)]);
    const { customer: two } = await came([printed(3)], [paid(1)]);
    const merged = await merge(one, two);
    await it.settled();
    expect(await desk.read(journeys[0].id)).toMatchObject({ status: 'COMPLETED', step: { key: 'paid' } });
    await undo(merged.data.mergeCustomers.merge.id);
    await it.settled();
    expect(await desk.read(journeys[0].id)).toMatchObject({ status: 'ACTIVE', step: { key: 'choose' }, endedAt: null });
  });

  test('counts the same when touchpoints join two customers', async () => {
    const { journeys, identifiers: ones } = await came([requested(5)]);
    const { identifiers: twos } = await came([printed(3)]);
    await desk.record({ kind: 'login', identifiers: [...ones, ...twos] });
    await it.settled();
    expect((await desk.read(journeys[0].id)).step.key).toBe('send');
  });

  test('gives back what an undone merge had taken for the end, and the other one begins her own', async () => {
    const { customer: one, journeys } = await came([requested(9)]);
    const { id: two, identifiers } = await desk.customer();
    const merged = await merge(one, two);
    await it.settled();
    await desk.record({ ...requested(6), identifiers });
    await desk.record({ ...paid(4), identifiers });
    await it.settled();
    expect(await desk.journeysOf(one)).toHaveLength(1);
    await undo(merged.data.mergeCustomers.merge.id);
    await it.settled();
    expect(await desk.journeysOf(one)).toMatchObject([{ id: journeys[0].id, status: 'ACTIVE' }]);
    expect(await desk.journeysOf(two)).toMatchObject([{ status: 'COMPLETED', step: { key: 'paid' } }]);
  });
});
