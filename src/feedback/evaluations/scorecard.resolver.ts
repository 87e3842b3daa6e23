import { Args, Context, Info, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { Caller } from '../../access/caller.js';
import { Answers, type GraphqlContext } from '../../platform/answers.js';
import { CurrentCaller } from '../../platform/current-caller.js';
import { Access } from '../../platform/field-access.js';
import { payloadNode } from '../../platform/payload-node.js';
import {
  CreateScorecardInput,
  CreateScorecardPayload,
  Scorecard,
  UpdateScorecardInput,
  UpdateScorecardPayload,
} from './scorecard.types.js';
import { Scorecards } from './scorecards.service.js';

@Resolver(() => Scorecard)
export class ScorecardResolver {
  constructor(
    private readonly scorecards: Scorecards,
    private readonly answers: Answers,
  ) {}

  @Query(() => [Scorecard], { name: 'scorecards', description: 'The scorecards of the workspace, by key.' })
  @Access('customers:read')
  async list(@Context() context: GraphqlContext, @Info() info: GraphQLResolveInfo): Promise<Scorecard[]> {
    return this.answers.field(context, info);
  }

  @Query(() => Scorecard, { nullable: true, description: 'One scorecard, by its key.' })
  @Access('customers:read')
  async scorecard(
    @Args('key', { description: 'Its name for machines.' }) _key: string,
    @Args('version', { type: () => Int, nullable: true, description: 'In this version; the latest when left out.' })
    _version: number | null,
    @Context() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Scorecard | null> {
    return this.answers.field(context, info);
  }

  @Mutation(() => CreateScorecardPayload, { description: 'Makes a scorecard; docs/feedback.md walks through one.' })
  @Access('admin')
  async createScorecard(
    @Args('input', { description: 'By what to judge.' }) input: CreateScorecardInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return { innerId: (await this.scorecards.create(caller, input)).id };
  }

  @Mutation(() => UpdateScorecardPayload, {
    description: 'Makes a new version of a scorecard, for contacts that nobody has judged by it yet.',
  })
  @Access('admin')
  async updateScorecard(
    @Args('input', { description: 'What to change.' }) input: UpdateScorecardInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return { innerId: (await this.scorecards.update(caller, input)).id };
  }
}

export const scorecardPayloadResolvers = [CreateScorecardPayload, UpdateScorecardPayload].map((payload) =>
  payloadNode(payload, {
    name: 'scorecard',
    type: () => Scorecard,
    kind: 'scorecard',
    description: 'The scorecard as it is now.',
  }),
);
