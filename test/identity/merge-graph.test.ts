import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultIdentifierTypes } from '../../src/identity/identifier-type.js';
import { byAge, componentsOf, type Pair, pathBetween, weakestCut } from '../../src/identity/link-graph.js';
import { brokenLimits } from '../../src/identity/merge-limits.js';
import { partsOf } from '../../src/identity/merge-split.js';

const size = 6;
const profiles = Array.from({ length: size }, (_, n) => String(8 + n));

/** Any graph of six profiles: how strongly each pair is linked, 0 for not at all. */
const graphs = fc
  .array(fc.nat({ max: 3 }), { minLength: (size * (size - 1)) / 2, maxLength: (size * (size - 1)) / 2 })
  .map((strengths) => {
    const pairs: Pair[] = [];
    let next = 0;
    for (let a = 0; a < size; a++) {
      for (let b = a + 1; b < size; b++) {
        const strength = strengths[next++] as number;
        if (strength > 0) pairs.push({ a: profiles[a] as string, b: profiles[b] as string, strength });
      }
    }
    return pairs;
  });

const cost = (pairs: readonly Pair[], side: ReadonlySet<string>) =>
  pairs.filter(({ a, b }) => side.has(a) !== side.has(b)).reduce((sum, { strength }) => sum + strength, 0);

describe('profiles and the evidence between them', () => {
  test('ids are ordered as numbers', () => {
    expect(['10', '9', '100', '11'].sort(byAge)).toEqual(['9', '10', '11', '100']);
  });

  test('hang together exactly when a path leads from one to the other', () => {
    fc.assert(
      fc.property(graphs, (pairs) => {
        const components = componentsOf(profiles, pairs);
        expect(components.flat().sort(byAge)).toEqual(profiles);
        for (const one of profiles) {
          for (const other of profiles) {
            const isTogether = components.some((all) => all.includes(one) && all.includes(other));
            expect(pathBetween(pairs, one, other) !== null).toBe(isTogether);
          }
        }
      }),
    );
  });

  test('a path is made of linked pairs and none is shorter', () => {
    fc.assert(
      fc.property(graphs, (pairs) => {
        const [from, to] = [profiles[0] as string, profiles[size - 1] as string];
        const path = pathBetween(pairs, from, to);
        const isLinked = (one: string, other: string) =>
          pairs.some(({ a, b }) => (a === one && b === other) || (a === other && b === one));
        let reached = new Set([from]);
        let steps = 0;
        while (!reached.has(to) && steps < size) {
          reached = new Set([
            ...reached,
            ...profiles.filter((one) => [...reached].some((other) => isLinked(one, other))),
          ]);
          steps++;
        }
        expect(reached.has(to)).toBe(path !== null);
        if (path) expect(path.length - 1).toBe(steps);
        for (const [n, one] of (path ?? []).slice(1).entries()) {
          expect(isLinked((path ?? [])[n] as string, one)).toBe(true);
        }
      }),
    );
  });

  test('are parted where the least evidence is lost, and who hangs as strongly on either stays', () => {
    fc.assert(
      fc.property(graphs, (pairs) => {
        const [from, to] = [profiles[0] as string, profiles[1] as string];
        const side = weakestCut(pairs, from, to);
        expect([side.has(from), side.has(to)]).toEqual([false, true]);
        const others = profiles.slice(2);
        const costs = Array.from(
          { length: 2 ** others.length },
          (_, bits) => new Set([to, ...others.filter((_, n) => (bits >> n) & 1)]),
        ).map((one) => ({ cost: cost(pairs, one), size: one.size }));
        const least = Math.min(...costs.map((one) => one.cost));
        expect(cost(pairs, side)).toBe(least);
        expect(side.size).toBe(Math.min(...costs.filter((one) => one.cost === least).map((one) => one.size)));
      }),
    );
  });

  test('the part with the customer’s id keeps it; another goes back to the id that it had before', () => {
    const pairs = [{ a: '3', b: '7', strength: 1 }];
    const absorbed = [
      { survivor: '10', absorbed: '7' },
      { survivor: '7', absorbed: '3' },
    ];
    expect(partsOf(['3', '7', '10'], '10', pairs, new Set(['7', '10']), absorbed)).toEqual([
      { root: '10', members: ['10'] },
      { root: '7', members: ['3', '7'] },
    ]);
  });

  test('a profile that no link ever joined stays when others part', () => {
    expect(partsOf(['1', '2', '3'], '1', [], new Set(['1', '2']), [])).toEqual([
      { root: '1', members: ['1', '3'] },
      { root: '2', members: ['2'] },
    ]);
  });
});

describe('the limits of a merged customer', () => {
  const types = new Map(defaultIdentifierTypes.map((type) => [type.name, type]));
  const counts = (given: Record<string, number>) => new Map(Object.entries(given));

  test.each([
    ['two user ids', { user_id: 1 }, { user_id: 1 }, [{ type: 'user_id', limit: 1, count: 2, isUnique: true }]],
    ['six e-mail addresses', { email: 3 }, { email: 3 }, [{ type: 'email', limit: 5, count: 6, isUnique: false }]],
    ['five e-mail addresses', { email: 3 }, { email: 2 }, []],
    ['six that one had already', { email: 6 }, { user_id: 1 }, []],
  ])('are passed, or not, with %s', (_, one, other, broken) => {
    expect(brokenLimits(types, [counts(one), counts(other as Record<string, number>)])).toEqual(broken);
  });

  test('of one value is a uniqueness only of a type that is unique: of another the oldest may go', () => {
    const type = { ...defaultIdentifierTypes.find((one) => one.name === 'email')!, limitPerCustomer: 1 };
    const sides = [counts({ email: 1 }), counts({ email: 1 })] as const;
    expect(brokenLimits(new Map([['email', type]]), sides)).toEqual([
      { type: 'email', limit: 1, count: 2, isUnique: false },
    ]);
  });
});
