/** The clock of everything that happens to journeys, and how often it is asked which of them are due. */
export interface JourneyClock {
  readonly now: () => Date;
  readonly tickMs: number;
}

export const JOURNEY_CLOCK = Symbol('the clock of journeys');
