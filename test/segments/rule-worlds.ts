import fc from 'fast-check';
import type { World } from './rule-interpreter.js';

/** The instant of every generated evaluation. */
export const now = Date.UTC(2026, 10, 24, 12);
const day = 86_400_000;

const channels = ['CALL', 'CHAT', 'EMAIL', 'WEB'] as const;
const directions = ['INBOUND', 'OUTBOUND'] as const;
const kinds = ['call.completed', 'page.viewed'] as const;
const topics = ['billing', 'delivery'] as const;
const priorities = ['LOW', 'NORMAL', 'HIGH', 'URGENT'] as const;
const traitKeys = ['plan', 'score', 'renewsAt', 'tags'] as const;
const days = [1, 7, 30] as const;

/** Often exactly on the edge of a window, or a millisecond to either side. */
const instant = fc.oneof(
  fc.tuple(fc.constantFrom(...days), fc.constantFrom(-1, 0, 1)).map(([n, edge]) => now - n * day + edge),
  fc.integer({ min: 0, max: 40 * day }).map((ago) => now - ago),
);

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
      at: instant,
      channel: fc.constantFrom(...channels),
      direction: fc.constantFrom(...directions),
      kind: fc.constantFrom(...kinds),
      topic: fc.option(fc.constantFrom(...topics)),
    }),
    { maxLength: 8 },
  ),
  issues: fc.array(
    fc.record({
      status: fc.integer({ min: 0, max: 4 }),
      priority: fc.constantFrom(...priorities),
      topic: fc.option(fc.constantFrom(...topics)),
    }),
    { maxLength: 4 },
  ),
});

export type Profile = typeof profile extends fc.Arbitrary<infer T> ? T : never;

/** A cluster of one to three profiles; no two of its traits are as old as each other. */
export const cluster = fc.array(profile, { minLength: 1, maxLength: 3 }).filter((profiles) => {
  const times = profiles.flatMap((one) => one.traits.map((trait) => trait.at));
  const keys = profiles.map((one) => one.traits.map((trait) => trait.key));
  return new Set(times).size === times.length && keys.every((own) => new Set(own).size === own.length);
});

export function worldOf(profiles: readonly Profile[]): World {
  return {
    traits: profiles.flatMap((one) => one.traits),
    identifiers: profiles.flatMap((one) => one.identifiers.map(({ name, ...rest }) => ({ ...rest, value: name }))),
    touchpoints: profiles.flatMap((one) => one.touchpoints),
    issues: profiles.flatMap((one) => one.issues),
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

const condition: fc.Arbitrary<object> = fc.oneof(
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
    .tuple(fc.record({ topic: some(...topics), priority: some(...priorities) }, part), bounds)
    .map(([openIssues, limit]) => ({ openIssues, ...limit })),
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
