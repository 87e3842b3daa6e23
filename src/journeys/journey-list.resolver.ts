import { Args, ArgsType, Context, Field, Info, Query, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import { Answers, type GraphqlContext } from '../platform/answers.js';
import { Access } from '../platform/field-access.js';
import { PageArgs } from '../platform/page.js';
import { DateTime } from '../platform/scalars.js';
import type { JourneyStatus as JourneyStatusWord } from './journey-state.js';
import { Journey, JourneyConnection, JourneyStatus } from './journeys.types.js';

@ArgsType()
class JourneyListArgs extends PageArgs {
  @Field(() => [JourneyStatus], { nullable: true, description: 'Only these; all when left out.' })
  status?: JourneyStatusWord[];

  @Field(() => String, { nullable: true, description: 'Only of the blueprint with this key.' })
  blueprint?: string;

  @Field(() => String, { nullable: true, description: 'Only those that are, or ended, on the step with this key.' })
  step?: string;

  @Field(() => Boolean, { nullable: true, description: 'Only those that are stuck, or are not.' })
  isStuck?: boolean;

  @Field(() => Boolean, { nullable: true, description: 'Only those whose step should be done by now, or need not.' })
  isOverdue?: boolean;

  @Field(() => String, { nullable: true, description: 'Only those handed to the agent, queue or channel so named.' })
  turn?: string;

  @Field(() => DateTime, { nullable: true, description: 'Only those started at this instant or later.' })
  from?: string;

  @Field(() => DateTime, { nullable: true, description: 'Only those started before this instant.' })
  to?: string;
}

@Resolver(() => Journey)
export class JourneyListResolver {
  constructor(private readonly answers: Answers) {}

  @Query(() => JourneyConnection, { description: 'Journeys of all customers, newest first by `startedAt`, then id.' })
  @Access('customers:read')
  journeys(@Args() _args: JourneyListArgs, @Context() context: GraphqlContext, @Info() info: GraphQLResolveInfo) {
    return this.answers.field(context, info);
  }
}
