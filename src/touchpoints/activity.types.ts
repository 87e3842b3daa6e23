import { Field, Float, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { enumOf } from '../platform/enum-of.js';
import { ShownToCustomer } from '../platform/field-access.js';
import { DateTime } from '../platform/scalars.js';

/** Figures of a customer's last days. */
@ObjectType({
  description:
    'Figures of the last days, at the time that the query asks of. A contact is a touchpoint with another person: ' +
    'neither INTERNAL nor on WEB or APP.',
})
export class CustomerMetrics {
  @Field(() => Int, { description: 'Contacts of the last 7 days.' })
  contacts7d!: number;

  @Field(() => Int, { description: 'Contacts of the last 30 days.' })
  contacts30d!: number;

  @Field(() => Int, { description: 'Different channels of the last 30 days’ touchpoints, but for INTERNAL ones.' })
  channelsUsed30d!: number;

  @Field(() => Int, {
    description: 'How often, in 30 days, a touchpoint was on another channel than the one before; INTERNAL ones aside.',
  })
  channelSwitches30d!: number;

  @Field(() => Int, {
    description:
      'INBOUND contacts of 30 days about a topic that an INBOUND contact of the 7 days before was about too.',
  })
  repeatContacts30d!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Of the contacts of 30 days that tell how long the customer waited.',
  })
  averageWaitSeconds30d?: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Of the touchpoints of 30 days that have one; INTERNAL ones aside.',
  })
  averageSentiment30d?: number;

  @Field(() => Int, {
    description: 'How many touchpoints these figures rest on: the newest 200 of 30 days at most, internal ones apart.',
  })
  basedOnTouchpoints!: number;

  @Field({ description: 'True when there were more than 200, so that these figures are of the newest ones only.' })
  isPartial!: boolean;
}

const reasons = ['MASKED', 'INTERNAL', 'RECORDED_LATER'] as const;
export const RedactionReason = enumOf(reasons);
registerEnumType(RedactionReason, {
  name: 'RedactionReason',
  description: 'Why something is not shown.',
  valuesMap: {
    MASKED: { description: 'The caller sees personal data masked.' },
    INTERNAL: { description: 'Customers do not see it.' },
    RECORDED_LATER: { description: 'It was not known yet at the time that the query asks of.' },
  },
});

/** Something that an answer does not show. */
@ObjectType({ description: 'Something that an answer does not show.' })
export class RedactedField {
  @Field({ description: 'What is not shown, or not as it is.' })
  @ShownToCustomer()
  field!: string;

  @Field(() => RedactionReason, { description: 'Why.' })
  @ShownToCustomer()
  reason!: keyof typeof RedactionReason;
}

/** What an answer rests on. */
@ObjectType({ description: 'What an answer rests on: how far back, how much, from where, and what it does not show.' })
export class Coverage {
  @Field(() => DateTime, { nullable: true, description: 'When the first touchpoint occurred.' })
  @ShownToCustomer()
  oldestTouchpointAt?: string;

  @Field(() => DateTime, { nullable: true, description: 'When the latest touchpoint occurred.' })
  @ShownToCustomer()
  newestTouchpointAt?: string;

  @Field(() => Int, { description: 'How many touchpoints there are that this caller may see.' })
  @ShownToCustomer()
  totalTouchpoints!: number;

  @Field(() => [String], { description: 'The systems that told of them.' })
  sources!: string[];

  @Field(() => [RedactedField], { description: 'What is not shown to this caller, and why.' })
  @ShownToCustomer()
  redactedFields!: RedactedField[];
}
