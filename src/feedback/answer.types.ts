import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { Channel, type Channel as ChannelWord } from '../touchpoints/vocabulary.js';
import { Feedback } from './feedback.types.js';

@InputType({
  description:
    'An answer. Exactly one of token, invitationId, touchpointId, journeyId and customerId; the last three with a survey.',
})
export class AnswerSurveyInput {
  @Field(() => String, { nullable: true, description: 'The token of the invitation.' })
  token?: string | null;

  @Field(() => ID, { nullable: true, description: 'The invitation itself.' })
  invitationId?: string | null;

  @Field(() => String, { nullable: true, description: 'Key of the survey.' })
  survey?: string | null;

  @Field(() => ID, { nullable: true, description: 'Asked right away about this touchpoint, such as a call.' })
  touchpointId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Asked right away about this journey.' })
  journeyId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Asked right away about us as a whole.' })
  customerId?: string | null;

  @Field(() => Int, { description: 'A point of the survey’s scale.' })
  score!: number;

  @Field(() => String, { nullable: true, description: 'What she said beside: at most 10,000 characters.' })
  comment?: string | null;

  @Field(() => Channel, { description: 'Where she answered.' })
  channel!: ChannelWord;

  @Field(() => String, { nullable: true, description: 'BCP 47 language tag of the comment.' })
  language?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'With customerId: sent again with the same key it is the same answer, which is refused as SURVEY_ANSWERED.',
  })
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'The answer that was taken.' })
export class AnswerSurveyPayload {
  @Field(() => Feedback, { description: 'The answer, with what it is about.' })
  feedback!: Feedback;
}
