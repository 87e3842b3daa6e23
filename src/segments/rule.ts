import { z } from 'zod';
import { issuePriorities } from '../issues/issue-state.js';
import { parseDurationMs } from '../platform/duration.js';
import { parseInstant } from '../platform/instant.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { schemaProblem } from '../platform/schema-problem.js';
import { isStorable } from '../platform/text-input.js';
import { channels, directions } from '../touchpoints/vocabulary.js';

const text = (max: number) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(max, `must have at most ${max} characters`)
    .refine(isStorable, 'must not hold a NUL or a lone surrogate');

const word = text(limits.shortTextCharactersMax);
/** One word or a list of alternatives; always read as a list. */
const oneOf = <T extends z.ZodType<string>>(item: T) =>
  z
    .union([item, z.array(item).min(1, 'must name at least one').max(limits.wordsPerConditionMax, tooMany)])
    .transform((value): string[] => (Array.isArray(value) ? [...new Set(value)] : [value]));
const tooMany = `must have at most ${limits.wordsPerConditionMax} entries`;

const duration = z
  .union([
    z.string(),
    z.strictObject({ days: z.number().int('must be a whole number').min(1).max(limits.durationDaysMax) }),
  ])
  .transform((value, check) => {
    const ms = typeof value === 'string' ? parseDurationMs(value) : value.days * 86_400_000;
    if (ms !== null) return ms;
    check.addIssue({
      code: 'custom',
      message: `must be an ISO 8601 duration such as P30D or PT12H, of at most ${limits.durationDaysMax} days`,
    });
    return z.NEVER;
  });

const count = z
  .number()
  .int('must be a whole number')
  .min(0, 'must not be negative')
  .max(limits.countPerConditionMax, `must be at most ${limits.countPerConditionMax}`);

const number = z.number('must be a finite number');
const scalar = z.union(
  [text(limits.identifierValueCharactersMax), number, z.boolean()],
  'must be a text, a number or a boolean',
);
const instant = z.string().transform((value, check) => {
  const ms = parseInstant(/^\d{4}-\d{2}-\d{2}$/.test(value) ? `${value}T00:00:00Z` : value);
  if (ms !== null) return ms;
  check.addIssue({ code: 'custom', message: 'must be a date, or an instant with its offset, in ISO 8601' });
  return z.NEVER;
});

const bounds = { atLeast: count.optional(), atMost: count.optional() };

interface Bounds {
  readonly atLeast?: number | undefined;
  readonly atMost?: number | undefined;
}

const hasBound = (value: Bounds) => value.atLeast !== undefined || value.atMost !== undefined;
const agrees = (value: Bounds) =>
  value.atLeast === undefined || value.atMost === undefined || value.atLeast <= value.atMost;
const canFail = (value: Bounds) => value.atMost !== undefined || value.atLeast !== 0;
const contradiction = { path: ['atMost'], error: 'must not be less than atLeast' };
const boundless = { path: ['atLeast'], error: 'or atMost is required: a count needs a bound' };
const vacuous = { path: ['atLeast'], error: 'must be at least 1: every customer has 0 or more' };

const traitTests = ['is', 'in', 'exists', 'contains', 'atLeast', 'before'] as const;

const trait = z
  .strictObject({
    trait: text(limits.traitKeyCharactersMax),
    is: scalar.optional(),
    in: z.array(scalar).min(1, 'must name at least one').max(limits.wordsPerConditionMax, tooMany).optional(),
    exists: z.boolean().optional(),
    contains: text(limits.identifierValueCharactersMax).optional(),
    atLeast: number.optional(),
    atMost: number.optional(),
    before: instant.optional(),
    after: instant.optional(),
  })
  .refine((value) => traitTestsOf(value).length === 1, {
    error: 'needs exactly one test: is, in, exists, contains, atLeast and/or atMost, before and/or after',
  })
  .refine(agrees, contradiction)
  .refine((value) => value.before === undefined || value.after === undefined || value.after < value.before, {
    path: ['before'],
    error: 'must be later than after',
  });

/** Two bounds of one range are one test. */
function traitTestsOf(value: Record<string, unknown>): string[] {
  const given = (...keys: string[]) => keys.some((key) => value[key] !== undefined);
  return traitTests.filter((test) =>
    test === 'atLeast' ? given('atLeast', 'atMost') : test === 'before' ? given('before', 'after') : given(test),
  );
}

const identifier = z
  .strictObject({
    identifier: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'must be the name of an identifier type'),
    exists: z.boolean().optional(),
    verified: z.boolean().optional(),
    domain: z
      .string()
      .max(253)
      .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'must be a domain in lower case, such as example.com')
      .optional(),
  })
  .refine((value) => [value.exists, value.verified, value.domain].filter((test) => test !== undefined).length === 1, {
    error: 'needs exactly one test: exists, verified or domain',
  });

