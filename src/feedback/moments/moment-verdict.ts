/** Whether a moment went well, and what says so: docs/feedback.md has the rule. */
export const momentVerdicts = ['WELL', 'BADLY', 'BETWEEN', 'UNKNOWN'] as const;
export const momentEvidence = ['ANSWER', 'OUTCOME', 'SENTIMENT'] as const;

/** From where on a sentiment says that it went well, and its opposite that it went badly. */
export const tellingSentiment = 0.3;
