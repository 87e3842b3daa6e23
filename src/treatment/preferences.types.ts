import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { OpenHoursInput } from '../issues/sla/sla.types.js';
import { enumOf } from '../platform/enum-of.js';
import { ShownToCustomer } from '../platform/field-access.js';
import { DateTime } from '../platform/scalars.js';
import { Channel, type Channel as ChannelWord } from '../touchpoints/vocabulary.js';
import { type Stater, staters } from './preference-kinds.js';

export const StatedBy = enumOf(staters);
registerEnumType(StatedBy, {
  name: 'StatedBy',
  description: 'Who stated something.',
  valuesMap: {
    CUSTOMER: { description: 'The customer herself.' },
    AGENT: { description: 'Somebody of ours, for her.' },
    SENDER: { description: 'Another system.' },
  },
});

const bases = ['STATED', 'OBSERVED'] as const;
export const PreferenceBasis = enumOf(bases);
registerEnumType(PreferenceBasis, {
  name: 'PreferenceBasis',
  description: 'What a preference rests on.',
  valuesMap: {
    STATED: { description: 'Somebody said so.' },
    OBSERVED: { description: 'Nobody said anything: it is what she does.' },
  },
});

@ObjectType({ isAbstract: true })
abstract class Preference {
  @Field(() => PreferenceBasis, { description: 'Whether it was stated, or is what she was seen to do.' })
  @ShownToCustomer()
  basis!: (typeof bases)[number];

  @Field({ description: 'Why it is taken to be so, in one sentence.' })
  @ShownToCustomer()
  reason!: string;

  @Field(() => DateTime, { nullable: true, description: 'When it was stated; null where it was observed.' })
  @ShownToCustomer()
  since?: string | null;

  @Field(() => StatedBy, { nullable: true, description: 'Who stated it; null where it was observed.' })
  @ShownToCustomer()
  statedBy?: Stater | null;

  @Field(() => String, { nullable: true, description: 'By which key or user; null where it was observed.' })
  actor?: string | null;
}

@ObjectType({ description: 'Where to reach her.' })
export class PreferredChannels extends Preference {
  @Field(() => [Channel], { description: 'The one to use first comes first.' })
  @ShownToCustomer()
  channels!: ChannelWord[];
}

@ObjectType({ description: 'In which language to talk with her.' })
export class PreferredLanguage extends Preference {
  @Field({ description: 'A BCP 47 language tag, such as `de` or `pt-BR`.' })
  @ShownToCustomer()
  language!: string;
}

@ObjectType({ description: 'Where her clock is.' })
export class PreferredTimeZone extends Preference {
  @Field({ description: 'IANA name, such as `Europe/Vienna`.' })
  @ShownToCustomer()
  timeZone!: string;
}

@ObjectType({ description: 'A window of local time in which she may be contacted.' })
export class ContactWindow {
  @Field(() => [Int], { description: '1 (Monday) to 7 (Sunday).' })
  @ShownToCustomer()
  days!: number[];

  @Field({ description: 'Such as `09:00`.' })
  @ShownToCustomer()
  from!: string;

  @Field({ description: 'Such as `17:30`; `24:00` is the end of the day.' })
  @ShownToCustomer()
  to!: string;
}

@ObjectType({ description: 'When to contact her.' })
export class PreferredHours extends Preference {
  @Field({ description: 'The time zone of the windows.' })
  @ShownToCustomer()
  timeZone!: string;

  @Field(() => [ContactWindow], { description: 'When.' })
  @ShownToCustomer()
  windows!: ContactWindow[];
}

@ObjectType({ description: 'Who of ours is to serve her.' })
export class PreferredAgent extends Preference {
  @Field({ description: 'The agent, as touchpoints name agents.' })
  agentId!: string;
}

@ObjectType({ description: 'That she is not to be contacted.' })
export class DoNotDisturb extends Preference {
  @Field(() => DateTime, { nullable: true, description: 'Until when; null is until it is taken back.' })
  @ShownToCustomer()
  until?: string | null;

  @Field({ description: 'True while it holds.' })
  @ShownToCustomer()
  isActive!: boolean;
}

@ObjectType({
  description: 'How a customer wants to be treated: what was stated, else what she was seen to do, else null.',
})
export class Preferences {
  @Field(() => PreferredChannels, { nullable: true, description: 'Where to reach her.' })
  @ShownToCustomer()
  channels?: PreferredChannels | null;

  @Field(() => PreferredLanguage, { nullable: true, description: 'In which language.' })
  @ShownToCustomer()
  language?: PreferredLanguage | null;

  @Field(() => PreferredTimeZone, { nullable: true, description: 'Where her clock is; null unless it was stated.' })
  @ShownToCustomer()
  timeZone?: PreferredTimeZone | null;

  @Field(() => PreferredHours, { nullable: true, description: 'When.' })
  @ShownToCustomer()
  hours?: PreferredHours | null;

  @Field(() => PreferredAgent, { nullable: true, description: 'By whom; null unless it was stated.' })
  agent?: PreferredAgent | null;

  @Field(() => DoNotDisturb, {
    nullable: true,
    description: 'That she is to be left alone; null unless it was stated.',
  })
  @ShownToCustomer()
  doNotDisturb?: DoNotDisturb | null;
}

@InputType({ description: 'When a customer may be contacted.' })
export class ContactHoursInput {
  @Field({ description: 'IANA name, such as `Europe/Vienna`.' })
  timeZone!: string;

  @Field(() => [OpenHoursInput], { description: '1 to 50 windows of local time.' })
  windows!: OpenHoursInput[];
}

@InputType({ description: 'That a customer is not to be contacted.' })
export class DoNotDisturbInput {
  @Field(() => DateTime, { nullable: true, description: 'Until when; until it is taken back when left out.' })
  until?: string | null;
}

@InputType({ description: 'What a customer prefers: what is left out stays, null takes back what was stated.' })
export class SetPreferencesInput {
  @Field(() => ID, { nullable: true, description: 'Whose; a portal token leaves it out.' })
  customerId?: string | null;

  @Field(() => [Channel], { nullable: true, description: 'Where to reach her, the one to use first first.' })
  channels?: ChannelWord[] | null;

  @Field(() => String, { nullable: true, description: 'A BCP 47 language tag.' })
  language?: string | null;

  @Field(() => String, { nullable: true, description: 'Where her clock is: an IANA name.' })
  timeZone?: string | null;

  @Field(() => ContactHoursInput, { nullable: true, description: 'When she may be contacted.' })
  hours?: ContactHoursInput | null;

  @Field(() => String, { nullable: true, description: 'Who of ours is to serve her; not for portal tokens.' })
  agentId?: string | null;

  @Field(() => DoNotDisturbInput, { nullable: true, description: 'That she is to be left alone.' })
  doNotDisturb?: DoNotDisturbInput | null;

  @Field(() => StatedBy, {
    nullable: true,
    description: 'Who states it: AGENT when left out; for a portal token always CUSTOMER.',
  })
  by?: Stater | null;
}

@ObjectType({ description: 'The customer with what she prefers now.' })
export class SetPreferencesPayload {
  @Field({ description: 'False when all of it was stated before.' })
  isChanged!: boolean;
}
