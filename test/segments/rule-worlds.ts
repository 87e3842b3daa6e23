import fc from 'fast-check';
import { metricNames } from '../../src/segments/rules/metrics.js';
import type { World } from './rule-interpreter.js';

/** The instant of every generated evaluation. */
export const now = Date.UTC(2026, 10, 24, 12);
const day = 86_400_000;

const channels = ['CALL', 'CHAT', 'EMAIL', 'WEB'] as const;
const directions = ['INBOUND', 'OUTBOUND', 'INTERNAL'] as const;
const kinds = ['call.completed', 'page.viewed'] as const;
const topics = ['billing', 'delivery'] as const;
const issueStatuses = ['OPEN', 'PENDING', 'ON_HOLD', 'RESOLVED', 'CLOSED'] as const;
const journeyStatuses = ['ACTIVE', 'PAUSED', 'COMPLETED', 'ABANDONED', 'CANCELLED'] as const;
export const blueprints = ['move-home', 'claim'] as const;
const steps = ['ask', 'send'] as const;
const priorities = ['LOW', 'NORMAL', 'HIGH', 'URGENT'] as const;
export const surveys = ['after-call', 'recommend'] as const;
const surveyKinds = ['CSAT', 'NPS', 'CES', 'OWN'] as const;
const traitKeys = ['plan', 'score', 'renewsAt', 'tags'] as const;
const days = [1, 7, 30] as const;

/** Often exactly on the edge of a window, or a millisecond to either side. */
const instant = fc.oneof(
  fc.tuple(fc.constantFrom(...days), fc.constantFrom(-1, 0, 1)).map(([n, edge]) => now - n * day + edge),
  fc.integer({ min: 0, max: 40 * day }).map((ago) => now - ago),
);

/** Around now, often exactly then. */
const deadline = fc.constantFrom(-2 * day, -1, 0, 1, 2 * day).map((off) => now + off);

const value = fc.constantFrom<unknown>(
  'gold',
  'silver',
  'golden age',
  '2026-03-01',
  '2026-02-30',
  '2026-03-01T10:00:00Z',
  '2026-03-01T10:00:00+02:00',
  '0000-01-01',
  'yesterday',
  5,
  10,
  10.5,
  true,
  false,
  null,
  ['gold', 'vip'],
  { plan: 'gold' },
);

/** What one profile has; a customer is one to three of them. */
const profile = fc.record({
  traits: fc.array(fc.record({ key: fc.constantFrom(...traitKeys), value, at: fc.integer({ min: 1, max: 1e9 }) }), {
    maxLength: 4,
  }),
  identifiers: fc.array(
    fc.record({
      type: fc.constantFrom('email', 'phone'),
      name: fc.constantFrom('@example.com', '@sub.example.com', '@example.org', 'x-example.com'),
      verification: fc.constantFrom(0, 1),
    }),
    { maxLength: 3 },
  ),
  touchpoints: fc.array(
    fc.record({
      at: fc.oneof({ weight: 6, arbitrary: instant }, { weight: 2, arbitrary: fc.constant(now + day / 2) }),
      channel: fc.constantFrom(...channels),
      direction: fc.constantFrom(...directions),
      status: fc.constantFrom('COMPLETED', 'COMPLETED', 'FAILED'),
      kind: fc.constantFrom(...kinds),
      topic: fc.option(fc.constantFrom(...topics)),
      agent: fc.option(fc.constantFrom('ann', 'bea')),
      conversation: fc.option(fc.constantFrom('a', 'b')),
      isAbandoned: fc.boolean(),
      wait: fc.option(fc.constantFrom(0, 60, 600, 1_200)),
      sentiment: fc.option(fc.constantFrom(-1, -0.5, 0, 0.5, 1)),
    }),
    { maxLength: 8 },
  ),
  issues: fc.array(
    fc.record({
      status: fc.constantFrom(...issueStatuses),
      priority: fc.constantFrom(...priorities),
      topic: fc.option(fc.constantFrom(...topics)),
      openedAt: instant,
      resolvedAt: deadline,
      answerDue: fc.option(deadline),
      endDue: fc.option(deadline),
      answeredAt: fc.option(deadline),
    }),
    { maxLength: 4 },
  ),
  feedback: fc.array(
    fc.record({
      survey: fc.option(fc.constantFrom(...surveys)),
      kind: fc.constantFrom(...surveyKinds),
      channel: fc.constantFrom(...channels),
      at: instant,
      scale: fc.option(
        fc.oneof(
          fc.integer({ min: 0, max: 10 }).map((score) => ({ score, min: 0, max: 10 })),
          fc.integer({ min: 1, max: 5 }).map((score) => ({ score, min: 1, max: 5 })),
        ),
      ),
    }),
    { maxLength: 4 },
  ),
  invitations: fc.array(
    fc.record({
      survey: fc.constantFrom(...surveys),
      invitedAt: instant,
      opensAt: deadline,
      expiresAt: deadline,
      answeredAt: fc.option(deadline),
    }),
    { maxLength: 3 },
  ),
  journeys: fc.array(
    fc.record({
      blueprint: fc.constantFrom(...blueprints),
      status: fc.constantFrom(...journeyStatuses),
      step: fc.constantFrom(...steps),
      isStuck: fc.boolean(),
      startedAt: instant,
    }),
    { maxLength: 3 },
  ),
});

