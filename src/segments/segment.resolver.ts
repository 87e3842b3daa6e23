import { Args, Context, Info, Mutation, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { Caller } from '../access/caller.js';
import { Customer } from '../identity/customer.types.js';
import { Answers, type GraphqlContext } from '../platform/answers.js';
import { CurrentCaller } from '../platform/current-caller.js';
import { Access } from '../platform/field-access.js';
import { externalId } from '../platform/ids.js';
import { answeredByComposer, PageArgs } from '../platform/page.js';
import { payloadNode } from '../platform/payload-node.js';
import { JsonScalar } from '../platform/scalars.js';
import { Entitlement } from './entitlement.types.js';
import { SegmentMembership, SegmentSpellConnection } from './membership.types.js';
import { SegmentService } from './segment.service.js';
import {
  CreateSegmentInput,
  CreateSegmentPayload,
  DeleteSegmentInput,
  DeleteSegmentPayload,
  Segment,
  SegmentPreview,
  UpdateSegmentInput,
  UpdateSegmentPayload,
} from './segments.types.js';

const ruleArg = { name: 'rule', type: () => JsonScalar, description: 'The rule; docs/segments.md has the language.' };
const keyArg = { name: 'key', description: 'Its name for machines.' };

@Resolver(() => Segment)
export class SegmentResolver {
  constructor(
    private readonly segments: SegmentService,
    private readonly answers: Answers,
  ) {}

  @Query(() => [Segment], { name: 'segments', description: 'The segments of the workspace, by key.' })
  @Access('customers:read')
  async list(@Context() context: GraphqlContext, @Info() info: GraphQLResolveInfo): Promise<Segment[]> {
    return this.answers.field(context, info);
  }

  @Query(() => Segment, { nullable: true, description: 'One segment, by its key.' })
  @Access('customers:read')
  async segment(
    @Args(keyArg) _key: string,
    @Context() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Segment | null> {
    return this.answers.field(context, info);
  }

  @Query(() => SegmentPreview, { description: 'Who would match a rule; nothing changes.' })
  @Access('admin')
  async previewSegment(@Args(ruleArg) rule: unknown, @CurrentCaller() caller: Caller): Promise<SegmentPreview> {
    return this.segments.preview(caller, rule, null);
  }

  @Query(() => SegmentPreview, { description: 'Who would enter and who would leave, if a segment had this rule.' })
  @Access('admin')
  async previewSegmentChange(
    @Args(keyArg) key: string,
    @Args(ruleArg) rule: unknown,
    @CurrentCaller() caller: Caller,
  ): Promise<SegmentPreview> {
    return this.segments.preview(caller, rule, key);
  }

  @Mutation(() => CreateSegmentPayload, {
    description: 'Makes a segment; who belongs to it is found in the background.',
  })
  @Access('admin')
  async createSegment(
    @Args('input', { description: 'What to make.' }) input: CreateSegmentInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return { innerId: (await this.segments.create(caller, input)).id };
  }

  @Mutation(() => UpdateSegmentPayload, { description: 'Changes a segment that you have read.' })
  @Access('admin')
  async updateSegment(
    @Args('input', { description: 'What to change.' }) input: UpdateSegmentInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    const { id, change } = await this.segments.update(caller, input);
    return { innerId: id, change };
  }

  @Mutation(() => DeleteSegmentPayload, { description: 'Deletes a segment: everybody leaves it.' })
  @Access('admin')
  async deleteSegment(
    @Args('input', { description: 'Which.' }) input: DeleteSegmentInput,
    @CurrentCaller() caller: Caller,
  ): Promise<DeleteSegmentPayload> {
    return { deletedId: externalId('segment', (await this.segments.delete(caller, input.key)).id) };
  }
}

@Resolver(() => Customer)
export class CustomerSegmentsResolver {
  @ResolveField(() => [SegmentMembership], { description: 'Segments that the customer is in, by key.' })
  segments(): SegmentMembership[] {
    return answeredByComposer();
  }

  @ResolveField(() => [Entitlement], {
    description: 'What her segments entitle her to, whatever channel she comes by; docs/segments.md says which counts.',
  })
  entitlements(): Entitlement[] {
    return answeredByComposer();
  }

  @ResolveField(() => SegmentSpellConnection, {
    description: 'Segments that she is and was in, of deleted ones too, the latest first by `since`.',
  })
  segmentHistory(@Args() _args: PageArgs): never {
    return answeredByComposer();
  }
}

@Resolver(() => Segment)
export class SegmentHistoryResolver {
  @ResolveField(() => SegmentSpellConnection, {
    description:
      'Who is and was in it, the latest first by `since`; customers that were merged since as whom they are now.',
  })
  history(@Args() _args: PageArgs): never {
    return answeredByComposer();
  }
}

export const segmentPayloadResolvers = [CreateSegmentPayload, UpdateSegmentPayload].map((payload) =>
  payloadNode(payload, {
    name: 'segment',
    type: () => Segment,
    kind: 'segment',
    description: 'The segment as it is now.',
  }),
);
