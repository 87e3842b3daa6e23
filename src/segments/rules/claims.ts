import { openStatuses } from '../../issues/issue-state.js';
import type { Bounds } from './bounds.js';
import type { Condition, IdentifierCondition, LastSeenCondition } from './conditions.js';
import { type Allowed, allowedBy, beyond, clash } from './values.js';

/** That there are so many of what a filter lets through. */
interface CountClaim {
  readonly of: string;
  readonly filter: Readonly<Record<string, unknown>>;
  readonly atLeast: number;
  readonly atMost: number;
}

/** That a value is, or is not, one of those that a test allows. */
interface ValueClaim {
  readonly value: string;
  readonly allowed: Allowed;
  readonly isWanted: boolean;
}

/** What follows for a customer from a condition that holds, or that does not; what follows from neither is left out. */
export interface Claims {
  readonly condition: string;
  readonly isWanted: boolean;
  readonly counts: readonly CountClaim[];
  readonly values: readonly ValueClaim[];
}

export function claimsOf(condition: Condition, isWanted: boolean): Claims {
  return {
    condition: JSON.stringify(condition),
    isWanted,
    counts: countsOf(condition, isWanted),
    values: valuesOf(condition, isWanted),
  };
}

/** Whether no customer satisfies both. Never wrongly: where it is not certain, they do not exclude each other. */
export function exclude(a: Claims, b: Claims): boolean {
  if (a.condition === b.condition) return a.isWanted !== b.isWanted;
  return (
    a.counts.some((one) => b.counts.some((other) => exceeds(one, other) || exceeds(other, one))) ||
    a.values.some((one) => b.values.some((other) => one.value === other.value && clash(one, other)))
  );
}

/** Whether there are more of a kind than of a wider kind. */
function exceeds(a: CountClaim, b: CountClaim): boolean {
  return a.of === b.of && a.atLeast > b.atMost && isWithin(a.filter, b.filter);
}

/** Whether the second filter lets through all that the first does. */
function isWithin(narrow: CountClaim['filter'], wide: CountClaim['filter']): boolean {
  return Object.entries(wide).every(([name, allowed]) => {
    if (allowed === undefined) return true;
    const own = narrow[name];
    if (own === undefined) return false;
    if (name === 'within') return Number(own) <= Number(allowed);
    if (name === 'olderThan') return Number(own) >= Number(allowed);
    if (Array.isArray(own) && Array.isArray(allowed)) return own.every((item) => allowed.includes(item));
    return JSON.stringify(own) === JSON.stringify(allowed);
  });
}

function countsOf(condition: Condition, isWanted: boolean): CountClaim[] {
  const claim = (of: string, filter: object, bounds: Bounds): CountClaim[] => {
    const range = isWanted ? bounds : beyond(bounds);
    if (range === null) return [];
    const { atLeast = 0, atMost = Number.POSITIVE_INFINITY } = range;
    return [{ of, filter: { ...filter }, atLeast, atMost }];
  };
  if ('touchpoints' in condition) return claim('touchpoints', condition.touchpoints, condition);
  if ('journeys' in condition) return claim('journeys', condition.journeys, condition);
  if ('feedback' in condition) return claim('answers', condition.feedback, condition);
  if ('invitations' in condition) return claim('invitations', condition.invitations, condition);
  if ('issues' in condition) return claim('issues', condition.issues, condition);
  if ('openIssues' in condition) return claim('issues', { ...condition.openIssues, status: openStatuses }, condition);
  if ('identifiers' in condition) return claim('identifiers', condition.identifiers, condition);
  if ('identifier' in condition) {
    return claim('identifiers', identifierFilter(condition), isThere(condition) ? { atLeast: 1 } : { atMost: 0 });
  }
  if ('score' in condition) {
    const { kind, survey, within } = condition.score;
    const filter = { kind: kind && [kind], survey: survey && [survey], within };
    return isWanted ? claim('answers', filter, { atLeast: 1 }) : [];
  }
  return 'lastSeen' in condition ? seen(condition, isWanted) : [];
}

const isThere = ({ exists, verified }: IdentifierCondition) => exists ?? verified ?? true;

function identifierFilter({ identifier, verified, domain }: IdentifierCondition): object {
  return { type: [identifier], domain, verified: verified === undefined ? undefined : true };
}

/** When somebody was seen last, said as how often she was seen since. */
function seen({ lastSeen, before, within }: LastSeenCondition, isWanted: boolean): CountClaim[] {
  const count = (filter: object, atLeast: number, atMost: number): CountClaim => ({
    of: 'touchpoints',
    filter: { ...lastSeen, ...filter },
    atLeast,
    atMost,
  });
  const many = Number.POSITIVE_INFINITY;
  if (!isWanted) return before === undefined ? [count({ within }, 0, 0)] : [];
  return [count({ within }, 1, many), ...(before === undefined ? [] : [count({ within: before }, 0, 0)])];
}

function valuesOf(condition: Condition, isWanted: boolean): ValueClaim[] {
  if ('metric' in condition || 'score' in condition) {
    const { atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY } = condition;
    const value = 'metric' in condition ? `metric ${condition.metric}` : `score ${JSON.stringify(condition.score)}`;
    return [{ value, allowed: { numbers: { atLeast, atMost } }, isWanted }];
  }
  if (!('trait' in condition)) return [];
  const value = `trait ${condition.trait}`;
  // What is not known to exist does not: both ways of asking are one claim.
  if (condition.exists !== undefined)
    return [{ value, allowed: { isKnown: condition.exists === isWanted }, isWanted: true }];
  return [{ value, allowed: allowedBy(condition), isWanted }];
}
