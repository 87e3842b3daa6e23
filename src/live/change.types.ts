import { Field, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Customer } from '../identity/customer.types.js';
import { Issue } from '../issues/issues.types.js';
import { Journey } from '../journeys/journeys.types.js';
import { enumOf } from '../platform/enum-of.js';
import { ShownToCustomer } from '../platform/field-access.js';
import { DateTime } from '../platform/scalars.js';
import { Touchpoint } from '../touchpoints/touchpoint.types.js';
import { type ChangeKind as ChangeKindWord, changeKinds } from './change.js';

export const ChangeKind = enumOf(changeKinds);

registerEnumType(ChangeKind, {
  name: 'ChangeKind',
  description: 'What kind of change it is.',
  valuesMap: {
    FOLLOWING: { description: 'Nothing yet: the first answer of a subscription without `after`, to go on from.' },
    TOUCHPOINT_RECORDED: { description: 'A new touchpoint.' },
    TOUCHPOINT_UPDATED: { description: 'More was told of a touchpoint, such as that the call ended.' },
    CUSTOMER_UPDATED: { description: 'Traits or identifiers were told.' },
    IDENTITY_CHANGED: { description: 'Customers were joined or parted, or an identifier changed hands.' },
    BRAKE_REACHED: {
      description: 'The customer is past a brake: nothing is joined to it any more. At most once a day for a customer.',
    },
    ISSUE_CHANGED: { description: 'An issue was opened, or changed.' },
    JOURNEY_CHANGED: { description: 'A journey was started, or moved.' },
    SEGMENTS_CHANGED: { description: 'The customer entered or left segments.' },
  },
});

@ObjectType({ description: 'Something that changed. What it is about is as it is when the change is sent.' })
export class Change {
  @Field({ description: 'Its place. Give it as `after` to go on from here: no gap, no change twice. Opaque.' })
  @ShownToCustomer()
  cursor!: string;

  @Field(() => ChangeKind)
  @ShownToCustomer()
  kind!: ChangeKindWord;

  @Field(() => DateTime, { description: 'When it was stored.' })
  @ShownToCustomer()
  at!: string;

  @Field(() => Customer, {
    nullable: true,
    description: 'Whose change it is; null in the first answer of a whole workspace.',
  })
  @ShownToCustomer()
  customer!: Customer | null;

  @Field(() => Touchpoint, { nullable: true, description: 'The touchpoint that is new, or of which more was told.' })
  @ShownToCustomer()
  touchpoint!: Touchpoint | null;

  @Field(() => Issue, { nullable: true, description: 'The issue that changed.' })
  @ShownToCustomer()
  issue!: Issue | null;

  @Field(() => Journey, { nullable: true, description: 'The journey that changed.' })
  @ShownToCustomer()
  journey!: Journey | null;
}
