import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { enumOf } from '../platform/enum-of.js';
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
