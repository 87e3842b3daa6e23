import { Args, ArgsType, Context, Field, Info, Int, ObjectType, Query, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import { Answers, type GraphqlContext } from '../platform/answers.js';
import { Access } from '../platform/field-access.js';
import { PageArgs } from '../platform/page.js';
import { DateTime } from '../platform/scalars.js';
import type { IssuePriority as IssuePriorityWord, IssueStatus as IssueStatusWord } from './issue-state.js';
import { Issue, IssueConnection, IssuePriority, IssueStatus } from './issues.types.js';

@ArgsType()
class IssueListArgs extends PageArgs {
  @Field(() => [IssueStatus], { nullable: true, description: 'Only these; the open ones when left out.' })
  status?: IssueStatusWord[];

  @Field(() => [IssuePriority], { nullable: true, description: 'Only these.' })
  priority?: IssuePriorityWord[];

  @Field(() => String, { nullable: true, description: 'Only this subject area.' })
  topic?: string;

  @Field(() => String, { nullable: true, description: 'Only those that wait in this line.' })
  queue?: string;

  @Field(() => String, { nullable: true, description: 'Only those that this person works on.' })
  assignee?: string;

  @Field(() => Boolean, { nullable: true, description: 'Only those that somebody works on, or nobody.' })
  isAssigned?: boolean;

  @Field(() => Boolean, { nullable: true, description: 'Only those that are handed up, or are not.' })
  isEscalated?: boolean;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Only those of which a promise (first response or resolution) is overdue or was kept late, or none.',
  })
  isLate?: boolean;

  @Field(() => DateTime, { nullable: true, description: 'Only those opened at this instant or later.' })
  from?: string;

  @Field(() => DateTime, { nullable: true, description: 'Only those opened before this instant.' })
  to?: string;
}

@ObjectType({ description: 'What is open in one line.' })
export class IssueTotal {
  @Field(() => String, { nullable: true, description: 'The line; null for issues that wait in none.' })
  queue?: string | null;

  @Field(() => Int, { description: 'How many are open.' })
  open!: number;

  @Field(() => Int, { description: 'How many of them nobody works on.' })
  unassigned!: number;

  @Field(() => Int, { description: 'How many of them are handed up.' })
  escalated!: number;

  @Field(() => Int, { description: 'Of how many a promise is overdue or was kept late.' })
  late!: number;
}

@Resolver(() => Issue)
export class IssueListResolver {
  constructor(private readonly answers: Answers) {}

  @Query(() => IssueConnection, { description: 'Issues of all customers, newest first by `openedAt`, then id.' })
  @Access('customers:read')
  issues(@Args() _args: IssueListArgs, @Context() context: GraphqlContext, @Info() info: GraphQLResolveInfo) {
    return this.answers.field(context, info);
  }

  @Query(() => [IssueTotal], { description: 'What is open by line, the fullest first: at most 200.' })
  @Access('customers:read')
  openIssueTotals(@Context() context: GraphqlContext, @Info() info: GraphQLResolveInfo) {
    return this.answers.field(context, info);
  }
}
