import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Node } from '../platform/node.resolver.js';
import { connectionOf } from '../platform/page.js';
import { DateTime, JsonScalar } from '../platform/scalars.js';
import { Customer } from './customer.types.js';
import { BrakeReason } from './protected.types.js';
import { LinkStep } from './why-linked.types.js';

@ObjectType({
  description: 'Two customers that became one: what was the one’s own stays its own, so that it can be taken back.',
  implements: () => [Node],
})
export class Merge extends Node {
  @Field(() => ID, { description: 'Global id, to give to `undoMerge`.' })
  override id!: string;

  @Field(() => ID, { description: 'The customer that stayed.' })
  survivorId!: string;

  @Field(() => ID, { description: 'The customer that became part of it; its id keeps answering.' })
  absorbedId!: string;

  @Field({
    description:
      '`SAME_TOUCHPOINT`: one touchpoint named both. `MANUAL`: a person said so. `SUGGESTION`: a person confirmed one.',
  })
  rule!: string;

  @Field(() => DateTime, { description: 'When they became one.' })
  mergedAt!: string;

  @Field(() => String, { nullable: true, description: 'Who did it: `key:…` or `user:…`; null when a rule did.' })
  actor!: string | null;

  @Field(() => String, { nullable: true, description: 'Why, in the words of who did it.' })
  reason!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was taken back; null while it holds.' })
  undoneAt!: string | null;

  @Field(() => String, { nullable: true, description: 'Who took it back.' })
  undoneBy!: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was taken back.' })
  undoReason!: string | null;
}

export const MergeConnection = connectionOf(() => Merge, 'Merge');

export const MergeSide = { SURVIVOR: 'SURVIVOR', OTHER: 'OTHER' } as const;
registerEnumType(MergeSide, { name: 'MergeSide', description: 'One of the two customers of a merge.' });

@ObjectType({ description: 'An identifier that the merged customer would have.' })
export class MergePreviewIdentifier {
  @Field({ description: 'Its type.' })
  type!: string;

  @Field({ description: 'Its value.' })
  value!: string;

  @Field(() => MergeSide, { description: 'Whose it is now.' })
  side!: keyof typeof MergeSide;
}

@ObjectType({ description: 'A trait of which the two customers have different values.' })
export class MergePreviewConflict {
  @Field({ description: 'The trait.' })
  key!: string;

  @Field(() => JsonScalar, { description: 'The survivor’s value.' })
  survivorValue!: unknown;

  @Field(() => JsonScalar, { description: 'The other’s value.' })
  otherValue!: unknown;

  @Field(() => MergeSide, {
    description: 'Whose value the merged customer would show: the later one by its own clock.',
  })
  winner!: keyof typeof MergeSide;
}

@ObjectType({ description: 'A limit of identifiers that the merged customer would pass.' })
export class MergePreviewLimit {
  @Field({ description: 'The identifier type.' })
  type!: string;

  @Field(() => Int, { description: 'How many values of it a customer may have.' })
  limit!: number;

  @Field(() => Int, { description: 'How many the merged customer would have.' })
  count!: number;

  @Field({ description: 'True when the type is unique: then the merge needs `overrideUniqueness` and a reason.' })
  isUnique!: boolean;
}

@ObjectType({ description: 'Why two customers may not be joined.' })
export class LinkProhibition {
  @Field(() => ID, { description: 'The profile on the survivor’s side.' })
  survivorId!: string;

  @Field(() => ID, { description: 'The profile on the other’s side.' })
  otherId!: string;

  @Field(() => DateTime, { description: 'Since when.' })
  since!: string;

  @Field(() => String, { nullable: true, description: 'Who decided so.' })
  actor!: string | null;

  @Field(() => String, { nullable: true, description: 'Why.' })
  reason!: string | null;
}

@ObjectType({ description: 'What a merge of two customers would do; nothing is changed by looking.' })
export class MergePreview {
  @Field(() => Customer, { description: 'The customer that would stay, as it is now, with all that is known of it.' })
  survivor!: Customer;

  @Field(() => Customer, { description: 'The customer that would become part of it, as it is now.' })
  other!: Customer;

  @Field({ description: 'True when they are one customer already: then there is nothing to merge.' })
  isOneAlready!: boolean;

  @Field({ description: 'True when `mergeCustomers` would do it without an override.' })
  isAllowed!: boolean;

  @Field(() => [MergePreviewIdentifier], {
    description: 'All identifiers that the customer would have: at most 1,000.',
  })
  identifiers!: MergePreviewIdentifier[];

  @Field(() => [MergePreviewConflict], { description: 'Traits of which the two have different values, by key.' })
  conflicts!: MergePreviewConflict[];

  @Field(() => [MergePreviewLimit], { description: 'Limits that the customer would pass.' })
  brokenLimits!: MergePreviewLimit[];

  @Field(() => BrakeReason, {
    nullable: true,
    description: 'The brake that the customer would be past: rules would join nothing to it any more. Null when none.',
  })
  brake!: keyof typeof BrakeReason | null;

  @Field(() => [LinkProhibition], { description: 'Do-not-link edges between the two: `allowLink` lifts them.' })
  prohibitions!: LinkProhibition[];
}

@InputType({ description: 'Two customers to make one.' })
export class MergeCustomersInput {
  @Field(() => ID, { description: 'The customer that stays, by any of its ids.' })
  survivorId!: string;

  @Field(() => ID, { description: 'The customer that becomes part of it, by any of its ids.' })
  otherId!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Why: at most 10,000 characters. Needed to override a uniqueness.',
  })
  reason?: string | null;

  @Field({
    defaultValue: false,
    description: 'Join them though the customer then has several values of a unique identifier type.',
  })
  overrideUniqueness!: boolean;
}

@ObjectType({ description: 'What became of the two customers.' })
export class MergeCustomersPayload {
  @Field(() => Customer, { description: 'The customer that they are now.' })
  customer!: Customer;

  @Field(() => Merge, {
    nullable: true,
    description: 'The merge; null when something else had made them one before and no person ever said so.',
  })
  merge!: Merge | null;

  @Field({ description: 'False when they were one before; then nothing changed.' })
  isNew!: boolean;
}

@InputType({ description: 'A merge to take back.' })
export class UndoMergeInput {
  @Field(() => ID, { description: 'The merge, from `Customer.mergeHistory` or `whyLinked`.' })
  mergeId!: string;

  @Field(() => String, { nullable: true, description: 'Why: at most 10,000 characters.' })
  reason?: string | null;
}

@ObjectType({ description: 'What became of the merge.' })
export class UndoMergePayload {
  @Field(() => Merge, { description: 'The merge as it is now.' })
  merge!: Merge;

  @Field({ description: 'False when it was undone before; then nothing changed.' })
  isChanged!: boolean;

  @Field(() => [Customer], {
    description: 'The customers that the merged profiles belong to now: one, when something else still joins them.',
  })
  customers!: Customer[];

  @Field(() => [LinkStep], {
    description: 'The evidence that still joins them, as the shortest chain; empty when they were parted.',
  })
  stillJoinedBy!: LinkStep[];
}