const touchpoints = z
  .strictObject({
    touchpoints: z.strictObject({
      channel: oneOf(z.enum(channels, `must be one of ${channels.join(', ')}`)).optional(),
      direction: oneOf(z.enum(directions, `must be one of ${directions.join(', ')}`)).optional(),
      kind: oneOf(word).optional(),
      topic: oneOf(word).optional(),
      within: duration.optional(),
    }),
    ...bounds,
  })
  .refine(hasBound, boundless)
  .refine(agrees, contradiction)
  .refine(canFail, vacuous);

const lastSeen = z
  .strictObject({
    lastSeen: z.strictObject({
      channel: oneOf(z.enum(channels, `must be one of ${channels.join(', ')}`)).optional(),
      direction: oneOf(z.enum(directions, `must be one of ${directions.join(', ')}`)).optional(),
    }),
    before: duration.optional(),
    within: duration.optional(),
  })
  .refine((value) => value.before !== undefined || value.within !== undefined, {
    path: ['before'],
    error: 'or within is required',
  })
  .refine((value) => value.before === undefined || value.within === undefined || value.before < value.within, {
    path: ['before'],
    error: 'must be shorter than within, else nobody can match',
  });

const openIssues = z
  .strictObject({
    openIssues: z.strictObject({
      topic: oneOf(word).optional(),
      priority: oneOf(z.enum(issuePriorities, `must be one of ${issuePriorities.join(', ')}`)).optional(),
    }),
    ...bounds,
  })
  .refine(hasBound, boundless)
  .refine(agrees, contradiction)
  .refine(canFail, vacuous);

export type TraitCondition = z.output<typeof trait>;
export type IdentifierCondition = z.output<typeof identifier>;
export type TouchpointsCondition = z.output<typeof touchpoints>;
export type LastSeenCondition = z.output<typeof lastSeen>;
export type OpenIssuesCondition = z.output<typeof openIssues>;

export type Condition =
  | TraitCondition
  | IdentifierCondition
  | TouchpointsCondition
  | LastSeenCondition
  | OpenIssuesCondition;

/** A rule that was checked: durations and instants are milliseconds, alternatives are lists. */
export type Rule =
  | { readonly all: readonly Rule[] }
  | { readonly any: readonly Rule[] }
  | { readonly not: Rule }
  | { readonly condition: Condition; readonly written: unknown };

const conditions = { trait, identifier, touchpoints, lastSeen, openIssues } as const;
const words = ['all', 'any', 'not', ...Object.keys(conditions)];

/** Reads a rule as a client wrote it; what is wrong with it is refused with the path to it, below `field`. */
export function parseRule(written: unknown, field: string): Rule {
  return parse(written, field, 1, { conditions: 0 });
}

export function conditionsOf(rule: Rule): Condition[] {
  if ('all' in rule) return rule.all.flatMap(conditionsOf);
  if ('any' in rule) return rule.any.flatMap(conditionsOf);
  return 'not' in rule ? conditionsOf(rule.not) : [rule.condition];
}

function parse(written: unknown, path: string, depth: number, seen: { conditions: number }): Rule {
  if (depth > limits.ruleDepthMax) {
    throw invalid(path, `is nested deeper than ${limits.ruleDepthMax} levels`, limits.ruleDepthMax);
  }
  if (typeof written !== 'object' || written === null || Array.isArray(written)) {
    throw invalid(path, `must be an object with one of ${words.join(', ')}`);
  }
  const given = words.filter((key) => Object.hasOwn(written, key));
  const kind = given[0];
  if (kind === undefined || given.length > 1) {
    throw invalid(path, `must have exactly one of ${words.join(', ')}`);
  }
  const inner = (written as Record<string, unknown>)[kind];
  if (kind === 'all' || kind === 'any' || kind === 'not') {
    const unknown = Object.keys(written).find((key) => key !== kind);
    if (unknown !== undefined) throw invalid(`${path}.${unknown}`, `is not known beside ${kind}`);
    if (kind === 'not') return { not: parse(inner, `${path}.not`, depth + 1, seen) };
    if (!Array.isArray(inner)) throw invalid(`${path}.${kind}`, 'must be a list of rules');
    if (inner.length === 0)
      throw invalid(`${path}.${kind}`, 'must not be empty: it would hold for everybody or nobody');
    const rules = inner.map((rule, place) => parse(rule, `${path}.${kind}[${place}]`, depth + 1, seen));
    return kind === 'all' ? { all: rules } : { any: rules };
  }
  seen.conditions += 1;
  if (seen.conditions > limits.conditionsPerRuleMax) {
    throw invalid(
      path,
      `is one condition more than the ${limits.conditionsPerRuleMax} allowed`,
      limits.conditionsPerRuleMax,
    );
  }
  const parsed = conditions[kind as keyof typeof conditions].safeParse(written);
  if (parsed.success) return { condition: parsed.data, written };
  const problem = schemaProblem(parsed.error.issues[0], path);
  throw invalid(problem.field, problem.sentence);
}

function invalid(field: string, sentence: string, limit?: number): Refusal {
  return new Refusal('RULE_INVALID', `${field} ${sentence}.`, { field, limit });
}
