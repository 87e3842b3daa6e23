import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { DateTime } from '../platform/scalars.js';
import type { Comparison, Overflow } from './identifier-type.js';

/** The enum's values are what is stored. */
export const IdentifierComparison = {
  EXACT: 'exact',
  EXACT_IGNORING_CASE: 'exact_ignoring_case',
  EMAIL: 'email',
  PHONE: 'phone',
} as const satisfies Record<string, Comparison>;
registerEnumType(IdentifierComparison, {
  name: 'IdentifierComparison',
  description: 'How two values of a type are compared.',
  valuesMap: {
    EXACT: { description: 'As they are, case kept.' },
    EXACT_IGNORING_CASE: { description: 'As they are, in small letters.' },
    EMAIL: { description: 'As e-mail addresses: small letters, domain in ASCII, folded as the workspace says.' },
    PHONE: { description: 'As telephone numbers: valid E.164 only.' },
  },
});

export const IdentifierOverflow = {
  DEMOTE: 'demote',
  OLDEST_OUT: 'oldest_out',
  LAST_WINS: 'last_wins',
} as const satisfies Record<string, Overflow>;
registerEnumType(IdentifierOverflow, {
  name: 'IdentifierOverflow',
  description: 'What happens to one too many of a type.',
  valuesMap: {
    DEMOTE: { description: 'It is left out; the first ones stay.' },
    OLDEST_OUT: { description: 'The one that was not seen for the longest time goes.' },
    LAST_WINS: { description: 'As OLDEST_OUT; and it moves to who used it last when two customers cannot be joined.' },
  },
});

@ObjectType({ description: 'A kind of identifier in the workspace.' })
export class IdentifierTypeSettings {
  @Field({ description: 'As `IdentifierInput.type` names it.' })
  name!: string;

  @Field(() => Int, { description: '1 is the strongest. Up to 4 it says who somebody is, from 6 on it is a device’s.' })
  priority!: number;

  @Field(() => Int, { description: 'How many a customer may have.' })
  limitPerCustomer!: number;

  @Field(() => Int, { nullable: true, description: 'Only those seen first within so many days count; null: all do.' })
  windowDays!: number | null;

  @Field({ description: 'Two different values are two customers.' })
  isUnique!: boolean;

  @Field({ description: 'A value holds within one account or page and names it: `<account>:<id>`.' })
  isScoped!: boolean;

  @Field(() => IdentifierComparison, { description: 'How two values are compared.' })
  comparison!: Comparison;

  @Field(() => IdentifierOverflow, { description: 'What happens to one too many.' })
  overflow!: Overflow;

  @Field(() => [String], { description: 'Values that identify nobody, in small letters.' })
  blockedValues!: string[];

  @Field(() => [String], { description: 'Patterns of such values: `*` is any text, `?` one character.' })
  blockedPatterns!: string[];
}

@ObjectType({ description: 'How far stored identifiers are normalised anew.' })
export class IdentityReapplication {
  @Field({ description: '`WAITING`, `RUNNING` or `DONE`.' })
  state!: string;

  @Field(() => Int, {
    description: 'Identifiers looked at; one whose new value comes later in their order is looked at twice.',
  })
  checked!: number;

  @Field(() => Int, { description: 'Identifiers that have another value now.' })
  renamed!: number;

  @Field(() => Int, {
    description: 'Identifiers that are blocked or invalid by the changed rule: they name nobody now.',
  })
  detached!: number;

  @Field(() => Int, { description: 'Identifiers that became the same as another one of their customer.' })
  folded!: number;

  @Field(() => Int, { description: 'Identifiers that became the same as one of another customer, whom they joined.' })
  merged!: number;

  @Field(() => Int, {
    description:
      'As `merged`, but a protection kept the two apart: the other keeps the value, and a suggestion is left.',
  })
  reported!: number;
}

@ObjectType({ description: 'What the workspace has decided on identifiers.' })
export class IdentitySettings {
  @Field(() => Int, { description: 'Give it back to change them.' })
  version!: number;

  @Field({ description: 'ISO country of telephone numbers without a country code.' })
  defaultRegion!: string;

  @Field({ description: '`ann+news@x.io` is `ann@x.io`.' })
  foldsEmailPlus!: boolean;

  @Field({ description: '`a.n.n@x.io` is `ann@x.io`.' })
  foldsEmailDots!: boolean;

  @Field(() => [IdentifierTypeSettings], { description: 'The strongest first.' })
  types!: IdentifierTypeSettings[];

  @Field({
    description: 'True while stored identifiers wait for `reapplyIdentitySettings`; they are found all the same.',
  })
  needsReapplication!: boolean;

