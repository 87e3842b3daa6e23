import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../setup/random.js';
import { startTestService, type TestService } from '../setup/service.js';
import { AnalyticsLife, day, hour } from './analytics-life.js';
import {
  bothSides,
  type Filter,
  type Grouping,
  type PathAsked,
  paths,
  resolution,
  retention,
  selfService,
  service,
} from './reference.js';

const seeds = Array.from({ length: Number(process.env['ANALYTICS_RUNS'] ?? 4) }, (_, n) => n + 1);

let it: TestService;

beforeAll(async () => {
  it = await startTestService();
});

afterAll(() => it?.stop());

const seconds = '{ count average median p90 }';
const share = '{ count of }';
const group = 'key isRest bucketAt';
const figuresQuestion = `query ($filter: AnalyticsFilter!, $by: AnalyticsDimension, $bucket: AnalyticsBucket, $first: Int!) {
  analytics(filter: $filter) {
    service(by: $by, bucket: $bucket, first: $first) {
      ${group} touchpoints contacts abandonment ${share} wait ${seconds} hold ${seconds} handle ${seconds}
      sentiment { count mean }
    }
    resolution(by: $by, bucket: $bucket, first: $first) {
      ${group} occasions firstResponse ${seconds} repeats ${share} firstContactResolution ${share} transfers ${share}
      resolved ${share} resolution ${seconds}
    }
    selfService(by: $by, bucket: $bucket, first: $first) {
      ${group} visits containment ${share} leakToPhone ${share}
    }
  }
}`;
const comparisonQuestion = `query ($filter: AnalyticsFilter!, $by: AnalyticsDimension, $bucket: AnalyticsBucket, $first: Int!,
    $kind: SurveyKind!, $pieces: AnalyticsBucket!) {
  analytics(filter: $filter) {
    bothSides(kind: $kind, by: $by, bucket: $bucket, first: $first) {
      ${group} score { count mean } content ${share} discontent ${share} nps scoreWhenPassedOn { count mean }
      scoreWhenNot { count mean } withWait { count r } withHandle { count r } withSentiment { count r }
      beliefs { agents { count mean } coaches { count mean } agentsMinusCustomers { count mean }
        coachesMinusCustomers { count mean } agentsMinusCoaches { count mean } }
    }
    retention(bucket: $pieces) { cohortAt customers periods { bucketAt active ${share} } }
  }
}`;
const pathsQuestion = `query ($filter: AnalyticsFilter!, $of: AnalyticsCase!, $step: AnalyticsStep!, $gapHours: Int!) {
  analytics(filter: $filter) {
    paths(of: $of, by: $step, gapHours: $gapHours, first: 300) {
      cases throughput ${seconds} variants { steps isCut cases throughput ${seconds} } variantCount
      steps { step times cases starts ends loopedCases } stepCount
      transitions { from to between ${seconds} } transitionCount links { place from to cases } linkCount
      returns { step via times }
    }
  }
}`;

/** A filter as random as the life that it is asked of. */
function anyFilter(random: Random, life: AnalyticsLife): Filter {
  const maybe = <T extends object>(value: T, probability = 0.25) => (random.chance(probability) ? value : {});
  const from = life.start - random.int(22) * day - random.int(24) * hour;
  return {
    from: new Date(from).toISOString(),
    to: new Date(from + (1 + random.int(20)) * day).toISOString(),
    timeZone: random.pick(['UTC', 'Europe/Vienna', 'America/St_Johns']),
    ...maybe({ channels: [random.pick(['CALL', 'CHAT', 'WEB']), 'EMAIL'] }),
    ...maybe({ topics: ['billing', random.pick(['delivery', 'returns'])] }),
    ...maybe({ queues: ['first'] }, 0.15),
    ...maybe({ agentIds: ['ann', 'bea'] }, 0.15),
    ...maybe({ segment: 'gold' as const }),
    ...maybe({ blueprint: 'return' as const }, 0.15),
  };
}

