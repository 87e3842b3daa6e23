/** Published in the transaction of each change of journeys, by whatever it came. */
export const JOURNEYS_CHANGED = 'journeys.changed';

export type JourneyChangeKind =
  | 'STARTED'
  | 'ADVANCED'
  | 'STUCK'
  | 'PAUSED'
  | 'RESUMED'
  | 'HANDED_OFF'
  | 'COMPLETED'
  | 'ABANDONED'
  | 'CANCELLED';

export interface JourneyChange {
  readonly kind: JourneyChangeKind;
  /** As 32 hexadecimal digits. */
  readonly journey: string;
  readonly blueprint: string;
  /** The base profile that the journey hangs on. */
  readonly profile: string;
  /** The step that it is on now. */
  readonly step: string;
  /** When it happened, in ISO 8601: not later than it was noticed. */
  readonly at: string;
}

export interface JourneysChanged {
  readonly changes: readonly JourneyChange[];
  /** True when imported history caused it, which must raise no alarm. */
  readonly backfill: boolean;
}
