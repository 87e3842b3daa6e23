import { Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { FederatedEntity } from '../platform/federated-entity.js';
import { ShownToCustomer } from '../platform/field-access.js';
import { Node } from '../platform/node.resolver.js';
import { connectionOf } from '../platform/page.js';
import { DateTime, JsonScalar } from '../platform/scalars.js';

export const Verification = { CLAIMED: 'CLAIMED', VERIFIED: 'VERIFIED' } as const;
registerEnumType(Verification, {
  name: 'Verification',
  description: 'How sure it is that an identifier is the customer’s own.',
  valuesMap: {
    CLAIMED: { description: 'Somebody said so.' },
    VERIFIED: { description: 'The customer proved it.' },
  },
});

/** What a channel knows a customer by. */
@ObjectType({ description: 'What a channel knows a customer by.' })
export class Identifier {
  @Field({ description: 'An identifier type of the workspace, such as `phone`.' })
  @ShownToCustomer()
  type!: string;

  @Field({ description: 'In the one form in which values are compared: E.164 for telephone numbers.' })
  @ShownToCustomer()
  value!: string;

  @Field(() => String, { nullable: true, description: 'As it first arrived, where that differs.' })
  rawValue?: string;

  @Field(() => Verification, { description: 'How sure it is that it is the customer’s own.' })
  @ShownToCustomer()
  verification!: keyof typeof Verification;

  @Field({ description: 'The one of its type to use: verified before claimed, then the latest seen.' })
  @ShownToCustomer()
  primary!: boolean;

  @Field({ description: 'Known to be used by several people, such as a role mailbox.' })
  shared!: boolean;

  @Field({ description: 'Joins nobody any more, because it tried to join too many.' })
  quarantined!: boolean;

  @Field(() => DateTime, { description: 'When the first touchpoint with it occurred.' })
  @ShownToCustomer()
  firstSeenAt!: string;

  @Field(() => DateTime, { description: 'When the latest touchpoint with it occurred.' })
  @ShownToCustomer()
  lastSeenAt!: string;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'Since when it names nobody any more, because others took its place; null while it names its customer.',
  })
  detachedAt?: string;
}

/** How a question led to its customer. */
@ObjectType({ description: 'How a question led to its customer.' })
export class Resolution {
  @Field(() => Identifier, { nullable: true, description: 'The identifier asked for; null when it was an id.' })
  matchedBy?: Identifier;

  @Field(() => Verification, { nullable: true, description: 'How sure that identifier is; null when it was an id.' })
  verification?: keyof typeof Verification;

  @Field({
    description: 'True when several use the identifier: the answer is who used it last, the others are candidates.',
  })
  isShared!: boolean;

  @Field(() => [Customer], {
    description: 'Others who use the identifier too, where it is shared: at most 20, who used it last first.',
  })
  otherCandidates!: Customer[];
}

/** A person or household, whatever channels it uses. */
@FederatedEntity()
@ObjectType({
  description:
    'A person or household, whatever channels it uses: a set of profiles that were found to be one. Every id that one ' +
    'of them ever had keeps answering.',
  implements: () => [Node],
})
export class Customer extends Node {
  @Field(() => ID, { description: 'The id that stands for all profiles of the customer.' })
  @ShownToCustomer()
  override id!: string;

  @Field(() => [ID], { description: 'Every other id that answers with this customer.' })
  @ShownToCustomer()
  mergedIds!: string[];

  @Field(() => String, {
    nullable: true,
    description: 'The trait `name`, else `firstName` and `lastName` (or `first_name` and `last_name`).',
  })
  @ShownToCustomer()
  displayName?: string;

  @Field(() => JsonScalar, {
    description: 'What is known of the customer, by key: of several values the latest by its own clock.',
  })
  traits!: unknown;

  @Field(() => DateTime, { description: 'When the first of its profiles was recorded.' })
  @ShownToCustomer()
  createdAt!: string;

  @Field(() => DateTime, { description: 'The instant that this answer describes: now, or the one asked for.' })
  @ShownToCustomer()
  asOf!: string;

  @Field(() => [Identifier], { description: 'Strongest type first.' })
  @ShownToCustomer()
  identifiers!: Identifier[];

  @Field(() => [Identifier], {
    description: 'Identifiers that were its own and name nobody any more, the latest first: at most 100.',
  })
  detachedIdentifiers!: Identifier[];

  @Field(() => Resolution, { description: 'How the question led to this customer.' })
  resolution!: Resolution;
}

export const CustomerConnection = connectionOf(() => Customer, 'Customer');

/** Which customers a list shows. */
@InputType({ description: 'Which customers a list shows; each condition that is given must hold.' })
export class CustomerFilter {
  @Field(() => DateTime, { nullable: true, description: 'Created at this instant or later.' })
  createdFrom?: string;

  @Field(() => DateTime, { nullable: true, description: 'Created before this instant.' })
  createdTo?: string;

  @Field(() => DateTime, { nullable: true, description: 'Last touchpoint at this instant or later.' })
  lastSeenFrom?: string;

  @Field(() => DateTime, { nullable: true, description: 'Last touchpoint before this instant.' })
  lastSeenTo?: string;

  @Field(() => String, { nullable: true, description: 'Has an identifier of this type.' })
  hasIdentifierType?: string;
}
