import { type TreatmentThreshold, treatmentThresholds } from '../../src/treatment/treatment-settings.js';
import { day, type Facts, isContact, newestFirst } from '../signals/reference.js';
import type { SignalSeen } from '../signals/signal-reference.js';

/** What routing needs beyond what signals rest on. */
export interface RoutingFacts extends Facts {
  /** Present memberships, with the entitlements of the segment. */
  readonly memberships: readonly {
    readonly customer: string;
    readonly segment: string;
    readonly entitlements: readonly string[];
  }[];
  readonly ratings: readonly { readonly touchpoint: string; readonly share: number }[];
  /** Agents that were asked for, by customer: the latest statement. */
  readonly asked: ReadonlyMap<string, string>;
  readonly points: Readonly<Record<string, number>>;
}

const at = (name: TreatmentThreshold) => treatmentThresholds[name].value;
const outer = (id: string) => `tp_${id.replaceAll('-', '')}`;

/** The entitlement that counts most; of equals the first by name of the first segment by key. */
export function entitlementOf(facts: RoutingFacts, customer: string) {
  let best: { entitlement: string; points: number; segmentKey: string } | null = null;
  const own = facts.memberships.filter((one) => one.customer === customer);
  for (const { segment, entitlements } of own.sort((a, b) => (a.segment < b.segment ? -1 : 1))) {
    for (const entitlement of entitlements.toSorted()) {
      const points = facts.points[entitlement] ?? 0;
      if (best === null || points > best.points) best = { entitlement, points, segmentKey: segment };
    }
  }
  return best;
}

/** Points and level, from the signals that she has. */
export function priorityOf(facts: RoutingFacts, customer: string, signals: readonly SignalSeen[]) {
  const counted: Record<string, number> = {};
  for (const { kind, severity } of signals) {
    if (kind === 'MARK') {
      if (severity === 'CRITICAL') counted['MARK'] = at('markPoints');
    } else if (kind === 'SLA_BREACH') counted['SLA_BREACH'] = at('breachPoints');
    else if (severity === 'CRITICAL') counted['SIGNAL'] = at('criticalPoints');
    else if (severity === 'WARNING') counted['SIGNAL'] ??= at('warningPoints');
  }
  const entitled = entitlementOf(facts, customer)?.points ?? 0;
  if (entitled > 0) counted['ENTITLEMENT'] = entitled;
  const points = Object.values(counted).reduce((sum, one) => sum + one, 0);
  const level = points >= at('urgentPoints') ? 'URGENT' : points >= at('highPoints') ? 'HIGH' : 'NORMAL';
  return { level, points, reasons: counted };
}

/** Who was asked for, else who had the last good contact. */
export function agentOf(facts: RoutingFacts, customer: string) {
  const asked = facts.asked.get(customer);
  if (asked !== undefined) return { agentId: asked, basis: 'PREFERRED', touchpointId: null };
  const served = facts.touchpoints
    .filter((one) => one.customer === customer && one.direction !== 'INTERNAL')
    .filter((one) => one.at > facts.now - at('agentDays') * day && one.at <= facts.now)
    .sort(newestFirst)
    .slice(0, 200)
    .filter((one) => one.agent !== null && isContact(one) && !['PLANNED', 'FAILED', 'CANCELLED'].includes(one.status));
  const good = at('goodSentimentPercent') / 100;
  for (const [place, one] of served.entries()) {
    const after = served.slice(0, place);
    const lastOfThread = after.find((other) => one.conversation !== null && other.conversation === one.conversation);
    if (one.isAbandoned || one.outcome === 'transferred' || (lastOfThread && lastOfThread.agent !== one.agent))
      continue;
    const issue = facts.issues.find((other) => other.id === one.issue);
    const isLastOfIssue = !after.some((other) => other.issue === one.issue);
    const isSettled =
      ['resolved', 'solved'].includes(one.outcome ?? '') || (issue !== undefined && !issue.isOpen && isLastOfIssue);
    const share = facts.ratings.find((other) => other.touchpoint === one.id)?.share;
    const isRatedWell = share !== undefined && share >= at('goodScorePercent') / 100;
    const isBad = (share !== undefined && share <= 1 - at('goodScorePercent') / 100) || (one.sentiment ?? 0) <= -good;
    if (isBad || !(isSettled || isRatedWell || (one.sentiment ?? 0) >= good)) continue;
    return { agentId: one.agent as string, basis: 'LAST_GOOD', touchpointId: outer(one.id) };
  }
  return null;
}
