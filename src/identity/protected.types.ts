import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf } from '../platform/page.js';
import { DateTime } from '../platform/scalars.js';
import { Customer, Identifier } from './customer.types.js';

export const BrakeReason = {
  TOO_MANY_MERGES: 'TOO_MANY_MERGES',
  TOO_MANY_IDENTIFIERS: 'TOO_MANY_IDENTIFIERS',
} as const;
registerEnumType(BrakeReason, {
  name: 'BrakeReason',
  description: 'Why nothing is joined to a customer any more.',
  valuesMap: {
    TOO_MANY_MERGES: { description: 'It has a hundred merges. Undoing some releases it.' },
    TOO_MANY_IDENTIFIERS: { description: 'It has a thousand identifiers. Splitting some off releases it.' },
  },
});

@ObjectType({
  description: 'That a customer is past a brake: its touchpoints are stored, and nothing is joined to it.',
})
export class CustomerBrake {
  @Field(() => BrakeReason)
  reason!: keyof typeof BrakeReason;

  @Field(() => DateTime, { description: 'When that was last noticed: once a day at most.' })
  alarmedAt!: string;
}

export const IdentifierMark = { SHARED: 'SHARED', QUARANTINED: 'QUARANTINED' } as const;
registerEnumType(IdentifierMark, {
  name: 'IdentifierMark',
  description: 'Why an identifier joins nobody.',
  valuesMap: {
    SHARED: { description: 'Several use it: `markIdentifierShared` says otherwise.' },
    QUARANTINED: {
      description: 'It tried to join too many, or a person said so: `releaseIdentifier` lets it join again.',
    },
  },
});

@ObjectType({ description: 'An identifier that joins nobody, and since when and why.' })
export class MarkedIdentifier {
  @Field(() => Identifier)
  identifier!: Identifier;

  @Field(() => Customer, { nullable: true, description: 'Whose it is; null when it names nobody any more.' })
  customer!: Customer | null;

  @Field(() => IdentifierMark)
  mark!: keyof typeof IdentifierMark;

  @Field(() => DateTime, { description: 'Since when.' })
  markedAt!: string;

  @Field({ description: 'Why, in the words of the rule or of the person.' })
  reason!: string;

  @Field(() => String, { nullable: true, description: 'Who did it: `key:…` or `user:…`; null when a rule did.' })
  actor!: string | null;

  @Field(() => ID, { nullable: true, description: 'The touchpoint at which a rule did it.' })
  touchpointId!: string | null;
}

export const MarkedIdentifierConnection = connectionOf(() => MarkedIdentifier, 'MarkedIdentifier');
