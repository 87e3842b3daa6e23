import { Args, ArgsType, Context, Field, ID, Info, Query, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import { Answers, type GraphqlContext } from '../platform/answers.js';
import { Access } from '../platform/field-access.js';
import { PageArgs } from '../platform/page.js';
import { DateTime } from '../platform/scalars.js';
import { Customer, CustomerConnection, CustomerFilter } from './customer.types.js';
import { IdentifierInput } from './identifier.input.js';

@ArgsType()
class CustomerArgs {
  @Field(() => ID, { nullable: true, description: 'Any id that the customer has or had.' })
  id?: string;

  @Field(() => IdentifierInput, { nullable: true, description: 'What a channel knows the customer by.' })
  identifier?: IdentifierInput;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'What was known at that time: merges, identifiers, touchpoints and what was told of them later are left out. Of a ' +
      'trait only the latest value is kept: one that changed since is left out.',
  })
  asOf?: string;
}

@ArgsType()
class CustomersArgs extends PageArgs {
  @Field(() => String, {
    nullable: true,
    description: 'Words of a name (the last one may be its beginning only), or a whole identifier of any type.',
  })
  search?: string;

  @Field(() => String, { nullable: true, description: 'Key of a segment: only its present members.' })
  segment?: string;

  @Field(() => CustomerFilter, { nullable: true, description: 'Further conditions.' })
  filter?: CustomerFilter;
}

/** Customers, one or many; what stands below them is contributed by each domain's shapes. */
@Resolver(() => Customer)
export class CustomerResolver {
  constructor(private readonly answers: Answers) {}

  @Query(() => Customer, {
    nullable: true,
    description: 'A customer by exactly one of `id` and `identifier`; null when there is none.',
  })
  @Access('customers:read', { customer: true })
  customer(@Args() _args: CustomerArgs, @Context() context: GraphqlContext, @Info() info: GraphQLResolveInfo) {
    return this.answers.field(context, info);
  }

  @Query(() => CustomerConnection, { description: 'Customers in the order of their ids.' })
  @Access('customers:read')
  customers(@Args() _args: CustomersArgs, @Context() context: GraphqlContext, @Info() info: GraphQLResolveInfo) {
    return this.answers.field(context, info);
  }
}
