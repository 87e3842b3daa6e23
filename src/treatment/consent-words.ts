/** Stored as its place in this list: append only. Of what is stored UNKNOWN is a default only. */
export const consentStates = ['GRANTED', 'DENIED', 'WITHDRAWN', 'UNKNOWN'] as const;
export type ConsentStateWord = (typeof consentStates)[number];

export const stateCode = (state: ConsentStateWord) => consentStates.indexOf(state);

/** What somebody can state. */
export const consentDecisions = ['GRANTED', 'DENIED', 'WITHDRAWN'] as const;
export type ConsentDecisionWord = (typeof consentDecisions)[number];

/** What holds where nobody stated anything. */
export const consentDefaults = ['GRANTED', 'DENIED', 'UNKNOWN'] as const;
export type ConsentDefaultWord = (typeof consentDefaults)[number];

/** Stored as its place in this list: append only. */
export const legalBases = [
  'CONSENT',
  'LEGITIMATE_INTEREST',
  'CONTRACT',
  'LEGAL_OBLIGATION',
  'VITAL_INTEREST',
  'PUBLIC_TASK',
] as const;
export type LegalBasisWord = (typeof legalBases)[number];
