import { Field, ID, InputType, ObjectType } from '@nestjs/graphql';
import { DateTime } from '../platform/scalars.js';
import { Verification } from './customer.types.js';
import { IdentifierInput } from './identifier.input.js';

@ObjectType({ description: 'Something that happened to an identifier after it was first seen.' })
export class IdentifierEvent {
  @Field({
    description:
      '`DETACHED`, `ATTACHED_AGAIN`, `MOVED`, `REASSIGNED`, `SPLIT`, `SHARED`, `NOT_SHARED`, `QUARANTINED`, `RELEASED`, ' +
      '`RENORMALISED`.',
  })
  act!: string;

  @Field({ description: 'Why, in the words of the rule or of the person.' })
  reason!: string;

  @Field(() => DateTime, { description: 'When it happened.' })
  happenedAt!: string;

  @Field(() => String, { nullable: true, description: 'Who did it: `key:…` or `user:…`; null when a rule did.' })
  actor!: string | null;

  @Field(() => ID, { nullable: true, description: 'The touchpoint at which a rule did it.' })
  touchpointId!: string | null;

  @Field(() => ID, { nullable: true, description: 'Whose it was; the id answers also after merges.' })
  fromCustomerId!: string | null;

  @Field(() => ID, { nullable: true, description: 'Whose it became.' })
  toCustomerId!: string | null;
}

@ObjectType({ description: 'What is known of an identifier itself, whoever it belongs to.' })
export class IdentifierState {
  @Field({ description: 'Its type.' })
  type!: string;

  @Field({ description: 'In the one form in which values are compared.' })
  value!: string;

  @Field(() => ID, { nullable: true, description: 'Whose it is; null when it names nobody any more.' })
  customerId!: string | null;

  @Field(() => Verification, { description: 'How sure it is that it is the customer’s own.' })
  verification!: keyof typeof Verification;

  @Field({ description: 'Used by several: it joins nobody, and a look-up by it tells the other candidates.' })
  isShared!: boolean;

  @Field({ description: 'True when a person said whether it is shared: behaviour no longer decides.' })
  isSharingDecided!: boolean;

  @Field({ description: 'Joins nobody any more, because it tried to join too many.' })
  isQuarantined!: boolean;

  @Field(() => DateTime, { nullable: true, description: 'Since when it names nobody; null while it does.' })
  detachedAt!: string | null;

  @Field(() => [IdentifierEvent], { description: 'What happened to it, newest first: at most 100.' })
  events!: IdentifierEvent[];
}

@InputType({ description: 'Says whether an identifier is used by several people.' })
export class MarkIdentifierSharedInput {
  @Field(() => IdentifierInput, { description: 'Which.' })
  identifier!: IdentifierInput;

  @Field({ description: 'True when several use it. Behaviour no longer decides, whatever you say.' })
  shared!: boolean;

  @Field({ description: 'Why, for those who ask later.' })
  reason!: string;
}

@InputType({ description: 'Names an identifier, and why something is done to it.' })
export class IdentifierActInput {
  @Field(() => IdentifierInput, { description: 'Which.' })
  identifier!: IdentifierInput;

  @Field({ description: 'Why, for those who ask later.' })
  reason!: string;
}

@ObjectType({ description: 'The identifier after the act.' })
export class IdentifierActPayload {
  @Field(() => IdentifierState, { description: 'As it is now.' })
  identifier!: IdentifierState;
}
