import { Args, Context, Info, Mutation, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { Caller } from '../../access/caller.js';
import { Customer } from '../../identity/customer.types.js';
import { Answers, type GraphqlContext } from '../../platform/answers.js';
import { CurrentCaller } from '../../platform/current-caller.js';
import { Access } from '../../platform/field-access.js';
import { answeredByComposer } from '../../platform/page.js';
import { payloadNode } from '../../platform/payload-node.js';
import { Conversation } from '../../touchpoints/conversation.types.js';
import { Touchpoint } from '../../touchpoints/touchpoint.types.js';
import {
  EvaluateContactInput,
  EvaluateContactPayload,
  Evaluation,
  EvaluationConnection,
  EvaluationGap,
  EvaluationGapConnection,
  EvaluationGapsArgs,
  EvaluationsArgs,
} from './evaluation.types.js';
import { Evaluations } from './evaluations.service.js';

const evaluationsText = 'How it was judged, by the agent herself and by coaches, in the order of time.';
const gapsText = 'How far the agent’s own view and a coach’s lie apart, where there are both.';

@Resolver(() => Customer)
export class CustomerEvaluationsResolver {
  @ResolveField(() => EvaluationConnection, {
    description: 'How contacts with her were judged, the latest first by `evaluatedAt`, then id.',
  })
  @Access('evaluations:read')
  evaluations(@Args() _args: EvaluationsArgs): never {
    return answeredByComposer();
  }
}

@Resolver(() => Touchpoint)
export class TouchpointEvaluationsResolver {
  @ResolveField(() => [Evaluation], { description: evaluationsText })
  @Access('evaluations:read')
  evaluations(): never {
    return answeredByComposer();
  }

  @ResolveField(() => [EvaluationGap], { description: gapsText })
  @Access('evaluations:read')
  evaluationGaps(): never {
    return answeredByComposer();
  }
}

@Resolver(() => Conversation)
export class ConversationEvaluationsResolver {
  @ResolveField(() => [Evaluation], { description: evaluationsText })
  @Access('evaluations:read')
  evaluations(): never {
    return answeredByComposer();
  }

  @ResolveField(() => [EvaluationGap], { description: gapsText })
  @Access('evaluations:read')
  evaluationGaps(): never {
    return answeredByComposer();
  }
}

@Resolver()
export class EvaluationResolver {
  constructor(
    private readonly all: Evaluations,
    private readonly answers: Answers,
  ) {}

  @Query(() => EvaluationConnection, {
    description: 'How contacts were judged, the latest first by `evaluatedAt`, then id.',
  })
  @Access('evaluations:read')
  async evaluations(
    @Args() _args: EvaluationsArgs,
    @Context() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<object> {
    return this.answers.field(context, info);
  }

  @Query(() => EvaluationGapConnection, {
    description: 'Contacts that agent and coach both judged, and how far they lie apart, the coach’s latest first.',
  })
  @Access('evaluations:read')
  async evaluationGaps(
    @Args() _args: EvaluationGapsArgs,
    @Context() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<object> {
    return this.answers.field(context, info);
  }

  @Mutation(() => EvaluateContactPayload, {
    description: 'Takes how an agent, or a coach, judges a contact; changed only with the version that was read.',
  })
  @Access('evaluations:write')
  async evaluateContact(
    @Args('input', { description: 'Which contact, by what, and the scores.' }) input: EvaluateContactInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return this.all.evaluate(caller, input);
  }
}

export const evaluationPayloadResolver = payloadNode(EvaluateContactPayload, {
  name: 'evaluation',
  type: () => Evaluation,
  kind: 'evaluation',
  description: 'The evaluation as it is now.',
  scope: 'evaluations:read',
});