export type Profile = typeof profile extends fc.Arbitrary<infer T> ? T : never;

/** A cluster of one to three profiles; no two of its traits are as old as each other, and no two touchpoints. */
export const cluster = fc
  .array(profile, { minLength: 1, maxLength: 3 })
  .map(withoutTwins)
  .filter((profiles) => {
    const times = profiles.flatMap((one) => one.traits.map((trait) => trait.at));
    const keys = profiles.map((one) => one.traits.map((trait) => trait.key));
    return new Set(times).size === times.length && keys.every((own) => new Set(own).size === own.length);
  });

function withoutTwins(profiles: readonly Profile[]): Profile[] {
  const seen = new Set<number>();
  const isNew = ({ at }: { at: number }) => !seen.has(at) && seen.add(at) !== null;
  return profiles.map((one) => ({
    ...one,
    touchpoints: one.touchpoints.filter(isNew),
    feedback: one.feedback.filter(isNew),
  }));
}

export function worldOf(profiles: readonly Profile[]): World {
  return {
    traits: profiles.flatMap((one) => one.traits),
    identifiers: profiles.flatMap((one) => one.identifiers.map(({ name, ...rest }) => ({ ...rest, value: name }))),
    touchpoints: profiles.flatMap((one) => one.touchpoints),
    issues: profiles.flatMap((one) => one.issues),
    journeys: profiles.flatMap((one) => one.journeys),
    feedback: profiles.flatMap((one) => one.feedback),
    invitations: profiles.flatMap((one) => one.invitations),
  };
}

const some = <T>(...words: readonly T[]) =>
  fc.oneof(fc.constantFrom(...words), fc.uniqueArray(fc.constantFrom(...words), { minLength: 1 }));
const duration = fc.constantFrom<unknown>('P1D', 'P1W', { days: 30 }, 'PT168H');
const part = { requiredKeys: [] as [] };

const bounds = fc.oneof(
  fc.record({ atLeast: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ atMost: fc.integer({ min: 0, max: 4 }) }),
  fc
    .tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 3 }))
    .map(([a, more]) => ({ atLeast: a, atMost: a + more })),
);

const traitTest = fc.oneof(
  fc.record({ is: fc.constantFrom<unknown>('gold', 10, 10.5, true, false) }),
  fc.record({ in: fc.constantFrom<unknown[]>(['gold', 10], ['silver', true], [5]) }),
  fc.record({ exists: fc.boolean() }),
  fc.record({ contains: fc.constantFrom('gold', 'vip', 'e') }),
  fc.record({ atLeast: fc.constantFrom(5, 10) }),
  fc.record({ atLeast: fc.constantFrom(5, 10), atMost: fc.constantFrom(10, 10.25) }),
  fc.record({ before: fc.constantFrom('2026-03-01', '2026-03-01T10:00:00Z', '2026-03-02') }),
  fc.record({ after: fc.constantFrom('2026-03-01', '2026-03-01T09:00:00Z'), before: fc.constant('2026-04-01') }),
);

