import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limits } from '../../src/platform/limits.js';
import { Refusal } from '../../src/platform/refusal.js';
import { checkContradictions, impossible } from '../../src/segments/rules/contradictions.js';
import { checkCost, checkCostOfAll, costOf } from '../../src/segments/rules/cost.js';
import { parseRule } from '../../src/segments/rules/rule.js';
import { interpret } from './rule-interpreter.js';
import { cluster, now, worldOf, writtenRule } from './rule-worlds.js';

const gold = { trait: 'tier', is: 'gold' };
const calls = (within: string, bounds: object) => ({ touchpoints: { channel: 'CALL', within }, ...bounds });

function refusal(act: () => unknown): Refusal | null {
  try {
    act();
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

const refused = (written: unknown) => refusal(() => checkContradictions(parseRule(written, 'rule'), 'rule'));

describe('conditions that exclude each other are named', () => {
  test.each<[string, object, object]>([
    ['a trait with two values', gold, { trait: 'tier', is: 'silver' }],
    ['a trait of two lists', { trait: 'tier', in: ['gold', 'silver'] }, { trait: 'tier', in: ['iron', 1] }],
    ['a trait known and not', gold, { trait: 'tier', exists: false }],
    ['a trait unknown and not unknown', { trait: 'tier', exists: true }, { not: { trait: 'tier', exists: true } }],
    ['a value outside a range', { trait: 'score', is: 4 }, { trait: 'score', atLeast: 5 }],
    ['a text that is no number', gold, { trait: 'tier', atMost: 5 }],
    ['a text without the part', gold, { trait: 'tier', contains: 'vip' }],
    ['a number with a part', { trait: 'score', atLeast: 5 }, { trait: 'score', contains: '5' }],
    ['two ranges', { trait: 'score', atLeast: 5 }, { trait: 'score', atMost: 4.5 }],
    ['later and earlier', { trait: 'renews', after: '2026-02-01' }, { trait: 'renews', before: '2026-02-01' }],
    ['a date out of range', { trait: 'renews', is: '2026-03-01' }, { trait: 'renews', before: '2026-02-01' }],
    ['one of a list and none of it', gold, { not: { trait: 'tier', in: ['silver', 'gold'] } }],
    ['a range and not the wider', { trait: 'score', atLeast: 6 }, { not: { trait: 'score', atLeast: 5 } }],
    ['two ranges of a figure', { metric: 'contacts30d', atLeast: 5 }, { metric: 'contacts30d', atMost: 3 }],
    ['more than there are', calls('P7D', { atLeast: 5 }), calls('P7D', { atMost: 2 })],
    ['more in a week than in a month', calls('P7D', { atLeast: 3 }), calls('P30D', { atMost: 2 })],
    [
      'more calls than touchpoints',
      calls('P7D', { atLeast: 3 }),
      { not: { touchpoints: { channel: ['CALL', 'CHAT'] }, atLeast: 3 } },
    ],
    ['seen within a week and not in a month', { lastSeen: {}, within: 'P7D' }, { lastSeen: {}, before: 'P30D' }],
    ['seen but never', { lastSeen: {}, before: 'P7D' }, { touchpoints: {}, atMost: 0 }],
    [
      'an open issue but no issue',
      { openIssues: { topic: 'billing' }, atLeast: 1 },
      { issues: { topic: ['billing', 'x'] }, atMost: 0 },
    ],
    ['verified but none', { identifier: 'email', verified: true }, { identifier: 'email', exists: false }],
    ['a domain but none', { identifier: 'email', domain: 'a.example' }, { identifiers: { type: 'email' }, atMost: 0 }],
    [
      'a low score and a high one',
      { score: { pick: 'last', kind: 'CSAT' }, atMost: 2 },
      { score: { pick: 'last', kind: 'CSAT' }, atLeast: 4 },
    ],
    [
      'a score but no answer',
      { score: { pick: 'lowest', kind: 'NPS', within: 'P7D' }, atMost: 6 },
      { feedback: { kind: ['NPS', 'CSAT'], within: 'P30D' }, atMost: 0 },
    ],
    [
      'asked and never asked',
      { invitations: { survey: 'a', state: 'OPEN' }, atLeast: 1 },
      { invitations: { survey: ['a', 'b'] }, atMost: 0 },
    ],
    ['itself and not itself', { segment: 'vip' }, { not: { segment: 'vip' } }],
  ])('%s', (_, first, second) => {
    const problem = refused({ all: [first, second] });
    expect(problem?.reason).toBe('RULE_CONTRADICTORY');
    const words = (one: object) => JSON.stringify('not' in one ? one.not : one);
    expect(problem?.message).toContain(`rule.all[0] ${words(first)}`);
    expect(problem?.message).toContain(words(second));
    expect(refused({ all: [second, { any: [first, { trait: 'other', exists: true }] }] })?.reason).toBe(
      'RULE_CONTRADICTORY',
    );
  });

  test.each<[string, object]>([
    ['below a not', { not: { all: [gold, { trait: 'tier', is: 'silver' }] } }],
    [
      'below a not beside others',
      { all: [{ trait: 'x', is: 1 }, { not: { all: [gold, { trait: 'tier', is: 'silver' }] } }] },
    ],
    ['by denying each of some', { all: [gold, { not: { any: [{ trait: 'x', is: 1 }, gold] } }] }],
    ['when it holds for everybody', { any: [gold, { not: gold }] }],
    ['when it holds for everybody by its bounds', { any: [calls('P7D', { atLeast: 1 }), calls('P7D', { atMost: 2 })] }],
  ])('%s', (_, rule) => {
    expect(refused(rule)?.reason).toBe('RULE_CONTRADICTORY');
  });

  test.each<[string, object, object]>([
    ['a trait that is and contains', gold, { trait: 'tier', contains: 'ol' }],
    ['other traits', gold, { trait: 'plan', is: 'silver' }],
    [
      'a figure that may say nothing',
      { not: { metric: 'averageWaitSeconds30d', atLeast: 1 } },
      { not: { metric: 'averageWaitSeconds30d', atMost: 1 } },
    ],
    ['more in a month than in a week', calls('P30D', { atLeast: 3 }), calls('P7D', { atMost: 2 })],
    ['two lists in one list', { trait: 'tags', contains: 'a' }, { trait: 'tags', contains: 'b' }],
    ['settled but none open', { issues: {}, atLeast: 1 }, { openIssues: {}, atMost: 0 }],
  ])('but not %s', (_, first, second) => {
    expect(refused({ all: [first, second] })).toBeNull();
  });
});

test('a rule that is said never to hold, or always, is never otherwise for any customer', () => {
  let found = 0;
  fc.assert(
    fc.property(
      fc.array(writtenRule, { minLength: 2, maxLength: 3 }),
      fc.array(cluster, { minLength: 4, maxLength: 8 }),
      (written, clusters) => {
        const rule = parseRule({ all: written.map(withoutSegments) }, 'rule');
        for (const isWanted of [true, false]) {
          if (!impossible(rule, isWanted, [])) continue;
          found += 1;
          for (const profiles of clusters) expect(interpret(rule, worldOf(profiles), now, new Map())).toBe(!isWanted);
        }
      },
    ),
    { numRuns: 4_000, seed: 20261125 },
  );
  expect(found).toBeGreaterThan(50);
});

function withoutSegments(rule: object): object {
  if ('all' in rule) return { all: (rule.all as object[]).map(withoutSegments) };
  if ('any' in rule) return { any: (rule.any as object[]).map(withoutSegments) };
  if ('not' in rule) return { not: withoutSegments(rule.not as object) };
  return 'segment' in rule ? { trait: 'plan', is: 'gold' } : rule;
}

describe('what a rule costs', () => {
  const rows = (...rules: object[]) => costOf(rules.map((rule) => parseRule(rule, 'rule'))).rows;
  const topic = (name: string) => ({ touchpoints: { topic: name }, atLeast: 1 });

  test('is what a long history would make it read', () => {
    expect(rows({ touchpoints: {}, atLeast: 3 })).toBe(3);
    expect(rows(calls('P7D', { atLeast: 3 }))).toBe(70);
    expect(rows(topic('billing'))).toBe(10_000);
    expect(rows({ lastSeen: {}, before: 'P30D' })).toBe(1);
    expect(rows({ lastSeen: { channel: 'CALL' }, before: 'P30D' })).toBe(10_000);
    expect(rows({ issues: { slaBreached: true }, atLeast: 1 })).toBe(1_100);
    expect(
      rows({
        all: [
          { metric: 'contacts7d', atLeast: 1 },
          { metric: 'effortScore30d', atLeast: 1 },
        ],
      }),
    ).toBe(600);
  });

  test('is counted once for what several ask', () => {
    expect(rows({ any: [topic('a'), { not: topic('a') }, topic('b')] })).toBe(20_000);
    expect(rows({ metric: 'contacts7d', atLeast: 1 }, { metric: 'contacts30d', atLeast: 9 })).toBe(300);
  });

  test('is limited, for one rule and for all, in words that name what reads whole histories', () => {
    const many = (count: number) => parseRule({ any: Array.from({ length: count }, (_, n) => topic(`t${n}`)) }, 'rule');
    expect(refusal(() => checkCost(many(10), 'rule'))).toBeNull();
    const problem = refusal(() => checkCost(many(11), 'rule'));
    expect(problem).toMatchObject({ reason: 'RULE_TOO_COSTLY', code: 'TOO_COMPLEX' });
    expect(problem?.message).toContain('may read 110000 rows');
    expect(problem?.message).toContain('rule.any[0], rule.any[1]');
    expect(problem?.message).toContain('6 more');
    const rules = Array.from({ length: 101 }, (_, n) => parseRule(topic(`t${n}`), 'rule'));
    expect(refusal(() => checkCostOfAll(rules.slice(1), 'rule'))).toBeNull();
    expect(refusal(() => checkCostOfAll(rules, 'rule'))).toMatchObject({
      reason: 'RULE_TOO_COSTLY',
      where: { limit: limits.rulesRowsPerWorkspaceMax },
    });
  });
});
