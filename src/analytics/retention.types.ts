import { Field, Int, ObjectType } from '@nestjs/graphql';
import { DateTime } from '../platform/scalars.js';
import { Share } from './analytics.types.js';

@ObjectType({ description: 'How many of a cohort had a touchpoint in a later piece of time.' })
export class RetentionPeriod {
  @Field(() => DateTime, { description: 'When the piece of time begins.' })
  bucketAt!: string;

  @Field(() => Share, { description: 'Those with a touchpoint that passes the filter, of the whole cohort.' })
  active!: Share;
}

@ObjectType({ description: 'Customers who came first in the same piece of time, and who of them came again.' })
export class RetentionCohort {
  @Field(() => DateTime, { description: 'When the piece of time begins in which their first touchpoint ever lies.' })
  cohortAt!: string;

  @Field(() => Int, { description: 'How many they are.' })
  customers!: number;

  @Field(() => [RetentionPeriod], { description: 'The pieces of time of the span in which any of them was active.' })
  periods!: RetentionPeriod[];
}
