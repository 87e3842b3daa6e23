import { Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { enumOf } from '../platform/enum-of.js';
import { Channel, type Channel as ChannelWord } from '../touchpoints/vocabulary.js';

export const continuityKinds = ['CARRIED_OVER', 'STARTED_OVER'] as const;
export const continuityChanges = ['CHANNEL', 'AGENT'] as const;
export const continuityCarriers = ['RESUME_CODE', 'HAND_OFF', 'JOURNEY', 'CONVERSATION', 'BRIEF'] as const;

export const ContinuityKind = enumOf(continuityKinds);
export const ContinuityChange = enumOf(continuityChanges);
export const ContinuityCarrier = enumOf(continuityCarriers);

registerEnumType(ContinuityKind, {
  name: 'ContinuityKind',
  description: 'Whether what was known went along.',
  valuesMap: {
    CARRIED_OVER: { description: 'Whoever went on could know what was told before.' },
    STARTED_OVER: { description: 'Nothing shows that anybody did: the customer told her story again.' },
  },
});
registerEnumType(ContinuityChange, { name: 'ContinuityChange', description: 'What became another one.' });
registerEnumType(ContinuityCarrier, {
  name: 'ContinuityCarrier',
  description: 'By what context is carried over; of several the first in this order.',
  valuesMap: {
    RESUME_CODE: { description: 'A code or link by which the journey went on.' },
    HAND_OFF: { description: 'The journey was handed over in between.' },
    JOURNEY: { description: 'Both belong to one journey.' },
    CONVERSATION: { description: 'Both belong to one conversation.' },
    BRIEF: { description: 'Somebody opened the customer’s brief at the time of the contact.' },
  },
});

@ObjectType({
  description:
    'That the customer came to another channel or agent than at the touchpoint of the same matter before: with the ' +
    'same conversation, journey, issue or topic, within 30 days.',
})
export class Continuity {
  @Field(() => ContinuityKind, { description: 'Whether what was known went along.' })
  kind!: (typeof continuityKinds)[number];

  @Field(() => ContinuityCarrier, { nullable: true, description: 'By what it did; null when she started over.' })
  by?: (typeof continuityCarriers)[number] | null;

  @Field(() => [ContinuityChange], { description: 'What is another one than before.' })
  changes!: (typeof continuityChanges)[number][];

  @Field(() => ID, { description: 'The touchpoint of the same matter before.' })
  fromTouchpointId!: string;

  @Field(() => Channel, { description: 'Where that was.' })
  fromChannel!: ChannelWord;
}

@InputType({ description: 'Says that somebody read what is known of a customer before going on with her.' })
export class OpenBriefInput {
  @Field(() => ID, { description: 'Whose brief.' })
  customerId!: string;

  @Field(() => String, { nullable: true, description: 'Who of ours read it, as touchpoints name agents.' })
  agentId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The touchpoint it was read for, where that is known already.' })
  touchpointId?: string | null;
}

@ObjectType({ description: 'The customer whose brief was opened.' })
export class OpenBriefPayload {}
