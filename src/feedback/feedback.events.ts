/** Published in the transaction in which customers are invited to a survey. */
export const SURVEY_INVITED = 'feedback.invited';

export interface SurveyInvited {
  /** Base profiles that the invitations hang on. */
  readonly profiles: readonly string[];
}

/** Published in the transaction in which feedback was given, or corrected by another system. */
export const FEEDBACK_GIVEN = 'feedback.given';

export interface FeedbackGiven {
  /** As 32 hexadecimal digits. */
  readonly feedback: readonly string[];
  /** Base profiles that it hangs on. */
  readonly profiles: readonly string[];
  /** True for imported history, which must raise no alarm. */
  readonly backfill: boolean;
}
