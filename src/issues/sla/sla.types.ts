import { Field, InputType, Int, ObjectType } from '@nestjs/graphql';
import { DateTime } from '../../platform/scalars.js';
import type { IssuePriority as IssuePriorityWord } from '../issue-state.js';
import { IssuePriority } from '../issues.types.js';

@ObjectType({ description: 'What was promised for an issue, and whether it was kept.' })
export class IssueSla {
  @Field(() => String, { nullable: true, description: 'The tier of its customer.' })
  tier?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Until when the customer is to hear of us first.' })
  firstResponseDueAt?: string | null;

  @Field({ description: 'True when the first response came later, or is overdue.' })
  firstResponseBreached!: boolean;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Until when it is to be settled; null also while it is PENDING, when that clock stands.',
  })
  resolutionDueAt?: string | null;

  @Field({ description: 'True when it was settled later, or is overdue.' })
  resolutionBreached!: boolean;
}

@ObjectType({ description: 'A window of local time.' })
export class OpenHoursSetting {
  @Field(() => [Int], { description: '1 (Monday) to 7 (Sunday).' })
  days!: number[];

  @Field({ description: 'Such as `09:00`.' })
  from!: string;

  @Field({ description: 'Such as `17:30`; `24:00` is the end of the day.' })
  to!: string;
}

@ObjectType({ description: 'When people work.' })
export class BusinessCalendarSetting {
  @Field({ description: 'Its name for machines.' })
  key!: string;

  @Field({ description: 'IANA name, such as `Europe/Vienna`.' })
  timeZone!: string;

  @Field(() => [OpenHoursSetting], { description: 'When it is open.' })
  hours!: OpenHoursSetting[];

  @Field(() => [String], { description: 'Local dates on which it is not, such as `2026-12-25`.' })
  holidays!: string[];
}

@ObjectType({ description: 'What is promised for the issues of a priority.' })
export class SlaPolicySetting {
  @Field(() => String, { nullable: true, description: 'Only for customers of this tier; null for everybody else.' })
  tier?: string | null;

  @Field(() => IssuePriority, { description: 'The priority.' })
  priority!: IssuePriorityWord;

  @Field(() => Int, { nullable: true, description: 'Minutes until the first response.' })
  firstResponseMinutes?: number | null;

  @Field(() => Int, { nullable: true, description: 'Minutes until it is settled.' })
  resolutionMinutes?: number | null;

  @Field(() => String, { nullable: true, description: 'The calendar whose minutes count; every minute when null.' })
  calendar?: string | null;
}

@ObjectType('SlaSettings', { description: 'What the workspace promises for its issues.' })
export class SlaSettingsType {
  @Field(() => Int, { description: 'Give it to `updateSlaSettings`; 0 when nothing was ever promised.' })
  version!: number;

  @Field(() => [BusinessCalendarSetting], { description: 'When people work.' })
  calendars!: BusinessCalendarSetting[];

  @Field(() => [SlaPolicySetting], { description: 'What is promised.' })
  policies!: SlaPolicySetting[];
}

@InputType({ description: 'A window of local time.' })
export class OpenHoursInput {
  @Field(() => [Int], { description: '1 (Monday) to 7 (Sunday).' })
  days!: number[];

  @Field({ description: 'Such as `09:00`.' })
  from!: string;

  @Field({ description: 'Such as `17:30`; `24:00` is the end of the day. A window over midnight is two.' })
  to!: string;
}

@InputType({ description: 'When people work.' })
export class BusinessCalendarInput {
  @Field({ description: '1 to 63 lower-case letters, digits, `-` and `_`.' })
  key!: string;

  @Field({ description: 'IANA name, such as `Europe/Vienna`.' })
  timeZone!: string;

  @Field(() => [OpenHoursInput], { description: 'When it is open: 1 to 50 windows.' })
  hours!: OpenHoursInput[];

  @Field(() => [String], { defaultValue: [], description: 'Local dates on which it is not: at most 500.' })
  holidays!: string[];
}

@InputType({ description: 'What is promised for the issues of a priority.' })
export class SlaPolicyInput {
  @Field(() => String, {
    nullable: true,
    description: 'Only for customers in a segment with the entitlement `sla:<tier>`; everybody else when left out.',
  })
  tier?: string | null;

  @Field(() => IssuePriority, { description: 'The priority.' })
  priority!: IssuePriorityWord;

  @Field(() => Int, { nullable: true, description: 'Minutes until the first response: 1 to 288,000.' })
  firstResponseMinutes?: number | null;

  @Field(() => Int, { nullable: true, description: 'Minutes until it is settled: 1 to 288,000.' })
  resolutionMinutes?: number | null;

  @Field(() => String, { nullable: true, description: 'The calendar whose minutes count; every minute when left out.' })
  calendar?: string | null;
}

@InputType({ description: 'What the workspace promises from now on, in whole.' })
export class UpdateSlaSettingsInput {
  @Field(() => Int, {
    description: 'The version that you read; refused with VERSION_STALE when it is not the present.',
  })
  version!: number;

  @Field(() => [BusinessCalendarInput], { defaultValue: [], description: 'At most 20.' })
  calendars!: BusinessCalendarInput[];

  @Field(() => [SlaPolicyInput], { description: 'At most 200, one for each tier and priority.' })
  policies!: SlaPolicyInput[];

  @Field({
    defaultValue: false,
    description:
      'True gives open issues their deadlines anew too; else they keep what was promised until they change next.',
  })
  appliesToOpenIssues!: boolean;
}

@ObjectType({ description: 'What became of the settings.' })
export class UpdateSlaSettingsPayload {
  @Field(() => SlaSettingsType, { description: 'The settings as they are now.' })
  settings!: SlaSettingsType;

  @Field(() => Int, { description: 'Open issues that have other deadlines now.' })
  changedIssues!: number;
}
