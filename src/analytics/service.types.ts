import { Field, Int, ObjectType } from '@nestjs/graphql';
import { DateTime } from '../platform/scalars.js';
import { Mean, SecondsFigures, Share } from './analytics.types.js';

/** What tells the rows of an analysis apart. */
@ObjectType({ isAbstract: true })
export abstract class AnalyticsGroup {
  @Field(() => String, {
    nullable: true,
    description:
      'The channel, queue, agent, topic or hour of the day (00 to 23); null for those without one, for everything, and ' +
      'for the rest.',
  })
  key?: string | null;

  @Field({ description: 'True for the rest: all keys beyond those that were asked for, together.' })
  isRest!: boolean;

  @Field(() => DateTime, { nullable: true, description: 'When its piece of time begins; null without pieces.' })
  bucketAt?: string | null;
}

@ObjectType({ description: 'How much came in, and how it was served.' })
export class ServiceFigures extends AnalyticsGroup {
  @Field(() => Int, { description: 'Touchpoints, on any channel.' })
  touchpoints!: number;

  @Field(() => Int, { description: 'Of them those in which people talk: not on WEB or APP.' })
  contacts!: number;

  @Field(() => Share, { description: 'INBOUND contacts that the customer gave up, of all INBOUND contacts.' })
  abandonment!: Share;

  @Field(() => SecondsFigures, { description: '`waitSeconds` of contacts.' })
  wait!: SecondsFigures;

  @Field(() => SecondsFigures, { description: '`holdSeconds` of contacts.' })
  hold!: SecondsFigures;

  @Field(() => SecondsFigures, { description: '`handleSeconds` of contacts.' })
  handle!: SecondsFigures;

  @Field(() => Mean, { description: '`sentiment` of contacts, from -1 to 1.' })
  sentiment!: Mean;
}

@ObjectType({ description: 'Whether what customers came about was settled, and how fast.' })
export class ResolutionFigures extends AnalyticsGroup {
  @Field(() => Int, {
    description:
      'Occasions: INBOUND contacts that began anew, not within an hour of the INBOUND one before in their conversation.',
  })
  occasions!: number;

  @Field(() => SecondsFigures, {
    description:
      'From an occasion to the first OUTBOUND contact after it in its conversation, within seven days; outside of ' +
      'conversations its `waitSeconds`, unless it was given up.',
  })
  firstResponse!: SecondsFigures;

  @Field(() => Share, {
    description: 'Occasions about a topic that an occasion of the seven days before was about, of all with a topic.',
  })
  repeats!: Share;

  @Field(() => Share, {
    description:
      'Occasions that no occasion of the seven days before was about, and none of the seven days after: settled at the ' +
      'first contact. Of all with a topic that none of the seven days before was about, and whose seven days are over.',
  })
  firstContactResolution!: Share;

  @Field(() => Share, {
    description:
      'Contacts with another agent than the one before in their conversation, at most seven days before, and contacts ' +
      'outside of conversations whose outcome is `transferred`; of all contacts.',
  })
  transfers!: Share;

  @Field(() => Share, {
    description:
      'Issues opened in the span that are settled by now. An issue counts where its first touchpoint does; its own topic ' +
      'and queue go before those of the touchpoint.',
  })
  resolved!: Share;

  @Field(() => SecondsFigures, { description: 'From opening to settling, of issues opened in the span.' })
  resolution!: SecondsFigures;
}

@ObjectType({ description: 'How far customers got by themselves.' })
export class SelfServiceFigures extends AnalyticsGroup {
  @Field(() => Int, {
    description:
      'Visits: touchpoints of a customer on WEB or APP less than an hour from one to the next. A visit counts where its ' +
      'last touchpoint does.',
  })
  visits!: number;

  @Field(() => Share, {
    description: 'Visits without an INBOUND contact in the 24 hours after. Of those whose 24 hours are over.',
  })
  containment!: Share;

  @Field(() => Share, {
    description: 'Visits with an INBOUND call in the 24 hours after. Of those whose 24 hours are over.',
  })
  leakToPhone!: Share;
}
