import type { MembershipRef } from './segments.events.js';

/** What ended a membership, stored as its place in this list: append only. */
export const endings = ['RULE', 'MANUAL', 'EXPIRED', 'MERGE', 'DELETED'] as const;
export type Ending = (typeof endings)[number];

/** A membership that has not ended yet. */
export interface OpenMembership {
  readonly segment: string;
  readonly isManual: boolean;
  /** Its time is over: nobody reads it as a membership any more. */
  readonly isOver: boolean;
  /** Since when she is a member without a break. */
  readonly entered: string;
  /** When it will end though nothing else happens. */
  readonly expires: string | null;
  /** It came along with a profile that is not hers any more. */
  readonly isOrphan: boolean;
}

export interface AbsorbedMembership extends OpenMembership {
  /** The absorbed profile that it was left on. */
  readonly profile: string;
}

/** What one customer's evaluation found, as far as membership goes. */
export interface Verdict {
  readonly profile: string;
  /** Segments that she belongs to now, and whether somebody put her in. */
  readonly holding: readonly { readonly segment: string; readonly isManual: boolean }[];
  readonly present: readonly OpenMembership[];
  readonly absorbed: readonly AbsorbedMembership[];
  /** Why she is not in a segment any more, where neither time nor a merge is the cause. */
  readonly endingOf: (membership: OpenMembership) => Ending;
}

export interface Begin extends MembershipRef {
  readonly isManual: boolean;
  /** Where it goes on from another: since when, and on which profile that was. */
  readonly entered: string | null;
  readonly origin: string | null;
}

export interface End extends MembershipRef {
  readonly by: Ending;
}

/** The rows to begin, to end and to keep, and what to tell of it. */
export interface Decision {
  readonly begin: readonly Begin[];
  readonly end: readonly End[];
  readonly keep: readonly OpenMembership[];
  readonly entered: readonly MembershipRef[];
  readonly left: readonly MembershipRef[];
}

/**
 * Memberships are kept on the canonical profile alone. One that came with an absorbed profile and still holds moves: its
 * row ends, another begins that goes on from it, and nobody is told, for the customer never left. The same when the rule
 * takes over from a hand, or a hand from the rule.
 */
export function decide({ profile, holding, present, absorbed, endingOf }: Verdict): Decision {
  const ref = (segment: string): MembershipRef => ({ profile, segment });
  const wanted = new Map(holding.map((one) => [one.segment, one]));
  const lasting = [...present, ...absorbed].filter((one) => !one.isOver);
  const isKept = (one: OpenMembership) => !one.isOver && wanted.get(one.segment)?.isManual === one.isManual;
  const kept = present.filter(isKept);
  const begin = holding
    .filter(({ segment }) => !kept.some((one) => one.segment === segment))
    .map((one): Begin => {
      const before = oldest(lasting.filter(({ segment }) => segment === one.segment));
      const origin = before !== null && 'profile' in before ? String(before.profile) : null;
      return { ...ref(one.segment), isManual: one.isManual, entered: before?.entered ?? null, origin };
    });
  const ended = present.filter((one) => !isKept(one));
  const before = new Set(lasting.map(({ segment }) => segment));
  const open = new Set([...present, ...absorbed].map(({ segment }) => segment));
  return {
    begin,
    end: [
      ...ended.map((one) => ({ ...ref(one.segment), by: endedBy(one, wanted.has(one.segment), endingOf) })),
      ...absorbed.map(
        (one): End => ({ profile: one.profile, segment: one.segment, by: one.isOver ? 'EXPIRED' : 'MERGE' }),
      ),
    ],
    keep: kept,
    entered: [...wanted.keys()].filter((segment) => !before.has(segment)).map(ref),
    left: [...open].filter((segment) => !wanted.has(segment) || !before.has(segment)).map(ref),
  };
}

function endedBy(one: OpenMembership, isWanted: boolean, endingOf: Verdict['endingOf']): Ending {
  if (one.isOver) return 'EXPIRED';
  // She stays, but for another reason: a hand put her in, or does so no more.
  if (isWanted && !one.isManual) return 'MANUAL';
  return one.isOrphan ? 'MERGE' : endingOf(one);
}

function oldest<T extends OpenMembership>(memberships: readonly T[]): T | null {
  return memberships.reduce<T | null>(
    (a, b) => (a === null || Date.parse(b.entered) < Date.parse(a.entered) ? b : a),
    null,
  );
}