/** Conditions that time alone may change. */
export const timedCondition: fc.Arbitrary<object> = fc.oneof(
  fc
    .tuple(
      fc.record(
        {
          channel: some(...channels),
          direction: some(...directions),
          kind: some(...kinds),
          topic: some(...topics),
          within: duration,
        },
        part,
      ),
      bounds,
    )
    .map(([touchpoints, limit]) => ({ touchpoints, ...limit })),
  fc
    .tuple(
      fc.record({ channel: some(...channels), direction: some(...directions) }, part),
      fc.constantFrom<object>({ before: 'P1D' }, { within: { days: 7 } }, { before: 'P1D', within: 'P30D' }),
    )
    .map(([lastSeen, test]) => ({ lastSeen, ...test })),
  fc
    .tuple(
      fc.record(
        {
          status: some(...issueStatuses),
          priority: some(...priorities),
          topic: some(...topics),
          slaBreached: fc.boolean(),
          olderThan: fc.constant('P1D'),
          within: fc.constantFrom('P1W', 'P30D'),
        },
        part,
      ),
      bounds,
    )
    .map(([issues, limit]) => ({ issues, ...limit })),
  fc
    .tuple(
      fc.record(
        {
          blueprint: some(...blueprints, 'unknown'),
          status: some(...journeyStatuses),
          step: some(...steps),
          stuck: fc.boolean(),
          within: duration,
        },
        part,
      ),
      bounds,
    )
    .map(([journeys, limit]) => ({ journeys, ...limit })),
  fc
    .tuple(
      fc.record(
        {
          survey: some(...surveys),
          kind: some(...surveyKinds),
          class: some('PROMOTER', 'PASSIVE', 'DETRACTOR'),
          channel: some(...channels),
          within: duration,
        },
        part,
      ),
      bounds,
    )
    .map(([feedback, limit]) => ({ feedback, ...limit })),
  fc
    .tuple(
      fc.record(
        { survey: some(...surveys), state: some('WAITING', 'OPEN', 'ANSWERED', 'EXPIRED'), within: duration },
        part,
      ),
      bounds,
    )
    .map(([invitations, limit]) => ({ invitations, ...limit })),
  fc
    .tuple(
      fc.constantFrom('last', 'lowest', 'highest', 'average'),
      fc.constantFrom<object>({ survey: 'recommend' }, { kind: 'CSAT' }, { kind: 'NPS' }, { kind: 'CES' }),
      fc.record({ within: duration }, part),
      fc.constantFrom<object>({ atLeast: 5 }, { atMost: 3.5 }, { atLeast: 2, atMost: 9 }),
    )
    .map(([pick, of, window, limit]) => ({ score: { pick, ...of, ...window }, ...limit })),
  fc
    .tuple(
      fc.constantFrom(...metricNames),
      fc.oneof(
        fc.record({ atLeast: fc.constantFrom(-20, 0, 1, 2, 7.5, 30) }),
        fc.record({ atMost: fc.constantFrom(-20, 0, 1, 2.5, 20, 600) }),
        fc.record({ atLeast: fc.constantFrom(0, 1), atMost: fc.constantFrom(1, 8, 60) }),
      ),
    )
    .map(([metric, limit]) => ({ metric, ...limit })),
);

const condition: fc.Arbitrary<object> = fc.oneof(
  { weight: 5, arbitrary: timedCondition },
  fc.tuple(fc.constantFrom(...traitKeys), traitTest).map(([trait, test]) => ({ trait, ...test })),
  fc
    .tuple(
      fc.constantFrom('email', 'phone'),
      fc.constantFrom(
        { exists: true },
        { exists: false },
        { verified: true },
        { verified: false },
        { domain: 'example.com' },
      ),
    )
    .map(([identifier, test]) => ({ identifier, ...test })),
  fc
    .tuple(fc.record({ topic: some(...topics), priority: some(...priorities) }, part), bounds)
    .map(([openIssues, limit]) => ({ openIssues, ...limit })),
  fc
    .tuple(fc.record({ type: some('email', 'phone'), verified: fc.boolean() }, part), bounds)
    .map(([identifiers, limit]) => ({ identifiers, ...limit })),
  fc.nat(5).map((place) => ({ segment: `s${place}` })),
);

/** A rule as a client writes it. */
export const writtenRule: fc.Arbitrary<object> = fc.letrec<{ rule: object }>((tie) => ({
  rule: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    condition,
    fc.array(tie('rule'), { minLength: 1, maxLength: 3 }).map((all) => ({ all })),
    fc.array(tie('rule'), { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
    tie('rule').map((not) => ({ not })),
  ),
})).rule;

/** The rules of segments `s0`, `s1`, …: each rests on earlier ones only. */
export function inOrder(rules: readonly object[]): object[] {
  return rules.map((rule, place) => earlier(rule, place));
}

function earlier(rule: object, place: number): object {
  if ('all' in rule) return { all: (rule.all as object[]).map((inner) => earlier(inner, place)) };
  if ('any' in rule) return { any: (rule.any as object[]).map((inner) => earlier(inner, place)) };
  if ('not' in rule) return { not: earlier(rule.not as object, place) };
  if (!('segment' in rule)) return rule;
  return place === 0
    ? { touchpoints: {}, atLeast: 1 }
    : { segment: `s${Number(String(rule.segment).slice(1)) % place}` };
}
