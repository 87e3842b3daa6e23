/** What time it is for analyses: what came a minute ago may still be followed by something. */
export interface AnalyticsClock {
  now(): Date;
}

export const ANALYTICS_CLOCK = Symbol('the clock of analyses');
