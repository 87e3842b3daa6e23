import { Field, Int, ObjectType } from '@nestjs/graphql';
import { SecondsFigures, Share } from './analytics.types.js';

@ObjectType({ description: 'A move that the blueprint does not have.' })
export class Deviation {
  @Field(() => Int, { description: 'The version of the blueprint that the journeys ran by.' })
  version!: number;

  @Field({ description: 'The step that they left.' })
  from!: string;

  @Field({ description: 'The step that they came to.' })
  to!: string;

  @Field(() => [String], {
    description: 'Steps that they skipped: those on the shortest way between the two. Empty when none leads there.',
  })
  skipped!: string[];

  @Field({ description: 'True when no way of the blueprint leads there: they went back, or out of order.' })
  isOutOfOrder!: boolean;

  @Field(() => Int, { description: 'How often.' })
  times!: number;

  @Field(() => Int, { description: 'Journeys that did.' })
  journeys!: number;
}

@ObjectType({ description: 'A step of the blueprint, and how journeys fared on it.' })
export class ConformanceStep {
  @Field({ description: 'Its key.' })
  step!: string;

  @Field(() => Int, { description: 'How often journeys came to it.' })
  times!: number;

  @Field(() => Int, { description: 'Journeys that came to it.' })
  journeys!: number;

  @Field(() => Int, { description: 'Journeys that came to it more than once.' })
  repeatedIn!: number;

  @Field(() => Int, { description: 'How often it was skipped.' })
  skipped!: number;

  @Field(() => SecondsFigures, {
    description: 'From coming to it to leaving it, pauses included; of steps not left, until the journey’s end or now.',
  })
  stay!: SecondsFigures;

  @Field(() => Share, { description: 'Stays longer than `expectedWithin`, of those on steps that have one.' })
  tooSlow!: Share;

  @Field(() => Int, { description: 'Open journeys that stand there now.' })
  standing!: number;

  @Field(() => Int, { description: 'Of them those that are stuck.' })
  stuck!: number;

  @Field(() => Int, { description: 'Journeys that were abandoned there.' })
  abandoned!: number;
}

@ObjectType({ description: 'Journeys that began in the span, held against their blueprint.' })
export class Conformance {
  @Field(() => Int, { description: 'How many there are.' })
  journeys!: number;

  @Field(() => Share, {
    description:
      'Those that made only moves that their blueprint has, came to no step twice, and were nowhere too slow.',
  })
  conforming!: Share;

  @Field(() => Share, { description: 'Those that made a move that their blueprint does not have.' })
  deviating!: Share;

  @Field(() => Share, { description: 'Those that came to a step more than once.' })
  repeating!: Share;

  @Field(() => Share, { description: 'Those that were too slow on a step.' })
  slow!: Share;

  @Field(() => Share, { description: 'Those that were completed.' })
  completed!: Share;

  @Field(() => [Deviation], { description: 'Moves that the blueprint does not have, the most frequent 500.' })
  deviations!: Deviation[];

  @Field(() => Int, { description: 'How many different ones there are.' })
  deviationCount!: number;

  @Field(() => [ConformanceStep], { description: 'The steps, as the latest version in use has them, then older ones.' })
  steps!: ConformanceStep[];
}