const anyGrouping = (random: Random): Grouping => ({
  by: random.pick([null, 'CHANNEL', 'QUEUE', 'AGENT', 'TOPIC', 'HOUR_OF_DAY']),
  bucket: random.pick([null, 'DAY', 'WEEK', 'MONTH']),
  first: random.pick([2, 50]),
});

const anyPaths = (random: Random): PathAsked => ({
  of: random.pick(['CUSTOMER', 'CONVERSATION', 'ISSUE', 'JOURNEY']),
  by: random.pick(['CHANNEL', 'KIND', 'TOPIC', 'QUEUE', 'AGENT']),
  gapHours: random.pick([6, 72]),
});

// biome-ignore lint/suspicious/noExplicitAny: answers are asserted, not typed.
type Answered = any;

/** Numbers as close as two ways of adding them up come. */
const rounded = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, one) => (typeof one === 'number' ? Math.round(one * 1e5) / 1e5 : one));

const byGroup = (rows: Answered[]) =>
  new Map(
    rows.map(({ key, isRest, bucketAt, ...figures }) => [
      JSON.stringify([key, isRest, bucketAt && Date.parse(bucketAt)]),
      rounded(figures),
    ]),
  );
const roundedMap = (all: ReadonlyMap<string, unknown>) =>
  new Map([...all].map(([name, value]) => [name, rounded(value)]));
const named = (rows: Answered[], nameOf: (row: Answered) => unknown, figuresOf: (row: Answered) => unknown) =>
  new Map(rows.map((row) => [JSON.stringify(nameOf(row)), rounded(figuresOf(row))]));

describe('analyses', () => {
  test.each(seeds)(
    'are what a slow, obvious count comes to, whoever is merged and taken apart (seed %i)',
    async (seed) => {
      const random = new Random(seed);
      const life = await AnalyticsLife.begin(it, random, 5);
      await life.tell(250);
      await life.stand();
      await life.judge();
      for (const act of ['', 'merge', 'tell', 'merge', 'undo', 'undo']) {
        if (act === 'merge') await life.mergeTwo();
        if (act === 'undo') await life.undoOne();
        if (act === 'tell') await life.tell(30);
        const world = await life.world();
        for (let n = 0; n < 3; n++) {
          const filter = anyFilter(random, life);
          const grouping = anyGrouping(random);
          const asked = anyPaths(random);
          const { analytics } = await life.ask(figuresQuestion, { filter, ...grouping });
          const told = JSON.stringify({ filter, grouping, asked });
          expect(byGroup(analytics.service), told).toEqual(roundedMap(service(world, filter, grouping)));
          expect(byGroup(analytics.resolution), told).toEqual(roundedMap(resolution(world, filter, grouping)));
          expect(byGroup(analytics.selfService), told).toEqual(roundedMap(selfService(world, filter, grouping)));
          const kind = random.pick(['NPS', 'CSAT']);
          const pieces = random.pick(['DAY', 'WEEK']);
          // From before anybody came, so that there are cohorts.
          const since = { ...filter, from: new Date(life.start - 26 * day).toISOString() };
          const compared = (await life.ask(comparisonQuestion, { filter: since, ...grouping, kind, pieces })).analytics;
          expect(byGroup(compared.bothSides), told).toEqual(roundedMap(bothSides(world, since, grouping, kind)));
          expect(
            JSON.parse(JSON.stringify(compared.retention), (name, value) =>
              /At$/.test(name) ? Date.parse(value) : value,
            ),
            told,
          ).toEqual(retention(world, since, pieces));
          const { of, by: step, gapHours } = asked;
          const found = (await life.ask(pathsQuestion, { filter, of, step, gapHours })).analytics.paths;
          const expected = paths(world, filter, asked);
          expect(found.cases, told).toBe(expected.cases);
          expect(rounded(found.throughput), told).toEqual(rounded(expected.throughput));
          expect(
            named(
              found.variants,
              (v) => [v.steps, v.isCut],
              ({ cases, throughput }) => ({ cases, throughput }),
            ),
            told,
          ).toEqual(roundedMap(expected.variants));
          expect(new Map(found.steps.map(({ step, ...figures }: Answered) => [step, figures])), told).toEqual(
            expected.steps,
          );
          expect(
            named(
              found.transitions,
              (t) => [t.from, t.to],
              (t) => t.between,
            ),
            told,
          ).toEqual(roundedMap(expected.transitions));
          expect(
            named(
              found.links,
              (l) => [l.place, l.from, l.to],
              (l) => l.cases,
            ),
            told,
          ).toEqual(expected.links);
          expect(
            named(
              found.returns,
              (r) => [r.step, r.via],
              (r) => r.times,
            ),
            told,
          ).toEqual(expected.returns);
          expect([found.variantCount, found.stepCount, found.transitionCount, found.linkCount]).toEqual([
            expected.variants.size,
            expected.steps.size,
            expected.transitions.size,
            expected.links.size,
          ]);
        }
      }
    },
  );
});

