import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { DateTime } from '../platform/scalars.js';
import { Customer } from './customer.types.js';

@ObjectType({ description: 'An identifier of a profile.' })
export class LinkedIdentifier {
  @Field({ description: 'Its type, such as `phone`.' })
  type!: string;

  @Field({ description: 'Its value, in the form in which values are compared.' })
  value!: string;
}

@ObjectType({ description: 'One step of the chain that makes two profiles one customer.' })
export class LinkStep {
  @Field(() => ID, { description: 'The profile that the step leads from.' })
  fromId!: string;

  @Field(() => [LinkedIdentifier], { description: 'What that profile is known by: at most 20.' })
  fromIdentifiers!: LinkedIdentifier[];

  @Field(() => ID, { description: 'The profile that the step leads to.' })
  toId!: string;

  @Field(() => [LinkedIdentifier], { description: 'What that profile is known by: at most 20.' })
  toIdentifiers!: LinkedIdentifier[];

  @Field({ description: '`SAME_TOUCHPOINT`: one touchpoint named both. `MANUAL`: a person said so.' })
  rule!: string;

  @Field(() => DateTime, { description: 'When the two were linked: of several pieces of evidence the oldest speaks.' })
  linkedAt!: string;

  @Field(() => Int, { description: 'How many pieces of evidence link these two.' })
  evidenceCount!: number;

  @Field(() => ID, {
    nullable: true,
    description: 'The merge that the evidence made, to give to `undoMerge`; null when they were one before.',
  })
  mergeId!: string | null;

  @Field(() => String, { nullable: true, description: 'Who did it: `key:…` or `user:…`; null when a rule did.' })
  actor!: string | null;

  @Field(() => String, { nullable: true, description: 'Why, in the words of who did it.' })
  reason!: string | null;
}

@ObjectType({ description: 'Why two profiles are one customer.' })
export class LinkExplanation {
  @Field(() => Customer, { description: 'The customer that they are.' })
  customer!: Customer;

  @Field(() => [LinkStep], {
    description:
      'The shortest chain of evidence from the one to the other. Empty when both are known by one profile: nothing ' +
      'joined them, they arrived together.',
  })
  steps!: LinkStep[];
}
