import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { IdentifierInput } from '../identity/identifier.input.js';
import { JsonScalar } from '../platform/scalars.js';
import { Channel, type Channel as ChannelWord } from '../touchpoints/vocabulary.js';
import { Journey } from './journeys.types.js';

@InputType({ description: 'A journey to start.' })
export class StartJourneyInput {
  @Field({ description: 'Key of its blueprint; it runs by the latest version.' })
  blueprint!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'Whose, by any of her ids. Exactly one of this and `identifiers`; a portal token gives neither.',
  })
  customerId?: string | null;

  @Field(() => [IdentifierInput], {
    nullable: true,
    description: 'Who it is here, such as an `anonymous_id`: who is not known yet becomes known by it.',
  })
  identifiers?: IdentifierInput[] | null;

  @Field(() => Channel, { description: 'Where it starts.' })
  channel!: ChannelWord;

  @Field(() => JsonScalar, {
    nullable: true,
    description: 'What the first step is told already; it need not be complete.',
  })
  data?: unknown;

  @Field(() => String, { nullable: true, description: 'The system that names it; with `externalId` only.' })
  source?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'That system’s id of it. The same source and id always name the same journey, also when told twice.',
  })
  externalId?: string | null;

  @Field(() => String, { nullable: true, description: 'Sent again with the same key, it starts nothing further.' })
  idempotencyKey?: string | null;
}

@InputType({ isAbstract: true })
export class JourneyActInput {
  @Field(() => ID, { description: 'The journey.' })
  id!: string;

  @Field(() => Int, {
    description:
      'The version that you read. When it is not the present one, VERSION_STALE carries where the journey stands and ' +
      'who made it so, under `current`.',
  })
  version!: number;

  @Field(() => Channel, { description: 'Where this is done.' })
  channel!: ChannelWord;

  @Field(() => String, { nullable: true, description: 'Sent again with the same key, it is done once.' })
  idempotencyKey?: string | null;
}

@InputType({ description: 'One step further, or a step’s data so far.' })
export class AdvanceJourneyInput extends JourneyActInput {
  @Field(() => String, {
    nullable: true,
    description: 'Key of the next step. Left out, the journey stays where it is and keeps the data.',
  })
  to?: string | null;

  @Field(() => JsonScalar, {
    nullable: true,
    description:
      'What the present step is told, beside what it knows already. Complete when it leads on; to stay or to go back it ' +
      'need not be.',
  })
  data?: unknown;
}

@InputType({ description: 'The end of a journey.' })
export class CompleteJourneyInput extends JourneyActInput {
  @Field(() => String, {
    nullable: true,
    description: 'Key of the terminal step, where the present one leads to several.',
  })
  to?: string | null;

  @Field(() => JsonScalar, { nullable: true, description: 'What the present step is told at last.' })
  data?: unknown;
}

@InputType({ description: 'A journey to pause: its clocks stand still until it goes on.' })
export class PauseJourneyInput extends JourneyActInput {}

@InputType({ description: 'A journey to end without its goal.' })
export class CancelJourneyInput extends JourneyActInput {}

@InputType({ description: 'Which journeys to move to another version of their blueprint.' })
export class MigrateJourneysInput {
  @Field({ description: 'Key of the blueprint.' })
  blueprint!: string;

  @Field(() => Int, { description: 'The version that they run by.' })
  fromVersion!: number;

  @Field(() => Int, { description: 'The version that they shall run by.' })
  toVersion!: number;

  @Field(() => Boolean, { defaultValue: true, description: 'Only says what would be: nothing changes.' })
  dryRun!: boolean;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Leaves those that do not fit where they are, instead of refusing all.',
  })
  leaveUnfit!: boolean;

  @Field(() => ID, { nullable: true, description: 'Goes on after this journey: `nextAfter` of the call before.' })
  after?: string | null;
}

@ObjectType({ description: 'Why a journey does not fit another version of its blueprint.' })
export class UnfitJourney {
  @Field(() => ID, { description: 'The journey.' })
  journeyId!: string;

  @Field({ description: 'Key of the step that it is on.' })
  step!: string;

  @Field({ description: 'What does not fit, in words.' })
  reason!: string;

  @Field(() => [String], { description: 'The fields of its state that the other version refuses.' })
  fields!: string[];
}

@ObjectType({ description: 'What moving journeys to another version did, or would do.' })
export class MigrateJourneysPayload {
  @Field(() => Int, { description: 'Open journeys that were looked at: at most 2,000 a call.' })
  looked!: number;

  @Field(() => Int, { description: 'Of these, how many moved; with `dryRun`, how many would.' })
  moved!: number;

  @Field(() => [UnfitJourney], { description: 'Those that do not fit: the first 100.' })
  unfit!: UnfitJourney[];

  @Field(() => Int, { description: 'How many of those looked at do not fit.' })
  unfitCount!: number;

  @Field(() => ID, { nullable: true, description: 'Give it as `after` to go on; null when all were looked at.' })
  nextAfter?: string | null;
}

@ObjectType({ description: 'The journey that started.' })
export class StartJourneyPayload {
  @Field(() => Journey, { description: 'The journey, new or known.' })
  journey!: Journey;

  @Field({ description: 'False when it was started before by the same name or key.' })
  isNew!: boolean;
}

@ObjectType({ description: 'The journey after the step.' })
export class AdvanceJourneyPayload {
  @Field(() => Journey, { description: 'The journey as it is now.' })
  journey!: Journey;

  @Field({ description: 'False when the same request was carried out before.' })
  isChanged!: boolean;
}

@ObjectType({ description: 'The journey at its end.' })
export class CompleteJourneyPayload extends AdvanceJourneyPayload {}

@ObjectType({ description: 'The journey that is paused.' })
export class PauseJourneyPayload extends AdvanceJourneyPayload {}

@ObjectType({ description: 'The journey that was ended.' })
export class CancelJourneyPayload extends AdvanceJourneyPayload {}
