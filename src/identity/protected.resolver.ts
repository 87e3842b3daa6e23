import { Args, ArgsType, Context, Field, Info, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import { Answers, type GraphqlContext } from '../platform/answers.js';
import { Access } from '../platform/field-access.js';
import { answeredByComposer, PageArgs } from '../platform/page.js';
import { Customer, CustomerConnection } from './customer.types.js';
import { CustomerBrake, IdentifierMark, MarkedIdentifierConnection } from './protected.types.js';

@ArgsType()
class MarkedIdentifiersArgs extends PageArgs {
  @Field(() => IdentifierMark, { nullable: true, description: 'Only these; both when left out.' })
  mark?: keyof typeof IdentifierMark;
}

/** What protection keeps from joining, for whoever watches over identity. */
@Resolver(() => Customer)
export class ProtectedResolver {
  constructor(private readonly answers: Answers) {}

  @Query(() => MarkedIdentifierConnection, {
    description:
      'Identifiers that join nobody, because several use them or they tried to join too many; newest mark first.',
  })
  @Access('customers:read')
  markedIdentifiers(
    @Args() _args: MarkedIdentifiersArgs,
    @Context() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return this.answers.field(context, info);
  }

  @Query(() => CustomerConnection, {
    description: 'Customers to which nothing is joined any more, because they have too many merges or identifiers.',
  })
  @Access('customers:read')
  brakedCustomers(@Args() _args: PageArgs, @Context() context: GraphqlContext, @Info() info: GraphQLResolveInfo) {
    return this.answers.field(context, info);
  }

  @ResolveField(() => CustomerBrake, {
    nullable: true,
    description:
      'Why nothing is joined to the customer any more; null when things are, and as of an earlier time. See `brakedCustomers`.',
  })
  brake(): object {
    return answeredByComposer();
  }
}
