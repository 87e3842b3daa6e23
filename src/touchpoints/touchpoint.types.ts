import { ArgsType, Field, Float, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { Customer, Verification } from '../identity/customer.types.js';
import { enumOf } from '../platform/enum-of.js';
import { ShownToCustomer } from '../platform/field-access.js';
import { Node } from '../platform/node.resolver.js';
import { connectionOf, PageArgs } from '../platform/page.js';
import { DateTime, JsonScalar } from '../platform/scalars.js';
import { Channel, Direction, SentimentSource, TouchpointStatus } from './vocabulary.js';

const seen = ['LINKED', 'BLOCKED', 'INVALID', 'DEMOTED'] as const;
export const SeenStatus = enumOf(seen);
registerEnumType(SeenStatus, {
  name: 'SeenStatus',
  description: 'What became of an identifier that a touchpoint named.',
  valuesMap: {
    LINKED: { description: 'It says who the customer is.' },
    BLOCKED: { description: 'A placeholder, such as a withheld number: it names nobody.' },
    INVALID: { description: 'Not a value of its type.' },
    DEMOTED: { description: 'Left out, because it would have joined customers that must stay apart.' },
  },
});

/** An identifier as a touchpoint named it. */
@ObjectType({ description: 'An identifier that a touchpoint named, and what became of it.' })
export class SeenIdentifier {
  @Field({ description: 'Its type.' })
  type!: string;

  @Field({ description: 'Normalised when it is one, else as it arrived.' })
  value!: string;

  @Field(() => SeenStatus, { description: 'What became of it.' })
  status!: keyof typeof SeenStatus;

  @Field(() => String, { nullable: true, description: 'Why it did not link, or what there is to say of the link.' })
  reason?: string;

  @Field(() => Verification, {
    description: 'Whether the customer proved it in this very contact, as the sender said.',
  })
  verification!: keyof typeof Verification;
}

/** One contact between a customer and us, on any channel. */
@ObjectType({ description: 'One contact between a customer and us, on any channel.', implements: () => [Node] })
export class Touchpoint extends Node {
  @Field(() => ID, { description: 'The same for every message about it.' })
  @ShownToCustomer()
  override id!: string;

  @Field(() => Channel, { description: 'Where it took place.' })
  @ShownToCustomer()
  channel!: Channel;

  @Field(() => Direction, { description: 'Who turned to whom.' })
  @ShownToCustomer()
  direction!: Direction;

  @Field({ description: 'What happened, in the sender’s words: `call.completed`, `page.viewed`.' })
  @ShownToCustomer()
  kind!: string;

  @Field(() => TouchpointStatus, { description: 'Where it is in its life.' })
  @ShownToCustomer()
  status!: TouchpointStatus;

  @Field(() => DateTime, { description: 'When it began, by the sender’s corrected clock.' })
  @ShownToCustomer()
  occurredAt!: string;

  @Field(() => DateTime, { nullable: true, description: 'When it ended.' })
  @ShownToCustomer()
  endedAt?: string;

  @Field(() => DateTime, { description: 'When it was first told to us.' })
  recordedAt!: string;

  @Field(() => Int, { nullable: true, description: 'From beginning to end.' })
  @ShownToCustomer()
  durationSeconds?: number;

  @Field(() => String, { nullable: true, description: 'Its title, such as the subject of an e-mail.' })
  @ShownToCustomer()
  subject?: string;

  @Field(() => String, { nullable: true, description: 'What was said, in short.' })
  summary?: string;

  @Field(() => String, { nullable: true, description: 'What it was about, such as `billing`.' })
  @ShownToCustomer()
  topic?: string;

  @Field(() => String, { nullable: true, description: 'BCP 47 language tag.' })
  @ShownToCustomer()
  language?: string;

  @Field(() => Float, {
    nullable: true,
    description:
      'How the customer sounded, from -1 (angry) to 1 (delighted): as the sender says, else by her words, where we can ' +
      'tell; docs/signals.md has the formula.',
  })
  sentiment?: number;

  @Field(() => SentimentSource, { nullable: true, description: 'Who says so; null without a sentiment.' })
  sentimentSource?: keyof typeof SentimentSource;

  @Field(() => String, { nullable: true, description: 'Who of ours took part.' })
  agentId?: string;

  @Field(() => String, { nullable: true, description: 'The line that the customer waited in.' })
  queue?: string;

  @Field(() => Int, { nullable: true, description: 'Before anybody answered.' })
  waitSeconds?: number;

  @Field(() => Int, { nullable: true, description: 'On hold.' })
  holdSeconds?: number;

  @Field(() => Int, { nullable: true, description: 'Of work, with what came after the contact.' })
  handleSeconds?: number;

  @Field(() => Boolean, { nullable: true, description: 'The customer gave up before anybody answered.' })
  abandoned?: boolean;

  @Field(() => String, { nullable: true, description: 'What came of it, in the sender’s words.' })
  outcome?: string;

  @Field({ description: 'The system that told of it.' })
  source!: string;

  @Field(() => String, { nullable: true, description: 'That system’s id of it.' })
  externalId?: string;

  @Field(() => [SeenIdentifier], { description: 'Every identifier that it named, also those that did not link.' })
  identifiersSeen!: SeenIdentifier[];

  @Field(() => JsonScalar, { description: 'What else the sender told.' })
  attributes!: unknown;

  @Field(() => ID, { nullable: true, description: 'The journey that it belongs to.' })
  @ShownToCustomer()
  journeyId?: string;

  @Field(() => Customer, { description: 'Who it was with, as known at the time that the query asks of.' })
  @ShownToCustomer()
  customer!: Customer;
}

export const TouchpointConnection = connectionOf(() => Touchpoint, 'Touchpoint');

/** What narrows a list of touchpoints; each condition that is given must hold. */
@ArgsType()
export class TouchpointsArgs extends PageArgs {
  @Field(() => [Channel], { nullable: true, description: 'Only on these channels.' })
  channels?: Channel[];

  @Field(() => [Direction], { nullable: true, description: 'Only in these directions.' })
  directions?: Direction[];

  @Field(() => [String], { nullable: true, description: 'Only of these kinds: at most 50.' })
  kinds?: string[];

  @Field(() => DateTime, { nullable: true, description: 'Occurred at this instant or later.' })
  from?: string;

  @Field(() => DateTime, { nullable: true, description: 'Occurred before this instant.' })
  to?: string;

  @Field(() => String, { nullable: true, description: 'Only about this topic.' })
  topic?: string;

  @Field(() => ID, { nullable: true, description: 'Only of this journey.' })
  journeyId?: string;

  @Field(() => ID, { nullable: true, description: 'Only about this issue.' })
  issueId?: string;
}
