import { registerEnumType } from '@nestjs/graphql';
import { enumOf } from '../platform/enum-of.js';
import { consentDecisions, consentDefaults, consentStates, legalBases } from './consent-words.js';

export const ConsentState = enumOf(consentStates);
registerEnumType(ConsentState, {
  name: 'ConsentState',
  description: 'Whether a customer consents.',
  valuesMap: {
    GRANTED: { description: 'She does.' },
    DENIED: { description: 'She was asked, and does not.' },
    WITHDRAWN: { description: 'She did, and does not any more.' },
    UNKNOWN: { description: 'Nobody knows: she was never asked, or what she said has run out.' },
  },
});

export const ConsentDecision = enumOf(consentDecisions);
registerEnumType(ConsentDecision, { name: 'ConsentDecision', description: 'What a customer says when she is asked.' });

export const ConsentDefault = enumOf(consentDefaults);
registerEnumType(ConsentDefault, {
  name: 'ConsentDefault',
  description: 'What holds before a customer says anything.',
});

export const LegalBasis = enumOf(legalBases);
registerEnumType(LegalBasis, {
  name: 'LegalBasis',
  description: 'What lets a purpose be pursued.',
  valuesMap: {
    CONSENT: { description: 'Only that she consents.' },
    LEGITIMATE_INTEREST: { description: 'Ours, unless she objects: DENIED and WITHDRAWN are objections.' },
    CONTRACT: { description: 'What was agreed with her: consent is not asked.' },
    LEGAL_OBLIGATION: { description: 'The law asks for it: consent is not asked.' },
    VITAL_INTEREST: { description: 'Somebody’s life: consent is not asked.' },
    PUBLIC_TASK: { description: 'A task of the public: consent is not asked.' },
  },
});
