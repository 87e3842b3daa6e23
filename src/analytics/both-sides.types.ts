import { Field, Float, Int, ObjectType } from '@nestjs/graphql';
import { Access, AllNeed } from '../platform/field-access.js';
import { Mean, Share } from './analytics.types.js';
import { AnalyticsGroup } from './service.types.js';

@ObjectType({
  description: 'How far scores go together with something else: Pearson’s r with its 95 % interval by Fisher.',
})
export class Correlation {
  @Field(() => Int, { description: 'Answers about touchpoints that tell the other.' })
  count!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'From -1 (the more of it, the lower the score) to 1; null where one of the two never differs.',
  })
  r?: number | null;

  @Field(() => Float, { nullable: true, description: 'The lower end of its interval.' })
  low?: number | null;

  @Field(() => Float, { nullable: true, description: 'The upper end of its interval.' })
  high?: number | null;

  @Field({ description: 'True below thirty: look at the interval before you conclude anything.' })
  isFew!: boolean;
}

@ObjectType({
  description:
    'How those contacts were judged by us that customers judged: of each answer what agents and coaches gave for what it ' +
    'is about, as a part of their scale.',
})
@AllNeed('evaluations:read')
export class Beliefs {
  @Field(() => Mean, { description: 'What agents gave themselves.' })
  agents!: Mean;

  @Field(() => Mean, { description: 'What coaches gave.' })
  coaches!: Mean;

  @Field(() => Mean, {
    description: 'What agents gave minus what customers did, where both did: above 0 they flatter themselves.',
  })
  agentsMinusCustomers!: Mean;

  @Field(() => Mean, { description: 'What coaches gave minus what customers did, where both did.' })
  coachesMinusCustomers!: Mean;

  @Field(() => Mean, {
    description: 'What agents gave minus what coaches did, where both did and a customer answered.',
  })
  agentsMinusCoaches!: Mean;
}

@ObjectType({ description: 'What customers answered, beside what was done for them.' })
export class BothSides extends AnalyticsGroup {
  @Field(() => Mean, { description: 'The score as a part of its scale: 0 is the lowest that there is, 1 the highest.' })
  score!: Mean;

  @Field(() => Share, { description: 'Answers of 9 and 10 of 10 for NPS, else from three quarters of the scale on.' })
  content!: Share;

  @Field(() => Share, { description: 'Answers up to 6 of 10 for NPS, else up to a quarter of the scale.' })
  discontent!: Share;

  @Field(() => Float, {
    nullable: true,
    description: 'The Net Promoter Score, from -100 to 100; null for other kinds, and of nothing.',
  })
  nps?: number | null;

  @Field(() => Mean, { description: 'The score where more than one agent took part in the conversation.' })
  scoreWhenPassedOn!: Mean;

  @Field(() => Mean, { description: 'The score where no more than one agent did.' })
  scoreWhenNot!: Mean;

  @Field(() => Correlation, { description: 'The score and `waitSeconds`.' })
  withWait!: Correlation;

  @Field(() => Correlation, { description: 'The score and `handleSeconds`.' })
  withHandle!: Correlation;

  @Field(() => Correlation, { description: 'The score and `sentiment`.' })
  withSentiment!: Correlation;

  @Field(() => Beliefs, { description: 'What agents and coaches believe of the same contacts, and how far it is off.' })
  @Access('evaluations:read')
  beliefs!: Beliefs;
}
