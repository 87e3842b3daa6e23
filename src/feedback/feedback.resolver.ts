import { Args, Float, Mutation, ResolveField, Resolver } from '@nestjs/graphql';
import type { Caller } from '../access/caller.js';
import { Customer } from '../identity/customer.types.js';
import { CurrentCaller } from '../platform/current-caller.js';
import { Access } from '../platform/field-access.js';
import { answeredByComposer, PageArgs } from '../platform/page.js';
import { payloadNode } from '../platform/payload-node.js';
import { CustomerMetrics } from '../touchpoints/activity.types.js';
import { AnswerSurveyInput, AnswerSurveyPayload } from './answer.types.js';
import { Feedback, FeedbackConnection } from './feedback.types.js';
import { SurveyAnswers } from './survey-answers.service.js';

@Resolver(() => Customer)
export class CustomerFeedbackResolver {
  @ResolveField(() => FeedbackConnection, {
    description: 'What she answered when she was asked, the latest first by `answeredAt`, then id.',
  })
  feedback(@Args() _args: PageArgs): never {
    return answeredByComposer();
  }
}

/** What feedback adds to the figures of a customer: docs/signals.md has the formula. */
@Resolver(() => CustomerMetrics)
export class FeedbackMetricsResolver {
  @ResolveField(() => Float, {
    nullable: true,
    description: 'Her latest CSAT, whenever it was, on the scale from 1 to 5.',
  })
  lastCsat(): number {
    return answeredByComposer();
  }

  @ResolveField(() => Float, { nullable: true, description: 'Her latest NPS, whenever it was: 0 to 10.' })
  lastNps(): number {
    return answeredByComposer();
  }

  @ResolveField(() => Float, {
    nullable: true,
    description: 'Her latest CES, whenever it was, on the scale from 1 (hard) to 7 (easy).',
  })
  lastCes(): number {
    return answeredByComposer();
  }
}

@Resolver()
export class SurveyAnswerResolver {
  constructor(private readonly answers: SurveyAnswers) {}

  @Mutation(() => AnswerSurveyPayload, {
    description: 'Takes an answer, once for each invitation; a touchpoint `survey.answered` tells of it.',
  })
  @Access('touchpoints:write')
  async answerSurvey(
    @Args('input', { description: 'To what, and the answer.' }) input: AnswerSurveyInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return this.answers.answer(caller, input);
  }
}

export const answerPayloadResolver = payloadNode(AnswerSurveyPayload, {
  name: 'feedback',
  type: () => Feedback,
  kind: 'feedback',
  description: 'The answer, with what it is about.',
  scope: 'customers:read',
});
