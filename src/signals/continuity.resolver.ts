import { Args, Mutation, ResolveField, Resolver } from '@nestjs/graphql';
import type { Caller } from '../access/caller.js';
import { Customer } from '../identity/customer.types.js';
import { CurrentCaller } from '../platform/current-caller.js';
import { Access } from '../platform/field-access.js';
import { answeredByComposer } from '../platform/page.js';
import { payloadNode } from '../platform/payload-node.js';
import { Touchpoint } from '../touchpoints/touchpoint.types.js';
import { BriefOpenings } from './brief-openings.service.js';
import { Continuity, OpenBriefInput, OpenBriefPayload } from './continuity.types.js';

@Resolver(() => Touchpoint)
export class TouchpointContinuityResolver {
  @ResolveField(() => Continuity, {
    nullable: true,
    description:
      'With an INBOUND touchpoint: that she came to another channel or agent with the same matter, and whether the ' +
      'context came along. Null when nothing changed.',
  })
  continuity(): Continuity {
    return answeredByComposer();
  }
}

@Resolver()
export class BriefOpeningResolver {
  constructor(private readonly openings: BriefOpenings) {}

  @Mutation(() => OpenBriefPayload, {
    description:
      'Says that somebody reads what is known of a customer, and answers with it: the contact that goes on with it counts ' +
      'as one to which the context was carried over.',
  })
  @Access('touchpoints:write')
  async openBrief(
    @Args('input', { description: 'Whose, and who reads it.' }) input: OpenBriefInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return this.openings.open(caller, input);
  }
}

export const briefPayloadResolver = payloadNode(OpenBriefPayload, {
  name: 'customer',
  type: () => Customer,
  kind: 'customer',
  id: 'customer',
  description: 'The customer; select her `brief`.',
  scope: 'customers:read',
});
