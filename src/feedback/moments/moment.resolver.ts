import { Args, Context, Info, Mutation, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { Caller } from '../../access/caller.js';
import { Customer } from '../../identity/customer.types.js';
import { Answers, type GraphqlContext } from '../../platform/answers.js';
import { CurrentCaller } from '../../platform/current-caller.js';
import { Access } from '../../platform/field-access.js';
import { answeredByComposer, PageArgs } from '../../platform/page.js';
import { payloadNode } from '../../platform/payload-node.js';
import { Touchpoint } from '../../touchpoints/touchpoint.types.js';
import {
  CreateMomentOfTruthInput,
  CreateMomentOfTruthPayload,
  MomentOfTruth,
  PassedMomentConnection,
  UpdateMomentOfTruthInput,
  UpdateMomentOfTruthPayload,
} from './moment.types.js';
import { MomentsOfTruth } from './moments.service.js';

@Resolver(() => Customer)
export class CustomerMomentsResolver {
  @ResolveField(() => PassedMomentConnection, {
    description:
      'The moments of truth that she went through, by the marks of today, the latest first by `occurredAt`, then id.',
  })
  momentsOfTruth(@Args() _args: PageArgs): never {
    return answeredByComposer();
  }
}

@Resolver(() => Touchpoint)
export class TouchpointMomentResolver {
  @ResolveField(() => MomentOfTruth, {
    nullable: true,
    description: 'The moment of truth that it is, by the marks of today; of several the one that was marked first.',
  })
  momentOfTruth(): never {
    return answeredByComposer();
  }
}

@Resolver(() => MomentOfTruth)
export class MomentOfTruthResolver {
  constructor(
    private readonly moments: MomentsOfTruth,
    private readonly answers: Answers,
  ) {}

  @Query(() => [MomentOfTruth], {
    name: 'momentsOfTruth',
    description: 'What the workspace marks as mattering most, by key.',
  })
  @Access('customers:read')
  async list(@Context() context: GraphqlContext, @Info() info: GraphQLResolveInfo): Promise<MomentOfTruth[]> {
    return this.answers.field(context, info);
  }

  @Query(() => MomentOfTruth, { nullable: true, description: 'One moment of truth, by its key.' })
  @Access('customers:read')
  async momentOfTruth(
    @Args('key', { description: 'Its name for machines.' }) _key: string,
    @Context() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<MomentOfTruth | null> {
    return this.answers.field(context, info);
  }

  @Mutation(() => CreateMomentOfTruthPayload, {
    description: 'Marks touchpoints as mattering most; docs/feedback.md walks through it.',
  })
  @Access('admin')
  async createMomentOfTruth(
    @Args('input', { description: 'Which touchpoints.' }) input: CreateMomentOfTruthInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return { innerId: (await this.moments.create(caller, input)).id };
  }

  @Mutation(() => UpdateMomentOfTruthPayload, { description: 'Changes which touchpoints a moment of truth marks.' })
  @Access('admin')
  async updateMomentOfTruth(
    @Args('input', { description: 'What to change.' }) input: UpdateMomentOfTruthInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return { innerId: (await this.moments.update(caller, input)).id };
  }
}

export const momentPayloadResolvers = [CreateMomentOfTruthPayload, UpdateMomentOfTruthPayload].map((payload) =>
  payloadNode(payload, {
    name: 'momentOfTruth',
    type: () => MomentOfTruth,
    kind: 'moment',
    description: 'The moment of truth as it is now.',
  }),
);
