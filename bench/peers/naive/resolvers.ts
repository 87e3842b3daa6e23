import { Args, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { InjectRepository } from '@nestjs/typeorm';
import { In, IsNull, LessThan, MoreThan, type Repository } from 'typeorm';
import {
  ActivityRow,
  IdentifierRow,
  IssueRow,
  MemberRow,
  ProfileRow,
  SegmentRow,
  TouchpointRow,
  TraitRow,
} from './entities.js';
import {
  Customer,
  type Identifier,
  IdentifierInput,
  IssueConnection,
  Metrics,
  type Segment,
  SegmentMembership,
  TouchpointConnection,
} from './types.js';

const workspaceId = Number(process.env['WORKSPACE']);
const priorities = ['user_id', 'crm_id', 'email', 'phone', 'whatsapp', 'device_id', 'anonymous_id'];
const channels = ['CALL', 'CHAT', 'EMAIL', 'WEB', 'SOCIAL', 'SMS', 'APP', 'STORE', 'OTHER'];
const directions = ['INBOUND', 'OUTBOUND', 'INTERNAL'];
const statuses = ['PLANNED', 'ACTIVE', 'COMPLETED', 'FAILED', 'CANCELLED'];
const issueStatuses = ['OPEN', 'PENDING', 'ON_HOLD', 'RESOLVED', 'CLOSED'];
const issuePriorities = ['LOW', 'NORMAL', 'HIGH', 'URGENT'];
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
const bare = (id: string) => id.replaceAll('-', '');

/** A resolver for each relation and a repository for each table, as the manuals show it. */
@Resolver(() => Customer)
export class CustomerResolver {
  constructor(
    @InjectRepository(IdentifierRow) private readonly identifierRows: Repository<IdentifierRow>,
    @InjectRepository(ProfileRow) private readonly profiles: Repository<ProfileRow>,
    @InjectRepository(ActivityRow) private readonly activities: Repository<ActivityRow>,
    @InjectRepository(TraitRow) private readonly traits: Repository<TraitRow>,
    @InjectRepository(MemberRow) private readonly memberships: Repository<MemberRow>,
    @InjectRepository(IssueRow) private readonly issueRows: Repository<IssueRow>,
    @InjectRepository(TouchpointRow) private readonly touchpointRows: Repository<TouchpointRow>,
  ) {}

  @Query(() => Customer, { nullable: true })
  async customer(@Args('identifier') { type, value }: IdentifierInput): Promise<Partial<Customer> | null> {
    const identifier = await this.identifierRows.findOneBy({ workspaceId, type, value });
    if (!identifier) return null;
    const profile = await this.profiles.findOneByOrFail({ workspaceId, id: identifier.profileId });
    const members = await this.profiles.findBy({ workspaceId, canonicalId: profile.canonicalId });
    return {
      id: `cus_${profile.canonicalId}`,
      profileId: profile.canonicalId,
      members: members.map(({ id }) => id),
      createdAt: members.map(({ createdAt }) => createdAt).sort((a, b) => a.getTime() - b.getTime())[0] as Date,
    };
  }

  @ResolveField(() => String, { nullable: true })
  async displayName(@Parent() { members }: Customer): Promise<string | null> {
    const rows = await this.traits.find({
      where: { workspaceId, profileId: In(members), key: In(['firstName', 'lastName']) },
      order: { occurredAt: 'ASC' },
    });
    const latest = new Map(rows.map(({ key, value }) => [key, String(value)]));
    return [latest.get('firstName'), latest.get('lastName')].filter(Boolean).join(' ') || null;
  }

  @ResolveField(() => Date, { nullable: true })
  async lastSeenAt(@Parent() { members }: Customer): Promise<Date | null> {
    const rows = await this.activities.findBy({ workspaceId, profileId: In(members) });
    return rows.map(({ lastAt }) => lastAt).sort((a, b) => b.getTime() - a.getTime())[0] ?? null;
  }

  @ResolveField()
  async identifiers(@Parent() { members }: Customer): Promise<Identifier[]> {
    const rows = await this.identifierRows.findBy({ workspaceId, profileId: In(members) });
    return rows
      .sort(
        (a, b) =>
          priorities.indexOf(a.type) - priorities.indexOf(b.type) ||
          b.verification - a.verification ||
          b.lastSeenAt.getTime() - a.lastSeenAt.getTime(),
      )
      .map((row) => ({ ...row, verification: row.verification === 1 ? 'VERIFIED' : 'CLAIMED' }));
  }

  @ResolveField()
  async segments(@Parent() { members }: Customer): Promise<SegmentMembership[]> {
    const rows = await this.memberships.findBy({ workspaceId, profileId: In(members), untilAt: IsNull() });
    return rows.map(({ segmentId, sinceAt }) => Object.assign(new SegmentMembership(), { segmentId, since: sinceAt }));
  }

  @ResolveField()
  async issues(
    @Parent() { members }: Customer,
    @Args('first', { type: () => Int }) first: number,
  ): Promise<IssueConnection> {
    const rows = await this.issueRows.find({
      where: { workspaceId, profileId: In(members), status: LessThan(3) },
      order: { openedAt: 'DESC', id: 'DESC' },
      take: first,
    });
    const edges = rows.map((row) => ({
      node: {
        ...row,
        id: `iss_${bare(row.id)}`,
        status: issueStatuses[row.status] as string,
        priority: issuePriorities[row.priority] as string,
      },
    }));
    return { edges };
  }

  @ResolveField()
  async metrics(@Parent() { members }: Customer): Promise<Metrics> {
    const rows = await this.touchpointRows.find({
      where: { workspaceId, profileId: In(members), occurredAt: MoreThan(daysAgo(30)) },
      order: { occurredAt: 'ASC' },
    });
    return metricsOf(rows);
  }

  @ResolveField()
  async touchpoints(
    @Parent() { members }: Customer,
    @Args('first', { type: () => Int }) first: number,
  ): Promise<TouchpointConnection> {
    const rows = await this.touchpointRows.find({
      where: { workspaceId, profileId: In(members) },
      order: { occurredAt: 'DESC', id: 'DESC' },
      take: first + 1,
    });
    const edges = rows.slice(0, first).map((row) => ({
      cursor: Buffer.from(`${row.occurredAt.toISOString()} ${row.id}`).toString('base64'),
      node: {
        ...row,
        id: `tp_${bare(row.id)}`,
        channel: channels[row.channel] as string,
        direction: directions[row.direction] as string,
        status: statuses[row.status] as string,
      },
    }));
    return { edges, pageInfo: { hasNextPage: rows.length > first, endCursor: edges.at(-1)?.cursor ?? null } };
  }
}

@Resolver(() => SegmentMembership)
export class MembershipResolver {
  constructor(@InjectRepository(SegmentRow) private readonly segments: Repository<SegmentRow>) {}

  @ResolveField()
  async segment(@Parent() { segmentId }: SegmentMembership): Promise<Segment> {
    return this.segments.findOneByOrFail({ workspaceId, id: segmentId });
  }
}

/** The figures of the service, from its newest 200 touchpoints of the time and the one before, told in JavaScript. */
function metricsOf(found: readonly TouchpointRow[]): Metrics {
  const outside = found.filter(({ direction }) => direction !== 2);
  const seen = outside.slice(-201);
  const rows = outside.slice(-200);
  const isContact = (row: TouchpointRow) => row.channel !== 3 && row.channel !== 6;
  const contacts = rows.filter(isContact);
  const waits = contacts.flatMap(({ waitSeconds }) => (waitSeconds === null ? [] : [waitSeconds]));
  const week = daysAgo(7);
  const latest = new Map<string, number>();
  let repeats = 0;
  for (const row of seen.filter(isContact)) {
    if (row.direction !== 0 || row.topic === null) continue;
    const before = latest.get(row.topic);
    if (before !== undefined && row.occurredAt.getTime() - before <= 7 * 86_400_000 && rows.includes(row)) repeats++;
    latest.set(row.topic, row.occurredAt.getTime());
  }
  return {
    contacts7d: contacts.filter(({ occurredAt }) => occurredAt > week).length,
    contacts30d: contacts.length,
    channelsUsed30d: new Set(rows.map(({ channel }) => channel)).size,
    channelSwitches30d: seen.filter(({ channel }, n) => n > 0 && seen[n - 1]?.channel !== channel).length,
    repeatContacts30d: repeats,
    averageWaitSeconds30d:
      waits.length === 0 ? null : Math.round((waits.reduce((sum, wait) => sum + wait, 0) / waits.length) * 10) / 10,
  };
}
