import { registerEnumType } from '@nestjs/graphql';
import { enumOf } from '../platform/enum-of.js';

const attitudes = ['ADVOCATE', 'SATISFIED', 'NEUTRAL', 'CRITIC', 'DETRACTOR'] as const;
export const Attitude = enumOf(attitudes);

registerEnumType(Attitude, {
  name: 'Attitude',
  description: 'How she likely speaks of us.',
  valuesMap: {
    ADVOCATE: { description: 'A score of 50 or more.' },
    SATISFIED: { description: '15 to 49.' },
    NEUTRAL: { description: '-14 to 14.' },
    CRITIC: { description: '-49 to -15.' },
    DETRACTOR: { description: '-50 or less.' },
  },
});
