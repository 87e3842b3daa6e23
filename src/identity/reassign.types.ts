import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { DateTime } from '../platform/scalars.js';
import { Customer } from './customer.types.js';

@InputType({
  description: 'An identifier that is somebody else’s from a date on: a recycled number, a device that was sold.',
})
export class ReassignIdentifierInput {
  @Field({ description: 'Its type, such as `phone`.' })
  type!: string;

  @Field({ description: 'Its value; it is normalised before it is compared.' })
  value!: string;

  @Field(() => String, {
    nullable: true,
    description: 'ISO country of a national telephone number; else the workspace’s.',
  })
  region?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Whose it is from then on, by any id; a new customer when left out.',
  })
  toCustomerId?: string | null;

  @Field(() => DateTime, {
    description: 'From when on it is theirs: not in the future, and later than it was given away last.',
  })
  from!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Why: at most 10,000 characters. Needed to override a uniqueness.',
  })
  reason?: string | null;

  @Field({
    defaultValue: false,
    description: 'Do it though the customer then has several values of a unique identifier type.',
  })
  overrideUniqueness!: boolean;
}

@ObjectType({ description: 'What became of the identifier.' })
export class ReassignIdentifierPayload {
  @Field(() => Customer, { description: 'Whose it is now.' })
  customer!: Customer;

  @Field(() => Customer, { description: 'Whose it was.' })
  previousCustomer!: Customer;

  @Field({ description: 'False when it was theirs already; then nothing changed.' })
  isChanged!: boolean;
}

@ObjectType({ description: 'Whose an identifier was, and when.' })
export class IdentifierOwnership {
  @Field(() => ID, { description: 'The customer, as it is now.' })
  customerId!: string;

  @Field(() => DateTime, { nullable: true, description: 'From when on; null from the beginning.' })
  validFrom!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Until when; null while it is theirs.' })
  validTo!: string | null;

  @Field(() => DateTime, { description: 'When this was recorded.' })
  recordedAt!: string;

  @Field(() => String, { nullable: true, description: 'Who gave it to the next one.' })
  endedBy!: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was given to the next one.' })
  reason!: string | null;
}
