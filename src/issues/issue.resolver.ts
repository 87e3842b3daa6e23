import {
  Args,
  ArgsType,
  Context,
  Field,
  ID,
  Info,
  Int,
  Mutation,
  Query,
  ResolveField,
  Resolver,
} from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { Caller } from '../access/caller.js';
import { Customer } from '../identity/customer.types.js';
import { Answers, type GraphqlContext } from '../platform/answers.js';
import { CurrentCaller } from '../platform/current-caller.js';
import { Access, ShownToCustomer } from '../platform/field-access.js';
import { answeredByComposer, PageArgs } from '../platform/page.js';
import { payloadNode } from '../platform/payload-node.js';
import { Touchpoint, TouchpointConnection, TouchpointsArgs } from '../touchpoints/touchpoint.types.js';
import { IssueService } from './issue.service.js';
import type { IssueStatus as IssueStatusWord } from './issue-state.js';
import { CommentIssuePayload, LinkIssuesPayload, ReferTicketPayload, UnlinkIssuesPayload } from './issue-talk.types.js';
import {
  Issue,
  IssueConnection,
  IssueStatus,
  IssueVersion,
  LinkTouchpointsInput,
  LinkTouchpointsPayload,
  OpenIssueInput,
  OpenIssuePayload,
  ResolveIssueInput,
  ResolveIssuePayload,
  UpdateIssueInput,
  UpdateIssuePayload,
} from './issues.types.js';

@ArgsType()
class IssuesArgs extends PageArgs {
  @Field(() => [IssueStatus], { nullable: true, description: 'Only these; the open ones when left out.' })
  status?: IssueStatusWord[];

  @Field(() => String, { nullable: true, description: 'Only this subject area.' })
  topic?: string;
}

@Resolver(() => Customer)
export class CustomerIssuesResolver {
  @ResolveField(() => IssueConnection, { description: 'Issues, newest first by `openedAt`, then id.' })
  @ShownToCustomer()
  issues(@Args() _args: IssuesArgs): object {
    return answeredByComposer();
  }

  @ResolveField(() => Int, { description: 'How many issues are open.' })
  @ShownToCustomer()
  openIssueCount(): number {
    return answeredByComposer();
  }
}

@Resolver(() => Touchpoint)
export class TouchpointIssueResolver {
  @ResolveField(() => Issue, { nullable: true, description: 'The issue that it is about, if any.' })
  @ShownToCustomer()
  issue(): Issue {
    return answeredByComposer();
  }
}

@Resolver(() => Issue)
export class IssueFieldsResolver {
  @ResolveField(() => Customer, { description: 'Whose issue it is.' })
  @ShownToCustomer()
  customer(): Customer {
    return answeredByComposer();
  }

  @ResolveField(() => TouchpointConnection, { description: 'What was said and done about it, newest first.' })
  @ShownToCustomer()
  touchpoints(@Args() _args: TouchpointsArgs): object {
    return answeredByComposer();
  }

  @ResolveField(() => [IssueVersion], {
    description: 'What it was before and is now, newest first: at most 200 versions.',
  })
  history(): IssueVersion[] {
    return answeredByComposer();
  }
}

@Resolver(() => Issue)
export class IssueResolver {
  constructor(
    private readonly issues: IssueService,
    private readonly answers: Answers,
  ) {}

  @Query(() => Issue, { nullable: true, description: 'One issue, by its id.' })
  @Access('customers:read', { customer: true })
  async issue(
    @Args('id', { type: () => ID, description: 'Its global id.' }) _id: string,
    @Context() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Issue | null> {
    return this.answers.field(context, info);
  }

  @Mutation(() => OpenIssuePayload, { description: 'Opens an issue; one that its source told of before is answered.' })
  @Access('issues:write')
  async openIssue(
    @Args('input', { description: 'What to open, and for whom.' }) input: OpenIssueInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    const { id, isChanged } = await this.issues.open(caller, input);
    return { innerId: id, isNew: isChanged };
  }

  @Mutation(() => UpdateIssuePayload, { description: 'Changes an issue that you have read.' })
  @Access('issues:write')
  async updateIssue(
    @Args('input', { description: 'What to change.' }) input: UpdateIssueInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return { innerId: (await this.issues.update(caller, input)).id };
  }

  @Mutation(() => ResolveIssuePayload, { description: 'Settles an open issue.' })
  @Access('issues:write')
  async resolveIssue(
    @Args('input', { description: 'Which, and how.' }) input: ResolveIssueInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return { innerId: (await this.issues.resolve(caller, input)).id };
  }

  @Mutation(() => LinkTouchpointsPayload, {
    description: 'Puts touchpoints under an issue: all of them or, refused, none.',
  })
  @Access('issues:write')
  async linkTouchpoints(
    @Args('input', { description: 'Which, and under what.' }) input: LinkTouchpointsInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return { innerId: (await this.issues.link(caller, input)).id };
  }
}

export const issuePayloadResolvers = [
  OpenIssuePayload,
  UpdateIssuePayload,
  ResolveIssuePayload,
  LinkTouchpointsPayload,
  CommentIssuePayload,
  LinkIssuesPayload,
  UnlinkIssuesPayload,
  ReferTicketPayload,
].map((payload) =>
  payloadNode(payload, { name: 'issue', type: () => Issue, kind: 'issue', description: 'The issue as it is now.' }),
);
