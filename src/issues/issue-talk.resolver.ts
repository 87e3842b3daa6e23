import { Args, Mutation, ResolveField, Resolver } from '@nestjs/graphql';
import type { Caller } from '../access/caller.js';
import { CurrentCaller } from '../platform/current-caller.js';
import { Access, ShownToCustomer } from '../platform/field-access.js';
import { answeredByComposer, PageArgs } from '../platform/page.js';
import { IssueTalk } from './issue-talk.service.js';
import {
  CommentIssueInput,
  CommentIssuePayload,
  IssueCommentConnection,
  IssueLink,
  IssueTicket,
  LinkIssuesInput,
  LinkIssuesPayload,
  ReferTicketInput,
  ReferTicketPayload,
  UnlinkIssuesPayload,
} from './issue-talk.types.js';
import { Issue } from './issues.types.js';

@Resolver(() => Issue)
export class IssueTalkFieldsResolver {
  @ResolveField(() => IssueCommentConnection, {
    description: 'What was said about it, newest first; a customer sees what is public.',
  })
  @ShownToCustomer()
  comments(@Args() _args: PageArgs): object {
    return answeredByComposer();
  }

  @ResolveField(() => [IssueLink], {
    description: 'Other issues that it belongs together with, the latest link first.',
  })
  links(): IssueLink[] {
    return answeredByComposer();
  }

  @ResolveField(() => [IssueTicket], { description: 'The same matter in other systems, by system: at most 50.' })
  tickets(): IssueTicket[] {
    return answeredByComposer();
  }

  @ResolveField(() => [Issue], {
    description:
      'Other open issues of the customer about the same topic, opened within 30 days of this one, the nearest first: ' +
      'at most 10. After a merge they are often the same matter.',
  })
  possibleDuplicates(): Issue[] {
    return answeredByComposer();
  }
}

@Resolver(() => Issue)
export class IssueTalkResolver {
  constructor(private readonly talk: IssueTalk) {}

  @Mutation(() => CommentIssuePayload, { description: 'Says something about an issue.' })
  @Access('issues:write')
  async commentIssue(
    @Args('input', { description: 'What to say.' }) input: CommentIssueInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    const { id, isChanged } = await this.talk.comment(caller, input);
    return { innerId: id, isNew: isChanged };
  }

  @Mutation(() => LinkIssuesPayload, { description: 'Says that two issues belong together.' })
  @Access('issues:write')
  async linkIssues(
    @Args('input', { description: 'Which, and how.' }) input: LinkIssuesInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    const { id, isChanged } = await this.talk.link(caller, input);
    return { innerId: id, isChanged };
  }

  @Mutation(() => UnlinkIssuesPayload, { description: 'Takes a link of two issues back.' })
  @Access('issues:write')
  async unlinkIssues(
    @Args('input', { description: 'Which.' }) input: LinkIssuesInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    const { id, isChanged } = await this.talk.unlink(caller, input);
    return { innerId: id, isChanged };
  }

  @Mutation(() => ReferTicketPayload, { description: 'Notes where another system keeps the same matter.' })
  @Access('issues:write')
  async referTicket(
    @Args('input', { description: 'Which ticket.' }) input: ReferTicketInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return { innerId: (await this.talk.refer(caller, input)).id };
  }
}
