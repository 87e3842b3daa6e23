import { Args, Context, Info, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { Caller } from '../access/caller.js';
import { Answers, type GraphqlContext } from '../platform/answers.js';
import { CurrentCaller } from '../platform/current-caller.js';
import { Access } from '../platform/field-access.js';
import { payloadNode } from '../platform/payload-node.js';
import { Blueprints } from './blueprints.service.js';
import {
  Blueprint,
  CreateBlueprintInput,
  CreateBlueprintPayload,
  RetireBlueprintInput,
  RetireBlueprintPayload,
  UpdateBlueprintInput,
  UpdateBlueprintPayload,
} from './blueprints.types.js';

@Resolver(() => Blueprint)
export class BlueprintResolver {
  constructor(
    private readonly blueprints: Blueprints,
    private readonly answers: Answers,
  ) {}

  @Query(() => [Blueprint], {
    name: 'blueprints',
    description: 'The blueprints of the workspace in their latest versions, by key.',
  })
  @Access('customers:read')
  async list(@Context() context: GraphqlContext, @Info() info: GraphQLResolveInfo): Promise<Blueprint[]> {
    return this.answers.field(context, info);
  }

  @Query(() => Blueprint, { nullable: true, description: 'One blueprint, by its key.' })
  @Access('customers:read')
  async blueprint(
    @Args('key', { description: 'Its name for machines.' }) _key: string,
    @Args('version', { type: () => Int, nullable: true, description: 'The latest when left out.' })
    _version: number | null,
    @Context() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Blueprint | null> {
    return this.answers.field(context, info);
  }

  @Mutation(() => CreateBlueprintPayload, {
    description: 'Makes a kind of journey; docs/journeys.md walks through one.',
  })
  @Access('admin')
  async createBlueprint(
    @Args('input', { description: 'What to make.' }) input: CreateBlueprintInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return { innerId: (await this.blueprints.create(caller, input)).id };
  }

  @Mutation(() => UpdateBlueprintPayload, {
    description: 'Makes a new version of a blueprint; journeys that run keep theirs until `migrateJourneys`.',
  })
  @Access('admin')
  async updateBlueprint(
    @Args('input', { description: 'The whole of the new version.' }) input: UpdateBlueprintInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    const { id, isChanged } = await this.blueprints.update(caller, input);
    return { innerId: id, isChanged };
  }

  @Mutation(() => RetireBlueprintPayload, { description: 'Lets no further journey begin; those that run go on.' })
  @Access('admin')
  async retireBlueprint(
    @Args('input', { description: 'Which.' }) input: RetireBlueprintInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return { innerId: (await this.blueprints.retire(caller, input.key)).id };
  }
}

export const blueprintPayloadResolvers = [CreateBlueprintPayload, UpdateBlueprintPayload, RetireBlueprintPayload].map(
  (payload) =>
    payloadNode(payload, {
      name: 'blueprint',
      type: () => Blueprint,
      kind: 'blueprint',
      description: 'The blueprint as it is now.',
    }),
);
