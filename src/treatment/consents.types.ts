import { ArgsType, Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { enumOf } from '../platform/enum-of.js';
import { ShownToCustomer } from '../platform/field-access.js';
import { DateTime } from '../platform/scalars.js';
import { Touchpoint } from '../touchpoints/touchpoint.types.js';
import { Channel, type Channel as ChannelWord } from '../touchpoints/vocabulary.js';
import { ConsentPurpose } from './consent-purposes.types.js';
import type { ConsentDecisionWord, ConsentStateWord } from './consent-words.js';
import { ConsentDecision, ConsentState } from './consent-words.types.js';
import type { Stater } from './preference-kinds.js';
import { StatedBy } from './preferences.types.js';

@ObjectType({ description: 'What was stated once; it never changes.' })
export class ConsentStatement {
  @Field(() => ConsentDecision, { description: 'What was said.' })
  @ShownToCustomer()
  state!: ConsentDecisionWord;

  @Field(() => Channel, { nullable: true, description: 'Of which channel; null is of all that the purpose covers.' })
  @ShownToCustomer()
  channel?: ChannelWord | null;

  @Field(() => DateTime, { description: 'When.' })
  @ShownToCustomer()
  at!: string;

  @Field(() => DateTime, { description: 'When we were told.' })
  recordedAt!: string;

  @Field(() => DateTime, { nullable: true, description: 'When it runs out.' })
  @ShownToCustomer()
  expiresAt?: string | null;

  @Field(() => StatedBy, { description: 'By whom.' })
  @ShownToCustomer()
  statedBy!: Stater;

  @Field(() => String, { nullable: true, description: 'The system or form that it comes from.' })
  source?: string | null;

  @Field(() => String, { nullable: true, description: 'What proves it, in words.' })
  evidence?: string | null;

  @Field(() => Touchpoint, { nullable: true, description: 'The touchpoint that proves it.' })
  touchpoint?: Touchpoint | null;

  @Field({ description: 'Who recorded it: `key:…` or `user:…`.' })
  actor!: string;

  @Field(() => ID, { description: 'The profile that it stays with, whatever is merged.' })
  profileId!: string;
}

@ObjectType({ description: 'Whether a customer consents to a purpose, and by which statement.' })
export class Consent {
  @Field(() => ConsentPurpose, { description: 'To what.' })
  @ShownToCustomer()
  purpose!: ConsentPurpose;

  @Field(() => Channel, {
    nullable: true,
    description: 'Null says what holds on all channels of which nothing else is said; a channel, what holds on it.',
  })
  @ShownToCustomer()
  channel?: ChannelWord | null;

  @Field(() => ConsentState, { description: 'Whether she consents.' })
  @ShownToCustomer()
  state!: ConsentStateWord;

  @Field({ description: 'Why, in one sentence.' })
  @ShownToCustomer()
  reason!: string;

  @Field({ description: 'True where nothing was said and the purpose’s default holds.' })
  @ShownToCustomer()
  isDefault!: boolean;

  @Field({
    description: 'True where profiles that became one customer say different things: then a refusal holds.',
  })
  isDisputed!: boolean;

  @Field(() => ConsentStatement, { nullable: true, description: 'The statement that holds.' })
  @ShownToCustomer()
  statement?: ConsentStatement | null;

  @Field(() => [ConsentStatement], {
    description: 'All that was said of this purpose and channel, the latest first: at most 100.',
  })
  @ShownToCustomer()
  history!: ConsentStatement[];
}

const contactReasonKinds = ['CONSENT', 'LEGAL_BASIS', 'DO_NOT_DISTURB', 'HOURS'] as const;
export const ContactReasonKind = enumOf(contactReasonKinds);
registerEnumType(ContactReasonKind, {
  name: 'ContactReasonKind',
  description: 'By what it is decided whether somebody may be contacted.',
});

@ObjectType({ description: 'Something that lets a customer be contacted, or forbids it.' })
export class ContactReason {
  @Field(() => ContactReasonKind, { description: 'What it is.' })
  kind!: (typeof contactReasonKinds)[number];

  @Field({ description: 'Whether it forbids it.' })
  isAgainst!: boolean;

  @Field({ description: 'In one sentence.' })
  text!: string;
}

@ObjectType({ description: 'Whether a customer may be contacted for a purpose on a channel at an instant.' })
export class ContactPermission {
  @Field(() => ConsentPurpose, { description: 'For what.' })
  purpose!: ConsentPurpose;

  @Field(() => Channel, { description: 'Where.' })
  channel!: ChannelWord;

  @Field({ description: 'True when nothing is against it.' })
  isAllowed!: boolean;

  @Field(() => ConsentState, { description: 'Whether she consents to it there.' })
  state!: ConsentStateWord;

  @Field(() => [ContactReason], { description: 'Why: what is against it, or what lets it be.' })
  reasons!: ContactReason[];
}

@ArgsType()
export class MayContactArgs {
  @Field(() => String, { nullable: true, description: 'Key of a purpose; all when left out.' })
  purpose?: string | null;

  @Field(() => Channel, { nullable: true, description: 'One channel; all that the purpose covers when left out.' })
  channel?: ChannelWord | null;

  @Field(() => DateTime, { nullable: true, description: 'When; the instant of the answer when left out.' })
  at?: string | null;
}

@InputType({ description: 'What a customer says of a purpose.' })
export class RecordConsentInput {
  @Field(() => ID, { nullable: true, description: 'Who; a portal token leaves it out.' })
  customerId?: string | null;

  @Field({ description: 'Key of the purpose.' })
  purpose!: string;

  @Field(() => Channel, {
    nullable: true,
    description: 'Of one channel; of all that the purpose covers when left out.',
  })
  channel?: ChannelWord | null;

  @Field(() => ConsentDecision, { description: 'What she says.' })
  state!: ConsentDecisionWord;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When she said it, at most now; now when left out. The same told twice is stored once.',
  })
  at?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When what she grants runs out.' })
  expiresAt?: string | null;

  @Field(() => StatedBy, {
    nullable: true,
    description: 'Who states it: AGENT when left out; for a portal token always CUSTOMER.',
  })
  by?: Stater | null;

  @Field(() => String, { nullable: true, description: 'The system or form that it comes from: 200 characters.' })
  source?: string | null;

  @Field(() => String, { nullable: true, description: 'What proves it, in words: at most 10,000 characters.' })
  evidence?: string | null;

  @Field(() => ID, { nullable: true, description: 'A touchpoint of hers that proves it.' })
  touchpointId?: string | null;
}

@ObjectType({ description: 'The customer with what she consents to now.' })
export class RecordConsentPayload {
  @Field({ description: 'False when it was said before; then nothing is stored.' })
  isNew!: boolean;
}
