import { Field, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Customer } from '../identity/customer.types.js';
import { enumOf } from '../platform/enum-of.js';
import { connectionOf } from '../platform/page.js';
import { DateTime, JsonScalar } from '../platform/scalars.js';
import { type Ending, endings } from './membership-change.js';
import { Segment } from './segments.types.js';

const MembershipCause = enumOf(endings);

registerEnumType(MembershipCause, {
  name: 'MembershipCause',
  description: 'Why a membership began or ended.',
  valuesMap: {
    RULE: { description: 'The rule held, or held no more.' },
    MANUAL: { description: 'Somebody put the customer in, kept her out, or took that back.' },
    EXPIRED: { description: 'Its time was over.' },
    MERGE: { description: 'It came or went with a profile, by a merge or its undoing.' },
    DELETED: { description: 'The segment was deleted.' },
  },
});

@ObjectType({ description: 'One condition that made a customer a member, with what was seen of it at that time.' })
export class SegmentReason {
  @Field({ description: 'In words: `3 touchpoints on CALL about billing in 7 days (at least 3)`.' })
  text!: string;

  @Field(() => JsonScalar, {
    description: 'The condition as it stands in the rule; `{ "manual": true }` when somebody put her in.',
  })
  condition!: unknown;

  @Field(() => JsonScalar, {
    nullable: true,
    description: 'What was seen, or who put her in. A number is counted no further than the rule needs.',
  })
  observed?: unknown;
}

@ObjectType({ description: 'That a customer is, or was, in a segment.' })
export class SegmentMembership {
  @Field(() => Segment, { description: 'The segment.' })
  segment!: Segment;

  @Field(() => DateTime, { description: 'Since when.' })
  since!: string;

  @Field(() => DateTime, {
    description: 'Since when without a break: also by another cause before, or as whom she was before a merge.',
  })
  memberSince!: string;

  @Field(() => DateTime, { nullable: true, description: 'Until when; null while the customer is a member.' })
  until?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it ends though nothing else happens.' })
  expiresAt?: string | null;

  @Field(() => MembershipCause, { description: 'Why it began: RULE, MANUAL or MERGE.' })
  cause!: Ending;

  @Field(() => [SegmentReason], { description: 'Why: the conditions that held when the customer entered.' })
  reason!: SegmentReason[];
}

@ObjectType({ description: 'A time for which a customer is, or was, in a segment by one cause.' })
export class SegmentSpell extends SegmentMembership {
  @Field(() => Customer, { nullable: true, description: 'The customer, as who she is now.' })
  customer?: Customer | null;

  @Field(() => MembershipCause, { nullable: true, description: 'Why it ended; null while it lasts.' })
  endedBy?: Ending | null;
}

export const SegmentSpellConnection = connectionOf(() => SegmentSpell, 'SegmentSpell');
