/** What time it is for those who state what a customer wants. */
export interface TreatmentClock {
  now(): Date;
}

export const TREATMENT_CLOCK = Symbol('the clock of treatment');
