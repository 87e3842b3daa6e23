import { Field, Float, InputType, Int } from '@nestjs/graphql';
import { IdentifierInput } from '../identity/identifier.input.js';
import { DateTime, JsonScalar } from '../platform/scalars.js';
import { Channel, Direction, TouchpointStatus } from './vocabulary.js';

@InputType({ description: 'A thing that another system keeps, by that system’s own id.' })
export class ExternalRef {
  @Field({ description: 'The other system’s id of it.' })
  externalId!: string;

  @Field(() => String, { nullable: true, description: 'The other system; else the touchpoint’s source.' })
  source?: string | null;
}

@InputType({
  description:
    'One touchpoint, or a later message about one that is known: the same source and external id update it when they ' +
    'are newer by `sequence`, else by `sentAt`, `endedAt` or `occurredAt`, else by `status`. What a message leaves ' +
    'out, stays as it was.',
})
export class TouchpointInput {
  @Field({ description: 'The sending system. Together with the external id it names a touchpoint for ever.' })
  source!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The sender’s id; without it a repeated message cannot be recognised.',
  })
  externalId?: string | null;

  @Field(() => [IdentifierInput], { description: 'Who it was with: 1 to 20.' })
  identifiers!: IdentifierInput[];

  @Field(() => Channel)
  channel!: Channel;

  @Field({ description: 'What happened, in the sender’s words: `call.completed`, `page.viewed`.' })
  kind!: string;

  @Field(() => Direction, { nullable: true, description: 'INBOUND when left out.' })
  direction?: Direction | null;

  @Field(() => TouchpointStatus, { nullable: true, description: 'COMPLETED when left out.' })
  status?: TouchpointStatus | null;

  @Field(() => DateTime, { nullable: true, description: 'When it began; the time of receipt when left out.' })
  occurredAt?: string | null;

  @Field(() => DateTime, { nullable: true })
  endedAt?: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'The sender’s clock when it sent this. A clock that is wrong by more than a minute is corrected by it.',
  })
  sentAt?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Order of the messages about one touchpoint, where the sender counts.',
  })
  sequence?: number | null;

  @Field(() => Int, { nullable: true })
  durationSeconds?: number | null;

  @Field(() => Int, { nullable: true })
  waitSeconds?: number | null;

  @Field(() => Int, { nullable: true })
  holdSeconds?: number | null;

  @Field(() => Int, { nullable: true })
  handleSeconds?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'The customer gave up before anybody answered.' })
  abandoned?: boolean | null;

  @Field(() => Float, {
    nullable: true,
    description: 'From -1 (angry) to 1 (delighted); left out, it is computed where that is possible.',
  })
  sentiment?: number | null;

  @Field(() => String, { nullable: true })
  subject?: string | null;

  @Field(() => String, { nullable: true })
  summary?: string | null;

  @Field(() => String, { nullable: true, description: 'What it was about, such as `billing`.' })
  topic?: string | null;

  @Field(() => String, { nullable: true, description: 'BCP 47 language tag.' })
  language?: string | null;

  @Field(() => String, { nullable: true })
  agentId?: string | null;

  @Field(() => String, { nullable: true })
  queue?: string | null;

  @Field(() => String, { nullable: true })
  outcome?: string | null;

  @Field(() => JsonScalar, {
    nullable: true,
    description: 'What is known of the customer: an object, at most 100 keys.',
  })
  traits?: unknown;

  @Field(() => JsonScalar, { nullable: true, description: 'Anything else: an object of at most 16 kB and 16 levels.' })
  attributes?: unknown;

  @Field(() => ExternalRef, { nullable: true, description: 'The thread that it belongs to.' })
  conversation?: ExternalRef | null;

  @Field(() => ExternalRef, {
    nullable: true,
    description: 'The issue that it is about; opened when it is not known yet.',
  })
  issue?: ExternalRef | null;

  @Field(() => ExternalRef, { nullable: true, description: 'The journey that it belongs to.' })
  journey?: ExternalRef | null;
}

@InputType()
export class RecordTouchpointsInput {
  @Field(() => [TouchpointInput], { description: '1 to 1,000, all in one transaction.' })
  touchpoints!: TouchpointInput[];

  @Field(() => Boolean, { defaultValue: false, description: 'True for imported history, which must raise no alarm.' })
  backfill!: boolean;
}

@InputType()
export class IdentifyCustomerInput {
  @Field({ description: 'The system that knows it.' })
  source!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The sender’s id of this statement: told again, it is the same.',
  })
  externalId?: string | null;

  @Field(() => [IdentifierInput], { description: 'Identifiers of one customer: 1 to 20.' })
  identifiers!: IdentifierInput[];

  @Field(() => JsonScalar, {
    nullable: true,
    description: 'What is known of the customer: an object, at most 100 keys.',
  })
  traits?: unknown;

  @Field(() => DateTime, { nullable: true, description: 'Since when; the time of receipt when left out.' })
  occurredAt?: string | null;
}
