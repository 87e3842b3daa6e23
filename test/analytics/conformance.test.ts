import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stepsBetween } from '../../src/analytics/deviations.js';
import { Random } from '../setup/random.js';
import { startTestService, type TestService } from '../setup/service.js';
import { day, hour } from './analytics-life.js';
import { seconds, together } from './reference.js';

let it: TestService;

beforeAll(async () => {
  it = await startTestService();
});

afterAll(() => it?.stop());

const next: Readonly<Record<string, readonly string[]>> = { a: ['b'], b: ['a', 'c'], c: ['b', 'done'], done: [] };
const expectedMs: Readonly<Record<string, number | undefined>> = { a: 20 * hour, b: 30 * hour };
const abandonedMs = 3 * day;

interface Way {
  readonly stays: readonly { readonly step: string; readonly at: number; readonly until: number }[];
  readonly status: 'OPEN' | 'COMPLETED' | 'ABANDONED';
}

/** One customer’s journey, as touchpoints tell it: each goes on by a step, or straight to the end. */
function anyJourney(random: Random, now: number): { touchpoints: object[]; way: Way } {
  const isLong = random.chance(0.7);
  const email = `${randomUUID()}@example.com`;
  const touchpoints: object[] = [];
  const tell = (kind: string, at: number) =>
    touchpoints.push({
      source: 'test',
      externalId: randomUUID(),
      channel: 'WEB',
      kind,
      identifiers: [{ type: 'email', value: email }],
      occurredAt: new Date(at).toISOString(),
    });
  let at = now - (isLong ? 40 * day + random.int(40) * hour : 40 * hour);
  const stays = [{ step: 'a', at }];
  let ended: { status: Way['status']; at: number } | null = null;
  tell('start', at);
  for (let n = random.int(7); n > 0 && ended === null; n--) {
    const gap = (1 + random.int(isLong ? 90 : 8)) * hour;
    // What comes after it was abandoned no longer moves it.
    if (gap >= abandonedMs) break;
    at += gap;
    const from = stays.at(-1)?.step as string;
    const to = random.chance(0.15) ? 'done' : random.pick(next[from] as readonly string[]);
    tell(to, at);
    stays.push({ step: to, at });
    if (to === 'done') ended = { status: 'COMPLETED', at };
  }
  if (ended === null && at + abandonedMs <= now) ended = { status: 'ABANDONED', at: at + abandonedMs };
  return {
    touchpoints,
    way: {
      status: ended?.status ?? 'OPEN',
      stays: stays.map((stay, n) => ({ ...stay, until: stays[n + 1]?.at ?? ended?.at ?? now })),
    },
  };
}