  @Field(() => IdentityReapplication, { nullable: true, description: 'The latest one; null when there was none.' })
  reapplication!: IdentityReapplication | null;

  @Field(() => DateTime, { nullable: true, description: 'When they were changed last; null when never.' })
  updatedAt!: string | null;

  @Field(() => String, { nullable: true, description: 'Who changed them last.' })
  updatedBy!: string | null;
}

@InputType({ description: 'One type. What is left out stays as it is; a new type needs priority and limit.' })
export class IdentifierTypeInput {
  @Field({ description: 'Small letters, digits and underscores.' })
  name!: string;

  @Field(() => Int, { nullable: true, description: '1 to 100.' })
  priority?: number;

  @Field(() => Int, { nullable: true, description: '1 to 1,000.' })
  limitPerCustomer?: number;

  @Field(() => Int, { nullable: true, description: '1 to 3,650; null counts all.' })
  windowDays?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Needs a limit of 1.' })
  isUnique?: boolean;

  @Field(() => Boolean, { nullable: true, description: 'Not of e-mail addresses and telephone numbers.' })
  isScoped?: boolean;

  @Field(() => IdentifierComparison, { nullable: true, description: 'EXACT for a new type that leaves it out.' })
  comparison?: Comparison;

  @Field(() => IdentifierOverflow, { nullable: true, description: 'DEMOTE for a new type that leaves it out.' })
  overflow?: Overflow;

  @Field(() => [String], { nullable: true, description: 'At most 1,000; compared without regard to case.' })
  blockedValues?: string[];

  @Field(() => [String], {
    nullable: true,
    description: 'At most 100; `*` is any text, `?` one character; at least three other characters.',
  })
  blockedPatterns?: string[];
}

@InputType({ description: 'What to change; what is left out stays as it is.' })
export class IdentitySettingsInput {
  @Field(() => String, { nullable: true, description: 'ISO country of telephone numbers without a country code.' })
  defaultRegion?: string;

  @Field(() => Boolean, { nullable: true, description: 'Whether text behind a plus makes no difference.' })
  foldsEmailPlus?: boolean;

  @Field(() => Boolean, { nullable: true, description: 'Whether dots in the local part make no difference.' })
  foldsEmailDots?: boolean;

  @Field(() => [IdentifierTypeInput], {
    nullable: true,
    description: 'All types that there shall be. One that is left out is removed, unless identifiers of it are stored.',
  })
  types?: IdentifierTypeInput[];
}

@InputType({ description: 'What to change in the settings that you have read.' })
export class UpdateIdentitySettingsInput extends IdentitySettingsInput {
  @Field(() => Int, {
    description: 'The version that you read; refused with VERSION_STALE when it is not the present one.',
  })
  version!: number;
}

@ObjectType({ description: 'The settings after the act.' })
export class IdentitySettingsPayload {
  @Field(() => IdentitySettings, { description: 'As they are now.' })
  settings!: IdentitySettings;
}

@ObjectType({ description: 'One of those whom a change would touch.' })
export class IdentityPreviewSample {
  @Field({ description: '`RENAMED`, `BLOCKED`, `COLLIDES` or `OVER_LIMIT`.' })
  effect!: string;

  @Field({ description: 'The type.' })
  type!: string;

  @Field(() => String, { nullable: true, description: 'The value as it is stored; masked for a masked key.' })
  value!: string | null;

  @Field(() => String, { nullable: true, description: 'The value as it would be.' })
  newValue!: string | null;

  @Field(() => [ID], { description: 'The customers, at most two.' })
  customerIds!: string[];
}

@ObjectType({ description: 'Whom a change of the settings would touch.' })
export class IdentitySettingsPreview {
  @Field({ description: 'False when time ran out: then all counts are of what was looked at, and there are more.' })
  isComplete!: boolean;

  @Field(() => Int, { description: 'Stored identifiers that were looked at.' })
  checked!: number;

  @Field(() => Int, { description: 'Identifiers that would have another value.' })
  renamed!: number;

  @Field(() => Int, { description: 'Identifiers that would be blocked, or be no value of their type.' })
  blocked!: number;

  @Field(() => Int, { description: 'Identifiers that would become the same as one of another customer.' })
  colliding!: number;

  @Field(() => Int, {
    description:
      'Customers that have more of a type than it would allow. What they have stays; where the oldest go, until ' +
      'something new comes.',
  })
  customersOverLimit!: number;

  @Field(() => [String], { description: 'Types that would go and of which identifiers are stored: that is refused.' })
  removedTypesInUse!: string[];

  @Field(() => [IdentityPreviewSample], { description: 'At most 20, of each effect some.' })
  sample!: IdentityPreviewSample[];
}
