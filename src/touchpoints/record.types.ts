import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';

export const RecordOutcome = {
  CREATED: 'CREATED',
  UPDATED: 'UPDATED',
  DUPLICATE: 'DUPLICATE',
  REJECTED: 'REJECTED',
} as const;

registerEnumType(RecordOutcome, {
  name: 'RecordOutcome',
  description: 'What became of a touchpoint.',
  valuesMap: {
    CREATED: { description: 'It is stored.' },
    UPDATED: { description: 'It told more of a touchpoint that was known.' },
    DUPLICATE: { description: 'It was stored already, and says nothing new.' },
    REJECTED: { description: 'It is not stored; `error` says why.' },
  },
});

@ObjectType({ description: 'Why an item was not stored.' })
export class RecordError {
  @Field({ description: 'As `extensions.code` of a GraphQL error.' })
  code!: string;

  @Field({ description: 'As `extensions.reason`: a finer, stable word.' })
  reason!: string;

  @Field({ description: 'A sentence for people.' })
  message!: string;

  @Field(() => String, { nullable: true, description: 'Path of the field, such as `touchpoints[3].waitSeconds`.' })
  field!: string | null;

  @Field(() => Int, { nullable: true, description: 'The limit that was passed, in the field’s unit.' })
  limit!: number | null;
}

@ObjectType({ description: 'What became of one touchpoint of the batch.' })
export class RecordResult {
  @Field(() => Int, { description: 'Its place in the input, from 0.' })
  index!: number;

  @Field(() => RecordOutcome)
  outcome!: keyof typeof RecordOutcome;

  @Field(() => ID, { nullable: true })
  touchpointId!: string | null;

  @Field(() => ID, { nullable: true, description: 'Its customer; the id answers also after merges.' })
  customerId!: string | null;

  @Field(() => RecordError, { nullable: true })
  error!: RecordError | null;
}

@ObjectType()
export class RecordTouchpointsPayload {
  @Field(() => [RecordResult], { description: 'One for each touchpoint, in the order of the input.' })
  results!: RecordResult[];
}

@ObjectType()
export class IdentifyCustomerPayload {
  @Field(() => ID, { description: 'The customer; the id answers also after merges.' })
  customerId!: string;
}
