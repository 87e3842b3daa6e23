import { Field, InputType, Int, ObjectType, OmitType, PartialType } from '@nestjs/graphql';
import type { EntitlementPoints, TopicSkill, Treatment } from './treatment-settings.js';

@ObjectType({ description: 'Who can settle what a topic is about.' })
export class TopicSkillSetting implements TopicSkill {
  @Field({ description: 'The topic, as touchpoints and issues have it.' })
  topic!: string;

  @Field({ description: 'The skill that it takes.' })
  skill!: string;

  @Field(() => String, { nullable: true, description: 'The queue for it.' })
  queue!: string | null;
}

@ObjectType({ description: 'What an entitlement counts for.' })
export class EntitlementPointsSetting implements EntitlementPoints {
  @Field({ description: 'As segments name it.' })
  entitlement!: string;

  @Field(() => Int, { description: 'Points of priority.' })
  points!: number;
}

@ObjectType({ description: 'By what figures and tables a workspace treats its customers.' })
export class TreatmentSettings implements Treatment {
  @Field(() => Int, { description: 'Give it to `updateTreatmentSettings`; 0 until somebody changes anything.' })
  version!: number;

  @Field({ description: 'The time zone of customers of whom none is known: an IANA name; UTC at first.' })
  timeZone!: string;

  @Field(() => Int, { description: 'For how many days what a customer does tells what she prefers: 1 to 365.' })
  observedDays!: number;

  @Field(() => Int, { description: 'How many contacts, or hours with one, make a habit: 1 to 50.' })
  observedContacts!: number;

  @Field(() => Int, { description: 'Points from which on priority is HIGH: 1 to 1,000.' })
  highPoints!: number;

  @Field(() => Int, { description: 'Points from which on it is URGENT: no fewer than for HIGH.' })
  urgentPoints!: number;

  @Field(() => Int, { description: 'Points for somebody who is marked VULNERABLE or SAFETY: 0 to 1,000.' })
  markPoints!: number;

  @Field(() => Int, { description: 'Points for an open SLA breach: 0 to 1,000.' })
  breachPoints!: number;

  @Field(() => Int, { description: 'Points for another CRITICAL signal: 0 to 1,000.' })
  criticalPoints!: number;

  @Field(() => Int, { description: 'Points for another WARNING, where none is CRITICAL: 0 to 1,000.' })
  warningPoints!: number;

  @Field(() => Int, { description: 'For how many days a good contact recommends its agent: 1 to 365.' })
  agentDays!: number;

  @Field(() => Int, { description: 'From what sentiment on, in hundredths, a contact was good: 1 to 100.' })
  goodSentimentPercent!: number;

  @Field(() => Int, { description: 'From what share of its scale on a CSAT was good: 51 to 100.' })
  goodScorePercent!: number;

  @Field(() => [TopicSkillSetting], { description: 'The skill that each topic takes.' })
  skills!: readonly TopicSkillSetting[];

  @Field(() => [EntitlementPointsSetting], { description: 'What entitlements count for.' })
  entitlements!: readonly EntitlementPointsSetting[];
}

@InputType({ description: 'Who can settle what a topic is about.' })
export class TopicSkillInput {
  @Field({ description: 'The topic, as touchpoints and issues have it.' })
  topic!: string;

  @Field({ description: 'The skill that it takes.' })
  skill!: string;

  @Field(() => String, { nullable: true, description: 'The queue for it.' })
  queue?: string | null;
}

@InputType({ description: 'What an entitlement counts for.' })
export class EntitlementPointsInput {
  @Field({ description: 'As segments name it.' })
  entitlement!: string;

  @Field(() => Int, { description: 'Points of priority: 0 to 1,000.' })
  points!: number;
}

@InputType({ description: 'What to change; what is left out stays.' })
export class UpdateTreatmentSettingsInput extends PartialType(
  OmitType(TreatmentSettings, ['version', 'skills', 'entitlements']),
  InputType,
) {
  @Field(() => Int, { description: 'The version that you read.' })
  version!: number;

  @Field(() => [TopicSkillInput], { nullable: true, description: 'The whole table, at most 200 topics.' })
  skills?: TopicSkillInput[] | null;

  @Field(() => [EntitlementPointsInput], { nullable: true, description: 'The whole table, at most 100 entitlements.' })
  entitlements?: EntitlementPointsInput[] | null;
}

@ObjectType({ description: 'The settings after the change.' })
export class UpdateTreatmentSettingsPayload {
  @Field(() => TreatmentSettings, { description: 'As they are now.' })
  settings!: TreatmentSettings;
}
