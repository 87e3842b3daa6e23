import type { Condition, Rule } from '../../src/segments/rule.js';

/** One customer as the oracle knows her: everything that her profiles have, in no particular order. */
export interface World {
  readonly traits: readonly { readonly key: string; readonly value: unknown; readonly at: number }[];
  readonly identifiers: readonly { readonly type: string; readonly value: string; readonly verification: number }[];
  readonly touchpoints: readonly {
    readonly at: number;
    readonly channel: string;
    readonly direction: string;
    readonly kind: string;
    readonly topic: string | null;
  }[];
  readonly issues: readonly { readonly status: number; readonly priority: string; readonly topic: string | null }[];
}

/** What a rule means, written down as plainly as possible. */
export function interpret(rule: Rule, world: World, now: number): boolean {
  if ('all' in rule) return rule.all.every((inner) => interpret(inner, world, now));
  if ('any' in rule) return rule.any.some((inner) => interpret(inner, world, now));
  if ('not' in rule) return !interpret(rule.not, world, now);
  return satisfies(rule.condition, world, now);
}

function satisfies(condition: Condition, world: World, now: number): boolean {
  if ('trait' in condition) return traitSatisfies(condition, world);
  if ('identifier' in condition) {
    const { identifier, exists, verified, domain } = condition;
    const own = world.identifiers.filter((one) => one.type === identifier);
    if (domain !== undefined) return own.some((one) => one.value.endsWith(`@${domain}`));
    if (verified !== undefined) return own.some((one) => one.verification >= 1) === verified;
    return own.length > 0 === exists;
  }
  if ('touchpoints' in condition) {
    const { channel, direction, kind, topic, within } = condition.touchpoints;
    const count = world.touchpoints.filter(
      (one) =>
        (within === undefined || one.at > now - within) &&
        isOneOf(one.channel, channel) &&
        isOneOf(one.direction, direction) &&
        isOneOf(one.kind, kind) &&
        isOneOf(one.topic, topic),
    ).length;
    return isBetween(count, condition);
  }
  if ('lastSeen' in condition) {
    const { channel, direction } = condition.lastSeen;
    const times = world.touchpoints
      .filter((one) => isOneOf(one.channel, channel) && isOneOf(one.direction, direction))
      .map((one) => one.at);
    if (times.length === 0) return false;
    const last = Math.max(...times);
    return (
      (condition.before === undefined || last <= now - condition.before) &&
      (condition.within === undefined || last > now - condition.within)
    );
  }
  const { topic, priority } = condition.openIssues;
  const open = world.issues.filter(
    (one) => one.status < 3 && isOneOf(one.topic, topic) && isOneOf(one.priority, priority),
  );
  return isBetween(open.length, condition);
}

function traitSatisfies(condition: Extract<Condition, { trait: string }>, world: World): boolean {
  const values = world.traits.filter((one) => one.key === condition.trait).sort((a, b) => b.at - a.at);
  const value = values[0]?.value ?? null;
  if (condition.exists !== undefined) return (value !== null) === condition.exists;
  if (value === null) return false;
  if (condition.is !== undefined) return value === condition.is;
  if (condition.in !== undefined) return condition.in.some((one) => one === value);
  if (condition.contains !== undefined) {
    if (typeof value === 'string') return value.includes(condition.contains);
    return Array.isArray(value) && value.includes(condition.contains);
  }
  if (condition.before !== undefined || condition.after !== undefined) {
    const at = instantOf(value);
    if (at === null) return false;
    return (
      (condition.before === undefined || at < condition.before) &&
      (condition.after === undefined || at > condition.after)
    );
  }
  return typeof value === 'number' && isBetween(value, condition);
}

function instantOf(value: unknown): number | null {
  if (
    typeof value !== 'string' ||
    !/^[1-9]\d{3}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2}))?$/.test(value)
  ) {
    return null;
  }
  const at = Date.parse(value);
  if (Number.isNaN(at)) return null;
  const [year, month, day] = value.slice(0, 10).split('-').map(Number) as [number, number, number];
  return day > new Date(Date.UTC(year, month, 0)).getUTCDate() ? null : at;
}

function isOneOf(value: string | null, allowed: readonly string[] | undefined): boolean {
  return allowed === undefined || (value !== null && allowed.includes(value));
}

function isBetween(count: number, bounds: { atLeast?: number | undefined; atMost?: number | undefined }): boolean {
  return count >= (bounds.atLeast ?? -Infinity) && count <= (bounds.atMost ?? Infinity);
}
