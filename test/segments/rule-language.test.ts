import { describe, expect, test } from 'vitest';
import { durationText, parseDurationMs } from '../../src/platform/duration.js';
import { Refusal } from '../../src/platform/refusal.js';
import { reasonOf } from '../../src/segments/rules/reason.js';
import { parseRule, termsOf } from '../../src/segments/rules/rule.js';

function refusal(rule: unknown): { reason: string; field?: string; message: string } {
  try {
    parseRule(rule, 'input.rule');
  } catch (error) {
    if (error instanceof Refusal) return { reason: error.reason, field: error.where.field, message: error.message };
    throw error;
  }
  throw new Error('The rule was taken.');
}

const gold = { trait: 'plan', is: 'gold' };
const nested = (depth: number): object => (depth === 1 ? gold : { not: nested(depth - 1) });

describe('a rule that says nothing, or what is not known, is refused at the place of the mistake', () => {
  test.each<[string, unknown, string]>([
    ['null', null, 'input.rule'],
    ['a text', 'plan = gold', 'input.rule'],
    ['a list', [gold], 'input.rule'],
    ['nothing', {}, 'input.rule'],
    ['an empty all', { all: [] }, 'input.rule.all'],
    ['an empty any, nested', { all: [gold, { any: [] }] }, 'input.rule.all[1].any'],
    ['two kinds at once', { all: [gold], any: [gold] }, 'input.rule'],
    ['a word beside all', { all: [gold], weight: 1 }, 'input.rule.weight'],
    ['all of something else', { all: gold }, 'input.rule.all'],
    ['not of nothing', { not: {} }, 'input.rule.not'],
    ['a trait without a test', { trait: 'plan' }, 'input.rule'],
    ['a trait with two tests', { trait: 'plan', is: 'gold', exists: true }, 'input.rule'],
    ['an unknown test', { any: [{ trait: 'plan', like: 'g%' }] }, 'input.rule.any[0].like'],
    ['a trait of an object', { trait: 'plan', is: { a: 1 } }, 'input.rule.is'],
    ['an empty list of values', { trait: 'plan', in: [] }, 'input.rule.in'],
    ['a wrong value in a list', { trait: 'plan', in: ['a', null] }, 'input.rule.in[1]'],
    ['a NUL', { trait: 'plan', is: 'a\u0000' }, 'input.rule.is'],
    ['a lone surrogate', { trait: 'plan', contains: '\ud800' }, 'input.rule.contains'],
    ['bounds that exclude each other', { trait: 'score', atLeast: 5, atMost: 4 }, 'input.rule.atMost'],
    ['a day that does not exist', { trait: 'renewsAt', before: '2026-02-30' }, 'input.rule.before'],
    ['an instant without offset', { trait: 'renewsAt', before: '2026-02-20T10:00:00' }, 'input.rule.before'],
    ['a range of time that is empty', { trait: 'r', after: '2026-02-20', before: '2026-02-20' }, 'input.rule.before'],
    ['an identifier type with quotes', { identifier: "e'mail", exists: true }, 'input.rule.identifier'],
    ['an identifier without a test', { identifier: 'email' }, 'input.rule'],
    ['a domain in capitals', { identifier: 'email', domain: 'Example.com' }, 'input.rule.domain'],
    ['touchpoints without a bound', { touchpoints: { channel: 'CALL' } }, 'input.rule.atLeast'],
    ['what holds for everybody', { touchpoints: {}, atLeast: 0 }, 'input.rule.atLeast'],
    ['touchpoints that exclude each other', { touchpoints: {}, atLeast: 3, atMost: 2 }, 'input.rule.atMost'],
    ['half a touchpoint', { touchpoints: {}, atLeast: 1.5 }, 'input.rule.atLeast'],
    ['a negative number', { touchpoints: {}, atMost: -1 }, 'input.rule.atMost'],
    ['more than can be counted', { touchpoints: {}, atLeast: 1_001 }, 'input.rule.atLeast'],
    ['a channel that is none', { touchpoints: { channel: 'FAX' }, atLeast: 1 }, 'input.rule.touchpoints.channel'],
    ['one bad channel', { touchpoints: { channel: ['CALL', 'FAX'] }, atLeast: 1 }, 'input.rule.touchpoints.channel[1]'],
    ['an unknown filter', { touchpoints: { agent: 'x' }, atLeast: 1 }, 'input.rule.touchpoints.agent'],
    ['a score of no survey and no kind', { score: { pick: 'last' }, atMost: 2 }, 'input.rule.score.kind'],
    [
      'a score of two scales',
      { score: { pick: 'last', kind: 'NPS', survey: 'a' }, atMost: 2 },
      'input.rule.score.kind',
    ],
    ['a score on one’s own scale', { score: { pick: 'last', kind: 'OWN' }, atMost: 2 }, 'input.rule.score.kind'],
    ['a score without a bound', { score: { pick: 'last', kind: 'NPS' } }, 'input.rule.atLeast'],
    ['an unknown pick', { score: { pick: 'first', kind: 'NPS' }, atMost: 2 }, 'input.rule.score.pick'],
    ['an unknown class', { feedback: { class: 'FAN' }, atLeast: 1 }, 'input.rule.feedback.class'],
    ['an unknown state', { invitations: { state: 'LOST' }, atLeast: 1 }, 'input.rule.invitations.state'],
    ['months', { touchpoints: { within: 'P1M' }, atLeast: 1 }, 'input.rule.touchpoints.within'],
    ['no time', { touchpoints: { within: 'P0D' }, atLeast: 1 }, 'input.rule.touchpoints.within'],
    ['twenty years', { touchpoints: { within: { days: 7_300 } }, atLeast: 1 }, 'input.rule.touchpoints.within.days'],
    ['last seen without a test', { lastSeen: {} }, 'input.rule.before'],
    ['last seen at no time', { lastSeen: {}, before: 'P7D', within: 'P7D' }, 'input.rule.before'],
    ['an unknown priority', { openIssues: { priority: 'P1' }, atLeast: 1 }, 'input.rule.openIssues.priority'],
    ['nine levels', nested(9), `input.rule${'.not'.repeat(8)}`],
    ['51 conditions', { any: Array.from({ length: 51 }, () => gold) }, 'input.rule.any[50]'],
  ])('%s', (_, rule, field) => {
    expect(refusal(rule)).toMatchObject({ reason: 'RULE_INVALID', field });
  });

  test('eight levels and fifty conditions are taken', () => {
    expect(termsOf(parseRule(nested(8), 'rule'))).toHaveLength(1);
    expect(termsOf(parseRule({ any: Array.from({ length: 50 }, () => gold) }, 'rule'))).toHaveLength(50);
  });
});

