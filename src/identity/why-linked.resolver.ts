import { Args, ArgsType, Context, Field, ID, Info, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { Caller } from '../access/caller.js';
import { Answers, type GraphqlContext } from '../platform/answers.js';
import { CurrentCaller } from '../platform/current-caller.js';
import { Access } from '../platform/field-access.js';
import { Customer } from './customer.types.js';
import { IdentifierInput } from './identifier.input.js';
import { Explanations } from './why-linked.service.js';
import { LinkExplanation } from './why-linked.types.js';

@ArgsType()
class WhyLinkedArgs {
  @Field(() => ID, {
    nullable: true,
    description: 'The one: any id of a customer. Exactly one of this and `identifierA`.',
  })
  a?: string;

  @Field(() => ID, {
    nullable: true,
    description: 'The other: any id of a customer. Exactly one of this and `identifierB`.',
  })
  b?: string;

  @Field(() => IdentifierInput, { nullable: true, description: 'The one, by an identifier.' })
  identifierA?: IdentifierInput;

  @Field(() => IdentifierInput, { nullable: true, description: 'The other, by an identifier.' })
  identifierB?: IdentifierInput;
}

@Resolver(() => LinkExplanation)
export class WhyLinkedResolver {
  constructor(
    private readonly explanations: Explanations,
    private readonly answers: Answers,
  ) {}

  @Query(() => LinkExplanation, {
    nullable: true,
    description: 'Why two ids or identifiers are one customer: the chain of evidence. Null when they are not one.',
  })
  @Access('customers:read')
  whyLinked(@Args() args: WhyLinkedArgs, @CurrentCaller() caller: Caller): Promise<object | null> {
    const [a, b] = [
      { id: args.a, identifier: args.identifierA },
      { id: args.b, identifier: args.identifierB },
    ];
    return this.explanations.why(caller, a, b);
  }

  @ResolveField('customer', () => Customer)
  async customer(
    @Parent() { customer }: { readonly customer: string },
    @Context() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<object | null> {
    return this.answers.node(context, info, 'customer', customer);
  }
}
