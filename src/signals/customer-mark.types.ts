import { Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { enumOf } from '../platform/enum-of.js';
import { DateTime } from '../platform/scalars.js';

/** Stored as its place in this list: append only. */
export const markKinds = ['VULNERABLE', 'SAFETY', 'COMPLAINT', 'LEAVING', 'SPECIAL_CARE'] as const;
export type CustomerMarkKind = (typeof markKinds)[number];
export const CustomerMarkKind = enumOf(markKinds);

registerEnumType(CustomerMarkKind, {
  name: 'CustomerMarkKind',
  description: 'What whoever serves a customer must know of her.',
  valuesMap: {
    VULNERABLE: { description: 'She is in a situation in which she can easily come to harm: illness, loss, debt.' },
    SAFETY: { description: 'Somebody’s safety is at stake: hers, or that of our own people.' },
    COMPLAINT: { description: 'She complained formally.' },
    LEAVING: { description: 'She said that she is going to leave.' },
    SPECIAL_CARE: { description: 'Something else that the reason says.' },
  },
});

@ObjectType({ description: 'What somebody of ours said of a customer that whoever serves her must know.' })
export class CustomerMark {
  @Field(() => ID, { description: 'Give it to `endMark`.' })
  id!: string;

  @Field(() => CustomerMarkKind, { description: 'What it says.' })
  kind!: CustomerMarkKind;

  @Field({ description: 'Why, in the words of who marked her.' })
  reason!: string;

  @Field({ description: 'True while it is neither ended nor over.' })
  isActive!: boolean;

  @Field(() => DateTime, { description: 'Since when.' })
  markedAt!: string;

  @Field(() => DateTime, { description: 'When it is over by itself.' })
  expiresAt!: string;

  @Field(() => DateTime, { nullable: true, description: 'When somebody ended it.' })
  endedAt?: string | null;

  @Field(() => String, { nullable: true, description: 'Why somebody did.' })
  endReason?: string | null;

  @Field({ description: 'Who marked her: `key:…` or `user:…`.' })
  actor!: string;

  @Field(() => String, { nullable: true, description: 'Who ended it.' })
  endedBy?: string | null;
}

@InputType({ description: 'Marks a customer for whoever serves her next.' })
export class MarkCustomerInput {
  @Field(() => ID, { description: 'Whom.' })
  customerId!: string;

  @Field(() => CustomerMarkKind, { description: 'As what.' })
  kind!: CustomerMarkKind;

  @Field({ description: 'Why: at most 10,000 characters.' })
  reason!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it is over by itself: within ten years; in 90 days when left out.',
  })
  expiresAt?: string | null;
}

@InputType({ description: 'Ends a mark before it is over by itself.' })
export class EndMarkInput {
  @Field(() => ID, { description: 'Which.' })
  id!: string;

  @Field({ description: 'Why.' })
  reason!: string;
}

@ObjectType({ description: 'The customer, with the new mark among her `marks`.' })
export class MarkCustomerPayload {
  @Field(() => ID, { description: 'Of the new mark.' })
  markId!: string;
}

@ObjectType({ description: 'The customer without the mark; it stays as history.' })
export class EndMarkPayload {
  @Field({ description: 'False when it was over already.' })
  isChanged!: boolean;
}
