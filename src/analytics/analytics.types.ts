import { Field, Float, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { enumOf } from '../platform/enum-of.js';
import { DateTime } from '../platform/scalars.js';
import { Channel } from '../touchpoints/vocabulary.js';

export const buckets = ['HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER'] as const;
export const dimensions = ['CHANNEL', 'QUEUE', 'AGENT', 'TOPIC', 'HOUR_OF_DAY'] as const;

export type Bucket = (typeof buckets)[number];
export type Dimension = (typeof dimensions)[number];

export const Bucket = enumOf(buckets);
export const Dimension = enumOf(dimensions);

registerEnumType(Bucket, {
  name: 'AnalyticsBucket',
  description: 'How long a piece of time is, in the time zone that is asked for. Weeks begin on Monday.',
});
registerEnumType(Dimension, { name: 'AnalyticsDimension', description: 'By what figures are told apart.' });

/** The span of time of an analysis, and which touchpoints of it count. */
@InputType({
  description:
    'The span of an analysis, and which touchpoints of it count. Several values of one list mean any of them; several ' +
    'lists must all hold. INTERNAL touchpoints never count.',
})
export class AnalyticsFilter {
  @Field(() => DateTime, { description: 'From this instant on.' })
  from!: string;

  @Field(() => DateTime, { description: 'Until just before this instant: at most 400 days later.' })
  to!: string;

  @Field({ description: 'IANA name of the time zone of days and hours, such as `Europe/Vienna`.', defaultValue: 'UTC' })
  timeZone!: string;

  @Field(() => [Channel], { nullable: true, description: 'On these channels.' })
  channels?: (keyof typeof Channel)[] | null;

  @Field(() => [String], { nullable: true, description: 'About these topics.' })
  topics?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'In these queues.' })
  queues?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'By these agents.' })
  agentIds?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'Of customers who are in this segment now; its key.',
  })
  segment?: string | null;

  @Field(() => String, { nullable: true, description: 'On journeys of this blueprint; its key.' })
  blueprint?: string | null;
}

@ObjectType({ description: 'How seconds are distributed over those that tell them.' })
export class SecondsFigures {
  @Field(() => Int, { description: 'How many tell them.' })
  count!: number;

  @Field(() => Float, { nullable: true, description: 'Their mean; null when none tells them.' })
  average?: number | null;

  @Field(() => Float, { nullable: true, description: 'Half of them are at most this.' })
  median?: number | null;

  @Field(() => Float, { nullable: true, description: 'Nine of ten are at most this.' })
  p90?: number | null;
}

@ObjectType({
  description: 'A part of a whole with its 95 % interval by Wilson, which holds for few cases too.',
})
export class Share {
  @Field(() => Int, { description: 'The part.' })
  count!: number;

  @Field(() => Int, { description: 'The whole.' })
  of!: number;

  @Field(() => Float, { nullable: true, description: 'The part of one; null of nothing.' })
  rate?: number | null;

  @Field(() => Float, { nullable: true, description: 'The lower end of its interval.' })
  low?: number | null;

  @Field(() => Float, { nullable: true, description: 'The upper end of its interval.' })
  high?: number | null;

  @Field({ description: 'True below thirty cases: look at the interval before you conclude anything.' })
  isFew!: boolean;
}

@ObjectType({ description: 'A mean with its 95 % interval by Student; none for fewer than two.' })
export class Mean {
  @Field(() => Int, { description: 'How many it is the mean of.' })
  count!: number;

  @Field(() => Float, { nullable: true, description: 'The mean; null of nothing.' })
  mean?: number | null;

  @Field(() => Float, { nullable: true, description: 'The lower end of its interval.' })
  low?: number | null;

  @Field(() => Float, { nullable: true, description: 'The upper end of its interval.' })
  high?: number | null;

  @Field({ description: 'True below thirty: look at the interval before you conclude anything.' })
  isFew!: boolean;
}
