import { Args, Mutation, ResolveField, Resolver } from '@nestjs/graphql';
import type { Caller } from '../access/caller.js';
import { Customer } from '../identity/customer.types.js';
import { CurrentCaller } from '../platform/current-caller.js';
import { Access } from '../platform/field-access.js';
import { answeredByComposer } from '../platform/page.js';
import { payloadNode } from '../platform/payload-node.js';
import {
  AddSegmentMemberPayload,
  DecideSegmentInput,
  ExcludeSegmentMemberPayload,
  SegmentDecision,
  UndoSegmentDecisionInput,
  UndoSegmentDecisionPayload,
} from './segment-decision.types.js';
import { SegmentDecisions } from './segment-decisions.service.js';

@Resolver(() => Customer)
export class CustomerSegmentDecisionsResolver {
  @ResolveField(() => [SegmentDecision], {
    description: 'What was decided by hand of her segments, also what is over by now, newest first: at most 100.',
  })
  segmentDecisions(): SegmentDecision[] {
    return answeredByComposer();
  }
}

@Resolver()
export class SegmentDecisionResolver {
  constructor(private readonly decisions: SegmentDecisions) {}

  @Mutation(() => AddSegmentMemberPayload, {
    description:
      'Puts a customer into a segment, with the reason, whatever its rule says. Replaces what was decided before.',
  })
  @Access('customers:write')
  async addSegmentMember(
    @Args('input', { description: 'Whom, where, and why.' }) input: DecideSegmentInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return this.decisions.decide(caller, input, false);
  }

  @Mutation(() => ExcludeSegmentMemberPayload, {
    description:
      'Keeps a customer out of a segment, with the reason, whatever its rule says. Replaces what was decided before.',
  })
  @Access('customers:write')
  async excludeSegmentMember(
    @Args('input', { description: 'Whom, where, and why.' }) input: DecideSegmentInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return this.decisions.decide(caller, input, true);
  }

  @Mutation(() => UndoSegmentDecisionPayload, {
    description: 'Takes back what was decided by hand: the rule decides again.',
  })
  @Access('customers:write')
  async undoSegmentDecision(
    @Args('input', { description: 'Of whom, and where.' }) input: UndoSegmentDecisionInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return this.decisions.undo(caller, input);
  }
}

export const segmentDecisionPayloadResolvers = [
  AddSegmentMemberPayload,
  ExcludeSegmentMemberPayload,
  UndoSegmentDecisionPayload,
].map((payload) =>
  payloadNode(payload, {
    name: 'customer',
    type: () => Customer,
    kind: 'customer',
    id: 'customer',
    description: 'The customer as she is now, her segments included.',
    scope: 'customers:read',
  }),
);
