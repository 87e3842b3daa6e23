import { Args, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { Caller } from '../access/caller.js';
import { CurrentCaller } from '../platform/current-caller.js';
import { Access } from '../platform/field-access.js';
import { payloadNode } from '../platform/payload-node.js';
import { Customer } from './customer.types.js';
import { IdentifierInput } from './identifier.input.js';
import { Reassignments } from './reassign.service.js';
import {
  IdentifierOwnership,
  ReassignIdentifierInput,
  ReassignIdentifierPayload,
  SplitIdentifierInput,
} from './reassign.types.js';

@Resolver()
export class ReassignResolver {
  constructor(private readonly reassignments: Reassignments) {}

  @Query(() => [IdentifierOwnership], {
    description:
      'Whose an identifier was and is, the latest decision first: at most 100. Empty when nobody ever had it.',
  })
  @Access('customers:read')
  identifierHistory(
    @Args('identifier', { description: 'Which.' }) identifier: IdentifierInput,
    @CurrentCaller() caller: Caller,
  ): Promise<IdentifierOwnership[]> {
    return this.reassignments.history(caller, identifier);
  }

  @Mutation(() => ReassignIdentifierPayload, {
    description:
      'Gives an identifier to another customer from a date on. Look-ups lead there, and touchpoints dated from then on; ' +
      'earlier ones that arrive later go to who had it then. Touchpoints that are stored stay with the profile that they ' +
      'arrived with, and merges that the identifier caused are taken back by `undoMerge`. To take it back, give it back ' +
      'from the same date on.',
  })
  @Access('customers:write')
  reassignIdentifier(
    @Args('input', { description: 'Which, to whom, since when, and why.' }) input: ReassignIdentifierInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return this.reassignments.reassign(caller, input);
  }

  @Mutation(() => ReassignIdentifierPayload, {
    description:
      'As `reassignIdentifier`, to a new customer of whom nothing else is known yet. What comes with the identifier from ' +
      'then on tells who it is.',
  })
  @Access('customers:write')
  splitIdentifier(
    @Args('input', { description: 'Which, since when, and why.' }) input: SplitIdentifierInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return this.reassignments.split(caller, input);
  }
}

export const reassignPayloadResolvers = ['customer', 'previousCustomer'].map((name) =>
  payloadNode(ReassignIdentifierPayload, { name, type: () => Customer, kind: 'customer', id: name }),
);
