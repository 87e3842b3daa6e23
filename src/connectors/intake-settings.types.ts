import { Field, InputType, Int, ObjectType } from '@nestjs/graphql';
import { DateTime } from '../platform/scalars.js';

@ObjectType({ description: 'What the workspace has decided on what comes in by other ways than this API.' })
export class IntakeSettings {
  @Field(() => Int, { description: 'Give it back to change them.' })
  version!: number;

  @Field(() => [String], {
    description:
      'Domains (with their sub-domains) and addresses of your own: what they write is OUTBOUND, by whatever way a mail comes in.',
  })
  ownMail!: string[];

  @Field(() => DateTime, { nullable: true, description: 'When they were changed last; null when never.' })
  updatedAt!: string | null;

  @Field(() => String, { nullable: true, description: 'Who changed them last.' })
  updatedBy!: string | null;
}

@InputType({ description: 'A change of the settings that you have read.' })
export class UpdateIntakeSettingsInput {
  @Field(() => Int, { description: 'The version that you have read.' })
  version!: number;

  @Field(() => [String], { description: 'Such as `acme.example` or `support@elsewhere.example`; at most 50.' })
  ownMail!: string[];
}

@ObjectType({ description: 'The settings as they are now.' })
export class IntakeSettingsPayload {
  @Field(() => IntakeSettings, { description: 'The settings.' })
  settings!: IntakeSettings;
}
