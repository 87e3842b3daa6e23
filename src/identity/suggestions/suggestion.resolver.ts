import { Args, ArgsType, Context, Field, ID, Info, Mutation, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { Caller } from '../../access/caller.js';
import { Answers, type GraphqlContext } from '../../platform/answers.js';
import { CurrentCaller } from '../../platform/current-caller.js';
import { Access } from '../../platform/field-access.js';
import { answeredByComposer, PageArgs } from '../../platform/page.js';
import { payloadNode } from '../../platform/payload-node.js';
import { Customer } from '../customer.types.js';
import { Merge } from '../merge.types.js';
import type { Band, SuggestionStatus } from './suggestion.js';
import {
  ConfirmSuggestionInput,
  ConfirmSuggestionPayload,
  MatchBand,
  MatchSuggestion,
  MatchSuggestionConnection,
  MatchSuggestionStatus,
  RejectSuggestionInput,
  RejectSuggestionPayload,
  ReopenSuggestionInput,
  ReopenSuggestionPayload,
} from './suggestion.types.js';
import { Suggestions } from './suggestions.service.js';

@ArgsType()
class CustomerSuggestionsArgs extends PageArgs {
  @Field(() => MatchBand, { nullable: true, description: 'Only these; both bands when left out.' })
  band?: Band;

  @Field(() => MatchSuggestionStatus, { nullable: true, description: 'Only these; the open ones when left out.' })
  status?: SuggestionStatus;
}

@ArgsType()
class SuggestionsArgs extends CustomerSuggestionsArgs {
  @Field(() => ID, { nullable: true, description: 'Only those of this customer, by any of its ids.' })
  customerId?: string;
}

@Resolver(() => Customer)
export class CustomerSuggestionsResolver {
  @ResolveField(() => MatchSuggestionConnection, {
    description: 'Customers that may be this one, the latest first by `since`, then id.',
  })
  matchSuggestions(@Args() _args: CustomerSuggestionsArgs): object {
    return answeredByComposer();
  }
}

@Resolver(() => Merge)
export class MergeSuggestionResolver {
  @ResolveField(() => MatchSuggestion, {
    nullable: true,
    description: 'The suggestion that a person confirmed by it; null when it came about in another way.',
  })
  suggestion(): MatchSuggestion {
    return answeredByComposer();
  }
}

/** Suggestions of who may be whom, and what people decide of them. */
@Resolver()
export class SuggestionResolver {
  constructor(
    private readonly suggestions: Suggestions,
    private readonly answers: Answers,
  ) {}

  @Query(() => MatchSuggestionConnection, {
    description: 'Pairs of customers that may be one, the latest first by `since`, then id.',
  })
  @Access('customers:read')
  matchSuggestions(
    @Args() _args: SuggestionsArgs,
    @Context() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<object> {
    return this.answers.field(context, info);
  }

  @Mutation(() => ConfirmSuggestionPayload, {
    description:
      'Makes the two one, as `mergeCustomers` does; `undoMerge` takes it back. A suggestion that was confirmed before ' +
      'is answered as it is.',
  })
  @Access('customers:write')
  confirmSuggestion(
    @Args('input', { description: 'Which, and why.' }) input: ConfirmSuggestionInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return this.suggestions.confirm(caller, input);
  }

  @Mutation(() => RejectSuggestionPayload, {
    description:
      'Says that the two are not one. It leaves a do-not-link edge: no rule joins them, and nothing suggests them until ' +
      '`reopenSuggestion` or `allowLink`.',
  })
  @Access('customers:write')
  rejectSuggestion(
    @Args('input', { description: 'Which, and why.' }) input: RejectSuggestionInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return this.suggestions.reject(caller, input);
  }

  @Mutation(() => ReopenSuggestionPayload, {
    description: 'Opens a rejected suggestion again: lifts every do-not-link edge between the two.',
  })
  @Access('customers:write')
  reopenSuggestion(
    @Args('input', { description: 'Which, and why.' }) input: ReopenSuggestionInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return this.suggestions.reopen(caller, input);
  }
}

const suggestion = {
  name: 'suggestion',
  type: () => MatchSuggestion,
  kind: 'suggestion',
  id: 'suggestion',
  nullable: true,
} as const;

export const suggestionResolvers = [
  SuggestionResolver,
  CustomerSuggestionsResolver,
  MergeSuggestionResolver,
  ...[ConfirmSuggestionPayload, RejectSuggestionPayload, ReopenSuggestionPayload].map((payload) =>
    payloadNode(payload, suggestion),
  ),
  payloadNode(ConfirmSuggestionPayload, { name: 'customer', type: () => Customer, kind: 'customer', id: 'customer' }),
  payloadNode(ConfirmSuggestionPayload, {
    name: 'merge',
    type: () => Merge,
    kind: 'merge',
    id: 'merge',
    nullable: true,
  }),
];
