import { Args, Mutation, ResolveField, Resolver } from '@nestjs/graphql';
import type { Caller } from '../access/caller.js';
import { Customer } from '../identity/customer.types.js';
import { CurrentCaller } from '../platform/current-caller.js';
import { Access } from '../platform/field-access.js';
import { answeredByComposer } from '../platform/page.js';
import { LearnReasonsInput, LearnReasonsPayload, LikelyReason, NextStep } from './reason.types.js';
import { Reasons } from './reasons.service.js';

@Resolver(() => Customer)
export class CustomerNextResolver {
  @ResolveField(() => [LikelyReason], {
    description: 'What she likely comes about next, the likeliest first: at most 3, each about another topic.',
  })
  likelyReasons(): LikelyReason[] {
    return answeredByComposer();
  }

  @ResolveField(() => [NextStep], { description: 'What to do for her next, the most pressing first: at most 3.' })
  nextSteps(): NextStep[] {
    return answeredByComposer();
  }
}

@Resolver()
export class ReasonsResolver {
  constructor(private readonly reasons: Reasons) {}

  @Mutation(() => LearnReasonsPayload, {
    description:
      'Counts what customers came about, and how often each rule for the likely reason was right. Ask for it now and ' +
      'then, such as once a night.',
  })
  @Access('admin')
  async learnReasons(
    @Args('input', { description: 'From what to count.' }) input: LearnReasonsInput,
    @CurrentCaller() caller: Caller,
  ): Promise<LearnReasonsPayload> {
    return this.reasons.learn(caller, input);
  }
}
