import { ArgsType, Field, Int } from '@nestjs/graphql';
import { Bucket, Dimension } from './analytics.types.js';

/** How figures are told apart. */
@ArgsType()
export class GroupingArgs {
  @Field(() => Dimension, {
    nullable: true,
    description: 'By what of touchpoints to tell figures apart; left out, everything together.',
  })
  by?: keyof typeof Dimension | null;

  @Field(() => Bucket, {
    nullable: true,
    description: 'In pieces of time; left out, the whole span. At most 1,000 pieces.',
  })
  bucket?: keyof typeof Bucket | null;

  @Field(() => Int, {
    defaultValue: 50,
    description: 'How many keys by themselves, those with most to count; the others together. At most 500.',
  })
  first!: number;
}
