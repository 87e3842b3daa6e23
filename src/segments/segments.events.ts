/** Published in the transaction that changes memberships. A membership that a merge only moved is not told. */
export const SEGMENTS_CHANGED = 'segments.changed';

export interface MembershipRef {
  /** Canonical profile of the customer when it was evaluated. */
  readonly profile: string;
  /** Segment id, as 32 hexadecimal digits. */
  readonly segment: string;
}

export interface SegmentsChanged {
  readonly entered: readonly MembershipRef[];
  readonly left: readonly MembershipRef[];
  /** True when imported history caused it, which must raise no alarm. */
  readonly backfill: boolean;
}

/** Published when a segment gives another tier of promises, or has another priority; each batch publishes the next. */
export const SEGMENT_GRANTS_CHANGED = 'segments.grants-changed';

export interface SegmentGrantsChanged {
  readonly segment: string;
  /** Members up to this profile id have been seen to. */
  readonly after: string;
}

/** Published when a segment is made, its rule changes, or it is deleted; each batch of customers publishes the next. */
export const SEGMENT_RULE_CHANGED = 'segments.rule-changed';

export interface SegmentRuleChanged {
  readonly segment: string;
  readonly version: number;
  /** Canonical profile ids up to this one have been evaluated. */
  readonly after: string;
}
