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

  @Field(() => Int, {
    description:
      'For how many days a request of a vendor is kept as it came; the server’s WEBHOOK_RETENTION_DAYS until you decide.',
  })
  requestRetentionDays!: number;

  @Field(() => Int, {
    description: 'For how many days a dead letter is kept after it was replayed or discarded; 365 until you decide.',
  })
  deadLetterRetentionDays!: number;

  @Field(() => Int, {
    nullable: true,
    description:
      'For how many days at most a dead letter waits; null, until you decide, is until somebody replays or discards it.',
  })
  waitingDeadLetterRetentionDays!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When they were changed last; null when never.' })
  updatedAt!: string | null;

  @Field(() => String, { nullable: true, description: 'Who changed them last.' })
  updatedBy!: string | null;
}

@InputType({ description: 'A change of the settings that you have read; what is left out stays.' })
export class UpdateIntakeSettingsInput {
  @Field(() => Int, { description: 'The version that you have read.' })
  version!: number;

  @Field(() => [String], {
    nullable: true,
    description: 'Such as `acme.example` or `support@elsewhere.example`; at most 50.',
  })
  ownMail?: string[] | null;

  @Field(() => Int, { nullable: true, description: '1 to 3,650. What is too old by then goes within an hour.' })
  requestRetentionDays?: number | null;

  @Field(() => Int, { nullable: true, description: '1 to 3,650. What is too old by then goes within an hour.' })
  deadLetterRetentionDays?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      '1 to 3,650. Who waits longer is lost within an hour, whether anybody saw to it or not; null keeps all that wait.',
  })
  waitingDeadLetterRetentionDays?: number | null;
}

@ObjectType({ description: 'The settings as they are now.' })
export class IntakeSettingsPayload {
  @Field(() => IntakeSettings, { description: 'The settings.' })
  settings!: IntakeSettings;
}
