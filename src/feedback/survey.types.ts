import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import type { JourneyStatus as JourneyStatusWord } from '../journeys/journey-state.js';
import { JourneyStatus } from '../journeys/journeys.types.js';
import { enumOf } from '../platform/enum-of.js';
import { Node } from '../platform/node.resolver.js';
import { DateTime } from '../platform/scalars.js';
import { Channel, type Channel as ChannelWord } from '../touchpoints/vocabulary.js';
import { type SurveyKind as SurveyKindWord, type SurveyTriggerOn, surveyKinds, surveyTriggers } from './survey.js';

export const SurveyKind = enumOf(surveyKinds);
export const SurveyTriggerKind = enumOf(surveyTriggers);

registerEnumType(SurveyKind, {
  name: 'SurveyKind',
  description: 'What a survey measures.',
  valuesMap: {
    CSAT: { description: 'How satisfied she is: from 1 to 5 unless the survey says otherwise.' },
    NPS: { description: 'Whether she would recommend us: always from 0 to 10.' },
    CES: { description: 'How easy it was for her: from 1 (hard) to 7 (easy) unless the survey says otherwise.' },
    OWN: { description: 'Something else, on a scale of one’s own.' },
  },
});
registerEnumType(SurveyTriggerKind, {
  name: 'SurveyTriggerKind',
  description: 'By what a survey invites.',
  valuesMap: {
    TOUCHPOINT: { description: 'A touchpoint that fits is over.' },
    JOURNEY_END: { description: 'A journey of the blueprint ended.' },
  },
});

@ObjectType({ description: 'What a survey asks, in one language.' })
export class SurveyText {
  @Field({ description: 'BCP 47 language tag.' })
  language!: string;

  @Field({ description: 'The question.' })
  question!: string;

  @Field(() => String, { nullable: true, description: 'What the lowest score means.' })
  lowest?: string | null;

  @Field(() => String, { nullable: true, description: 'What the highest score means.' })
  highest?: string | null;

  @Field(() => String, { nullable: true, description: 'What the comment is asked by.' })
  commentQuestion?: string | null;
}

@ObjectType({ description: 'By what a survey invites by itself.' })
export class SurveyTrigger {
  @Field(() => SurveyTriggerKind, { description: 'By what.' })
  on!: SurveyTriggerOn;

  @Field(() => [Channel], { nullable: true, description: 'Touchpoints on these channels; on any when null.' })
  channels?: ChannelWord[] | null;

  @Field(() => [String], { nullable: true, description: 'Touchpoints of these kinds; of any when null.' })
  kinds?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Touchpoints about these topics; about any when null.' })
  topics?: string[] | null;

  @Field(() => String, { nullable: true, description: 'Touchpoints that are the moment of truth with this key.' })
  moment?: string | null;

  @Field(() => String, { nullable: true, description: 'Key of the blueprint whose journeys it is about.' })
  blueprint?: string | null;

  @Field(() => [JourneyStatus], { nullable: true, description: 'How a journey must have ended.' })
  endings?: JourneyStatusWord[] | null;
}

@ObjectType({
  description: 'What customers are asked after a contact or a journey; docs/feedback.md walks through one.',
  implements: () => [Node],
})
export class Survey extends Node {
  @Field(() => ID, { description: 'Global id.' })
  override id!: string;

  @Field({ description: 'Its name for machines; it never changes.' })
  key!: string;

  @Field({ description: 'Its name for people.' })
  name!: string;

  @Field(() => SurveyKind, { description: 'What it measures; it never changes.' })
  kind!: SurveyKindWord;

  @Field(() => Int, { description: 'The lowest score; it never changes.' })
  scoreMin!: number;

  @Field(() => Int, { description: 'The highest score; it never changes.' })
  scoreMax!: number;

  @Field(() => [SurveyText], { description: 'What it asks; who speaks none of these languages is asked in the first.' })
  texts!: SurveyText[];

  @Field(() => SurveyTrigger, { nullable: true, description: 'By what it invites; null when only by hand.' })
  trigger?: SurveyTrigger | null;

  @Field(() => Int, { description: 'So many seconds after what it is about an invitation opens.' })
  delaySeconds!: number;

  @Field(() => Int, { description: 'Who was invited to any survey in so many days is not invited to this one.' })
  quietDays!: number;

  @Field(() => Int, { description: 'For so many days an invitation stays open.' })
  validDays!: number;

  @Field({ description: 'False when it invites nobody any more; who was invited may still answer.' })
  isActive!: boolean;

  @Field(() => Int, { description: 'Give it to `updateSurvey`, which refuses when someone was faster.' })
  version!: number;

  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: string;

  @Field(() => DateTime, { description: 'When it changed last.' })
  updatedAt!: string;
}

