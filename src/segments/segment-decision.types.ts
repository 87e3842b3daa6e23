import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { Customer } from '../identity/customer.types.js';
import { DateTime } from '../platform/scalars.js';
import { Segment } from './segments.types.js';

@ObjectType({ description: 'That somebody put a customer into a segment, or keeps her out, whatever its rule says.' })
export class SegmentDecision {
  @Field(() => Segment, { nullable: true, description: 'The segment; null when it was deleted.' })
  segment?: Segment | null;

  @Field({ description: 'True when she is kept out, false when she was put in.' })
  isExclusion!: boolean;

  @Field({ description: 'Why, in the words of who decided it.' })
  reason!: string;

  @Field({ description: 'Who decided it.' })
  actor!: string;

  @Field(() => DateTime, { description: 'When.' })
  decidedAt!: string;

  @Field(() => DateTime, { nullable: true, description: 'Until when it counts at the most.' })
  expiresAt?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was taken back, or decided anew.' })
  endedAt?: string | null;

  @Field(() => String, { nullable: true, description: 'By whom.' })
  endedBy?: string | null;

  @Field({ description: 'Whether it counts: not taken back, and not run out.' })
  isActive!: boolean;
}

@InputType({ description: 'What nobody decides by hand any more.' })
export class UndoSegmentDecisionInput {
  @Field({ description: 'Key of the segment.' })
  segment!: string;

  @Field(() => ID, { description: 'The customer.' })
  customerId!: string;
}

@InputType({ description: 'What somebody decides of a customer and a segment.' })
export class DecideSegmentInput extends UndoSegmentDecisionInput {
  @Field({ description: 'Why: at most 10,000 characters.' })
  reason!: string;

  @Field(() => DateTime, { nullable: true, description: 'Until when; for good when left out.' })
  expiresAt?: string | null;
}

@ObjectType({ description: 'Who was put in.' })
export class AddSegmentMemberPayload {
  @Field(() => Customer, { description: 'The customer as she is now, her segments included.' })
  customer!: Customer;
}

@ObjectType({ description: 'Who is kept out.' })
export class ExcludeSegmentMemberPayload {
  @Field(() => Customer, { description: 'The customer as she is now, her segments included.' })
  customer!: Customer;
}

@ObjectType({ description: 'Of whom the rule decides again.' })
export class UndoSegmentDecisionPayload {
  @Field(() => Customer, { description: 'The customer as she is now, her segments included.' })
  customer!: Customer;
}
