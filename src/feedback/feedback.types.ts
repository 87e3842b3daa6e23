import { Field, Float, ID, ObjectType } from '@nestjs/graphql';
import { Journey } from '../journeys/journeys.types.js';
import { Node } from '../platform/node.resolver.js';
import { connectionOf } from '../platform/page.js';
import { DateTime } from '../platform/scalars.js';
import { Touchpoint } from '../touchpoints/touchpoint.types.js';
import { Channel, type Channel as ChannelWord } from '../touchpoints/vocabulary.js';
import type { SurveyKind as SurveyKindWord } from './survey.js';
import { Survey, SurveyKind } from './survey.types.js';

@ObjectType({
  description: 'What a customer answered: to a survey of ours, or to another system’s, which told of it by webhook.',
  implements: () => [Node],
})
export class Feedback extends Node {
  @Field(() => ID, { description: 'Global id.' })
  override id!: string;

  @Field(() => SurveyKind, { description: 'What it measures; OWN when another system does not say.' })
  kind!: SurveyKindWord;

  @Field(() => Survey, { nullable: true, description: 'What she was asked; null when another system asked.' })
  survey?: Survey | null;

  @Field(() => Float, { nullable: true, description: 'The score; null for words that are on no scale we know.' })
  score?: number | null;

  @Field(() => Float, { nullable: true, description: 'The lowest score that there is; null without a score.' })
  scoreMin?: number | null;

  @Field(() => Float, { nullable: true, description: 'The highest score that there is; null without a score.' })
  scoreMax?: number | null;

  @Field({ description: 'The answer as the system that asked worded it: `4`, `good`.' })
  answer!: string;

  @Field(() => String, { nullable: true, description: 'What she said beside.' })
  comment?: string | null;

  @Field(() => Channel, { description: 'Where she answered.' })
  channel!: ChannelWord;

  @Field(() => String, { nullable: true, description: 'The language of the comment.' })
  language?: string | null;

  @Field(() => DateTime, { description: 'When she answered.' })
  answeredAt!: string;

  @Field(() => DateTime, { description: 'When we were told.' })
  recordedAt!: string;

  @Field({ description: 'The system that asked; `throughline` for surveys of ours.' })
  source!: string;

  @Field(() => String, { nullable: true, description: 'Whose work it is about.' })
  agentId?: string | null;

  @Field(() => String, { nullable: true, description: 'Who entered it for her: `key:…` or `user:…`.' })
  actor?: string | null;

  @Field(() => Touchpoint, { nullable: true, description: 'The touchpoint `survey.answered` that tells of it.' })
  touchpoint?: Touchpoint | null;

  @Field(() => Touchpoint, {
    nullable: true,
    description: 'The touchpoint that it is about, with its conversation and issue.',
  })
  about?: Touchpoint | null;

  @Field(() => Journey, { nullable: true, description: 'The journey that it is about, or in which it was asked.' })
  journey?: Journey | null;
}

export const FeedbackConnection = connectionOf(() => Feedback, 'Feedback');
