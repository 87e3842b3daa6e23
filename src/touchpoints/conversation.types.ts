import { ArgsType, Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { Customer } from '../identity/customer.types.js';
import { ShownToCustomer } from '../platform/field-access.js';
import { Node } from '../platform/node.resolver.js';
import { connectionOf, PageArgs } from '../platform/page.js';
import { DateTime } from '../platform/scalars.js';
import { Channel } from './vocabulary.js';

/** A thread of touchpoints, such as the messages of one chat. */
@ObjectType({ description: 'A thread of touchpoints, such as the messages of one chat.', implements: () => [Node] })
export class Conversation extends Node {
  @Field(() => ID, { description: 'Its id.' })
  @ShownToCustomer()
  override id!: string;

  @Field(() => Channel, { description: 'Where it began.' })
  @ShownToCustomer()
  channel!: Channel;

  @Field(() => String, { nullable: true, description: 'The subject that it began with.' })
  @ShownToCustomer()
  subject?: string;

  @Field({ description: 'The system that keeps it.' })
  source!: string;

  @Field({ description: 'That system’s id of it.' })
  externalId!: string;

  @Field(() => DateTime, { description: 'When its first touchpoint occurred.' })
  @ShownToCustomer()
  startedAt!: string;

  @Field(() => DateTime, { description: 'When its latest touchpoint occurred.' })
  @ShownToCustomer()
  lastAt!: string;

  @Field(() => Int, { description: 'How many touchpoints of this customer it has.' })
  @ShownToCustomer()
  touchpointCount!: number;

  @Field(() => Customer, { description: 'Who it is with.' })
  @ShownToCustomer()
  customer!: Customer;
}

export const ConversationConnection = connectionOf(() => Conversation, 'Conversation');

/** What narrows a list of conversations. */
@ArgsType()
export class ConversationsArgs extends PageArgs {
  @Field(() => [Channel], { nullable: true, description: 'Only those that began on these channels.' })
  channels?: Channel[];
}
