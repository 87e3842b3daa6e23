import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Node } from '../../platform/node.resolver.js';
import { connectionOf } from '../../platform/page.js';
import { DateTime } from '../../platform/scalars.js';
import { Customer } from '../customer.types.js';
import { Merge } from '../merge.types.js';
import type { Band, SuggestionStatus } from './suggestion.js';

export const MatchBand = { STRONG: 'STRONG', POSSIBLE: 'POSSIBLE' } as const;
registerEnumType(MatchBand, {
  name: 'MatchBand',
  description: 'How sure a suggestion is.',
  valuesMap: {
    STRONG: { description: 'Score 0.99 and above: of a hundred, one may be wrong.' },
    POSSIBLE: { description: 'Score 0.8 and above, or claimed by a touchpoint: look before you confirm.' },
  },
});

export const MatchSuggestionStatus = { OPEN: 'OPEN', CONFIRMED: 'CONFIRMED', REJECTED: 'REJECTED' } as const;
registerEnumType(MatchSuggestionStatus, {
  name: 'MatchSuggestionStatus',
  description: 'What became of a suggestion.',
  valuesMap: {
    OPEN: { description: 'Waits for a person.' },
    CONFIRMED: { description: 'A person made the two one.' },
    REJECTED: {
      description:
        'A person said that they are two, here, by `forbidLink`, or by undoing a merge: a do-not-link edge stands between them.',
    },
  },
});

@ObjectType({ description: 'What one field says for or against two customers being one.' })
export class MatchFieldWeight {
  @Field({ description: 'The field, such as `given_name` or `dob`.' })
  field!: string;

  @Field({ description: 'How well the two agree in it, such as `same`, `nickname` or `different`.' })
  level!: string;

  @Field(() => String, { nullable: true, description: 'What is known of `customer`; null when it is no more.' })
  value!: string | null;

  @Field(() => String, { nullable: true, description: 'What is known of `other`; null when it is no more.' })
  otherValue!: string | null;

  @Field(() => Float, { description: 'Bits: each one doubles the odds, or halves them where negative.' })
  bits!: number;
}

@ObjectType({ description: 'That touchpoints named two customers as one, which nobody proved.' })
export class MatchClaim {
  @Field({ description: 'Why the two were not joined then: `UNVERIFIED`, or `RENORMALISED`.' })
  rule!: string;

  @Field(() => ID, { description: 'The latest touchpoint, or message without one, that named both.' })
  touchpointId!: string;

  @Field(() => Int, { description: 'How often.' })
  times!: number;

  @Field(() => DateTime, { description: 'When first.' })
  firstAt!: string;

  @Field(() => DateTime, { description: 'When last.' })
  lastAt!: string;
}

@ObjectType({ description: 'What a person decided of a suggestion.' })
export class MatchDecision {
  @Field({ description: '`CONFIRMED`, `REJECTED` or `REOPENED`.' })
  act!: string;

  @Field({ description: 'Who: `key:…` or `user:…`.' })
  actor!: string;

  @Field(() => DateTime, { description: 'When.' })
  decidedAt!: string;

  @Field(() => String, { nullable: true, description: 'Why, in their words.' })
  reason!: string | null;

  @Field(() => Float, { description: 'The score that they saw.' })
  score!: number;

  @Field({ description: 'The weights that it was made with.' })
  model!: string;

  @Field(() => Merge, { nullable: true, description: 'The merge that came of it.' })
  merge!: Merge | null;
}

@ObjectType({
  description: 'Two customers that may be one. Nothing is merged until a person confirms it.',
  implements: () => [Node],
})
export class MatchSuggestion extends Node {
  @Field(() => ID, { description: 'Global id: the same whenever these two are suggested.' })
  override id!: string;

  @Field(() => Customer, { description: 'The one with the older id.' })
  customer!: Customer;

  @Field(() => Customer, { description: 'The other; the same as `customer` once they are one.' })
  other!: Customer;

  @Field(() => Float, { description: 'The probability that they are one, 0 to 1; 0 where only a claim speaks for it.' })
  score!: number;

  @Field(() => MatchBand, { description: 'How sure that is.' })
  band!: Band;

  @Field(() => MatchSuggestionStatus, { description: 'What became of it.' })
  status!: SuggestionStatus;

  @Field(() => DateTime, { description: 'Since when it has this status.' })
  since!: string;

  @Field({
    description: 'The weights that it was made with: `shipped-1`, or `workspace-3` for `matchWeights(version 3)`.',
  })
  model!: string;

  @Field(() => [MatchFieldWeight], {
    description:
      'Field by field what speaks for and against it, what weighs most first; with the prior it adds up to the score.',
  })
  fields!: MatchFieldWeight[];

  @Field(() => [MatchClaim], { description: 'Touchpoints that said the two were one, the latest first.' })
  claims!: MatchClaim[];

  @Field(() => [MatchDecision], { description: 'What people decided of it, the latest first: at most 50.' })
  decisions!: MatchDecision[];
}

export const MatchSuggestionConnection = connectionOf(() => MatchSuggestion, 'MatchSuggestion');

@InputType({ description: 'A suggestion that is right.' })
export class ConfirmSuggestionInput {
  @Field(() => ID, { description: 'Which.' })
  id!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'Which of the two stays, by any of its ids; the one with the older id when left out.',
  })
  survivorId?: string | null;

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

@ObjectType({ description: 'What became of a confirmed suggestion.' })
export class ConfirmSuggestionPayload {
  @Field(() => MatchSuggestion, { nullable: true, description: 'The suggestion; null when it is no more.' })
  suggestion!: MatchSuggestion | null;

  @Field(() => Customer, { description: 'The customer that the two are now.' })
  customer!: Customer;

  @Field(() => Merge, { nullable: true, description: 'The merge.' })
  merge!: Merge | null;

  @Field({ description: 'False when it was confirmed before; then nothing changed.' })
  isNew!: boolean;
}

@InputType({ description: 'A suggestion that is wrong.' })
export class RejectSuggestionInput {
  @Field(() => ID, { description: 'Which.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'Why: at most 10,000 characters.' })
  reason?: string | null;
}

@ObjectType({ description: 'What became of a rejected suggestion.' })
export class RejectSuggestionPayload {
  @Field(() => MatchSuggestion, { nullable: true, description: 'The suggestion as it is now.' })
  suggestion!: MatchSuggestion | null;

  @Field({ description: 'False when it was rejected before; then nothing changed.' })
  isChanged!: boolean;
}

@InputType({ description: 'A rejected suggestion to open again.' })
export class ReopenSuggestionInput {
  @Field(() => ID, { description: 'Which.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'Why: at most 10,000 characters.' })
  reason?: string | null;
}

@ObjectType({ description: 'What became of a suggestion that was opened again.' })
export class ReopenSuggestionPayload {
  @Field(() => MatchSuggestion, { nullable: true, description: 'The suggestion as it is now.' })
  suggestion!: MatchSuggestion | null;

  @Field({ description: 'False when it was open; then nothing changed.' })
  isChanged!: boolean;
}
