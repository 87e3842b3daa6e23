import { Module } from '@nestjs/common';
import { ConnectorsModule } from '../connectors/connectors.module.js';
import { Composer } from '../platform/composer.js';
import { TouchpointsModule } from '../touchpoints/touchpoints.module.js';
import { AnswerTouchpoints } from './answer-touchpoints.service.js';
import { evaluationById, evaluationShapes } from './evaluations/evaluation.sections.js';
import { evaluationProviders } from './evaluations/evaluation-providers.js';
import { scorecardById, scorecardShapes } from './evaluations/scorecard.sections.js';
import {
  answerPayloadResolver,
  CustomerFeedbackResolver,
  FeedbackMetricsResolver,
  SurveyAnswerResolver,
} from './feedback.resolver.js';
import { feedbackById, feedbackShapes } from './feedback.sections.js';
import { FEEDBACK_CLOCK, type FeedbackClock } from './feedback-clock.js';
import { CustomerInvitationsResolver, InvitationResolver, invitationPayloadResolver } from './invitation.resolver.js';
import { invitationById, invitationShapes } from './invitation.sections.js';
import { SurveyInvitations } from './invitations.service.js';
import { momentById, momentShapes } from './moments/moment.sections.js';
import { momentProviders } from './moments/moment-providers.js';
import { OutsideFeedback } from './outside-feedback.service.js';
import { SurveyResolver, surveyPayloadResolvers } from './survey.resolver.js';
import { surveyById, surveyShapes } from './survey.sections.js';
import { SurveyAnswers } from './survey-answers.service.js';
import { SurveyGuard } from './survey-guard.service.js';
import { SurveyTriggers } from './survey-triggers.service.js';
import { SurveysController } from './surveys.controller.js';
import { Surveys } from './surveys.service.js';

const realClock = (): FeedbackClock => ({ now: () => new Date() });

@Module({
  imports: [TouchpointsModule, ConnectorsModule],
  providers: [
    Surveys,
    SurveyResolver,
    ...surveyPayloadResolvers,
    SurveyTriggers,
    SurveyInvitations,
    CustomerInvitationsResolver,
    InvitationResolver,
    invitationPayloadResolver,
    SurveyGuard,
    SurveyAnswers,
    SurveysController,
    AnswerTouchpoints,
    OutsideFeedback,
    SurveyAnswerResolver,
    answerPayloadResolver,
    CustomerFeedbackResolver,
    FeedbackMetricsResolver,
    ...evaluationProviders,
    ...momentProviders,
    { provide: FEEDBACK_CLOCK, useFactory: realClock },
  ],
})
export class FeedbackModule {
  constructor(composer: Composer) {
    composer.contribute(surveyShapes(composer));
    composer.contribute(invitationShapes(composer));
    composer.contribute(feedbackShapes(composer));
    composer.contribute(scorecardShapes(composer));
    composer.contribute(evaluationShapes(composer));
    composer.contribute(momentShapes(composer));
    composer.contributeNode('survey', { type: 'Survey', from: surveyById });
    composer.contributeNode('invitation', { type: 'SurveyInvitation', from: invitationById });
    composer.contributeNode('feedback', { type: 'Feedback', from: feedbackById });
    composer.contributeNode('scorecard', { type: 'Scorecard', from: scorecardById });
    composer.contributeNode('moment', { type: 'MomentOfTruth', from: momentById });
    composer.contributeNode('evaluation', { type: 'Evaluation', from: evaluationById });
  }
}
