import type { Evaluated, Evaluation, StandingDecision } from './evaluation.queries.js';
import type { Ended, Entering, Kept, Term } from './membership.queries.js';
import { type Decision, decide, type Ending, endings, type OpenMembership } from './membership-change.js';
import type { RuleCompiler, SegmentRule } from './rules/compiler.js';
import type { Condition } from './rules/conditions.js';
import { type ReasonPart, reasonOf } from './rules/reason.js';
import type { MembershipRef } from './segments.events.js';

/** What becomes of one customer's memberships, ready to be written. */
export interface Judged {
  readonly decision: Decision;
  readonly entering: readonly Entering[];
  readonly ended: readonly Ended[];
  readonly kept: readonly Kept[];
  readonly freed: readonly MembershipRef[];
}

export function judge(customer: Evaluated, { segments, all }: Evaluation, compiler: RuleCompiler): Judged {
  const { profile } = customer;
  const places = new Map(segments.map((segment, place) => [segment.id, place]));
  const byId = new Map(all.map((segment) => [segment.id, segment]));
  const decided = new Map(customer.decisions.map((decision) => [decision.segment, decision]));
  const isManual = (segment: string) => {
    const decision = decided.get(segment);
    return decision !== undefined && !decision.isOver && !decision.isExclusion;
  };
  const ruleHolds = (segment: string) => customer.rules[places.get(segment) ?? -1] === true;
  const endingOf = (one: OpenMembership): Ending => {
    if (!byId.has(one.segment)) return 'DELETED';
    const decision = decided.get(one.segment);
    if (one.isManual) return decision?.isOver === true ? 'EXPIRED' : 'MANUAL';
    return decision?.isOver === false && decision.isExclusion ? 'MANUAL' : 'RULE';
  };
  const holding = segments.filter((_, place) => customer.holds[place]);
  const decision = decide({
    ...customer,
    holding: holding.map(({ id }) => ({ segment: id, isManual: isManual(id) })),
    endingOf,
  });
  const termOf = (segment: SegmentRule): Term => {
    const end = segment.endsAt?.toISOString() ?? null;
    if (!isManual(segment.id)) return { expires: end, lastsMs: segment.lastsMs };
    // Where the rule holds she stays when the decision runs out.
    const staysByRule = ruleHolds(segment.id) && !customer.lapsed.includes(segment.id);
    return { expires: earlier(staysByRule ? null : (decided.get(segment.id)?.expires ?? null), end), lastsMs: null };
  };
  const seen = (condition: Condition) => {
    const place = compiler.placeOf(condition);
    return { holds: customer.conditions?.[place] ?? false, observed: customer.observed?.[place] ?? null };
  };
  return {
    decision,
    entering: decision.begin.map((begin) => {
      const segment = byId.get(begin.segment) as SegmentRule;
      const reason = begin.isManual
        ? [byHand(decided.get(begin.segment) as StandingDecision)]
        : reasonOf(segment.rule, seen);
      return { ...begin, ...termOf(segment), version: segment.version, reason };
    }),
    ended: decision.end.map(({ by, ...ref }) => ({
      ...ref,
      by: endings.indexOf(by),
      isLapsed: by === 'EXPIRED' && ruleHolds(ref.segment),
    })),
    kept: decision.keep.flatMap((one) => {
      const segment = byId.get(one.segment);
      if (!segment) return [];
      const term = termOf(segment);
      const mayChange = one.isOrphan || one.expires !== null || term.expires !== null || term.lastsMs !== null;
      return mayChange ? [{ profile, segment: one.segment, isOrphan: one.isOrphan, ...term }] : [];
    }),
    freed: customer.lapsed
      .filter((segment) => places.has(segment) && !ruleHolds(segment))
      .map((segment) => ({ profile, segment })),
  };
}

function earlier(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return Date.parse(a) <= Date.parse(b) ? a : b;
}

/** What a person said when she put a customer in. */
function byHand({ reason, actor }: StandingDecision): ReasonPart {
  return { text: `put in by hand: ${reason}`, condition: { manual: true }, observed: actor };
}
