import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { Customer } from './customer.types.js';
import { Merge } from './merge.types.js';

@InputType({ description: 'Two customers, or two ids of one, that are not the same person.' })
export class ForbidLinkInput {
  @Field(() => ID, {
    description: 'One of the two. When both are one customer now, who hangs as strongly on either goes with this one.',
  })
  customerId!: string;

  @Field(() => ID, { description: 'The other.' })
  otherId!: string;

  @Field(() => String, { nullable: true, description: 'Why: at most 10,000 characters.' })
  reason?: string | null;
}

@ObjectType({ description: 'What became of the two.' })
export class ForbidLinkPayload {
  @Field(() => [Customer], { description: 'The two customers as they are now, in the order of the input.' })
  customers!: Customer[];

  @Field({ description: 'True when they were one customer and were parted.' })
  isSplit!: boolean;

  @Field({ description: 'False when it was forbidden before; then nothing changed.' })
  isChanged!: boolean;

  @Field(() => [Merge], { description: 'Merges that no longer hold.' })
  undoneMerges!: Merge[];
}

@InputType({ description: 'Two customers that may be joined again.' })
export class AllowLinkInput {
  @Field(() => ID, { description: 'One of the two.' })
  customerId!: string;

  @Field(() => ID, { description: 'The other.' })
  otherId!: string;
}

@ObjectType({ description: 'What became of the two.' })
export class AllowLinkPayload {
  @Field(() => [Customer], { description: 'The two customers, in the order of the input.' })
  customers!: Customer[];

  @Field({ description: 'False when nothing forbade it; then nothing changed.' })
  isChanged!: boolean;
}
