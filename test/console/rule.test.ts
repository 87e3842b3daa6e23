import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Condition, draftOf, ruleOf } from '../../console/src/segments/rule.js';
import { parseRule } from '../../src/segments/rules/rule.js';

const word = fc.constantFrom('billing', 'refund_status', 'gold');
const maybe = (...words: string[]) => fc.constantFrom('', ...words);
const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ kind: fc.constant('trait' as const), trait: word, is: word }),
  fc.record({
    kind: fc.constant('touchpoints' as const),
    channel: maybe('CALL', 'WEB'),
    direction: maybe('INBOUND', 'OUTBOUND'),
    topic: maybe('billing'),
    days: fc.integer({ min: 1, max: 90 }),
    atLeast: fc.integer({ min: 1, max: 100 }),
  }),
  fc.record({
    kind: fc.constant('openIssues' as const),
    topic: maybe('billing'),
    atLeast: fc.integer({ min: 1, max: 9 }),
  }),
);
const draft = fc.record({
  join: fc.constantFrom('all' as const, 'any' as const),
  conditions: fc.array(condition, { minLength: 1, maxLength: 5 }),
});

describe('the rule builder', () => {
  it('writes rules that the service takes', () => {
    fc.assert(
      fc.property(draft, (one) => {
        expect(() => parseRule(ruleOf(one), 'input.rule')).not.toThrow();
      }),
    );
  });

  it('opens what it wrote as it was', () => {
    fc.assert(
      fc.property(draft, (one) => {
        const opened = draftOf(ruleOf(one));
        expect(opened?.conditions).toEqual(one.conditions);
        expect(opened && ruleOf(opened)).toEqual(ruleOf(one));
      }),
    );
  });

  it('leaves alone what it has no line for', () => {
    const rules = [
      { not: { trait: 'plan', is: 'gold' } },
      { trait: 'plan', in: ['gold', 'silver'] },
      { trait: 'plan', is: 'gold', and: 'more' },
      { touchpoints: { channel: ['CALL', 'CHAT'], within: 'P7D' }, atLeast: 3 },
      { touchpoints: { within: 'P7D' }, atLeast: 3, atMost: 9 },
      { touchpoints: { within: 'P1DT2H' }, atLeast: 3 },
      { all: [{ any: [{ trait: 'plan', is: 'gold' }] }] },
      { lastSeen: {}, within: 'P30D' },
      null,
      'rule',
    ];
    for (const rule of rules) expect(draftOf(rule)).toBeNull();
  });
});
