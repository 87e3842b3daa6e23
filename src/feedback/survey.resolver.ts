import { Args, Context, Info, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { Caller } from '../access/caller.js';
import { Answers, type GraphqlContext } from '../platform/answers.js';
import { CurrentCaller } from '../platform/current-caller.js';
import { Access } from '../platform/field-access.js';
import { payloadNode } from '../platform/payload-node.js';
import {
  CreateSurveyInput,
  CreateSurveyPayload,
  Survey,
  UpdateSurveyInput,
  UpdateSurveyPayload,
} from './survey.types.js';
import { Surveys } from './surveys.service.js';

@Resolver(() => Survey)
export class SurveyResolver {
  constructor(
    private readonly surveys: Surveys,
    private readonly answers: Answers,
  ) {}

  @Query(() => [Survey], { name: 'surveys', description: 'The surveys of the workspace, by key.' })
  @Access('customers:read')
  async list(@Context() context: GraphqlContext, @Info() info: GraphQLResolveInfo): Promise<Survey[]> {
    return this.answers.field(context, info);
  }

  @Query(() => Survey, { nullable: true, description: 'One survey, by its key.' })
  @Access('customers:read')
  async survey(
    @Args('key', { description: 'Its name for machines.' }) _key: string,
    @Context() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Survey | null> {
    return this.answers.field(context, info);
  }

  @Mutation(() => CreateSurveyPayload, {
    description: 'Makes a survey; docs/feedback.md walks through one.',
  })
  @Access('admin')
  async createSurvey(
    @Args('input', { description: 'What to ask, and when.' }) input: CreateSurveyInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return { innerId: (await this.surveys.create(caller, input)).id };
  }

  @Mutation(() => UpdateSurveyPayload, {
    description: 'Changes a survey, for those who are invited from now on.',
  })
  @Access('admin')
  async updateSurvey(
    @Args('input', { description: 'What to change.' }) input: UpdateSurveyInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return { innerId: (await this.surveys.update(caller, input)).id };
  }
}

export const surveyPayloadResolvers = [CreateSurveyPayload, UpdateSurveyPayload].map((payload) =>
  payloadNode(payload, {
    name: 'survey',
    type: () => Survey,
    kind: 'survey',
    description: 'The survey as it is now.',
  }),
);