test('journeys are held against their blueprint step by step, also when several steps were told at once', async () => {
  const random = new Random(7);
  const ask = async (query: string, variables: object = {}) => {
    const answer = await it.graphql(query, variables);
    expect(answer.errors).toBeUndefined();
    return answer.data;
  };
  const steps = Object.entries(next).map(([key, list]) => ({
    key,
    title: key,
    next: list,
    terminal: key === 'done',
    expectedWithin: expectedMs[key] === undefined ? null : `PT${expectedMs[key] / hour}H`,
  }));
  const triggers = [
    { effect: 'START', kinds: ['start'] },
    { effect: 'COMPLETE', to: 'done', kinds: ['done'] },
    ...['a', 'b', 'c'].map((to) => ({ effect: 'ADVANCE', to, kinds: [to] })),
  ];
  await ask('mutation ($input: CreateBlueprintInput!) { createBlueprint(input: $input) { blueprint { key } } }', {
    input: { key: 'way', name: 'A way', goal: 'Done', steps, triggers, stuckAfter: 'P1D', abandonedAfter: 'P3D' },
  });
  const now = Date.now();
  const journeys = Array.from({ length: 60 }, () => anyJourney(random, now));
  const touchpoints = random.shuffle(journeys.flatMap((journey) => journey.touchpoints));
  for (const half of [touchpoints.slice(0, 90), touchpoints.slice(90)]) {
    await ask(
      `mutation ($t: [TouchpointInput!]!) { recordTouchpoints(input: { touchpoints: $t }) { results { outcome } } }`,
      { t: half },
    );
    await it.settled();
  }
  const { analytics } = await ask(
    `query ($filter: AnalyticsFilter!) { analytics(filter: $filter) { conformance {
      journeys conforming { count of } deviating { count of } repeating { count of } slow { count of } completed { count of }
      deviations { version from to skipped isOutOfOrder times journeys } deviationCount
      steps { step times journeys repeatedIn skipped stay { count median } tooSlow { count of } standing stuck abandoned }
    } } }`,
    {
      filter: {
        from: new Date(now - 90 * day).toISOString(),
        to: new Date(now + hour).toISOString(),
        blueprint: 'way',
      },
    },
  );

  const ways = journeys.map((journey) => journey.way);
  type Stay = Way['stays'][number];
  const isSlow = ({ step, at, until }: Stay) => until - at > (expectedMs[step] ?? Number.POSITIVE_INFINITY);
  const moves = ({ stays }: Way) =>
    stays.slice(1).map((stay, n) => ({ from: stays[n]?.step as string, to: stay.step }));
  const jumps = (way: Way) => moves(way).filter(({ from, to }) => !next[from]?.includes(to));
  const isRepeating = ({ stays }: Way) => new Set(stays.map((stay) => stay.step)).size < stays.length;
  const of = (test: (way: Way) => boolean) => ({ count: ways.filter(test).length, of: ways.length });
  const between: Readonly<Record<string, readonly string[]>> = { a: ['b', 'c'], b: ['c'] };
  const allJumps = ways.flatMap((way) => jumps(way));
  const found = analytics.conformance;
  expect(found).toMatchObject({
    journeys: 60,
    conforming: of((way) => jumps(way).length === 0 && !isRepeating(way) && !way.stays.some(isSlow)),
    deviating: of((way) => jumps(way).length > 0),
    repeating: of(isRepeating),
    slow: of((way) => way.stays.some(isSlow)),
    completed: of((way) => way.status === 'COMPLETED'),
    deviationCount: 2,
  });
  const expectedDeviations = [...together(allJumps, (jump) => jump.from)].map(([from, list]) => ({
    version: 1,
    from,
    to: 'done',
    skipped: between[from],
    isOutOfOrder: false,
    times: list.length,
    journeys: list.length,
  }));
  expect(found.deviations).toEqual(expect.arrayContaining(expectedDeviations));
  expect(found.deviations).toHaveLength(2);
  for (const step of found.steps) {
    const stays = ways.flatMap((way) => way.stays.filter((stay) => stay.step === step.step));
    const times = (way: Way) => way.stays.filter((stay) => stay.step === step.step).length;
    const last = (status: Way['status']) =>
      ways.filter((way) => way.status === status && way.stays.at(-1)?.step === step.step);
    const { median } = seconds(stays.map((stay) => (stay.until - stay.at) / 1000));
    expect(step, step.step).toMatchObject({
      times: stays.length,
      journeys: ways.filter((way) => times(way) > 0).length,
      repeatedIn: ways.filter((way) => times(way) > 1).length,
      skipped: allJumps.filter((jump) => between[jump.from]?.includes(step.step)).length,
      tooSlow: { count: stays.filter(isSlow).length, of: expectedMs[step.step] === undefined ? 0 : stays.length },
      standing: last('OPEN').length,
      stuck: last('OPEN').filter((way) => now - (way.stays.at(-1) as Stay).at >= day).length,
      abandoned: last('ABANDONED').length,
    });
    // Steps that are not left yet last until now, which goes on while the test runs.
    expect(Math.abs(step.stay.median - (median as number)), step.step).toBeLessThan(60);
  }
});

test('a move that skips is told from one that no way leads to, by the shortest way of the blueprint', () => {
  const steps = Object.entries({ a: ['b', 'd'], b: ['c'], c: ['e'], d: ['e'], e: [] }).map(([key, list]) => ({
    key,
    title: key,
    expectedWithin: null,
    channels: [],
    schema: null,
    terminal: list.length === 0,
    next: list,
  }));
  expect(stepsBetween(steps, 'a', 'e')).toEqual(['d']);
  expect(stepsBetween(steps, 'a', 'c')).toEqual(['b']);
  expect(stepsBetween(steps, 'a', 'b')).toEqual([]);
  expect(stepsBetween(steps, 'c', 'b')).toBeNull();
});
