import { Args, Context, ID, Info, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import { Customer } from '../identity/customer.types.js';
import { Answers, type GraphqlContext } from '../platform/answers.js';
import { Access, ShownToCustomer } from '../platform/field-access.js';
import { answeredByComposer } from '../platform/page.js';
import { DateTime } from '../platform/scalars.js';
import { Coverage, CustomerMetrics } from './activity.types.js';
import { Conversation, ConversationConnection, ConversationsArgs } from './conversation.types.js';
import { Touchpoint, TouchpointConnection, TouchpointsArgs } from './touchpoint.types.js';

/** Touchpoints by id, and the thread that each belongs to. */
@Resolver(() => Touchpoint)
export class TouchpointResolver {
  constructor(private readonly answers: Answers) {}

  @Query(() => Touchpoint, { nullable: true, description: 'A touchpoint by its id; null when there is none.' })
  @Access('customers:read', { customer: true })
  touchpoint(
    @Args('id', { type: () => ID, description: 'The id that recording it answered with.' }) _id: string,
    @Context() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.answers.field(context, info);
  }

  @ResolveField(() => Conversation, { nullable: true, description: 'The thread that it belongs to.' })
  @ShownToCustomer()
  conversation(): never {
    return answeredByComposer();
  }
}

/** The touchpoints of a thread. */
@Resolver(() => Conversation)
export class ConversationResolver {
  @ResolveField(() => TouchpointConnection, { description: 'Its touchpoints with this customer, newest first.' })
  @ShownToCustomer()
  touchpoints(@Args() _args: TouchpointsArgs): never {
    return answeredByComposer();
  }
}

/** What touchpoints add to a customer. */
@Resolver(() => Customer)
export class CustomerHistoryResolver {
  @ResolveField(() => TouchpointConnection, {
    description: 'Its touchpoints on all channels, newest first by `occurredAt`, then by id.',
  })
  @ShownToCustomer()
  touchpoints(@Args() _args: TouchpointsArgs): never {
    return answeredByComposer();
  }

  @ResolveField(() => ConversationConnection, { description: 'Its threads, the one with the latest touchpoint first.' })
  @ShownToCustomer()
  conversations(@Args() _args: ConversationsArgs): never {
    return answeredByComposer();
  }

  @ResolveField(() => DateTime, { nullable: true, description: 'When its latest touchpoint occurred.' })
  @ShownToCustomer()
  lastSeenAt(): never {
    return answeredByComposer();
  }

  @ResolveField(() => CustomerMetrics, { description: 'Figures of its last days.' })
  metrics(): never {
    return answeredByComposer();
  }

  @ResolveField(() => Coverage, { description: 'What this answer rests on, and what it does not show.' })
  @ShownToCustomer()
  coverage(): never {
    return answeredByComposer();
  }
}
