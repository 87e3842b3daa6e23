import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Database } from '../../src/platform/database.js';
import { Events } from '../../src/platform/events.js';
import { evaluateSegments, SEGMENT_CLOCK } from '../../src/segments/membership.service.js';
import { SegmentDueService } from '../../src/segments/segment-due.service.js';
import { SEGMENTS_CHANGED, type SegmentsChanged } from '../../src/segments/segments.events.js';
import { eventually, startTestService, type TestService } from '../setup/service.js';

import { dayMs, daysAgo, recordMutation, segmentDesk, someone, threeCalls } from './segment-desk.js';

let it: TestService;

beforeAll(async () => {
  it = await startTestService();
  // The tests say when time has passed.
  await it.service.app.get(SegmentDueService).stop();
});

afterEach(() => setClock(() => new Date()));

afterAll(async () => {
  await it?.stop();
});

const setClock = (now: () => Date) => Object.assign(it.service.app.get(SEGMENT_CLOCK), { now });

const { create, keysOf, memberships, record } = segmentDesk(() => it);

describe('a customer', () => {
  test('is in a segment right after the touchpoint that made the rule hold, with since and reason', async () => {
    const key = await create(threeCalls, { entitlements: ['priority-support', 'fee-waiver'] });
    const who = { ...someone(), topic: 'billing' };
    const before = Date.now();
    const customer = await record(who, who);
    expect(await keysOf(customer)).not.toContain(key);
    await record(who);
    const membership = (await memberships(customer)).find((one) => one.segment.key === key);
    expect(membership).toMatchObject({
      segment: { entitlements: ['priority-support', 'fee-waiver'] },
      until: null,
      reason: [
        { text: '3 touchpoints on CALL about billing in 7 days (at least 3)', condition: threeCalls, observed: 3 },
      ],
    });
    expect(Date.parse(membership?.since ?? '')).toBeGreaterThanOrEqual(before);
  });

  test('is in a segment by what its traits say, and leaves when they say otherwise', async () => {
    const key = await create({ trait: 'plan', in: ['gold', 'platinum'] });
    const who = someone();
    const customer = await record({ ...who, traits: { plan: 'gold' }, occurredAt: daysAgo(2) });
    expect(await keysOf(customer)).toContain(key);
    await record({ ...who, traits: { plan: 'basic' }, occurredAt: daysAgo(1) });
    expect(await keysOf(customer)).not.toContain(key);
    await record({ ...who, traits: { plan: 'gold' }, occurredAt: daysAgo(3) });
    expect(await keysOf(customer)).not.toContain(key);
  });

  test('enters and leaves with its open issues', async () => {
    const key = await create({ openIssues: { priority: ['HIGH', 'URGENT'] }, atLeast: 1 });
    const customer = await record(someone());
    const { data } = await it.graphql(
      `mutation ($id: ID!) { openIssue(input: { customerId: $id, subject: "x", priority: URGENT }) { issue { id } } }`,
      { id: customer },
    );
    await it.settled();
    expect(await keysOf(customer)).toContain(key);
    await it.graphql(`mutation ($id: ID!) { resolveIssue(input: { id: $id, resolution: "done" }) { issue { id } } }`, {
      id: data.openIssue.issue.id,
    });
    await it.settled();
    expect(await keysOf(customer)).not.toContain(key);
  });

  test('stays one member when evaluated twice, or by several at once', async () => {
    const key = await create({ touchpoints: {}, atLeast: 1 });
    const customer = await record(someone());
    const since = (await memberships(customer)).find((one) => one.segment.key === key)?.since;
    const database = it.service.app.get(Database);
    const profile = customer.slice('cus_'.length);
    await Promise.all(
      Array.from({ length: 6 }, () =>
        database.inWorkspace(it.workspace, (db) => evaluateSegments(db, it.workspace, [profile], new Date())),
      ),
    );
    const own = (await memberships(customer)).filter((one) => one.segment.key === key);
    expect(own.map((one) => one.since)).toEqual([since]);
  });

  test('that is evaluated while another evaluation is under way ends as the later one saw her', async () => {
    const tag = randomUUID();
    const key = await create({ trait: 'tag', is: tag });
    const customer = await record(someone());
    const profile = customer.slice('cus_'.length);
    const database = it.service.app.get(Database);
    const say = (value: string) =>
      it.database.owner.query(
        `insert into trait (workspace_id, profile_id, occurred_at, key, value) values ($1, $2, now(), 'tag', $3)
         on conflict (workspace_id, profile_id, key) do update set value = excluded.value`,
        [it.workspace, profile, JSON.stringify(value)],
      );
    const evaluated = (db: EntityManager) => evaluateSegments(db, it.workspace, [profile], new Date());
    await say(tag);
    let isLaterDone = false;
    let later: Promise<unknown> = Promise.resolve();
    await database.inWorkspace(it.workspace, async (db) => {
      await evaluated(db);
      await say('other');
      later = database.inWorkspace(it.workspace, evaluated).finally(() => {
        isLaterDone = true;
      });
      await eventually(async () => {
        const { rows } = await it.database.owner.query(
          `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return isLaterDone || rows.length > 0;
      });
    });
    await later;
    expect(await keysOf(customer)).not.toContain(key);
  });

  test('that many batches touch at once is judged by all of them', async () => {
    const key = await create({ touchpoints: { kind: 'race' }, atLeast: 12 });
    const who = { ...someone(), kind: 'race' };
    const customer = await record(who);
    const touchpoint = () => ({ ...who, source: 'test', externalId: randomUUID(), channel: 'CALL' });
    await Promise.all(
      Array.from({ length: 11 }, () => it.graphql(recordMutation, { input: { touchpoints: [touchpoint()] } })),
    );
    await it.settled();
    expect(await keysOf(customer)).toContain(key);
  });
});

describe('what is told of memberships', () => {
  const told: SegmentsChanged[] = [];
  const of = (list: 'entered' | 'left', segment: string) =>
    told.flatMap((one) => one[list]).filter((one) => `seg_${one.segment}` === segment).length;
  const idOf = async (key: string): Promise<string> =>
    (await it.graphql('query ($key: String!) { segment(key: $key) { id } }', { key })).data.segment.id;

  beforeAll(() =>
    it.service.app.get(Events).subscribe(SEGMENTS_CHANGED, 11, async (_, event) => {
      told.push(event.payload as SegmentsChanged);
    }),
  );

  test('is each entering and each leaving once, and whether imported history caused it', async () => {
    const segment = await idOf(await create({ trait: 'told', is: 'yes' }));
    const who = someone();
    await record({ ...who, traits: { told: 'yes' }, occurredAt: daysAgo(2) });
    await record({ ...who, occurredAt: daysAgo(2) });
    expect([of('entered', segment), of('left', segment)]).toEqual([1, 0]);
    await record({ ...who, traits: { told: 'no' }, occurredAt: daysAgo(1) });
    expect([of('entered', segment), of('left', segment)]).toEqual([1, 1]);
    const old = { ...someone(), traits: { told: 'yes' }, source: 'import', externalId: randomUUID() };
    await it.graphql(recordMutation, {
      input: { backfill: true, touchpoints: [{ ...old, channel: 'CALL', kind: 'call.completed' }] },
    });
    await it.settled();
    const last = told.filter((one) => one.entered.some((ref) => `seg_${ref.segment}` === segment)).at(-1);
    expect([of('entered', segment), last?.backfill]).toEqual([2, true]);
  });

  test('is nothing when a merge moves a membership to the customer that remains', async () => {
    const segment = await idOf(await create({ trait: 'moved', is: 'yes' }));
    const [a, b] = [someone(), someone()];
    const first = await record({ ...a, kind: 'other' });
    const second = await record({ ...b, traits: { moved: 'yes' }, kind: 'other' });
    const merged = await record({ identifiers: [...a.identifiers, ...b.identifiers], kind: 'other' });
    expect([first, second]).toContain(merged);
    expect(await memberships(merged)).toEqual(
      expect.arrayContaining([expect.objectContaining({ reason: [expect.objectContaining({ observed: 'yes' })] })]),
    );
    expect([of('entered', segment), of('left', segment)]).toEqual([1, 0]);
  });
});

describe('merged customers', () => {
  test('are members of what they are together, once, and the absorbed rows are closed', async () => {
    const key = await create({ touchpoints: { kind: 'visit' }, atLeast: 2 });
    const single = await create({ touchpoints: { kind: 'visit' }, atLeast: 1 });
    const [a, b] = [someone(), someone()];
    const first = await record({ ...a, kind: 'visit' });
    const second = await record({ ...b, kind: 'visit' });
    expect(await keysOf(first)).not.toContain(key);
    await record({ identifiers: [...a.identifiers, ...b.identifiers], kind: 'other' });
    const keys = await keysOf(second);
    expect(keys).toContain(key);
    expect(keys.filter((one) => one === single)).toEqual([single]);
    const { rows } = await it.database.owner.query(
      `select count(*)::int as n from segment_member m join segment s on s.id = m.segment_id
       where s.key = $1 and m.until_at is null and m.profile_id in ($2::bigint, $3::bigint)`,
      [single, first.slice(4), second.slice(4)],
    );
    expect(rows[0].n).toBe(1);
  });
});

describe('the passing of time alone', () => {
  test('ends a membership when the touchpoint that made the difference leaves its window', async () => {
    const key = await create(threeCalls);
    const who = { ...someone(), topic: 'billing' };
    const [oldest, middle] = [daysAgo(6), daysAgo(3)];
    const customer = await record({ ...who, occurredAt: oldest }, { ...who, occurredAt: middle }, who, who);
    const due = it.service.app.get(SegmentDueService);
    // Four calls: that the oldest leaves changes nothing, that the next one does leaves only two.
    setClock(() => new Date(Date.parse(middle) + 7 * dayMs - 1));
    await due.tick();
    expect(await keysOf(customer)).toContain(key);
    setClock(() => new Date(Date.parse(middle) + 7 * dayMs));
    await due.tick();
    expect(await keysOf(customer)).not.toContain(key);
  });

  test('makes a member of who was not seen for long enough, and of who calls less', async () => {
    const silent = await create({ lastSeen: { channel: 'CALL' }, before: 'P30D' });
    const calm = await create({ touchpoints: { channel: 'CALL', within: 'P7D' }, atMost: 1 });
    const who = someone();
    const last = new Date().toISOString();
    const customer = await record({ ...who, occurredAt: daysAgo(1) }, { ...who, occurredAt: last });
    expect(await keysOf(customer)).toEqual(expect.not.arrayContaining([silent, calm]));
    const due = it.service.app.get(SegmentDueService);
    setClock(() => new Date(Date.parse(last) + 10 * dayMs));
    await due.tick();
    expect(await keysOf(customer)).toContain(calm);
    expect(await keysOf(customer)).not.toContain(silent);
    setClock(() => new Date(Date.parse(last) + 30 * dayMs));
    await due.tick();
    const membership = (await memberships(customer)).find((one) => one.segment.key === silent);
    expect(membership?.reason[0]?.text).toContain('(not within 30 days)');
  });

  test('is worked off by several instances together, each customer once', async () => {
    const key = await create({ touchpoints: { kind: 'shared', within: 'P1D' }, atLeast: 1 });
    const customers = [];
    for (let i = 0; i < 5; i++) customers.push(await record({ ...someone(), kind: 'shared' }));
    const due = it.service.app.get(SegmentDueService);
    setClock(() => new Date(Date.now() + 2 * dayMs));
    await Promise.all([due.tick(), due.tick(), due.tick()]);
    for (const customer of customers) expect(await keysOf(customer)).not.toContain(key);
    expect(await due.tick()).toBe(0);
  });
});
