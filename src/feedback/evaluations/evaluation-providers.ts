import type { Provider } from '@nestjs/common';
import {
  ConversationEvaluationsResolver,
  CustomerEvaluationsResolver,
  EvaluationResolver,
  evaluationPayloadResolver,
  TouchpointEvaluationsResolver,
} from './evaluation.resolver.js';
import { Evaluations } from './evaluations.service.js';
import { ScorecardResolver, scorecardPayloadResolvers } from './scorecard.resolver.js';
import { Scorecards } from './scorecards.service.js';

/** What the module of feedback takes for scorecards and evaluations. */
export const evaluationProviders: Provider[] = [
  Scorecards,
  ScorecardResolver,
  ...scorecardPayloadResolvers,
  Evaluations,
  EvaluationResolver,
  evaluationPayloadResolver,
  CustomerEvaluationsResolver,
  TouchpointEvaluationsResolver,
  ConversationEvaluationsResolver,
];
