import type { Condition } from '../../src/segments/rules/conditions.js';
import type { Rule } from '../../src/segments/rules/rule.js';
import { metricIn } from './metric-reference.js';

/** One customer as the oracle knows her: everything that her profiles have, in no particular order. */
export interface World {
  readonly traits: readonly { readonly key: string; readonly value: unknown; readonly at: number }[];
  readonly identifiers: readonly { readonly type: string; readonly value: string; readonly verification: number }[];
  readonly touchpoints: readonly {
    readonly at: number;
    readonly channel: string;
    readonly direction: string;
    readonly status: string;
    readonly kind: string;
    readonly topic: string | null;
    readonly agent: string | null;
    readonly conversation: string | null;
    readonly isAbandoned: boolean;
    readonly wait: number | null;
    readonly sentiment: number | null;
  }[];
  readonly issues: readonly {
    readonly status: string;
    readonly priority: string;
    readonly topic: string | null;
    readonly openedAt: number;
    /** Where it is settled. */
    readonly resolvedAt: number;
    readonly answerDue: number | null;
    readonly endDue: number | null;
    readonly answeredAt: number | null;
  }[];
  readonly journeys: readonly {
    readonly blueprint: string;
    readonly status: string;
    readonly step: string;
    readonly isStuck: boolean;
    readonly startedAt: number;
  }[];
  readonly feedback: readonly {
    readonly survey: string | null;
    readonly kind: string;
    readonly channel: string;
    readonly at: number;
    readonly scale: { readonly score: number; readonly min: number; readonly max: number } | null;
  }[];
  readonly invitations: readonly {
    readonly survey: string;
    readonly invitedAt: number;
    readonly opensAt: number;
    readonly expiresAt: number;
    readonly answeredAt: number | null;
  }[];
}

/** The rules of the workspace, by the keys of their segments. */
export type Rules = ReadonlyMap<string, Rule>;

/** What a rule means, written down as plainly as possible. */
export function interpret(rule: Rule, world: World, now: number, rules: Rules): boolean {
  if ('all' in rule) return rule.all.every((inner) => interpret(inner, world, now, rules));
  if ('any' in rule) return rule.any.some((inner) => interpret(inner, world, now, rules));
  if ('not' in rule) return !interpret(rule.not, world, now, rules);
  const { condition } = rule;
  if (!('segment' in condition)) return satisfies(condition, world, now);
  const other = rules.get(condition.segment);
  if (!other) throw new Error('There is no such segment.');
  return interpret(other, world, now, rules);
}

function satisfies(condition: Exclude<Condition, { segment: string }>, world: World, now: number): boolean {
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
  if ('openIssues' in condition) {
    const { topic, priority } = condition.openIssues;
    const open = world.issues.filter(
      (one) => !isSettled(one.status) && isOneOf(one.topic, topic) && isOneOf(one.priority, priority),
    );
    return isBetween(open.length, condition);
  }
  if ('issues' in condition) {
    const { status, priority, topic, slaBreached, olderThan, within } = condition.issues;
    const found = world.issues.filter(
      (one) =>
        isOneOf(one.status, status) &&
        isOneOf(one.priority, priority) &&
        isOneOf(one.topic, topic) &&
        (slaBreached === undefined || isBreached(one, now) === slaBreached) &&
        (olderThan === undefined || one.openedAt <= now - olderThan) &&
        (within === undefined || one.openedAt > now - within),
    );
    return isBetween(found.length, condition);
  }
  if ('identifiers' in condition) {
    const { type, verified } = condition.identifiers;
    const found = world.identifiers.filter(
      (one) => isOneOf(one.type, type) && (verified === undefined || one.verification >= 1 === verified),
    );
    return isBetween(found.length, condition);
  }
  if ('journeys' in condition) {
    const { blueprint, status, step, stuck, within } = condition.journeys;
    const found = world.journeys.filter(
      (one) =>
        isOneOf(one.blueprint, blueprint) &&
        isOneOf(one.status, status) &&
        isOneOf(one.step, step) &&
        (stuck === undefined || one.isStuck === stuck) &&
        (within === undefined || one.startedAt > now - within),
    );
    return isBetween(found.length, condition);
  }
  if ('feedback' in condition) {
    const { survey, kind, class: classes, channel, within } = condition.feedback;
    const found = world.feedback.filter(
      (one) =>
        isOneOf(one.survey, survey) &&
        isOneOf(one.kind, kind) &&
        isOneOf(one.channel, channel) &&
        (classes === undefined || isOneOf(npsClassOf(one), classes)) &&
        (within === undefined || one.at > now - within),
    );
    return isBetween(found.length, condition);
  }
  if ('invitations' in condition) {
    const { survey, state, within } = condition.invitations;
    const found = world.invitations.filter(
      (one) =>
        isOneOf(one.survey, survey) &&
        isOneOf(stateOf(one, now), state) &&
        (within === undefined || one.invitedAt > now - within),
    );
    return isBetween(found.length, condition);
  }
  if ('score' in condition) {
    const { pick, survey, kind, within } = condition.score;
    const scores = world.feedback
      .filter((one) => (survey === undefined ? one.kind === kind : one.survey === survey))
      .filter((one) => within === undefined || one.at > now - within)
      .sort((a, b) => b.at - a.at)
      .flatMap(({ scale }) => (scale === null ? [] : [kind === undefined ? scale.score : onScaleOf(kind, scale)]));
    if (scores.length === 0) return false;
    const mean = scores.reduce((sum, one) => sum + one, 0) / scores.length;
    const picked = { last: scores[0] ?? 0, lowest: Math.min(...scores), highest: Math.max(...scores), average: mean };
    return isBetween(Math.round(picked[pick] * 100) / 100, condition);
  }
  const figure = metricIn(condition.metric, world, now);
  return figure !== null && isBetween(figure, condition);
}

const customary = { CSAT: [1, 5], NPS: [0, 10], CES: [1, 7] } as const;

function onScaleOf(
  kind: keyof typeof customary,
  { score, min, max }: { score: number; min: number; max: number },
): number {
  const [least, most] = customary[kind];
  return Math.round((least + ((most - least) * (score - min)) / (max - min)) * 100) / 100;
}

function npsClassOf({ kind, scale }: World['feedback'][number]): string | null {
  if (kind !== 'NPS' || scale === null) return null;
  const score = onScaleOf('NPS', scale);
  return score >= 9 ? 'PROMOTER' : score > 6 ? 'PASSIVE' : 'DETRACTOR';
}

function stateOf(invitation: World['invitations'][number], now: number): string {
  if (invitation.answeredAt !== null) return 'ANSWERED';
  if (invitation.expiresAt <= now) return 'EXPIRED';
  return invitation.opensAt > now ? 'WAITING' : 'OPEN';
}

const isSettled = (status: string) => status === 'RESOLVED' || status === 'CLOSED';

function isBreached(issue: World['issues'][number], now: number): boolean {
  const { status, resolvedAt, answerDue, endDue, answeredAt } = issue;
  const isLateEnd = endDue !== null && (isSettled(status) ? resolvedAt : now) > endDue;
  return isLateEnd || (answerDue !== null && (answeredAt ?? now) > answerDue);
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
