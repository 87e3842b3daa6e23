import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { enumOf } from '../platform/enum-of.js';
import { FederatedEntity } from '../platform/federated-entity.js';
import { ShownToCustomer } from '../platform/field-access.js';
import { Node } from '../platform/node.resolver.js';
import { connectionOf } from '../platform/page.js';
import { DateTime } from '../platform/scalars.js';
import {
  type IssuePriority as IssuePriorityWord,
  type IssueStatus as IssueStatusWord,
  issuePriorities,
  issueStatuses,
} from './issue-state.js';

export const IssueStatus = enumOf(issueStatuses);
export const IssuePriority = enumOf(issuePriorities);

registerEnumType(IssueStatus, {
  name: 'IssueStatus',
  description: 'OPEN, PENDING (waits for the customer) and ON_HOLD (waits for us) are open; the others are settled.',
});
registerEnumType(IssuePriority, { name: 'IssuePriority', description: 'How much it presses.' });

@ObjectType({ description: 'What an issue was at one of its versions.' })
export class IssueVersion {
  @Field(() => Int, { description: 'Counted from 1.' })
  version!: number;

  @Field(() => IssueStatus, { description: 'The status that it had.' })
  status!: IssueStatusWord;

  @Field(() => IssuePriority, { description: 'The priority that it had.' })
  priority!: IssuePriorityWord;

  @Field({ description: 'The subject that it had.' })
  subject!: string;

  @Field(() => String, { nullable: true, description: 'Who worked on it.' })
  assignee?: string | null;

  @Field(() => String, { nullable: true, description: 'The line that it waited in.' })
  queue?: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was handed up; null when it was not.' })
  escalationReason?: string | null;

  @Field(() => DateTime, { description: 'When it became so.' })
  changedAt!: string;

  @Field({ description: 'Who made it so: `key:…`, `user:…`, or the touchpoint that referred to it.' })
  actor!: string;
}

@FederatedEntity()
@ObjectType({
  description: 'Something that is wrong for a customer, and stays open until someone settles it.',
  implements: () => [Node],
})
export class Issue extends Node {
  @ShownToCustomer()
  @Field(() => ID, { description: 'Global id.' })
  override id!: string;

  @ShownToCustomer()
  @Field(() => IssueStatus, { description: 'Where it stands.' })
  status!: IssueStatusWord;

  @ShownToCustomer()
  @Field({ description: 'True for OPEN, PENDING and ON_HOLD.' })
  isOpen!: boolean;

  @Field(() => IssuePriority, { description: 'How much it presses.' })
  priority!: IssuePriorityWord;

  @ShownToCustomer()
  @Field({ description: 'What it is about, in one line.' })
  subject!: string;

  @Field(() => String, { nullable: true, description: 'What is known of it, for our own people.' })
  description?: string | null;

  @ShownToCustomer()
  @Field(() => String, { nullable: true, description: 'How it was settled; null while it is open.' })
  resolution?: string | null;

  @ShownToCustomer()
  @Field(() => String, { nullable: true, description: 'Its subject area, such as `billing`.' })
  topic?: string | null;

  @ShownToCustomer()
  @Field(() => DateTime, { description: 'When it was opened, or when the touchpoint happened that told of it first.' })
  openedAt!: string;

  @ShownToCustomer()
  @Field(() => DateTime, { description: 'When it changed last.' })
  updatedAt!: string;

  @ShownToCustomer()
  @Field(() => DateTime, { nullable: true, description: 'When it was settled; null while it is open.' })
  resolvedAt?: string | null;

  @Field(() => String, { nullable: true, description: 'Who works on it.' })
  assignee?: string | null;

  @Field(() => String, { nullable: true, description: 'The line that it waits in.' })
  queue?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Since when it is handed up; null when it is not.' })
  escalatedAt?: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was handed up.' })
  escalationReason?: string | null;

  @ShownToCustomer()
  @Field(() => DateTime, {
    nullable: true,
    description: 'When the customer first heard of us about it: a public comment, or an outbound touchpoint under it.',
  })
  firstResponseAt?: string | null;

