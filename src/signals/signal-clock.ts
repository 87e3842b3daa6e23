/** What time it is for those who open briefs and mark customers. */
export interface SignalClock {
  now(): Date;
}

export const SIGNAL_CLOCK = Symbol('the clock of signals');
