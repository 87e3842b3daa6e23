import { Field, ID, InputType, Int, ObjectType, OmitType, PartialType } from '@nestjs/graphql';
import { ShownToCustomer } from '../platform/field-access.js';
import { Node } from '../platform/node.resolver.js';
import { DateTime } from '../platform/scalars.js';
import { Channel, type Channel as ChannelWord } from '../touchpoints/vocabulary.js';
import type { ConsentDefaultWord, LegalBasisWord } from './consent-words.js';
import { ConsentDefault, LegalBasis } from './consent-words.types.js';

@ObjectType({ description: 'What customers are asked to consent to.', implements: () => [Node] })
export class ConsentPurpose extends Node {
  @Field(() => ID, { description: 'Global id.' })
  @ShownToCustomer()
  override id!: string;

  @Field({ description: 'Its name for machines.' })
  @ShownToCustomer()
  key!: string;

  @Field({ description: 'Its name for people.' })
  @ShownToCustomer()
  name!: string;

  @Field(() => String, { nullable: true, description: 'What exactly she is asked.' })
  @ShownToCustomer()
  description?: string | null;

  @Field(() => [Channel], { description: 'The channels that it covers.' })
  @ShownToCustomer()
  channels!: ChannelWord[];

  @Field(() => LegalBasis, { description: 'What lets it be pursued.' })
  @ShownToCustomer()
  legalBasis!: LegalBasisWord;

  @Field(() => ConsentDefault, { description: 'What holds of a customer who said nothing.' })
  defaultState!: ConsentDefaultWord;

  @Field({ description: 'Whether hours and do-not-disturb hold for it too; not for an alarm, say.' })
  heedsHours!: boolean;

  @Field(() => DateTime, { nullable: true, description: 'Since when nobody is asked any more.' })
  retiredAt?: string | null;

  @Field(() => Int, { description: 'Give it to `updateConsentPurpose`.' })
  version!: number;

  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: string;

  @Field(() => DateTime, { description: 'When it last changed.' })
  updatedAt!: string;

  @Field({ description: 'Who made or last changed it.' })
  actor!: string;
}

@InputType({ description: 'What customers are asked to consent to.' })
export class CreateConsentPurposeInput {
  @Field({ description: '1 to 63 lower-case letters, digits, `-` and `_`; it never changes.' })
  key!: string;

  @Field({ description: 'Its name for people.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What exactly she is asked: at most 10,000 characters.' })
  description?: string | null;

  @Field(() => [Channel], { nullable: true, description: 'The channels that it covers; all when left out.' })
  channels?: ChannelWord[] | null;

  @Field(() => LegalBasis, { defaultValue: 'CONSENT', description: 'What lets it be pursued.' })
  legalBasis!: LegalBasisWord;

  @Field(() => ConsentDefault, { defaultValue: 'UNKNOWN', description: 'What holds of a customer who said nothing.' })
  defaultState!: ConsentDefaultWord;

  @Field({ defaultValue: true, description: 'Whether hours and do-not-disturb hold for it too.' })
  heedsHours!: boolean;
}

@InputType({ description: 'What to change; what is left out stays.' })
export class UpdateConsentPurposeInput extends PartialType(
  OmitType(CreateConsentPurposeInput, ['key', 'legalBasis', 'defaultState', 'heedsHours']),
  InputType,
) {
  @Field({ description: 'Which.' })
  key!: string;

  @Field(() => Int, { description: 'The version that you read.' })
  version!: number;

  @Field(() => LegalBasis, { nullable: true, description: 'What lets it be pursued.' })
  legalBasis?: LegalBasisWord | null;

  @Field(() => ConsentDefault, { nullable: true, description: 'What holds of a customer who said nothing.' })
  defaultState?: ConsentDefaultWord | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether hours and do-not-disturb hold for it too.' })
  heedsHours?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True: nobody is asked any more, and it is shown no more; what was said stays. False takes it up again.',
  })
  isRetired?: boolean | null;
}

@ObjectType({ description: 'The new purpose.' })
export class CreateConsentPurposePayload {
  @Field(() => ConsentPurpose, { description: 'As it is now.' })
  purpose!: ConsentPurpose;
}

@ObjectType({ description: 'The purpose after the change.' })
export class UpdateConsentPurposePayload {
  @Field(() => ConsentPurpose, { description: 'As it is now.' })
  purpose!: ConsentPurpose;
}
