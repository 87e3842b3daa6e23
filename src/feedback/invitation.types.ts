import { ArgsType, Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Customer } from '../identity/customer.types.js';
import { Journey } from '../journeys/journeys.types.js';
import { enumOf } from '../platform/enum-of.js';
import { Node } from '../platform/node.resolver.js';
import { connectionOf, PageArgs } from '../platform/page.js';
import { DateTime } from '../platform/scalars.js';
import { Touchpoint } from '../touchpoints/touchpoint.types.js';
import { type InvitationState, invitationStates } from './invitation.js';
import { Survey } from './survey.types.js';

export const SurveyInvitationState = enumOf(invitationStates);

registerEnumType(SurveyInvitationState, {
  name: 'SurveyInvitationState',
  description: 'Where an invitation stands.',
  valuesMap: {
    WAITING: { description: 'Its delay is not over yet.' },
    OPEN: { description: 'It can be answered.' },
    ANSWERED: { description: 'It was.' },
    EXPIRED: { description: 'It was not, and is no longer taken.' },
  },
});

@ObjectType({ description: 'That a customer is asked, and about what.', implements: () => [Node] })
export class SurveyInvitation extends Node {
  @Field(() => ID, { description: 'Give it to `inviteToSurvey` for a token, or to `answerSurvey`.' })
  override id!: string;

  @Field(() => Survey, { description: 'What she is asked.' })
  survey!: Survey;

  @Field(() => SurveyInvitationState, { description: 'Where it stands.' })
  state!: InvitationState;

  @Field(() => DateTime, { description: 'When she was invited.' })
  invitedAt!: string;

  @Field(() => DateTime, { description: 'From when on she is to be asked.' })
  opensAt!: string;

  @Field(() => DateTime, { description: 'Until when an answer is taken.' })
  expiresAt!: string;

  @Field(() => DateTime, { nullable: true, description: 'When she answered.' })
  answeredAt?: string | null;

  @Field({ description: 'True once a token was made: some channel is asking her.' })
  hasToken!: boolean;

  @Field(() => String, { nullable: true, description: 'Who invited her: `key:…` or `user:…`; null by the trigger.' })
  actor?: string | null;

  @Field(() => String, { nullable: true, description: 'Whose work it is about: the agent of the touchpoint.' })
  agentId?: string | null;

  @Field(() => String, { nullable: true, description: 'The language of what it is about.' })
  language?: string | null;

  @Field(() => Touchpoint, {
    nullable: true,
    description: 'The touchpoint that it is about, with its conversation and issue.',
  })
  touchpoint?: Touchpoint | null;

  @Field(() => Journey, { nullable: true, description: 'The journey that it is about.' })
  journey?: Journey | null;

  @Field(() => Customer, { description: 'Whom.' })
  customer!: Customer;
}

export const SurveyInvitationConnection = connectionOf(() => SurveyInvitation, 'SurveyInvitation');

@ArgsType()
export class CustomerInvitationsArgs extends PageArgs {
  @Field(() => SurveyInvitationState, { nullable: true, description: 'Only those that stand so.' })
  state?: InvitationState;
}

@ArgsType()
export class SurveyInvitationsArgs extends CustomerInvitationsArgs {
  @Field(() => String, { nullable: true, description: 'Only to the survey with this key.' })
  survey?: string;

  @Field(() => Boolean, { nullable: true, description: 'Only those that some channel asks already, or not yet.' })
  hasToken?: boolean;
}

@InputType({
  description: 'Exactly one of invitationId, touchpointId, journeyId and customerId; all but the first with a survey.',
})
export class InviteToSurveyInput {
  @Field(() => ID, { nullable: true, description: 'An invitation that is there, to make its token.' })
  invitationId?: string | null;

  @Field(() => String, { nullable: true, description: 'Key of the survey.' })
  survey?: string | null;

  @Field(() => ID, { nullable: true, description: 'Whoever this touchpoint was with, about it.' })
  touchpointId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Whose journey this is, about it.' })
  journeyId?: string | null;

  @Field(() => ID, { nullable: true, description: 'A customer, about us as a whole.' })
  customerId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'An https page of yours that asks; the link is this page with the token behind its `#`.',
  })
  linkUrl?: string | null;
}

@ObjectType({ description: 'By what it is answered. The token is shown once and stored hashed.' })
export class InviteToSurveyPayload {
  @Field({ description: 'For `/v1/surveys/<token>`. Of one invitation only the token made last is good.' })
  token!: string;

  @Field(() => String, { nullable: true, description: 'The page with the token; null without `linkUrl`.' })
  link?: string | null;

  @Field({ description: 'False when she was invited about it before.' })
  isNew!: boolean;

  @Field(() => SurveyInvitation, { description: 'The invitation.' })
  invitation!: SurveyInvitation;
}
