import { Context, Info, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import { Merge } from '../identity/merge.types.js';
import { LinkStep } from '../identity/why-linked.types.js';
import { Answers, type GraphqlContext } from '../platform/answers.js';
import { answeredByComposer } from '../platform/page.js';
import { Touchpoint } from './touchpoint.types.js';

@Resolver(() => Merge)
export class MergeEvidenceResolver {
  @ResolveField(() => Touchpoint, {
    nullable: true,
    description: 'The touchpoint that named both; null when a person, or an identification without a touchpoint, did.',
  })
  touchpoint(): Touchpoint {
    return answeredByComposer();
  }
}

@Resolver(() => LinkStep)
export class StepEvidenceResolver {
  constructor(private readonly answers: Answers) {}

  @ResolveField(() => Touchpoint, {
    nullable: true,
    description:
      'The touchpoint that named both, with the `identifiersSeen` in it; null when a person, or an identification ' +
      'without a touchpoint, linked them.',
  })
  async touchpoint(
    @Parent() step: { readonly evidence: string },
    @Context() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<object | null> {
    return this.answers.node(context, info, 'touchpoint', step.evidence);
  }
}
