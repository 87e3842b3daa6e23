import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { DateTime } from '../platform/scalars.js';
import { Customer } from './customer.types.js';

@InputType({
  description:
    'An identifier that is a customer of its own from a date on: a recycled number of which nobody knows yet who has it, ' +
    'a mailbox that turned out to be somebody else’s.',
})
export class SplitIdentifierInput {
  @Field({ description: 'Its type, such as `phone`.' })
  type!: string;

  @Field({ description: 'Its value; it is normalised before it is compared.' })
  value!: string;

  @Field(() => String, {
    nullable: true,
    description: 'ISO country of a national telephone number; else the workspace’s.',
  })
  region?: string | null;

  @Field(() => DateTime, {
    description: 'From when on, not in the future. What was decided before on this date and later counts no more.',
  })
  from!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Why: at most 10,000 characters.',
  })
  reason?: string | null;
}

@InputType({
  description: 'An identifier that is another customer’s from a date on: a recycled number, a device that was sold.',
})
export class ReassignIdentifierInput extends SplitIdentifierInput {
  @Field(() => ID, { description: 'Whose it is from then on, by any of its ids.' })
  toCustomerId!: string;

  @Field({
    defaultValue: false,
    description: 'Do it though the customer then has several values of a unique identifier type; needs a reason.',
  })
  overrideUniqueness!: boolean;
}

@ObjectType({ description: 'What became of the identifier.' })
export class ReassignIdentifierPayload {
  @Field(() => Customer, { description: 'Whose it is now.' })
  customer!: Customer;

  @Field(() => Customer, { description: 'Whose it was.' })
  previousCustomer!: Customer;

  @Field({ description: 'False when it was theirs from that date on already; then nothing changed.' })
  isChanged!: boolean;
}

@ObjectType({ description: 'Whose an identifier was, when, and since when that is known.' })
export class IdentifierOwnership {
  @Field(() => ID, { description: 'The customer, as it is now.' })
  customerId!: string;

  @Field(() => DateTime, { nullable: true, description: 'From when on; null from the beginning.' })
  validFrom!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'Until when, as is known now; null while it is theirs. Not after `validFrom` when it never was theirs, as was ' +
      'decided later.',
  })
  validTo!: string | null;

  @Field(() => DateTime, { description: 'From when on it was known to be theirs.' })
  recordedAt!: string;

  @Field(() => DateTime, { nullable: true, description: 'Until when that was known; null while it is.' })
  replacedAt!: string | null;

  @Field(() => String, { nullable: true, description: 'Who gave it to the next one; null when a rule did.' })
  endedBy!: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was given to the next one.' })
  reason!: string | null;
}
