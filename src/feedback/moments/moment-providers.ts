import type { Provider } from '@nestjs/common';
import {
  CustomerMomentsResolver,
  MomentOfTruthResolver,
  momentPayloadResolvers,
  TouchpointMomentResolver,
} from './moment.resolver.js';
import { MomentsOfTruth } from './moments.service.js';

/** What the module of feedback takes for moments of truth. */
export const momentProviders: Provider[] = [
  MomentsOfTruth,
  MomentOfTruthResolver,
  ...momentPayloadResolvers,
  CustomerMomentsResolver,
  TouchpointMomentResolver,
];
