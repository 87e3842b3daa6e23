import { Field, Float, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { GraphQLJSON } from './json.js';

@InputType()
export class IdentifierInput {
  @Field() type!: string;
  @Field() value!: string;
}

@ObjectType()
export class Identifier {
  @Field() type!: string;
  @Field() value!: string;
  @Field() verification!: string;
  @Field() firstSeenAt!: Date;
  @Field() lastSeenAt!: Date;
}

@ObjectType()
export class Segment {
  @Field() key!: string;
  @Field() name!: string;
  @Field(() => [String]) entitlements!: string[];
}

@ObjectType()
export class SegmentMembership {
  segmentId!: string;
  @Field(() => Segment) segment!: Segment;
  @Field() since!: Date;
}

@ObjectType()
export class Issue {
  @Field(() => ID) id!: string;
  @Field() status!: string;
  @Field() priority!: string;
  @Field(() => String, { nullable: true }) topic!: string | null;
  @Field() subject!: string;
  @Field() openedAt!: Date;
}

@ObjectType()
export class IssueEdge {
  @Field(() => Issue) node!: Issue;
}

@ObjectType()
export class IssueConnection {
  @Field(() => [IssueEdge]) edges!: IssueEdge[];
}

@ObjectType()
export class Metrics {
  @Field(() => Int) contacts7d!: number;
  @Field(() => Int) contacts30d!: number;
  @Field(() => Int) channelsUsed30d!: number;
  @Field(() => Int) channelSwitches30d!: number;
  @Field(() => Int) repeatContacts30d!: number;
  @Field(() => Float, { nullable: true }) averageWaitSeconds30d!: number | null;
}

@ObjectType()
export class Touchpoint {
  @Field(() => ID) id!: string;
  @Field() channel!: string;
  @Field() direction!: string;
  @Field() kind!: string;
  @Field() status!: string;
  @Field() occurredAt!: Date;
  @Field(() => Int, { nullable: true }) durationSeconds!: number | null;
  @Field(() => String, { nullable: true }) subject!: string | null;
  @Field(() => String, { nullable: true }) summary!: string | null;
  @Field(() => String, { nullable: true }) topic!: string | null;
  @Field(() => String, { nullable: true }) agentId!: string | null;
  @Field() source!: string;
  @Field(() => GraphQLJSON) attributes!: unknown;
}

@ObjectType()
export class TouchpointEdge {
  @Field() cursor!: string;
  @Field(() => Touchpoint) node!: Touchpoint;
}

@ObjectType()
export class PageInfo {
  @Field() hasNextPage!: boolean;
  @Field(() => String, { nullable: true }) endCursor!: string | null;
}

@ObjectType()
export class TouchpointConnection {
  @Field(() => [TouchpointEdge]) edges!: TouchpointEdge[];
  @Field(() => PageInfo) pageInfo!: PageInfo;
}

@ObjectType()
export class Customer {
  profileId!: string;
  members!: string[];
  @Field(() => ID) id!: string;
  @Field(() => String, { nullable: true }) displayName!: string | null;
  @Field() createdAt!: Date;
  @Field(() => Date, { nullable: true }) lastSeenAt!: Date | null;
  @Field(() => [Identifier]) identifiers!: Identifier[];
  @Field(() => [SegmentMembership]) segments!: SegmentMembership[];
  @Field(() => IssueConnection) issues!: IssueConnection;
  @Field(() => Metrics) metrics!: Metrics;
  @Field(() => TouchpointConnection) touchpoints!: TouchpointConnection;
}
