import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { Node } from '../platform/node.resolver.js';
import { DateTime, JsonScalar } from '../platform/scalars.js';

@ObjectType({ description: 'Who matches a rule, and what that entitles to.', implements: () => [Node] })
export class Segment extends Node {
  @Field(() => ID, { description: 'Global id.' })
  override id!: string;

  @Field({ description: 'Its name for machines; it never changes.' })
  key!: string;

  @Field({ description: 'Its name for people.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is for.' })
  description?: string | null;

  @Field(() => JsonScalar, { description: 'The rule as it was written; docs/segments.md has the language.' })
  rule!: unknown;

  @Field(() => [String], { description: 'What members are entitled to, such as `priority-support`.' })
  entitlements!: string[];

  @Field(() => Int, { description: 'Of several segments that grant alike, the higher is honoured.' })
  priority!: number;

  @Field(() => String, {
    nullable: true,
    description: 'How long members stay, as an ISO 8601 duration; null: as long as the rule holds.',
  })
  memberFor?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the last member leaves; null: never.' })
  endsAt?: string | null;

  @Field(() => Int, { description: 'Give it to `updateSegment`, which refuses when someone was faster.' })
  version!: number;

  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: string;

  @Field(() => DateTime, { description: 'When it changed last.' })
  updatedAt!: string;

  @Field(() => Int, { description: 'Customers that are members now, counted up to 100,000.' })
  memberCount!: number;
}

@ObjectType({ description: 'What it costs to keep the members of a rule true.' })
export class SegmentCost {
  @Field(() => Int, { description: 'Rows that one evaluation may read of a customer with 10,000 touchpoints.' })
  rows!: number;

  @Field(() => Int, { description: 'The most that a rule may read; one that reads more is refused.' })
  rowsMax!: number;

  @Field(() => [String], {
    description: 'Conditions that may walk the whole history of a customer, by where they stand: `rule.all[1]`.',
  })
  wholeHistory!: string[];
}

@ObjectType({ description: 'What a rule means for the customers there are, without applying it.' })
export class SegmentPreview {
  @Field(() => Int, { description: 'Customers that were looked at.' })
  customers!: number;

  @Field({ description: 'False when time ran out first; the numbers are then those of `customers` customers.' })
  isComplete!: boolean;

  @Field(() => Int, { description: 'Customers for whom the rule holds.' })
  members!: number;

  @Field(() => Int, { description: 'Of these, how many are not members now.' })
  entering!: number;

  @Field(() => Int, { description: 'Members now for whom the rule does not hold.' })
  leaving!: number;

  @Field(() => [ID], { description: 'Up to ten customers for whom the rule holds.' })
  sampleIds!: string[];

  @Field(() => SegmentCost, { description: 'What the rule costs.' })
  cost!: SegmentCost;
}

@InputType({ description: 'A segment to make.' })
export class CreateSegmentInput {
  @Field({ description: 'Lower-case letters, digits, `-` and `_`, at most 63 characters; unique in the workspace.' })
  key!: string;

  @Field({ description: 'Its name for people: at most 200 characters.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is for.' })
  description?: string | null;

  @Field(() => JsonScalar, { description: 'Who belongs to it; docs/segments.md has the language.' })
  rule!: unknown;

  @Field(() => [String], { nullable: true, description: 'What members are entitled to: at most 50.' })
  entitlements?: string[] | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Of several segments that grant alike, the higher is honoured: from -1,000 to 1,000, 0 when left out.',
  })
  priority?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'How long members stay, such as `P30D`; as long as the rule holds when left out.',
  })
  memberFor?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the last member leaves; never when left out.' })
  endsAt?: string | null;
}

@InputType({ description: 'Changes of a segment: what is left out stays.' })
export class UpdateSegmentInput {
  @Field({ description: 'The segment.' })
  key!: string;

  @Field(() => Int, {
    description: 'The version that you read; refused with VERSION_STALE when it is not the present one.',
  })
  version!: number;

  @Field(() => String, { nullable: true, description: 'Its name for people.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'What it is for; null empties it.' })
  description?: string | null;

  @Field(() => JsonScalar, { nullable: true, description: 'Who belongs to it from now on.' })
  rule?: unknown;

  @Field(() => [String], { nullable: true, description: 'What members are entitled to from now on.' })
  entitlements?: string[] | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Of several segments that grant alike, the higher is honoured: from -1,000 to 1,000.',
  })
  priority?: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'How long members stay from their entering on, those of today included; null: as long as the rule holds.',
  })
  memberFor?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the last member leaves; null: never.' })
  endsAt?: string | null;
}

@InputType({ description: 'A segment to delete.' })
export class DeleteSegmentInput {
  @Field({ description: 'The segment.' })
  key!: string;
}

@ObjectType({ description: 'The segment that was made.' })
export class CreateSegmentPayload {
  @Field(() => Segment, { description: 'The segment; its members are found in the background.' })
  segment!: Segment;
}

@ObjectType({ description: 'The segment as it is now.' })
export class UpdateSegmentPayload {
  @Field(() => Segment, { description: 'The segment as it is now.' })
  segment!: Segment;

  @Field(() => SegmentPreview, {
    nullable: true,
    description: 'What the new rule changes; members change in the background. Null when the rule stayed.',
  })
  change?: SegmentPreview | null;
}

@ObjectType({ description: 'The segment that is gone.' })
export class DeleteSegmentPayload {
  @Field(() => ID, { description: 'Its id. Reads as of an earlier time still show it.' })
  deletedId!: string;
}