describe('a question', () => {
  const span = 'from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z"';
  const ask = (filter: string, selection = 'service { touchpoints }', key = it.key) =>
    it.graphql(`{ analytics(filter: { ${filter} }) { ${selection} } }`, {}, key);

  test.each([
    ['from: "2026-02-01T00:00:00Z", to: "2026-01-01T00:00:00Z"', undefined, 'TIME_INVALID', 'filter.to'],
    ['from: "2024-01-01T00:00:00Z", to: "2026-01-01T00:00:00Z"', undefined, 'OUT_OF_RANGE', 'filter.to'],
    [`${span}, timeZone: "Mars/Olympus"`, undefined, 'TIME_INVALID', 'filter.timeZone'],
    [`${span}, topics: ["${'x'.repeat(201)}"]`, undefined, 'TOO_LONG', 'filter.topics[0]'],
    [`${span}, queues: [${'"a", '.repeat(101)}]`, undefined, 'TOO_MANY', 'filter.queues'],
    [`${span}, segment: "nobody"`, undefined, 'NOT_FOUND', 'filter.segment'],
    [`${span}, blueprint: "nothing"`, undefined, 'NOT_FOUND', 'filter.blueprint'],
    [`from: "2025-01-01T00:00:00Z", to: "2026-01-01T00:00:00Z"`, 'service(bucket: HOUR) { key }', 'TOO_MANY', 'bucket'],
    [span, 'conformance { journeys }', 'INPUT_INVALID', 'filter.blueprint'],
    [`${span}, blueprint: "x", topics: ["y"]`, 'conformance { journeys }', 'INPUT_INVALID', 'filter.topics'],
    [span, 'retention(bucket: HOUR) { customers }', 'TOO_MANY', 'bucket'],
    [span, 'resolution(first: 501) { key }', 'PAGE_SIZE_INVALID', 'first'],
    [span, 'paths(gapHours: 0) { cases }', 'PAGE_SIZE_INVALID', 'gapHours'],
  ])('that makes no sense says what is wrong with it: %s %s', async (filter, selection, reason, field) => {
    const { errors } = await ask(filter, selection);
    expect(errors?.[0]?.extensions).toMatchObject({ reason, field });
  });

  test('asks no more than ten analyses at once', async () => {
    const many = (count: number) => Array.from({ length: count }, (_, n) => `a${n}: service { touchpoints }`).join(' ');
    expect((await ask(span, many(10))).errors).toBeUndefined();
    expect((await ask(span, many(11))).errors?.[0]?.extensions).toMatchObject({ reason: 'TOO_MANY', limit: 10 });
  });

  test('is answered to analysts, and not to those who serve customers', async () => {
    const analyst = await it.makeKey(['analytics:read'], { masked: true });
    const agent = await it.makeKey(['customers:read', 'touchpoints:write']);
    expect((await ask(span, undefined, analyst)).errors).toBeUndefined();
    expect((await ask(span, undefined, agent)).errors?.[0]?.extensions).toMatchObject({ reason: 'SCOPE_MISSING' });
  });
});
