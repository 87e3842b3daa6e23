import { Field, ID, ObjectType, registerEnumType } from '@nestjs/graphql';
import { enumOf } from '../platform/enum-of.js';
import { DateTime } from '../platform/scalars.js';

export const signalKinds = [
  'MARK',
  'SLA_BREACH',
  'NOT_CALLED_BACK',
  'LONG_WAIT',
  'REPEAT_CONTACT',
  'STORY_TOLD_AGAIN',
  'JOURNEY_STUCK',
  'JOURNEY_OVERDUE',
  'NEGATIVE_SENTIMENT',
  'SELF_SERVICE_FAILED',
] as const;
export type SignalKindWord = (typeof signalKinds)[number];
export const SignalKind = enumOf(signalKinds);

registerEnumType(SignalKind, {
  name: 'SignalKind',
  description: 'What there is to mind. From when on, `signalSettings` says.',
  valuesMap: {
    MARK: { description: 'Somebody of ours marked her.' },
    SLA_BREACH: { description: 'An open issue is neither answered nor settled when it was promised.' },
    NOT_CALLED_BACK: { description: 'She gave up calling, and nobody talked with her by telephone since.' },
    LONG_WAIT: { description: 'She waited long.' },
    REPEAT_CONTACT: { description: 'She comes again and again about the same.' },
    STORY_TOLD_AGAIN: { description: 'She had to tell her story again and again.' },
    JOURNEY_STUCK: { description: 'A journey has stood too long on its step.' },
    JOURNEY_OVERDUE: { description: 'A journey’s step should be done by now.' },
    NEGATIVE_SENTIMENT: { description: 'She got unhappier than she was.' },
    SELF_SERVICE_FAILED: { description: 'She looked for help on WEB or APP and came to people all the same.' },
  },
});

/** By rank. */
export const signalSeverities = ['INFO', 'WARNING', 'CRITICAL'] as const;
export const SignalSeverity = enumOf(signalSeverities);
registerEnumType(SignalSeverity, { name: 'SignalSeverity', description: 'How much it matters.' });

@ObjectType({ description: 'Something that whoever serves the customer should mind, and what it rests on.' })
export class Signal {
  @Field(() => SignalKind, { description: 'What it is.' })
  kind!: SignalKindWord;

  @Field(() => SignalSeverity, { description: 'How much it matters.' })
  severity!: (typeof signalSeverities)[number];

  @Field({ description: 'One sentence: ‘Third contact in 5 days about billing.’' })
  message!: string;

  @Field(() => DateTime, { description: 'Since when it is so.' })
  since!: string;

  @Field(() => [ID], { description: 'The touchpoints that it rests on, newest first: at most 12.' })
  touchpointIds!: string[];

  @Field(() => ID, { nullable: true, description: 'The issue that it is about.' })
  issueId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The journey that it is about.' })
  journeyId?: string | null;
}