  @Field(() => Int, { description: 'How often it was opened again.' })
  reopenCount!: number;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether one contact settled it: at most one inbound touchpoint under it, never opened again, and no contact of ' +
      'the customer about its topic in the seven days after. Null while it is open or those days are not over.',
  })
  firstContactResolved?: boolean | null;

  @Field(() => Int, { description: 'Give it to `updateIssue`, which refuses when someone was faster.' })
  version!: number;

  @Field(() => String, { nullable: true, description: 'The system that keeps it too.' })
  source?: string | null;

  @Field(() => String, { nullable: true, description: 'That system’s id of it.' })
  externalId?: string | null;
}

export const IssueConnection = connectionOf(() => Issue, 'Issue');

@InputType({ description: 'An issue to open, for a customer or for the customer of a touchpoint.' })
export class OpenIssueInput {
  @Field(() => ID, {
    nullable: true,
    description: 'The customer, by any of its ids. Exactly one of this and `touchpointId`.',
  })
  customerId?: string | null;

  @Field(() => ID, { nullable: true, description: 'A touchpoint whose customer it is.' })
  touchpointId?: string | null;

  @Field({ description: 'What it is about, in one line: at most 200 characters.' })
  subject!: string;

  @Field(() => String, { nullable: true, description: 'What is known of it: at most 10,000 characters.' })
  description?: string | null;

  @Field(() => String, { nullable: true, description: 'Its subject area, such as `billing`.' })
  topic?: string | null;

  @Field(() => IssuePriority, { defaultValue: 'NORMAL', description: 'How much it presses.' })
  priority!: IssuePriorityWord;

  @Field(() => String, { nullable: true, description: 'The system that keeps it too; with `externalId` only.' })
  source?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'That system’s id of it. The same source and id always name the same issue, also when told twice.',
  })
  externalId?: string | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Touchpoints of the same customer that belong to it: at most 500.',
  })
  touchpointIds?: string[] | null;
}

@InputType({ description: 'Changes of an issue: what is left out stays, null empties a text that may be empty.' })
export class UpdateIssueInput {
  @Field(() => ID, { description: 'The issue.' })
  id!: string;

  @Field(() => Int, {
    description: 'The version that you read; refused with VERSION_STALE when it is not the present one.',
  })
  version!: number;

  @Field(() => String, { nullable: true, description: 'What it is about, in one line.' })
  subject?: string | null;

  @Field(() => String, { nullable: true, description: 'What is known of it.' })
  description?: string | null;

  @Field(() => String, { nullable: true, description: 'Its subject area.' })
  topic?: string | null;

  @Field(() => IssuePriority, { nullable: true, description: 'How much it presses.' })
  priority?: IssuePriorityWord | null;

  @Field(() => IssueStatus, {
    nullable: true,
    description: 'A settled issue can only be opened again, or closed when it is RESOLVED.',
  })
  status?: IssueStatusWord | null;

  @Field(() => String, { nullable: true, description: 'Who works on it: at most 200 characters.' })
  assignee?: string | null;

  @Field(() => String, { nullable: true, description: 'The line that it waits in: at most 200 characters.' })
  queue?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why it is handed up: at most 200 characters. Null takes that back.',
  })
  escalationReason?: string | null;
}

@InputType({ description: 'How an open issue was settled.' })
export class ResolveIssueInput {
  @Field(() => ID, { description: 'The issue.' })
  id!: string;

  @Field({ description: 'How it was settled, in words that the customer may read.' })
  resolution!: string;
}

@InputType({ description: 'Touchpoints to put under an issue of their customer.' })
export class LinkTouchpointsInput {
  @Field(() => ID, { description: 'The issue.' })
  issueId!: string;

  @Field(() => [ID], { description: '1 to 500 touchpoints. One that is under another issue moves.' })
  touchpointIds!: string[];
}

@ObjectType({ description: 'What became of the issue.' })
export class OpenIssuePayload {
  @Field(() => Issue, { description: 'The issue, new or known.' })
  issue!: Issue;

  @Field({ description: 'False when the source had told of it before; then nothing changed.' })
  isNew!: boolean;
}

@ObjectType({ description: 'What became of the issue.' })
export class UpdateIssuePayload {
  @Field(() => Issue, { description: 'The issue as it is now.' })
  issue!: Issue;
}

@ObjectType({ description: 'What became of the issue.' })
export class ResolveIssuePayload {
  @Field(() => Issue, { description: 'The issue as it is now.' })
  issue!: Issue;
}

@ObjectType({ description: 'What became of the issue.' })
export class LinkTouchpointsPayload {
  @Field(() => Issue, { description: 'The issue with its touchpoints.' })
  issue!: Issue;
}
