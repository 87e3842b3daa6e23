import type { MembershipRef } from './segments.events.js';

/** What one customer's evaluation found, as far as membership goes. */
export interface Verdict {
  readonly profile: string;
  /** Segments whose rules hold. */
  readonly holding: readonly string[];
  readonly present: readonly string[];
  /** Memberships left on profiles that the customer absorbed. */
  readonly absorbed: readonly MembershipRef[];
}

/** The rows to end and to begin, and what to tell of it. */
export interface Decision {
  readonly begin: readonly MembershipRef[];
  readonly end: readonly MembershipRef[];
  readonly entered: readonly MembershipRef[];
  readonly left: readonly MembershipRef[];
}

/**
 * Memberships are kept on the canonical profile alone. One that came with an absorbed profile and still holds moves: its
 * row ends, another begins, and nobody is told, for the customer never left.
 */
export function decide({ profile, holding, present, absorbed }: Verdict): Decision {
  const before = new Set([...present, ...absorbed.map((row) => row.segment)]);
  const after = new Set(holding);
  const ref = (segment: string): MembershipRef => ({ profile, segment });
  return {
    begin: holding.filter((segment) => !present.includes(segment)).map(ref),
    end: [...present.filter((segment) => !after.has(segment)).map(ref), ...absorbed],
    entered: holding.filter((segment) => !before.has(segment)).map(ref),
    left: [...before].filter((segment) => !after.has(segment)).map(ref),
  };
}
