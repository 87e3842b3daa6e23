import { Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { enumOf } from '../platform/enum-of.js';
import { ShownToCustomer } from '../platform/field-access.js';
import { connectionOf } from '../platform/page.js';
import { DateTime } from '../platform/scalars.js';
import { Issue } from './issues.types.js';

/** Stored as its place in this list: append only. RELATES_TO has no direction. */
export const issueLinkKinds = ['RELATES_TO', 'DUPLICATES', 'BLOCKS', 'PARENT_OF'] as const;

/** The same links, read from the other end. */
export const issueLinkKindsBack = ['RELATES_TO', 'DUPLICATED_BY', 'BLOCKED_BY', 'CHILD_OF'] as const;

export type IssueLinkKindWord = (typeof issueLinkKinds)[number];
export type IssueRelationWord = (typeof issueLinkKinds)[number] | (typeof issueLinkKindsBack)[number];

export const IssueLinkKind = enumOf(issueLinkKinds);
export const IssueRelation = enumOf([...new Set([...issueLinkKinds, ...issueLinkKindsBack])]);

registerEnumType(IssueLinkKind, { name: 'IssueLinkKind', description: 'What one issue is to another.' });
registerEnumType(IssueRelation, {
  name: 'IssueRelation',
  description: 'What an issue is to the other one of a link, from either end.',
});

@ObjectType({ description: 'Something said about an issue.' })
export class IssueComment {
  @ShownToCustomer()
  @Field({ description: 'What was said.' })
  body!: string;

  @Field({ description: 'True when the customer may read it.' })
  isPublic!: boolean;

  @ShownToCustomer()
  @Field(() => DateTime, { description: 'When it was said.' })
  createdAt!: string;

  @Field({ description: 'Who said it: `key:…`, `user:…`.' })
  actor!: string;
}

export const IssueCommentConnection = connectionOf(() => IssueComment, 'IssueComment');

@ObjectType({ description: 'How an issue belongs to another one.' })
export class IssueLink {
  @Field(() => IssueRelation, { description: 'What this issue is to the other.' })
  relation!: IssueRelationWord;

  @Field(() => Issue, { description: 'The other.' })
  issue!: Issue;

  @Field(() => DateTime, { description: 'Since when.' })
  linkedAt!: string;

  @Field({ description: 'Who linked them.' })
  actor!: string;
}

@ObjectType({ description: 'The same matter in another system.' })
export class IssueTicket {
  @Field({ description: 'The system, such as `zendesk`.' })
  system!: string;

  @Field({ description: 'That system’s id of it.' })
  externalId!: string;

  @Field(() => String, { nullable: true, description: 'Where a person can open it.' })
  url?: string | null;
}

@InputType({ description: 'Something to say about an issue.' })
export class CommentIssueInput {
  @Field(() => ID, { description: 'The issue.' })
  issueId!: string;

  @Field({ description: 'At most 10,000 characters.' })
  body!: string;

  @Field({ defaultValue: false, description: 'True when the customer may read it.' })
  isPublic!: boolean;

  @Field(() => String, { nullable: true, description: 'The system that told of it; with `externalId` only.' })
  source?: string | null;

  @Field(() => String, { nullable: true, description: 'That system’s id of it: told twice, it is one comment.' })
  externalId?: string | null;
}

@ObjectType({ description: 'What became of the comment.' })
export class CommentIssuePayload {
  @Field(() => Issue, { description: 'The issue with its comments.' })
  issue!: Issue;

  @Field({ description: 'False when the source had told of it before.' })
  isNew!: boolean;
}

@InputType({ description: 'Two issues and what the first is to the second.' })
export class LinkIssuesInput {
  @Field(() => ID, { description: 'The issue.' })
  issueId!: string;

  @Field(() => IssueLinkKind, { description: 'What it is to the other.' })
  kind!: IssueLinkKindWord;

  @Field(() => ID, { description: 'The other; it may be another customer’s.' })
  otherId!: string;
}

@ObjectType({ description: 'What became of the two issues.' })
export class LinkIssuesPayload {
  @Field(() => Issue, { description: 'The first issue with its links.' })
  issue!: Issue;

  @Field({ description: 'False when nothing changed.' })
  isChanged!: boolean;
}

@ObjectType({ description: 'What became of the two issues.' })
export class UnlinkIssuesPayload {
  @Field(() => Issue, { description: 'The first issue with its links.' })
  issue!: Issue;

  @Field({ description: 'False when nothing changed.' })
  isChanged!: boolean;
}

@InputType({ description: 'The same matter in another system.' })
export class ReferTicketInput {
  @Field(() => ID, { description: 'The issue.' })
  issueId!: string;

  @Field({ description: 'The system, such as `zendesk`: at most 200 characters.' })
  system!: string;

  @Field({ description: 'That system’s id of it.' })
  externalId!: string;

  @Field(() => String, { nullable: true, description: 'Where a person can open it: an http(s) address.' })
  url?: string | null;
}

@ObjectType({ description: 'What became of the reference.' })
export class ReferTicketPayload {
  @Field(() => Issue, { description: 'The issue with its tickets.' })
  issue!: Issue;
}