@InputType({ description: 'What a survey asks, in one language.' })
export class SurveyTextInput {
  @Field({ description: 'BCP 47 language tag, such as `de`.' })
  language!: string;

  @Field({ description: 'The question: at most 500 characters.' })
  question!: string;

  @Field(() => String, { nullable: true, description: 'What the lowest score means.' })
  lowest?: string | null;

  @Field(() => String, { nullable: true, description: 'What the highest score means.' })
  highest?: string | null;

  @Field(() => String, { nullable: true, description: 'What the comment is asked by.' })
  commentQuestion?: string | null;
}

@InputType({ description: 'Touchpoints that fit each condition that is given; at least one is.' })
export class SurveyTouchpointTriggerInput {
  @Field(() => [Channel], { nullable: true, description: 'On one of these channels.' })
  channels?: ChannelWord[] | null;

  @Field(() => [String], { nullable: true, description: 'Of one of these kinds: at most 50.' })
  kinds?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'About one of these topics: at most 50.' })
  topics?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'That are the moment of truth with this key, while it is active.',
  })
  moment?: string | null;
}

@InputType({ description: 'The end of journeys of one kind.' })
export class SurveyJourneyTriggerInput {
  @Field({ description: 'Key of the blueprint.' })
  blueprint!: string;

  @Field(() => [JourneyStatus], {
    defaultValue: ['COMPLETED'],
    description: 'How they must have ended: COMPLETED, ABANDONED, CANCELLED.',
  })
  endings!: JourneyStatusWord[];
}

@InputType({ description: 'By what a survey invites: one of the two, or by hand only when both are left out.' })
export class SurveyTriggerInput {
  @Field(() => SurveyTouchpointTriggerInput, { nullable: true, description: 'When such a touchpoint is over.' })
  touchpoint?: SurveyTouchpointTriggerInput | null;

  @Field(() => SurveyJourneyTriggerInput, { nullable: true, description: 'When such a journey ends.' })
  journeyEnd?: SurveyJourneyTriggerInput | null;
}

@InputType({ description: 'A survey to make.' })
export class CreateSurveyInput {
  @Field({ description: 'Its name for machines: 1 to 63 lower-case letters, digits, `-` and `_`.' })
  key!: string;

  @Field({ description: 'Its name for people.' })
  name!: string;

  @Field(() => SurveyKind, { description: 'What it measures.' })
  kind!: SurveyKindWord;

  @Field(() => Int, { nullable: true, description: 'The lowest score; an OWN survey must say.' })
  scoreMin?: number | null;

  @Field(() => Int, { nullable: true, description: 'The highest score; an OWN survey must say.' })
  scoreMax?: number | null;

  @Field(() => [SurveyTextInput], { description: 'What it asks: in 1 to 50 languages.' })
  texts!: SurveyTextInput[];

  @Field(() => SurveyTriggerInput, { nullable: true, description: 'By what it invites; by hand only when left out.' })
  trigger?: SurveyTriggerInput | null;

  @Field(() => Int, { defaultValue: 0, description: 'So long after what it is about: 0 to 2,592,000, 30 days.' })
  delaySeconds!: number;

  @Field(() => Int, {
    defaultValue: 30,
    description: 'Nobody who was invited to any survey in so many days: 0 to 366.',
  })
  quietDays!: number;

  @Field(() => Int, { defaultValue: 14, description: 'For so many days an answer is taken: 1 to 366.' })
  validDays!: number;
}

@InputType({ description: 'A change of a survey; what is left out stays. Kind and scale never change.' })
export class UpdateSurveyInput {
  @Field({ description: 'Which.' })
  key!: string;

  @Field(() => Int, { description: 'The version that you read.' })
  version!: number;

  @Field(() => String, { nullable: true, description: 'Its name for people.' })
  name?: string | null;

  @Field(() => [SurveyTextInput], { nullable: true, description: 'All that it asks.' })
  texts?: SurveyTextInput[] | null;

  @Field(() => SurveyTriggerInput, { nullable: true, description: 'By what it invites; by nothing when empty.' })
  trigger?: SurveyTriggerInput | null;

  @Field(() => Int, { nullable: true, description: 'So long after what it is about.' })
  delaySeconds?: number | null;

  @Field(() => Int, { nullable: true, description: 'Nobody who was invited to any survey in so many days.' })
  quietDays?: number | null;

  @Field(() => Int, { nullable: true, description: 'For so many days an answer is taken; invitations keep theirs.' })
  validDays?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'False ends inviting; true begins again.' })
  isActive?: boolean | null;
}

@ObjectType({ description: 'The survey that was made.' })
export class CreateSurveyPayload {
  @Field(() => Survey, { description: 'The survey.' })
  survey!: Survey;
}

@ObjectType({ description: 'The survey as it is now.' })
export class UpdateSurveyPayload {
  @Field(() => Survey, { description: 'The survey.' })
  survey!: Survey;
}