describe('a duration', () => {
  test.each<[string, number | null]>([
    ['P30D', 30 * 86_400_000],
    ['P2W', 14 * 86_400_000],
    ['P1DT12H', 36 * 3_600_000],
    ['PT90M', 90 * 60_000],
    ['PT30S', 30_000],
    ['P', null],
    ['PT', null],
    ['P1DT', null],
    ['P1M', null],
    ['30D', null],
    ['P3661D', null],
    ['p1d', null],
  ])('%s is read as it stands, or not at all', (text, ms) => {
    expect(parseDurationMs(text)).toBe(ms);
  });

  test('is told in its largest whole unit', () => {
    expect(['P7D', 'P1D', 'PT36H', 'PT90M', 'PT1S'].map((text) => durationText(parseDurationMs(text) ?? 0))).toEqual([
      '7 days',
      '1 day',
      '36 hours',
      '90 minutes',
      '1 second',
    ]);
  });
});

describe('the reason of a membership', () => {
  const told = (written: unknown, seen: Record<string, [boolean, unknown]>) =>
    reasonOf(parseRule(written, 'rule'), (condition) => {
      const [holds, observed] = seen[Object.keys(condition)[0] as string] as [boolean, unknown];
      return { holds, observed };
    }).map((part) => part.text);

  test('says what was counted, where, about what and in which time', () => {
    const rule = { touchpoints: { channel: 'CALL', topic: 'billing', within: { days: 7 } }, atLeast: 3 };
    expect(told(rule, { touchpoints: [true, 3] })).toEqual([
      '3 touchpoints on CALL about billing in 7 days (at least 3)',
    ]);
  });

  test('names of alternatives only those that hold, and of what must not be only what is not', () => {
    const rule = {
      all: [
        { any: [gold, { identifier: 'email', verified: true }] },
        {
          not: {
            any: [
              { openIssues: { priority: ['HIGH', 'URGENT'] }, atLeast: 1 },
              { lastSeen: {}, before: 'P90D' },
            ],
          },
        },
      ],
    };
    expect(
      told(rule, {
        trait: [false, 'silver'],
        identifier: [true, true],
        openIssues: [false, 0],
        lastSeen: [false, '2026-11-20T10:00:00+00:00'],
      }),
    ).toEqual([
      'has verified email',
      'not: 0 open issues of priority HIGH or URGENT (at least 1)',
      'not: last seen at 2026-11-20T10:00:00+00:00 (not within 90 days)',
    ]);
  });
});
