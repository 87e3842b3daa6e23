import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { enumOf } from '../platform/enum-of.js';
import { ShownToCustomer } from '../platform/field-access.js';
import { Node } from '../platform/node.resolver.js';
import { DateTime, JsonScalar } from '../platform/scalars.js';
import {
  Channel,
  type Channel as ChannelWord,
  Direction,
  type Direction as DirectionWord,
} from '../touchpoints/vocabulary.js';
import { type TriggerEffect as TriggerEffectWord, triggerEffects } from './blueprint.js';

export const TriggerEffect = enumOf(triggerEffects);

registerEnumType(TriggerEffect, {
  name: 'TriggerEffect',
  description: 'What a touchpoint does to a journey.',
  valuesMap: {
    START: { description: 'Starts one, unless the customer is on one of this blueprint already.' },
    ADVANCE: { description: 'Moves it to a step that its present one allows next.' },
    COMPLETE: { description: 'Ends it at a terminal step, from wherever it is: the goal is reached.' },
  },
});

@ObjectType({ description: 'One step of a blueprint.' })
export class BlueprintStep {
  @Field({ description: 'Its name for machines, unique in the blueprint.' })
  @ShownToCustomer()
  key!: string;

  @Field({ description: 'Its name for people.' })
  @ShownToCustomer()
  title!: string;

  @Field(() => String, { nullable: true, description: 'How long it should take at most: ISO 8601, such as `P2D`.' })
  @ShownToCustomer()
  expectedWithin?: string | null;

  @Field(() => [Channel], { description: 'Where it may be worked on; empty allows all channels.' })
  @ShownToCustomer()
  channels!: ChannelWord[];

  @Field(() => JsonScalar, { nullable: true, description: 'JSON Schema of the data that it asks for.' })
  @ShownToCustomer()
  schema?: unknown;

  @Field({ description: 'True when a journey ends here.' })
  @ShownToCustomer()
  terminal!: boolean;

  @Field(() => [String], { description: 'Keys of the steps that may follow.' })
  @ShownToCustomer()
  next!: string[];
}

@ObjectType({ description: 'Touchpoints that move a journey: each list that is not empty must hold their value.' })
export class BlueprintTrigger {
  @Field(() => TriggerEffect, { description: 'What such a touchpoint does.' })
  effect!: TriggerEffectWord;

  @Field(() => String, { nullable: true, description: 'The step that it leads to; null for START.' })
  to?: string | null;

  @Field(() => [Channel], { description: 'Channels.' })
  channels!: ChannelWord[];

  @Field(() => [Direction], { description: 'Directions.' })
  directions!: DirectionWord[];

  @Field(() => [String], { description: 'Kinds.' })
  kinds!: string[];

  @Field(() => [String], { description: 'Topics.' })
  topics!: string[];

  @Field(() => JsonScalar, { description: 'Attributes that the touchpoint must have with exactly these values.' })
  attributes!: unknown;
}

@ObjectType({
  description: 'A kind of journey: its goal, its steps, and what moves it. Journeys keep the version they began with.',
  implements: () => [Node],
})
export class Blueprint extends Node {
  @Field(() => ID, { description: 'Global id, the same for all its versions.' })
  @ShownToCustomer()
  override id!: string;

  @Field({ description: 'Its name for machines; it never changes.' })
  @ShownToCustomer()
  key!: string;

  @Field({ description: 'Its name for people.' })
  @ShownToCustomer()
  name!: string;

  @Field({ description: 'What the customer wants to reach.' })
  @ShownToCustomer()
  goal!: string;

  @Field(() => Int, { description: 'The version that is shown.' })
  @ShownToCustomer()
  version!: number;

  @Field(() => Int, { description: 'The version that new journeys begin with.' })
  latestVersion!: number;

  @Field(() => [BlueprintStep], { description: 'Its steps; a journey begins with the first.' })
  @ShownToCustomer()
  steps!: BlueprintStep[];

  @Field(() => [BlueprintTrigger], { description: 'How touchpoints move a journey by themselves.' })
  triggers!: BlueprintTrigger[];

  @Field(() => String, { nullable: true, description: 'A journey is stuck after so long on one step.' })
  stuckAfter?: string | null;

  @Field(() => String, { nullable: true, description: 'A journey is abandoned after so long without any sign.' })
  abandonedAfter?: string | null;

  @Field(() => DateTime, { description: 'When this version was made.' })
  createdAt!: string;

  @Field({ description: 'Who made this version.' })
  actor!: string;

