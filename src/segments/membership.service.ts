import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { FEEDBACK_GIVEN, type FeedbackGiven, SURVEY_INVITED, type SurveyInvited } from '../feedback/feedback.events.js';
import { IDENTITY_CHANGED, type IdentityChanged } from '../identity/identity.events.js';
import { ISSUES_CHANGED, type IssuesChanged } from '../issues/issues.events.js';
import { JOURNEYS_CHANGED, type JourneysChanged } from '../journeys/journeys.events.js';
import { Events, type OutboxEvent, publish } from '../platform/events.js';
import { publishChange } from '../platform/feed.js';
import { BRIEF_OPENED, type BriefOpened } from '../signals/signals.events.js';
import { TOUCHPOINTS_RECORDED, type TouchpointsRecorded } from '../touchpoints/touchpoints.events.js';
import { type Evaluation, evaluate } from './evaluation.queries.js';
import { holdCustomers, nextCustomers, nextMembers, walkIndexes, writeMemberships } from './membership.queries.js';
import { type Judged, judge } from './membership-verdict.js';
import { referencesOf, type SegmentRule } from './rules/compiler.js';
import { findSegment, listSegments } from './segment.queries.js';
import {
  SEGMENT_RULE_CHANGED,
  SEGMENTS_CHANGED,
  type SegmentRuleChanged,
  type SegmentsChanged,
} from './segments.events.js';
import { ruleOf } from './stored-rules.js';

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
    this.events.subscribe(JOURNEYS_CHANGED, 7, async (db, event) => {
      const { changes, backfill } = event.payload as JourneysChanged;
      const profiles = [...new Set(changes.map(({ profile }) => profile))];
      await evaluateSegments(db, event.workspace, profiles, this.clock.now(), { backfill });
    });
    this.events.subscribe(BRIEF_OPENED, 7, async (db, event) => {
      const { profile } = event.payload as BriefOpened;
      await evaluateSegments(db, event.workspace, [profile], this.clock.now());
    });
    this.events.subscribe(FEEDBACK_GIVEN, 7, async (db, event) => {
      const { profiles, backfill } = event.payload as FeedbackGiven;
      await evaluateSegments(db, event.workspace, profiles, this.clock.now(), { backfill });
    });
    this.events.subscribe(SURVEY_INVITED, 7, async (db, event) => {
      const { profiles } = event.payload as SurveyInvited;
      await evaluateSegments(db, event.workspace, profiles, this.clock.now());
    });
    this.events.subscribe(SEGMENT_RULE_CHANGED, 7, (db, event) => applyRule(db, event, this.clock.now()));
  }
}

export interface EvaluationOptions {
  readonly backfill?: boolean;
  /** Only this segment and those that rest on it; else all of the workspace. */
  readonly only?: string;
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
  if (profiles.length === 0) return change;
  const all = (await listSegments(db, workspace)).map((row) => ruleOf(workspace, row));
  if (all.length === 0 && !closing) return change;
  const evaluation = { segments: only === undefined ? all : restingOn(all, only), all, isPartial: only !== undefined };
  await walkIndexes(db);
  for (let start = 0; start < profiles.length; start += customersPerEvaluationMax) {
    const batch = profiles.slice(start, start + customersPerEvaluationMax);
    const part = await evaluateBatch(db, workspace, evaluation, batch, now);
    change.entered = [...change.entered, ...part.entered];
    change.left = [...change.left, ...part.left];
  }
  const changed = [...change.entered, ...change.left].map((one) => one.profile);
  if (changed.length > 0) await publishChange(db, workspace, SEGMENTS_CHANGED, changed, change);
  return change;
}

async function evaluateBatch(
  db: EntityManager,
  workspace: number,
  evaluation: Evaluation,
  profiles: readonly string[],
  now: Date,
): Promise<Omit<SegmentsChanged, 'backfill'>> {
  const customers = await holdCustomers(db, workspace, profiles);
  const { evaluated, compiler } = await evaluate(db, workspace, evaluation, customers, now);
  const verdicts = evaluated.map((customer) => judge(customer, evaluation, compiler));
  const all = <T>(of: (verdict: Judged) => readonly T[]) => verdicts.flatMap(of);
  const change = {
    entered: all(({ entering }) => entering),
    ended: all(({ ended }) => ended),
    kept: all(({ kept }) => kept),
    freed: all(({ freed }) => freed),
    dues: evaluated.map(({ profile, due }) => ({ profile, due })),
  };
  await writeMemberships(db, workspace, change, now, evaluation.isPartial);
  return { entered: all(({ decision }) => decision.entered), left: all(({ decision }) => decision.left) };
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
  const options = segment.isDeleted ? { closing: true } : { only: id };
  await evaluateSegments(db, workspace, profiles, now, options);
  if (profiles.length < customersPerEvaluationMax) return;
  const next: SegmentRuleChanged = { segment: id, version, after: last };
  await publish(db, workspace, SEGMENT_RULE_CHANGED, next);
}

/** A segment and, however far, those whose rules name it. */
function restingOn(all: readonly SegmentRule[], id: string): SegmentRule[] {
  const found = new Set(all.filter((segment) => segment.id === id));
  for (const base of found) {
    for (const other of all) if (referencesOf(other.rule).includes(base.key)) found.add(other);
  }
  return [...found];
}
