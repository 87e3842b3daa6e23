import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The tables as entities, in the way of the TypeORM manual. */

@Entity('identifier')
export class IdentifierRow {
  @PrimaryColumn('int', { name: 'workspace_id' }) workspaceId!: number;
  @PrimaryColumn('text') type!: string;
  @PrimaryColumn('text') value!: string;
  @Column('bigint', { name: 'profile_id' }) profileId!: string;
  @Column('smallint') verification!: number;
  @Column('timestamptz', { name: 'first_seen_at' }) firstSeenAt!: Date;
  @Column('timestamptz', { name: 'last_seen_at' }) lastSeenAt!: Date;
}

@Entity('profile')
export class ProfileRow {
  @PrimaryColumn('int', { name: 'workspace_id' }) workspaceId!: number;
  @PrimaryColumn('bigint') id!: string;
  @Column('bigint', { name: 'canonical_id' }) canonicalId!: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
}

@Entity('profile_activity')
export class ActivityRow {
  @PrimaryColumn('int', { name: 'workspace_id' }) workspaceId!: number;
  @PrimaryColumn('bigint', { name: 'profile_id' }) profileId!: string;
  @Column('timestamptz', { name: 'first_at' }) firstAt!: Date;
  @Column('timestamptz', { name: 'last_at' }) lastAt!: Date;
}

@Entity('trait')
export class TraitRow {
  @PrimaryColumn('int', { name: 'workspace_id' }) workspaceId!: number;
  @PrimaryColumn('bigint', { name: 'profile_id' }) profileId!: string;
  @PrimaryColumn('text') key!: string;
  @Column('timestamptz', { name: 'occurred_at' }) occurredAt!: Date;
  @Column('jsonb') value!: unknown;
}

@Entity('segment')
export class SegmentRow {
  @PrimaryColumn('int', { name: 'workspace_id' }) workspaceId!: number;
  @PrimaryColumn('uuid') id!: string;
  @Column('text') key!: string;
  @Column('text') name!: string;
  @Column('text', { array: true }) entitlements!: string[];
}

@Entity('segment_member')
export class MemberRow {
  @PrimaryColumn('int', { name: 'workspace_id' }) workspaceId!: number;
  @PrimaryColumn('bigint', { name: 'profile_id' }) profileId!: string;
  @PrimaryColumn('uuid', { name: 'segment_id' }) segmentId!: string;
  @PrimaryColumn('timestamptz', { name: 'since_at' }) sinceAt!: Date;
  @Column('timestamptz', { name: 'until_at', nullable: true }) untilAt!: Date | null;
}

@Entity('issue')
export class IssueRow {
  @PrimaryColumn('int', { name: 'workspace_id' }) workspaceId!: number;
  @PrimaryColumn('uuid') id!: string;
  @Column('bigint', { name: 'profile_id' }) profileId!: string;
  @Column('smallint') status!: number;
  @Column('smallint') priority!: number;
  @Column('text', { nullable: true }) topic!: string | null;
  @Column('text') subject!: string;
  @Column('timestamptz', { name: 'opened_at' }) openedAt!: Date;
}

@Entity('touchpoint')
export class TouchpointRow {
  @PrimaryColumn('int', { name: 'workspace_id' }) workspaceId!: number;
  @PrimaryColumn('uuid') id!: string;
  @Column('bigint', { name: 'profile_id' }) profileId!: string;
  @Column('timestamptz', { name: 'occurred_at' }) occurredAt!: Date;
  @Column('timestamptz', { name: 'recorded_at' }) recordedAt!: Date;
  @Column('timestamptz', { name: 'ended_at', nullable: true }) endedAt!: Date | null;
  @Column('int', { name: 'duration_seconds', nullable: true }) durationSeconds!: number | null;
  @Column('int', { name: 'wait_seconds', nullable: true }) waitSeconds!: number | null;
  @Column('real', { nullable: true }) sentiment!: number | null;
  @Column('smallint') channel!: number;
  @Column('smallint') direction!: number;
  @Column('smallint') status!: number;
  @Column('text') kind!: string;
  @Column('text') source!: string;
  @Column('text', { nullable: true }) topic!: string | null;
  @Column('text', { name: 'agent_id', nullable: true }) agentId!: string | null;
  @Column('text', { nullable: true }) subject!: string | null;
  @Column('text', { nullable: true }) summary!: string | null;
  @Column('json') attributes!: unknown;
}
