import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { IDENTITY_CHANGED, type IdentityChanged } from '../identity/identity.events.js';
import { ISSUES_CHANGED, type IssuesChanged } from '../issues/issues.events.js';
import { Events, type OutboxEvent, publish } from '../platform/events.js';
import { TOUCHPOINTS_RECORDED, type TouchpointsRecorded } from '../touchpoints/touchpoints.events.js';
import { evaluate, type SegmentRule } from './evaluation.queries.js';
import {
  type Entering,
  holdCustomers,
  nextCustomers,
  nextMembers,
  walkIndexes,
  writeMemberships,
} from './membership.queries.js';
import { decide } from './membership-change.js';
import { type Condition, parseRule, type Rule } from './rule.js';
import { reasonOf } from './rule-reason.js';
import { findSegment, listSegments, type SegmentRow } from './segment.queries.js';
import {
  SEGMENT_RULE_CHANGED,
  SEGMENTS_CHANGED,
  type SegmentRuleChanged,
  type SegmentsChanged,
} from './segments.events.js';

/** The clock of everything that happens to memberships, and how often it is asked who is due. */
export interface SegmentClock {
  readonly now: () => Date;
  readonly tickMs: number;
}

export const SEGMENT_CLOCK = Symbol('the clock of segments');

/** Customers in one evaluation: one statement of reading and one of writing, well below the time-outs. */
export const customersPerEvaluationMax = 1_000;

/** Keeps memberships true: after each batch of touchpoints, each change of issues, of who is who, and of a rule. */
@Injectable()
export class MembershipService implements OnModuleInit {
  constructor(
    private readonly events: Events,
    @Inject(SEGMENT_CLOCK) private readonly clock: SegmentClock,
  ) {}

  onModuleInit(): void {
    this.events.subscribe(TOUCHPOINTS_RECORDED, 7, async (db, event) => {
      const { profiles, backfill } = event.payload as TouchpointsRecorded;
      await evaluateSegments(db, event.workspace, profiles, this.clock.now(), { backfill });
    });
    this.events.subscribe(ISSUES_CHANGED, 7, async (db, event) => {
      const { profiles } = event.payload as IssuesChanged;
      await evaluateSegments(db, event.workspace, profiles, this.clock.now());
    });
    this.events.subscribe(IDENTITY_CHANGED, 7, async (db, event) => {
      const { profiles } = event.payload as IdentityChanged;
      await evaluateSegments(db, event.workspace, profiles, this.clock.now());
    });
    this.events.subscribe(SEGMENT_RULE_CHANGED, 7, (db, event) => applyRule(db, event, this.clock.now()));
  }
}

export interface EvaluationOptions {
  readonly backfill?: boolean;
  /** Only these segments; else all of the workspace. */
  readonly only?: readonly SegmentRow[];
  /** Also when the workspace has no segment left: memberships of deleted ones end. */
  readonly closing?: boolean;
}

/**
 * Brings the memberships of the customers that profiles belong to up to date, and tells who entered and who left. Runs
 * in the caller's transaction, and twice gives the same as once.
 */
export async function evaluateSegments(
  db: EntityManager,
  workspace: number,
  profiles: readonly string[],
  now: Date,
  options: EvaluationOptions = {},
): Promise<SegmentsChanged> {
  const { backfill = false, only, closing = false } = options;
  const change = { entered: [], left: [], backfill } as { -readonly [K in keyof SegmentsChanged]: SegmentsChanged[K] };
  const rows = only ?? (await listSegments(db, workspace));
  if (profiles.length === 0 || (rows.length === 0 && !closing)) return change;
  const segments = rows.map((row) => ({ id: row.id, version: row.ruleVersion, rule: ruleOf(workspace, row) }));
  const isPartial = only !== undefined;
  await walkIndexes(db);
  for (let start = 0; start < profiles.length; start += customersPerEvaluationMax) {
    const batch = profiles.slice(start, start + customersPerEvaluationMax);
    const part = await evaluateBatch(db, workspace, segments, batch, now, isPartial);
    change.entered = [...change.entered, ...part.entered];
    change.left = [...change.left, ...part.left];
  }
  if (change.entered.length + change.left.length > 0) await publish(db, workspace, SEGMENTS_CHANGED, change);
  return change;
}

async function evaluateBatch(
  db: EntityManager,
  workspace: number,
  segments: readonly SegmentRule[],
  profiles: readonly string[],
  now: Date,
  isPartial: boolean,
): Promise<Omit<SegmentsChanged, 'backfill'>> {
  const customers = await holdCustomers(db, workspace, profiles);
  const { evaluated, compiler } = await evaluate(db, workspace, segments, customers, now, isPartial);
  const byId = new Map(segments.map((segment) => [segment.id, segment]));
  const begin: Entering[] = [];
  const decisions = evaluated.map((customer) => {
    const decision = decide({
      ...customer,
      holding: segments.filter((_, place) => customer.holds[place]).map((segment) => segment.id),
    });
    const seen = (condition: Condition) => {
      const place = compiler.placeOf(condition);
      return { holds: customer.conditions?.[place] ?? false, observed: customer.observed?.[place] ?? null };
    };
    for (const ref of decision.begin) {
      const { version, rule } = byId.get(ref.segment) as SegmentRule;
      begin.push({ ...ref, version, reason: reasonOf(rule, seen) });
    }
    return decision;
  });
  const dues = evaluated.map(({ profile, due }) => ({ profile, due }));
  const end = decisions.flatMap((decision) => decision.end);
  await writeMemberships(db, workspace, { entered: begin, left: end, dues }, now, isPartial);
  return {
    entered: decisions.flatMap((decision) => decision.entered),
    left: decisions.flatMap((decision) => decision.left),
  };
}

/** One batch of customers against a new rule; the next batch is the next event, so that no transaction grows long. */
export async function applyRule(db: EntityManager, event: OutboxEvent, now: Date): Promise<void> {
  const { segment: id, version, after } = event.payload as SegmentRuleChanged;
  const { workspace } = event;
  const segment = await findSegment(db, workspace, id);
  // A newer rule has a chain of events of its own.
  if (!segment || segment.ruleVersion !== version) return;
  const profiles = segment.isDeleted
    ? await nextMembers(db, workspace, id, after, customersPerEvaluationMax)
    : await nextCustomers(db, workspace, after, customersPerEvaluationMax);
  const last = profiles.at(-1);
  if (last === undefined) return;
  const options = segment.isDeleted ? { closing: true } : { only: [segment] };
  await evaluateSegments(db, workspace, profiles, now, options);
  if (profiles.length < customersPerEvaluationMax) return;
  const next: SegmentRuleChanged = { segment: id, version, after: last };
  await publish(db, workspace, SEGMENT_RULE_CHANGED, next);
}

const parsedRulesMax = 5_000;
const parsedRules = new Map<string, Rule>();

/** A stored rule was checked when it was stored; reading it is pure, so each version is read once. */
export function ruleOf(workspace: number, row: SegmentRow): Rule {
  const key = `${workspace} ${row.id} ${row.ruleVersion}`;
  let rule = parsedRules.get(key);
  if (!rule) {
    rule = parseRule(row.rule, 'rule');
    if (parsedRules.size >= parsedRulesMax) parsedRules.clear();
    parsedRules.set(key, rule);
  }
  return rule;
}
