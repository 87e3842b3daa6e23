import { Field, Float, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { Node } from '../../platform/node.resolver.js';
import { DateTime } from '../../platform/scalars.js';

@ObjectType({ description: 'One thing that contacts are judged by.' })
export class Criterion {
  @Field({ description: 'Its name for machines.' })
  key!: string;

  @Field({ description: 'Its name for people.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What to look for.' })
  description?: string | null;

  @Field(() => Float, { description: 'How much it counts, beside the others.' })
  weight!: number;
}

@ObjectType({
  description: 'By what contacts are judged, by the agent herself and by a coach, on one scale; in one version.',
  implements: () => [Node],
})
export class Scorecard extends Node {
  @Field(() => ID, { description: 'Global id.' })
  override id!: string;

  @Field({ description: 'Its name for machines; it never changes.' })
  key!: string;

  @Field({ description: 'Its name for people, in this version.' })
  name!: string;

  @Field(() => Int, { description: 'The version that is shown.' })
  version!: number;

  @Field(() => Int, { description: 'The latest: give it to `updateScorecard`, which refuses when someone was faster.' })
  latestVersion!: number;

  @Field(() => Int, { description: 'The lowest score; it never changes.' })
  scoreMin!: number;

  @Field(() => Int, { description: 'The highest score; it never changes.' })
  scoreMax!: number;

  @Field(() => [Criterion], { description: 'The criteria of this version.' })
  criteria!: Criterion[];

  @Field({ description: 'False when no further contact is judged by it.' })
  isActive!: boolean;

  @Field(() => DateTime, { description: 'When this version was made.' })
  createdAt!: string;

  @Field({ description: 'Who made this version: `key:…` or `user:…`.' })
  actor!: string;
}

@InputType({ description: 'One thing that contacts are judged by.' })
export class CriterionInput {
  @Field({ description: 'Its name for machines: 1 to 63 lower-case letters, digits, `-` and `_`.' })
  key!: string;

  @Field({ description: 'Its name for people.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What to look for: at most 1,000 characters.' })
  description?: string | null;

  @Field(() => Float, { defaultValue: 1, description: 'How much it counts: above 0, at most 100.' })
  weight!: number;
}

@InputType({ description: 'A scorecard to make.' })
export class CreateScorecardInput {
  @Field({ description: 'Its name for machines: 1 to 63 lower-case letters, digits, `-` and `_`.' })
  key!: string;

  @Field({ description: 'Its name for people.' })
  name!: string;

  @Field(() => Int, { defaultValue: 1, description: 'The lowest score.' })
  scoreMin!: number;

  @Field(() => Int, { defaultValue: 5, description: 'The highest score.' })
  scoreMax!: number;

  @Field(() => [CriterionInput], { description: 'By what contacts are judged: 1 to 50.' })
  criteria!: CriterionInput[];
}

@InputType({ description: 'A change of a scorecard, which makes a new version; what is left out stays.' })
export class UpdateScorecardInput {
  @Field({ description: 'Which.' })
  key!: string;

  @Field(() => Int, { description: 'The latest version that you read.' })
  version!: number;

  @Field(() => String, { nullable: true, description: 'Its name for people.' })
  name?: string | null;

  @Field(() => [CriterionInput], { nullable: true, description: 'All its criteria.' })
  criteria?: CriterionInput[] | null;

  @Field(() => Boolean, { nullable: true, description: 'False: no further contact is judged by it; true: again.' })
  isActive?: boolean | null;
}

@ObjectType({ description: 'The scorecard that was made.' })
export class CreateScorecardPayload {
  @Field(() => Scorecard, { description: 'The scorecard.' })
  scorecard!: Scorecard;
}

@ObjectType({ description: 'The scorecard as it is now.' })
export class UpdateScorecardPayload {
  @Field(() => Scorecard, { description: 'The scorecard.' })
  scorecard!: Scorecard;
}
