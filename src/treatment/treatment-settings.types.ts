import { Field, InputType, Int, ObjectType, OmitType, PartialType } from '@nestjs/graphql';
import type { Treatment } from './treatment-settings.js';

@ObjectType({ description: 'By what figures a workspace treats its customers.' })
export class TreatmentSettings implements Treatment {
  @Field(() => Int, { description: 'Give it to `updateTreatmentSettings`; 0 until somebody changes anything.' })
  version!: number;

  @Field({ description: 'The time zone of customers of whom none is known: an IANA name; UTC at first.' })
  timeZone!: string;

  @Field(() => Int, { description: 'For how many days what a customer does tells what she prefers: 1 to 365.' })
  observedDays!: number;

  @Field(() => Int, { description: 'How many contacts, or hours with one, make a habit: 1 to 50.' })
  observedContacts!: number;
}

@InputType({ description: 'What to change; what is left out stays.' })
export class UpdateTreatmentSettingsInput extends PartialType(OmitType(TreatmentSettings, ['version']), InputType) {
  @Field(() => Int, { description: 'The version that you read.' })
  version!: number;
}

@ObjectType({ description: 'The settings after the change.' })
export class UpdateTreatmentSettingsPayload {
  @Field(() => TreatmentSettings, { description: 'As they are now.' })
  settings!: TreatmentSettings;
}
