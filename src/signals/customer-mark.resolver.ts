import { Args, Mutation, ResolveField, Resolver } from '@nestjs/graphql';
import type { Caller } from '../access/caller.js';
import { Customer } from '../identity/customer.types.js';
import { CurrentCaller } from '../platform/current-caller.js';
import { Access } from '../platform/field-access.js';
import { answeredByComposer } from '../platform/page.js';
import { payloadNode } from '../platform/payload-node.js';
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

export const markPayloadResolvers = [MarkCustomerPayload, EndMarkPayload].map((payload) =>
  payloadNode(payload, {
    name: 'customer',
    type: () => Customer,
    kind: 'customer',
    id: 'customer',
    description: 'The customer as she is now.',
    scope: 'customers:read',
  }),
);
