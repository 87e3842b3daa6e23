import { durationText } from '../platform/duration.js';
import type { Condition, Rule } from './rule.js';

/** One condition that made a customer a member, and what was seen of her at that time. */
export interface ReasonPart {
  /** `3 touchpoints on CALL about billing in 7 days (at least 3)`. */
  readonly text: string;
  /** The condition as it stands in the rule. */
  readonly condition: unknown;
  /** A number is counted no further than the rule needs. */
  readonly observed: unknown;
}

/** What is known of a condition for one customer. */
export interface Seen {
  readonly holds: boolean;
  readonly observed: unknown;
}

/**
 * The conditions that a rule rests on where it holds: all of `all`, those of `any` that hold, and under `not` the ones
 * that do not. Deterministic: the same rule and the same customer give the same words.
 */
export function reasonOf(rule: Rule, seen: (condition: Condition) => Seen): ReasonPart[] {
  const parts = grounds(rule, seen, true);
  const known = new Set<string>();
  return parts.filter((part) => !known.has(part.text) && known.add(part.text));
}

function holds(rule: Rule, seen: (condition: Condition) => Seen): boolean {
  if ('all' in rule) return rule.all.every((inner) => holds(inner, seen));
  if ('any' in rule) return rule.any.some((inner) => holds(inner, seen));
  if ('not' in rule) return !holds(rule.not, seen);
  return seen(rule.condition).holds;
}

function grounds(rule: Rule, seen: (condition: Condition) => Seen, wanted: boolean): ReasonPart[] {
  if ('not' in rule) return grounds(rule.not, seen, !wanted);
  if ('condition' in rule) {
    const { observed } = seen(rule.condition);
    const text = sentence(rule.condition, observed);
    return [{ text: wanted ? text : `not: ${text}`, condition: rule.written, observed }];
  }
  const inner = 'all' in rule ? rule.all : rule.any;
  return inner.filter((one) => holds(one, seen) === wanted).flatMap((one) => grounds(one, seen, wanted));
}

function sentence(condition: Condition, observed: unknown): string {
  if ('trait' in condition) return `trait ${condition.trait} is ${valueText(observed)} (${traitTest(condition)})`;
  if ('identifier' in condition) {
    const { identifier, domain, verified } = condition;
    const what =
      domain !== undefined ? `${identifier} at ${domain}` : `${verified === undefined ? '' : 'verified '}${identifier}`;
    return observed === true ? `has ${what}` : `has no ${what}`;
  }
  if ('touchpoints' in condition) {
    const { channel, direction, kind, topic, within } = condition.touchpoints;
    return [
      count(observed, 'touchpoint'),
      ...(direction ? [direction.join(' or ')] : []),
      ...(channel ? ['on', channel.join(' or ')] : []),
      ...(kind ? ['of kind', kind.join(' or ')] : []),
      ...(topic ? ['about', topic.join(' or ')] : []),
      ...(within === undefined ? [] : ['in', durationText(within)]),
      `(${bounds(condition)})`,
    ].join(' ');
  }
  if ('lastSeen' in condition) {
    const { channel, direction } = condition.lastSeen;
    const tests = [
      ...(condition.before === undefined ? [] : [`not within ${durationText(condition.before)}`]),
      ...(condition.within === undefined ? [] : [`within ${durationText(condition.within)}`]),
    ];
    return [
      'last seen',
      ...(direction ? [direction.join(' or ')] : []),
      ...(channel ? ['on', channel.join(' or ')] : []),
      observed === null ? 'never' : `at ${String(observed)}`,
      `(${tests.join(' and ')})`,
    ].join(' ');
  }
  const { topic, priority } = condition.openIssues;
  return [
    count(observed, 'open issue'),
    ...(priority ? ['of priority', priority.join(' or ')] : []),
    ...(topic ? ['about', topic.join(' or ')] : []),
    `(${bounds(condition)})`,
  ].join(' ');
}

function count(observed: unknown, noun: string): string {
  return `${Number(observed)} ${noun}${observed === 1 ? '' : 's'}`;
}

function bounds({ atLeast, atMost }: { atLeast?: number | undefined; atMost?: number | undefined }): string {
  if (atLeast === atMost) return `exactly ${atLeast}`;
  if (atMost === undefined) return `at least ${atLeast}`;
  return atLeast === undefined ? `at most ${atMost}` : `${atLeast} to ${atMost}`;
}

function traitTest(condition: Extract<Condition, { trait: string }>): string {
  if (condition.is !== undefined) return `is ${valueText(condition.is)}`;
  if (condition.in !== undefined) return `one of ${condition.in.map(valueText).join(', ')}`;
  if (condition.exists !== undefined) return condition.exists ? 'is known' : 'is not known';
  if (condition.contains !== undefined) return `contains ${condition.contains}`;
  if (condition.before !== undefined || condition.after !== undefined) {
    const after = condition.after === undefined ? [] : [`after ${new Date(condition.after).toISOString()}`];
    const before = condition.before === undefined ? [] : [`before ${new Date(condition.before).toISOString()}`];
    return [...after, ...before].join(' and ');
  }
  return bounds(condition);
}

function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'not known';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
