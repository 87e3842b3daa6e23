import { z } from 'zod';
import { invitationStates } from '../../feedback/invitation.js';
import { surveyKinds } from '../../feedback/survey.js';
import { issuePriorities, issueStatuses } from '../../issues/issue-state.js';
import { journeyStatuses } from '../../journeys/journey-state.js';
import { parseDurationMs } from '../../platform/duration.js';
import { parseInstant } from '../../platform/instant.js';
import { limits } from '../../platform/limits.js';
import { isStorable } from '../../platform/text-input.js';
import { channels, directions } from '../../touchpoints/vocabulary.js';
import { agrees, boundless, contradiction, counted, hasBound } from './bounds.js';
import { metricNames } from './metrics.js';

const text = (max: number) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(max, `must have at most ${max} characters`)
    .refine(isStorable, 'must not hold a NUL or a lone surrogate');

const word = text(limits.shortTextCharactersMax);
const tooMany = `must have at most ${limits.wordsPerConditionMax} entries`;
/** One word or a list of alternatives; always read as a list. */
const oneOf = <T extends z.ZodType<string>>(item: T) =>
  z
    .union([item, z.array(item).min(1, 'must name at least one').max(limits.wordsPerConditionMax, tooMany)])
    .transform((value): string[] => (Array.isArray(value) ? [...new Set(value)] : [value]));
const oneOfWords = (words: readonly string[]) => oneOf(z.enum(words, `must be one of ${words.join(', ')}`));

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

const identifierType = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'must be the name of an identifier type');

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
    identifier: identifierType,
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

const identifiers = counted({
  identifiers: z.strictObject({ type: oneOf(identifierType).optional(), verified: z.boolean().optional() }),
});

const touchpoints = counted({
  touchpoints: z.strictObject({
    channel: oneOfWords(channels).optional(),
    direction: oneOfWords(directions).optional(),
    kind: oneOf(word).optional(),
    topic: oneOf(word).optional(),
    within: duration.optional(),
  }),
});

const lastSeen = z
  .strictObject({
    lastSeen: z.strictObject({
      channel: oneOfWords(channels).optional(),
      direction: oneOfWords(directions).optional(),
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

const openIssues = counted({
  openIssues: z.strictObject({
    topic: oneOf(word).optional(),
    priority: oneOfWords(issuePriorities).optional(),
  }),
});

const issues = counted({
  issues: z
    .strictObject({
      status: oneOfWords(issueStatuses).optional(),
      priority: oneOfWords(issuePriorities).optional(),
      topic: oneOf(word).optional(),
      slaBreached: z.boolean().optional(),
      olderThan: duration.optional(),
      within: duration.optional(),
    })
    .refine(({ olderThan, within }) => olderThan === undefined || within === undefined || olderThan < within, {
      path: ['olderThan'],
      error: 'must be shorter than within, else there is none',
    }),
});

const journeys = counted({
  journeys: z.strictObject({
    blueprint: oneOf(word).optional(),
    status: oneOfWords(journeyStatuses).optional(),
    step: oneOf(word).optional(),
    stuck: z.boolean().optional(),
    within: duration.optional(),
  }),
});

/** Of answers to how likely she would recommend us. */
export const npsClasses = ['PROMOTER', 'PASSIVE', 'DETRACTOR'] as const;

const feedback = counted({
  feedback: z.strictObject({
    survey: oneOf(word).optional(),
    kind: oneOfWords(surveyKinds).optional(),
    class: oneOfWords(npsClasses).optional(),
    channel: oneOfWords(channels).optional(),
    within: duration.optional(),
  }),
});

const invitations = counted({
  invitations: z.strictObject({
    survey: oneOf(word).optional(),
    state: oneOfWords(invitationStates).optional(),
    within: duration.optional(),
  }),
});

const figure = number
  .min(-limits.metricBoundMax, `must be at least -${limits.metricBoundMax}`)
  .max(limits.metricBoundMax, `must be at most ${limits.metricBoundMax}`);

const metric = z
  .strictObject({
    metric: z.enum(metricNames, `must be one of ${metricNames.join(', ')}`),
    atLeast: figure.optional(),
    atMost: figure.optional(),
  })
  .refine(hasBound, boundless('a figure'))
  .refine(agrees, contradiction);

const picks = ['last', 'lowest', 'highest', 'average'] as const;
const scaled = ['CSAT', 'NPS', 'CES'] as const;

const score = z
  .strictObject({
    score: z
      .strictObject({
        pick: z.enum(picks, `must be one of ${picks.join(', ')}`),
        survey: word.optional(),
        kind: z.enum(scaled, `must be one of ${scaled.join(', ')}`).optional(),
        within: duration.optional(),
      })
      .refine(({ survey, kind }) => (survey === undefined) !== (kind === undefined), {
        path: ['kind'],
        error: 'or survey is required, and only one of them: scores of different scales cannot be compared',
      }),
    atLeast: figure.optional(),
    atMost: figure.optional(),
  })
  .refine(hasBound, boundless('a score'))
  .refine(agrees, contradiction);

const segment = z.strictObject({
  segment: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'must be the key of a segment'),
});

/** The schema of each condition, by the word that says which it is. */
export const conditions = {
  trait,
  identifier,
  identifiers,
  touchpoints,
  lastSeen,
  openIssues,
  issues,
  journeys,
  feedback,
  invitations,
  score,
  metric,
  segment,
} as const;

export type TraitCondition = z.output<typeof trait>;
export type IdentifierCondition = z.output<typeof identifier>;
export type IdentifiersCondition = z.output<typeof identifiers>;
export type TouchpointsCondition = z.output<typeof touchpoints>;
export type LastSeenCondition = z.output<typeof lastSeen>;
export type OpenIssuesCondition = z.output<typeof openIssues>;
export type IssuesCondition = z.output<typeof issues>;
export type JourneysCondition = z.output<typeof journeys>;
export type FeedbackCondition = z.output<typeof feedback>;
export type InvitationsCondition = z.output<typeof invitations>;
export type ScoreCondition = z.output<typeof score>;
export type MetricCondition = z.output<typeof metric>;
export type SegmentCondition = z.output<typeof segment>;

export type Condition =
  | TraitCondition
  | IdentifierCondition
  | IdentifiersCondition
  | TouchpointsCondition
  | LastSeenCondition
  | OpenIssuesCondition
  | IssuesCondition
  | JourneysCondition
  | FeedbackCondition
  | InvitationsCondition
  | ScoreCondition
  | MetricCondition
  | SegmentCondition;
