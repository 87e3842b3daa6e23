import { Field, Float, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { DateTime } from '../../platform/scalars.js';

export const MatchWeightsStatus = { ESTIMATING: 'ESTIMATING', READY: 'READY', TOO_FEW: 'TOO_FEW' } as const;
registerEnumType(MatchWeightsStatus, {
  name: 'MatchWeightsStatus',
  description: 'How far an estimate is.',
  valuesMap: {
    ESTIMATING: { description: 'Under way.' },
    READY: { description: 'It may be activated.' },
    TOO_FEW: {
      description: 'Fewer than 200 customers have anything to be compared by: there is nothing to learn from.',
    },
  },
});

@ObjectType({ description: 'What one level of agreement in one field would be worth, and is worth now.' })
export class MatchWeightDifference {
  @Field({ description: 'The field.' })
  field!: string;

  @Field({ description: 'The level of agreement.' })
  level!: string;

  @Field(() => Float, { description: 'Bits by these weights, for a value that is neither rare nor common.' })
  bits!: number;

  @Field(() => Float, { description: 'Bits by the weights that hold now.' })
  activeBits!: number;
}

@ObjectType({
  description: 'Weights estimated of a workspace’s own customers. They never change; a new estimate is a new version.',
})
export class MatchWeights {
  @Field(() => Int, { description: 'Counts up.' })
  version!: number;

  @Field({ description: 'How suggestions name them.' })
  model!: string;

  @Field(() => MatchWeightsStatus, { description: 'How far they are.' })
  status!: keyof typeof MatchWeightsStatus;

  @Field({ description: 'True when suggestions are made with them; where none is, the shipped weights hold.' })
  isActive!: boolean;

  @Field(() => Int, { nullable: true, description: 'Customers that they were estimated of.' })
  customers!: number | null;

  @Field(() => Int, { nullable: true, description: 'Pairs of customers that were looked at.' })
  pairs!: number | null;

  @Field(() => Float, { nullable: true, description: 'The odds, in bits, that two customers taken at random are one.' })
  priorBits!: number | null;

  @Field(() => Float, { description: 'The same by the weights that hold now.' })
  activePriorBits!: number;

  @Field(() => [MatchWeightDifference], {
    description:
      'What would be worth more or less than now, by a tenth of a bit at least; the greatest difference first.',
  })
  differences!: MatchWeightDifference[];

  @Field(() => DateTime, { description: 'When the estimate was asked for.' })
  createdAt!: string;

  @Field({ description: 'By whom.' })
  createdBy!: string;

  @Field(() => DateTime, { nullable: true, description: 'When it was done.' })
  finishedAt!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was last made to hold.' })
  activatedAt!: string | null;

  @Field(() => String, { nullable: true, description: 'By whom.' })
  activatedBy!: string | null;
}

@ObjectType({ description: 'An estimate that was asked for.' })
export class EstimateMatchWeightsPayload {
  @Field(() => MatchWeights, { description: 'The estimate as it is now: `matchWeights` tells when it is ready.' })
  weights!: MatchWeights;

  @Field({ description: 'False when one was under way already: it is this one.' })
  isNew!: boolean;
}

@InputType({ description: 'Which weights are to hold.' })
export class ActivateMatchWeightsInput {
  @Field(() => Int, { nullable: true, description: 'A version that is ready; the shipped weights when null.' })
  version?: number | null;
}

@ObjectType({ description: 'Which weights hold.' })
export class ActivateMatchWeightsPayload {
  @Field(() => MatchWeights, {
    nullable: true,
    description: 'The weights that hold; null when it is the shipped ones.',
  })
  weights!: MatchWeights | null;

  @Field({ description: 'False when they held before; else all customers are being compared anew.' })
  isChanged!: boolean;
}
