import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { enumOf } from '../platform/enum-of.js';
import { DateTime } from '../platform/scalars.js';
import { type ReasonRuleWord, reasonRules } from './reason-rules.js';

export const ReasonRule = enumOf(reasonRules);
registerEnumType(ReasonRule, {
  name: 'ReasonRule',
  description: 'By what a reason is likely.',
  valuesMap: {
    ANY: { description: 'Most contacts of the workspace are about it.' },
    AFTER: { description: 'Others who came about the same as she did came about it next.' },
    ORDER: { description: 'Others came about it after an order, as she made one lately.' },
    AGAIN: { description: 'She came about it lately.' },
    ISSUE: { description: 'An open issue is about it.' },
    JOURNEY: { description: 'An open journey is about it.' },
    GIVEN_UP: { description: 'She gave up a call about it, and nobody called her back.' },
  },
});

@ObjectType({ description: 'What she likely comes about next, and why.' })
export class LikelyReason {
  @Field({ description: 'The topic; of a journey without one, the key of its blueprint.' })
  topic!: string;

  @Field(() => Float, {
    description: 'From 0 to 1: how often the rule was right in this workspace, as `learnReasons` counted it.',
  })
  confidence!: number;

  @Field(() => ReasonRule, { description: 'The rule that says so.' })
  rule!: ReasonRuleWord;

  @Field({ description: 'One sentence: ‘Last came about billing.’' })
  message!: string;

  @Field(() => [ID], { description: 'The touchpoints that it rests on, newest first: at most 12.' })
  touchpointIds!: string[];

  @Field(() => ID, { nullable: true, description: 'The issue that says so.' })
  issueId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The journey that says so.' })
  journeyId?: string | null;
}

const steps = [
  'READ_MARK',
  'CALL_BACK',
  'SETTLE_LATE_ISSUE',
  'FREE_STUCK_JOURNEY',
  'TAKE_OVER',
  'TELL_ABOUT_ISSUE',
  'GO_ON_WITH_JOURNEY',
  'MEND_MOOD',
] as const;
export const NextStepKind = enumOf(steps);
registerEnumType(NextStepKind, {
  name: 'NextStepKind',
  description: 'What to do next; of several the first in this order comes first.',
  valuesMap: {
    READ_MARK: { description: 'Read why she was marked before saying anything.' },
    CALL_BACK: { description: 'Call her back.' },
    SETTLE_LATE_ISSUE: { description: 'Settle or answer the issue that is late.' },
    FREE_STUCK_JOURNEY: { description: 'Help her past the step that a journey is stuck on.' },
    TAKE_OVER: { description: 'Take it over until it is settled: she came too often, or told it too often.' },
    TELL_ABOUT_ISSUE: { description: 'Tell her where her open issue stands.' },
    GO_ON_WITH_JOURNEY: { description: 'Go on with her open journey.' },
    MEND_MOOD: { description: 'Ask what went wrong: she got unhappier.' },
  },
});

@ObjectType({ description: 'What to do for her next, and why.' })
export class NextStep {
  @Field(() => NextStepKind, { description: 'What to do.' })
  kind!: keyof typeof NextStepKind;

  @Field({ description: 'What it rests on, in one sentence.' })
  because!: string;

  @Field(() => Float, {
    nullable: true,
    description:
      'How often customers who stood so came about just that, from 0 to 1; null where it does not depend on why she comes.',
  })
  confidence?: number | null;

  @Field(() => [ID], { description: 'The touchpoints that it rests on, newest first: at most 12.' })
  touchpointIds!: string[];

  @Field(() => ID, { nullable: true, description: 'The issue that it is about.' })
  issueId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The journey that it is about.' })
  journeyId?: string | null;
}

@InputType({ description: 'From what to count.' })
export class LearnReasonsInput {
  @Field(() => DateTime, { nullable: true, description: 'Contacts after that do not count; now when left out.' })
  until?: string | null;
}

@ObjectType({ description: 'What was counted.' })
export class LearnReasonsPayload {
  @Field(() => Int, { description: 'Contacts with a topic that were looked at: of 180 days.' })
  contacts!: number;

  @Field(() => Int, { description: 'Customers whose they were: of 20,000 at most.' })
  customers!: number;
}
