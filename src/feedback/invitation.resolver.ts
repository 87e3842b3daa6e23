import { Args, Context, Info, Mutation, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { Caller } from '../access/caller.js';
import { Customer } from '../identity/customer.types.js';
import { Answers, type GraphqlContext } from '../platform/answers.js';
import { CurrentCaller } from '../platform/current-caller.js';
import { Access } from '../platform/field-access.js';
import { answeredByComposer } from '../platform/page.js';
import { payloadNode } from '../platform/payload-node.js';
import {
  CustomerInvitationsArgs,
  InviteToSurveyInput,
  InviteToSurveyPayload,
  SurveyInvitation,
  SurveyInvitationConnection,
  SurveyInvitationsArgs,
} from './invitation.types.js';
import { SurveyInvitations } from './invitations.service.js';

@Resolver(() => Customer)
export class CustomerInvitationsResolver {
  @ResolveField(() => SurveyInvitationConnection, {
    description: 'What she is, or was, asked to answer, the latest first by `opensAt`, then id.',
  })
  surveyInvitations(@Args() _args: CustomerInvitationsArgs): never {
    return answeredByComposer();
  }
}

@Resolver()
export class InvitationResolver {
  constructor(
    private readonly invitations: SurveyInvitations,
    private readonly answers: Answers,
  ) {}

  @Query(() => SurveyInvitationConnection, {
    description: 'Who is to be asked, for channels that ask: the latest first by `opensAt`, then id.',
  })
  @Access('customers:read')
  surveyInvitations(
    @Args() _args: SurveyInvitationsArgs,
    @Context() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<object> {
    return this.answers.field(context, info);
  }

  @Mutation(() => InviteToSurveyPayload, {
    description: 'Makes the token by which a channel lets a customer answer; invites her where she is not yet.',
  })
  @Access('touchpoints:write')
  async inviteToSurvey(
    @Args('input', { description: 'Whom, and about what.' }) input: InviteToSurveyInput,
    @CurrentCaller() caller: Caller,
  ): Promise<object> {
    return this.invitations.invite(caller, input);
  }
}

export const invitationPayloadResolver = payloadNode(InviteToSurveyPayload, {
  name: 'invitation',
  type: () => SurveyInvitation,
  kind: 'invitation',
  description: 'The invitation.',
  scope: 'customers:read',
});
