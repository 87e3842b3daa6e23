import type { Condition } from './conditions.js';
import { sentence } from './reason-words.js';
import type { Rule } from './rule.js';

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
