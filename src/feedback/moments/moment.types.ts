import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { enumOf } from '../../platform/enum-of.js';
import { Node } from '../../platform/node.resolver.js';
import { connectionOf } from '../../platform/page.js';
import { DateTime } from '../../platform/scalars.js';
import { Touchpoint } from '../../touchpoints/touchpoint.types.js';
import { Channel, type Channel as ChannelWord } from '../../touchpoints/vocabulary.js';
import { Feedback } from '../feedback.types.js';
import { momentEvidence, momentVerdicts } from './moment-verdict.js';

export const MomentVerdict = enumOf(momentVerdicts);
export const MomentEvidence = enumOf(momentEvidence);

registerEnumType(MomentVerdict, {
  name: 'MomentVerdict',
  description: 'Whether a moment of truth went well for the customer; docs/feedback.md has the rule.',
  valuesMap: {
    WELL: { description: 'It went well.' },
    BADLY: { description: 'It went badly.' },
    BETWEEN: { description: 'Neither well nor badly.' },
    UNKNOWN: { description: 'Nothing that we know says it.' },
  },
});
registerEnumType(MomentEvidence, {
  name: 'MomentEvidence',
  description: 'What says whether a moment of truth went well.',
  valuesMap: {
    ANSWER: { description: 'The customer, when she was asked.' },
    OUTCOME: { description: 'What came of it.' },
    SENTIMENT: { description: 'How she sounded.' },
  },
});

@ObjectType({
  description: 'Touchpoints that matter most to customers: the workspace marks which.',
  implements: () => [Node],
})
export class MomentOfTruth extends Node {
  @Field(() => ID, { description: 'Global id.' })
  override id!: string;

  @Field({ description: 'Its name for machines; it never changes.' })
  key!: string;

  @Field({ description: 'Its name for people.' })
  name!: string;

  @Field(() => [String], { description: 'Touchpoints of these kinds.' })
  kinds!: string[];

  @Field(() => [Channel], { nullable: true, description: 'On these channels; on any when null.' })
  channels?: ChannelWord[] | null;

  @Field(() => [String], { nullable: true, description: 'About these topics; about any when null.' })
  topics?: string[] | null;

  @Field(() => [String], { description: 'Outcomes that say that it went well.' })
  goodOutcomes!: string[];

  @Field(() => [String], { description: 'Outcomes that say that it went badly.' })
  badOutcomes!: string[];

  @Field({ description: 'False when touchpoints are no longer marked by it.' })
  isActive!: boolean;

  @Field(() => Int, { description: 'Give it to `updateMomentOfTruth`, which refuses when someone was faster.' })
  version!: number;

  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: string;

  @Field(() => DateTime, { description: 'When it changed last.' })
  updatedAt!: string;
}

@ObjectType({ description: 'A moment of truth that a customer went through, and whether it went well.' })
export class PassedMoment {
  @Field(() => MomentOfTruth, { description: 'Which.' })
  moment!: MomentOfTruth;

  @Field(() => Touchpoint, { nullable: true, description: 'The touchpoint.' })
  touchpoint?: Touchpoint | null;

  @Field(() => MomentVerdict, { description: 'Whether it went well for her.' })
  verdict!: keyof typeof MomentVerdict;

  @Field(() => MomentEvidence, { nullable: true, description: 'What says so; null when nothing does.' })
  by?: keyof typeof MomentEvidence | null;

  @Field(() => Feedback, { nullable: true, description: 'What she answered about it.' })
  answer?: Feedback | null;
}

export const PassedMomentConnection = connectionOf(() => PassedMoment, 'PassedMoment');

@InputType({ description: 'A moment of truth to mark.' })
export class CreateMomentOfTruthInput {
  @Field({ description: 'Its name for machines: 1 to 63 lower-case letters, digits, `-` and `_`.' })
  key!: string;

  @Field({ description: 'Its name for people.' })
  name!: string;

  @Field(() => [String], { description: 'Touchpoints of one of these kinds: 1 to 50.' })
  kinds!: string[];

  @Field(() => [Channel], { nullable: true, description: 'On one of these channels.' })
  channels?: ChannelWord[] | null;

  @Field(() => [String], { nullable: true, description: 'About one of these topics: at most 50.' })
  topics?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Outcomes that say that it went well: at most 50.' })
  goodOutcomes?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Outcomes that say that it went badly: at most 50.' })
  badOutcomes?: string[] | null;
}

@InputType({ description: 'A change of a moment of truth; what is left out stays, an empty list is no condition.' })
export class UpdateMomentOfTruthInput {
  @Field({ description: 'Which.' })
  key!: string;

  @Field(() => Int, { description: 'The version that you read.' })
  version!: number;

  @Field(() => String, { nullable: true, description: 'Its name for people.' })
  name?: string | null;

  @Field(() => [String], { nullable: true, description: 'All kinds.' })
  kinds?: string[] | null;

  @Field(() => [Channel], { nullable: true, description: 'All channels.' })
  channels?: ChannelWord[] | null;

  @Field(() => [String], { nullable: true, description: 'All topics.' })
  topics?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'All outcomes that say that it went well.' })
  goodOutcomes?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'All outcomes that say that it went badly.' })
  badOutcomes?: string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'False: no touchpoint is marked by it any more; true: again.' })
  isActive?: boolean | null;
}

@ObjectType({ description: 'The moment of truth that was marked.' })
export class CreateMomentOfTruthPayload {
  @Field(() => MomentOfTruth, { description: 'The moment.' })
  momentOfTruth!: MomentOfTruth;
}

@ObjectType({ description: 'The moment of truth as it is now.' })
export class UpdateMomentOfTruthPayload {
  @Field(() => MomentOfTruth, { description: 'The moment.' })
  momentOfTruth!: MomentOfTruth;
}
