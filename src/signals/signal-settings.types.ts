import { Field, Float, InputType, Int, ObjectType, OmitType, PartialType } from '@nestjs/graphql';
import type { SignalThresholds } from './signal-thresholds.js';

@ObjectType({ description: 'From when on something is a signal in this workspace.' })
export class SignalSettings implements SignalThresholds {
  @Field(() => Int, { description: 'Give it to `updateSignalSettings`; 0 until somebody changes anything.' })
  version!: number;

  @Field(() => Int, { description: 'Occasions about one topic that make REPEAT_CONTACT: 2 to 50.' })
  repeatOccasions!: number;

  @Field(() => Int, { description: 'Within so many days: 1 to 30.' })
  repeatDays!: number;

  @Field(() => Int, { description: 'A wait that makes LONG_WAIT: 1 second to a day.' })
  longWaitSeconds!: number;

  @Field(() => Int, { description: 'For so many days: 1 to 30.' })
  longWaitDays!: number;

  @Field(() => Int, {
    description: 'After so long without an answer a call that she gave up is NOT_CALLED_BACK: 0 to 10,080.',
  })
  callBackMinutes!: number;

  @Field(() => Int, { description: 'For so many days: 1 to 30.' })
  callBackDays!: number;

  @Field(() => Int, { description: 'How often she tells one story until it is STORY_TOLD_AGAIN: 2 to 50.' })
  storyTold!: number;

  @Field(() => Int, { description: 'For so many days SELF_SERVICE_FAILED is told: 1 to 30.' })
  selfServiceDays!: number;

  @Field(() => Int, { description: 'Touchpoints of which the mean sentiment makes NEGATIVE_SENTIMENT: 1 to 50.' })
  negativeTouchpoints!: number;

  @Field(() => Float, { description: 'The mean that is low enough: -1 to 0.' })
  negativeSentiment!: number;
}

@InputType({ description: 'What to change; what is left out stays.' })
export class UpdateSignalSettingsInput extends PartialType(OmitType(SignalSettings, ['version']), InputType) {
  @Field(() => Int, { description: 'The version that you read.' })
  version!: number;
}

@ObjectType({ description: 'The settings after the change.' })
export class UpdateSignalSettingsPayload {
  @Field(() => SignalSettings, { description: 'As they are now.' })
  settings!: SignalSettings;
}