  @Field(() => DateTime, { nullable: true, description: 'Since when no journey may begin by it; null while one may.' })
  retiredAt?: string | null;
}

@InputType({ description: 'One step of a blueprint.' })
export class BlueprintStepInput {
  @Field({ description: 'Lower-case letters, digits, `-` and `_`, at most 63; unique in the blueprint.' })
  key!: string;

  @Field({ description: 'Its name for people: at most 200 characters.' })
  title!: string;

  @Field(() => String, { nullable: true, description: 'How long it should take at most: ISO 8601, such as `P2D`.' })
  expectedWithin?: string | null;

  @Field(() => [Channel], { nullable: true, description: 'Where it may be worked on; all channels when left out.' })
  channels?: ChannelWord[] | null;

  @Field(() => JsonScalar, {
    nullable: true,
    description:
      'JSON Schema (2020-12) of the data that it asks for, at most 8 kB; without `$ref` and without regular expressions.',
  })
  schema?: unknown;

  @Field(() => Boolean, { defaultValue: false, description: 'True when a journey ends here.' })
  terminal!: boolean;

  @Field(() => [String], {
    defaultValue: [],
    description: 'Keys of the steps that may follow; none for a terminal one.',
  })
  next!: string[];
}

@InputType({ description: 'Touchpoints that move a journey. Every condition that is given must hold.' })
export class BlueprintTriggerInput {
  @Field(() => TriggerEffect, { description: 'What such a touchpoint does.' })
  effect!: TriggerEffectWord;

  @Field(() => String, { nullable: true, description: 'The step that it leads to: for ADVANCE and COMPLETE.' })
  to?: string | null;

  @Field(() => [Channel], { nullable: true, description: 'On one of these channels.' })
  channels?: ChannelWord[] | null;

  @Field(() => [Direction], { nullable: true, description: 'In one of these directions.' })
  directions?: DirectionWord[] | null;

  @Field(() => [String], { nullable: true, description: 'Of one of these kinds: at most 50.' })
  kinds?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'About one of these topics: at most 50.' })
  topics?: string[] | null;

  @Field(() => JsonScalar, {
    nullable: true,
    description: 'With exactly these attributes: an object of texts, numbers and booleans.',
  })
  attributes?: unknown;
}

@InputType({ description: 'A kind of journey to make.' })
export class CreateBlueprintInput {
  @Field({ description: 'Lower-case letters, digits, `-` and `_`, at most 63 characters; unique in the workspace.' })
  key!: string;

  @Field({ description: 'Its name for people: at most 200 characters.' })
  name!: string;

  @Field({ description: 'What the customer wants to reach.' })
  goal!: string;

  @Field(() => [BlueprintStepInput], { description: '1 to 50 steps; a journey begins with the first.' })
  steps!: BlueprintStepInput[];

  @Field(() => [BlueprintTriggerInput], { nullable: true, description: 'How touchpoints move it: at most 50.' })
  triggers?: BlueprintTriggerInput[] | null;

  @Field(() => String, { nullable: true, description: 'Stuck after so long on one step: ISO 8601, such as `P3D`.' })
  stuckAfter?: string | null;

  @Field(() => String, { nullable: true, description: 'Abandoned after so long without any sign of the customer.' })
  abandonedAfter?: string | null;
}

@InputType({ description: 'What a blueprint is from now on, in whole: it becomes a new version.' })
export class UpdateBlueprintInput extends CreateBlueprintInput {
  @Field({ description: 'The blueprint.' })
  override key!: string;

  @Field(() => Int, {
    description: 'The latest version that you read; refused with VERSION_STALE when it is not the latest.',
  })
  version!: number;
}

@InputType({ description: 'A blueprint by which no further journey shall begin.' })
export class RetireBlueprintInput {
  @Field({ description: 'The blueprint.' })
  key!: string;
}

@ObjectType({ description: 'The blueprint that was made.' })
export class CreateBlueprintPayload {
  @Field(() => Blueprint, { description: 'The blueprint.' })
  blueprint!: Blueprint;
}

@ObjectType({ description: 'The blueprint in its latest version.' })
export class UpdateBlueprintPayload {
  @Field(() => Blueprint, { description: 'The blueprint. Journeys that run keep the version that they began with.' })
  blueprint!: Blueprint;

  @Field({ description: 'False when it said the same before; then there is no new version.' })
  isChanged!: boolean;
}

@ObjectType({ description: 'The blueprint that takes no further journey.' })
export class RetireBlueprintPayload {
  @Field(() => Blueprint, { description: 'The blueprint. Journeys that run go on.' })
  blueprint!: Blueprint;
}
