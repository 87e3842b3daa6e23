import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { IdentifierInput } from '../identity/identifier.input.js';
import { ShownToCustomer } from '../platform/field-access.js';
import { Node } from '../platform/node.resolver.js';
import { connectionOf } from '../platform/page.js';
import { DateTime, JsonScalar } from '../platform/scalars.js';
import { Channel, type Channel as ChannelWord } from '../touchpoints/vocabulary.js';
import { Blueprint, BlueprintStep } from './blueprints.types.js';
import {
  actKinds,
  type Cause,
  type JourneyStatus as JourneyStatusWord,
  journeyStatuses,
  type Turn,
} from './journey-state.js';

const enumOf = <T extends string>(words: readonly T[]) =>
  Object.fromEntries(words.map((word) => [word, word])) as { [K in T]: K };

export const JourneyStatus = enumOf(journeyStatuses);
export const JourneyCauseKind = enumOf([...actKinds, 'TOUCHPOINT', 'TIME', 'MIGRATED']);
export const JourneyActor = enumOf(['CUSTOMER', 'STAFF', 'TOUCHPOINT', 'TIME']);
export const TurnTarget = enumOf(['AGENT', 'QUEUE', 'CHANNEL']);

registerEnumType(JourneyStatus, {
  name: 'JourneyStatus',
  description: 'ACTIVE and PAUSED are open; ABANDONED ended by time alone and can be resumed; the others are final.',
});
registerEnumType(JourneyCauseKind, { name: 'JourneyCauseKind', description: 'What changed a journey.' });
registerEnumType(JourneyActor, {
  name: 'JourneyActor',
  description: 'Who changed it: the CUSTOMER by her portal token, STAFF or a system by key, a TOUCHPOINT, or TIME.',
});
registerEnumType(TurnTarget, { name: 'TurnTarget', description: 'What kind of place a journey was handed to.' });

@ObjectType({ description: 'What changed a journey, and who.' })
export class JourneyCause {
  @ShownToCustomer()
  @Field(() => JourneyCauseKind, { description: 'What happened.' })
  kind!: Cause['kind'];

  @ShownToCustomer()
  @Field(() => JourneyActor, { description: 'By whom or what.' })
  by!: Cause['by'];

  @ShownToCustomer()
  @Field(() => Channel, { nullable: true, description: 'Where; null when time did it.' })
  channel?: ChannelWord | null;

  @ShownToCustomer()
  @Field(() => DateTime, { description: 'When it happened.' })
  at!: string;

  @Field(() => String, { nullable: true, description: 'Who it was: `key:…` or `user:…`.' })
  actor?: string | null;

  @Field(() => ID, { nullable: true, description: 'The touchpoint that did it.' })
  touchpointId?: string | null;
}

@ObjectType({ description: 'To whom a journey was handed, and who is to go on.' })
export class JourneyTurn {
  @Field(() => TurnTarget, { description: 'What kind of place.' })
  to!: Turn['to'];

  @Field({ description: 'Which: an agent’s id, a queue’s name, or a channel.' })
  name!: string;
}

@ObjectType({ description: 'That a journey went on in a channel.' })
export class JourneyChannel {
  @ShownToCustomer()
  @Field(() => Channel, { description: 'The channel.' })
  channel!: ChannelWord;

  @ShownToCustomer()
  @Field(() => DateTime, { description: 'Since when.' })
  since!: string;
}

@ObjectType({ description: 'What a journey was at one of its versions.' })
export class JourneyVersion {
  @Field(() => Int, { description: 'Counted from 1.' })
  version!: number;

  @Field(() => JourneyStatus, { description: 'The status that it had.' })
  status!: JourneyStatusWord;

  @Field({ description: 'Key of the step that it was on.' })
  step!: string;

  @Field(() => DateTime, { description: 'When it was known to be so.' })
  changedAt!: string;

  @Field(() => JourneyCause, { description: 'What made it so.' })
  cause!: JourneyCause;
}

@ObjectType({
  description: 'One customer’s run of a blueprint: what she wants to reach, across all channels.',
  implements: () => [Node],
})
export class Journey extends Node {
  @ShownToCustomer()
  @Field(() => ID, { description: 'Global id.' })
  override id!: string;

  @ShownToCustomer()
  @Field(() => JourneyStatus, { description: 'Where it is in its life.' })
  status!: JourneyStatusWord;

  @ShownToCustomer()
  @Field(() => Blueprint, { description: 'What kind of journey it is, in the version that it runs by.' })
  blueprint!: Blueprint;

  @ShownToCustomer()
  @Field(() => BlueprintStep, { description: 'The step that it is on, or ended on.' })
  step!: BlueprintStep;

  @ShownToCustomer()
  @Field(() => JsonScalar, { description: 'What each step was told: an object by the keys of steps.' })
  state!: unknown;

  @ShownToCustomer()
  @Field(() => Int, { description: 'Give it to `advanceJourney`, which refuses when someone was faster.' })
  version!: number;

  @ShownToCustomer()
  @Field(() => DateTime, { description: 'When it started.' })
  startedAt!: string;

  @ShownToCustomer()
  @Field(() => DateTime, { description: 'Since when it is on its step.' })
  stepSince!: string;

  @ShownToCustomer()
  @Field(() => DateTime, { description: 'When it changed last, as known to us.' })
  updatedAt!: string;

  @ShownToCustomer()
  @Field(() => DateTime, { nullable: true, description: 'When it ended; null while it is open.' })
  endedAt?: string | null;

  @ShownToCustomer()
  @Field(() => DateTime, {
    nullable: true,
    description: 'When its step should be done; null where nothing is expected.',
  })
  expectedAt?: string | null;

  @ShownToCustomer()
  @Field({ description: 'True when its step should be done by now.' })
  isOverdue!: boolean;

  @Field({ description: 'True when it has been on its step for longer than its blueprint calls stuck.' })
  isStuck!: boolean;

  @ShownToCustomer()
  @Field(() => JourneyCause, { description: 'What made it what it is now.' })
  lastChange!: JourneyCause;

  @Field(() => JourneyTurn, { nullable: true, description: 'To whom it was handed; null when nobody waits for it.' })
  turn?: JourneyTurn | null;

  @ShownToCustomer()
  @Field(() => [JourneyChannel], { description: 'The channels that it went through, in order: the first 200 changes.' })
  channels!: JourneyChannel[];

  @Field(() => [JourneyVersion], { description: 'Its versions, the newest first: at most 200.' })
  history!: JourneyVersion[];

  @Field({ description: 'The system that named it; `throughline` when nobody did.' })
  source!: string;

  @Field({ description: 'That system’s id of it: touchpoints refer to the journey by both.' })
  externalId!: string;
}

export const JourneyConnection = connectionOf(() => Journey, 'Journey');

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
