import { Field, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { enumOf } from '../platform/enum-of.js';
import { DateTime } from '../platform/scalars.js';
import { PreferredLanguage } from './preferences.types.js';

export const routingLevels = ['NORMAL', 'HIGH', 'URGENT'] as const;
export const RoutingLevel = enumOf(routingLevels);
registerEnumType(RoutingLevel, { name: 'RoutingLevel', description: 'How soon somebody is to be served.' });

const routingRules = ['ENTITLEMENT', 'MARK', 'SLA_BREACH', 'SIGNAL'] as const;
export const RoutingRule = enumOf(routingRules);
registerEnumType(RoutingRule, {
  name: 'RoutingRule',
  description: 'For what there are points of priority: of each the one that counts most.',
  valuesMap: {
    ENTITLEMENT: { description: 'She is entitled to it by a segment.' },
    MARK: { description: 'She is marked VULNERABLE or SAFETY.' },
    SLA_BREACH: { description: 'An open issue is later than was promised.' },
    SIGNAL: { description: 'Another signal, CRITICAL or WARNING.' },
  },
});

const agentBases = ['PREFERRED', 'LAST_GOOD'] as const;
export const RoutingAgentBasis = enumOf(agentBases);
registerEnumType(RoutingAgentBasis, {
  name: 'RoutingAgentBasis',
  description: 'Why an agent is the one.',
  valuesMap: {
    PREFERRED: { description: 'It was stated: `preferences.agent`.' },
    LAST_GOOD: { description: 'Had the last contact that was good.' },
  },
});

@ObjectType({ description: 'Something that counts for priority.' })
export class RoutingReason {
  @Field(() => RoutingRule, { description: 'Which rule.' })
  rule!: (typeof routingRules)[number];

  @Field(() => Int, { description: 'What it counts for.' })
  points!: number;

  @Field({ description: 'In one sentence.' })
  text!: string;

  @Field(() => [ID], { description: 'The touchpoints that it rests on, newest first: at most 12.' })
  touchpointIds!: string[];

  @Field(() => ID, { nullable: true, description: 'The issue that it is about.' })
  issueId?: string | null;

  @Field(() => String, { nullable: true, description: 'Key of the segment that entitles her.' })
  segmentKey?: string | null;
}

@ObjectType({ description: 'How soon somebody is to be served.' })
export class RoutingPriority {
  @Field(() => RoutingLevel, { description: 'By the points.' })
  level!: (typeof routingLevels)[number];

  @Field(() => Int, { description: 'The sum of what counts.' })
  points!: number;

  @Field(() => [RoutingReason], { description: 'What counts, the most first.' })
  reasons!: RoutingReason[];
}

@ObjectType({ description: 'What whoever serves her should know about.' })
export class RoutingSkill {
  @Field({ description: 'The skill, from the workspace’s table.' })
  skill!: string;

  @Field({ description: 'The topic that it is for: the likeliest reason that has a skill.' })
  topic!: string;

  @Field({ description: 'Why she likely comes about it.' })
  reason!: string;

  @Field(() => [ID], { description: 'The touchpoints that it rests on, newest first: at most 12.' })
  touchpointIds!: string[];

  @Field(() => ID, { nullable: true, description: 'The issue that it rests on.' })
  issueId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The journey that it rests on.' })
  journeyId?: string | null;
}

@ObjectType({ description: 'Who should serve her.' })
export class RoutingAgent {
  @Field({ description: 'The agent, as touchpoints name agents.' })
  agentId!: string;

  @Field(() => RoutingAgentBasis, { description: 'Why this one.' })
  basis!: (typeof agentBases)[number];

  @Field({ description: 'In one sentence.' })
  reason!: string;

  @Field(() => DateTime, { description: 'When that was stated, or the contact was.' })
  since!: string;

  @Field(() => ID, { nullable: true, description: 'The contact that it rests on.' })
  touchpointId?: string | null;
}

@ObjectType({ description: 'What she is entitled to.' })
export class RoutingEntitlement {
  @Field({ description: 'The entitlement that counts most.' })
  entitlement!: string;

  @Field(() => Int, { description: 'What it counts for.' })
  points!: number;

  @Field({ description: 'In one sentence.' })
  reason!: string;

  @Field({ description: 'Key of the segment that entitles her.' })
  segmentKey!: string;
}

@ObjectType({ description: 'Where she should wait.' })
export class RoutingQueue {
  @Field({ description: 'The queue.' })
  queue!: string;

  @Field({ description: 'In one sentence.' })
  reason!: string;

  @Field(() => ID, { nullable: true, description: 'The issue that waits in it already.' })
  issueId?: string | null;
}

@ObjectType({
  description:
    'What a queue needs to know before somebody answers, each with its reason; docs/treatment.md has the rules.',
})
export class RoutingHints {
  @Field(() => RoutingPriority, { description: 'How soon.' })
  priority!: RoutingPriority;

  @Field(() => PreferredLanguage, { nullable: true, description: 'In which language: `preferences.language`.' })
  language?: PreferredLanguage | null;

  @Field(() => RoutingSkill, { nullable: true, description: 'Who knows about it.' })
  skill?: RoutingSkill | null;

  @Field(() => RoutingAgent, { nullable: true, description: 'By whom: who was asked for, else who served her well.' })
  agent?: RoutingAgent | null;

  @Field(() => RoutingEntitlement, { nullable: true, description: 'Her best entitlement by a segment.' })
  entitlement?: RoutingEntitlement | null;

  @Field(() => RoutingQueue, { nullable: true, description: 'Where.' })
  queue?: RoutingQueue | null;
}
