/** By what a reason is likely; stored as its place in this list: append only. */
export const reasonRules = ['ANY', 'AFTER', 'ORDER', 'AGAIN', 'ISSUE', 'JOURNEY', 'GIVEN_UP'] as const;
export type ReasonRuleWord = (typeof reasonRules)[number];

export const ruleCode = (rule: ReasonRuleWord) => reasonRules.indexOf(rule);

/** How often rules that name the reason themselves are taken to be right before anything was counted. */
export const reasonPriors = { AGAIN: 0.4, ISSUE: 0.5, JOURNEY: 0.4, GIVEN_UP: 0.6 } as const;

/** So many cases the priors weigh. */
export const priorCases = 10;

/** So many cases of nothing weigh against what was counted of a topic: three of three is not certain. */
export const doubtCases = 5;

/** Windows of the rules, in days. */
export const reasonDays = { again: 7, order: 14, after: 30 } as const;
