import type { Type } from '@nestjs/common';
import { Args, Context, Info, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { Caller } from '../access/caller.js';
import { Customer } from '../identity/customer.types.js';
import { Answers, type GraphqlContext } from '../platform/answers.js';
import { CurrentCaller } from '../platform/current-caller.js';
import { Access } from '../platform/field-access.js';
import { answeredByComposer } from '../platform/page.js';
import {
  CustomerMark,
  EndMarkInput,
  EndMarkPayload,
  MarkCustomerInput,
  MarkCustomerPayload,
} from './customer-mark.types.js';
import { CustomerMarks } from './customer-marks.service.js';

@Resolver(() => Customer)
export class CustomerMarksResolver {
  @ResolveField(() => [CustomerMark], {
    description: 'What people of ours said of her, also what is over by now, newest first: at most 100.',
  })
  marks(): CustomerMark[] {
    return answeredByComposer();
  }
}

@Resolver()
export class MarkResolver {
  constructor(private readonly marks: CustomerMarks) {}

  @Mutation(() => MarkCustomerPayload, {
    description: 'Marks a customer, with the reason, until it is over: whoever serves her sees it among her signals.',
  })
  @Access('customers:write')
  async markCustomer(
    @Args('input', { description: 'Whom, as what, and why.' }) input: MarkCustomerInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return this.marks.mark(caller, input);
  }

  @Mutation(() => EndMarkPayload, { description: 'Ends a mark, with the reason; it stays as history.' })
  @Access('customers:write')
  async endMark(
    @Args('input', { description: 'Which, and why.' }) input: EndMarkInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return this.marks.end(caller, input);
  }
}

/** The customer that an act was about, read by what the client selects of her. */
function customerOf(payload: () => Type<object>): Type<object> {
  @Resolver(payload)
  class CustomerOfPayloadResolver {
    constructor(private readonly answers: Answers) {}

    @ResolveField(() => Customer, { description: 'The customer as she is now.' })
    @Access('customers:read')
    async customer(
      @Parent() act: { customer: string },
      @Context() context: GraphqlContext,
      @Info() info: GraphQLResolveInfo,
    ): Promise<object | null> {
      return this.answers.node(context, info, 'customer', act.customer);
    }
  }
  return CustomerOfPayloadResolver;
}

export const markPayloadResolvers = [MarkCustomerPayload, EndMarkPayload].map((payload) => customerOf(() => payload));
