import type { Customer } from './documents.js';

/** Below it nothing is guessed aloud: a wrong guess costs more than none. */
export const clearFrom = 0.6;

/** What to do next, as it is said to whoever serves her. */
export const stepTexts: Readonly<Record<Customer['nextSteps'][number]['kind'], string>> = {
  READ_MARK: 'Read why she was marked, before you say anything.',
  CALL_BACK: 'Call her back.',
  SETTLE_LATE_ISSUE: 'Settle the issue that is late.',
  FREE_STUCK_JOURNEY: 'Help her past the step that she is stuck on.',
  TAKE_OVER: 'Take it over until it is settled.',
  TELL_ABOUT_ISSUE: 'Tell her where her issue stands.',
  GO_ON_WITH_JOURNEY: 'Go on with her journey.',
  MEND_MOOD: 'Ask what went wrong.',
};
