/** The clock of surveys: invitations open, expire and keep quiet by it. */
export interface FeedbackClock {
  readonly now: () => Date;
}

export const FEEDBACK_CLOCK = Symbol('the clock of feedback');
