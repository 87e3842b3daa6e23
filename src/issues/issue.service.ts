import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Caller } from '../access/caller.js';
import { Database } from '../platform/database.js';
import { publishChange } from '../platform/feed.js';
import { deterministicId, requireId } from '../platform/ids.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { Relay } from '../platform/relay.js';
import { StaleVersion } from '../platform/stale-version.js';
import { exactText, optionalText, requireText } from '../platform/text-input.js';
import { linkTouchpointsToIssues } from '../touchpoints/touchpoint-links.queries.js';
import {
  findIssueOfSource,
  findProfileOfTouchpoint,
  findTouchpointsToLink,
  type HeldIssue,
  holdIssue,
  insertIssues,
  profileExists,
  writeIssue,
} from './issue.queries.js';
import { type IssueState, issuePriorities, nextIssue, resolved } from './issue-state.js';
import { ISSUES_CHANGED, type IssuesChanged } from './issues.events.js';
import type { LinkTouchpointsInput, OpenIssueInput, ResolveIssueInput, UpdateIssueInput } from './issues.types.js';
import { refreshDeadlines } from './sla/deadlines.service.js';

/** What an act answers with; the edge reads the issue itself. */
export interface IssueAct {
  readonly id: string;
  /** False when the issue was there already, or is as it was asked to be. */
  readonly isChanged: boolean;
}

/** Acts on issues. Each is one transaction: the change, its version and its event exist together or not at all. */
@Injectable()
export class IssueService {
  constructor(
    private readonly database: Database,
    private readonly relay: Relay,
  ) {}

  async open(caller: Caller, input: OpenIssueInput, now = new Date()): Promise<IssueAct> {
    const { workspace } = caller;
    const source = exactText(input.source, 'input.source', limits.shortTextCharactersMax);
    const externalId = exactText(input.externalId, 'input.externalId', limits.externalIdCharactersMax);
    if ((source === null) !== (externalId === null)) {
      const field = source === null ? 'input.source' : 'input.externalId';
      throw new Refusal('INPUT_INVALID', 'source and externalId name an issue together: give both or neither.', {
        field,
      });
    }
    const subject = requireText(input.subject, 'input.subject', limits.shortTextCharactersMax);
    const description = optionalText(input.description, 'input.description', limits.longTextCharactersMax) ?? null;
    const topic = optionalText(input.topic, 'input.topic', limits.shortTextCharactersMax) ?? null;
    const touchpoints = touchpointIds(input.touchpointIds ?? [], 'input.touchpointIds');

    return this.transact(workspace, async (db) => {
      const profile = await profileOf(db, workspace, input);
      const id = source && externalId ? issueId(workspace, source, externalId) : randomUUID().replaceAll('-', '');
      const opened = await insertIssues(db, workspace, [
        {
          id,
          profile,
          openedAt: now.toISOString(),
          priority: issuePriorities.indexOf(input.priority),
          source,
          externalId,
          topic,
          subject,
          description,
          actor: caller.actor,
        },
      ]);
      const isNew = opened.length > 0;
      const known = isNew || !source || !externalId ? id : await findIssueOfSource(db, workspace, source, externalId);
      if (known === null) throw new Error('An issue that was passed over as known cannot be found.');
      if (!isNew) return { id: known, isChanged: false };
      const linked = await link(db, workspace, known, profile, touchpoints, 'input.touchpointIds');
      await refreshDeadlines(db, workspace, [known]);
      await announce(db, workspace, { profiles: [profile, ...linked], issues: [known] });
      return { id: known, isChanged: true };
    });
  }

  async update(caller: Caller, input: UpdateIssueInput, now = new Date()): Promise<IssueAct> {
    const change = {
      status: input.status ?? undefined,
      priority: input.priority ?? undefined,
      subject:
        input.subject == null ? undefined : requireText(input.subject, 'input.subject', limits.shortTextCharactersMax),
      description: optionalText(input.description, 'input.description', limits.longTextCharactersMax),
      topic: optionalText(input.topic, 'input.topic', limits.shortTextCharactersMax),
      assignee: optionalText(input.assignee, 'input.assignee', limits.shortTextCharactersMax),
      queue: optionalText(input.queue, 'input.queue', limits.shortTextCharactersMax),
      escalationReason: optionalText(input.escalationReason, 'input.escalationReason', limits.shortTextCharactersMax),
    };
    return this.change(caller, input.id, now, ({ state }) => {
      if (state.version !== input.version) throw new StaleVersion('issue', input.version, state.version);
      return nextIssue(state, change, now);
    });
  }

  async resolve(caller: Caller, input: ResolveIssueInput, now = new Date()): Promise<IssueAct> {
    const resolution = requireText(input.resolution, 'input.resolution', limits.longTextCharactersMax);
    return this.change(caller, input.id, now, ({ state }) => resolved(state, resolution, now));
  }

  async link(caller: Caller, input: LinkTouchpointsInput): Promise<IssueAct> {
    const { workspace } = caller;
    const id = requireId('issue', input.issueId, 'input.issueId');
    const touchpoints = touchpointIds(input.touchpointIds, 'input.touchpointIds');
    if (touchpoints.length === 0) {
      throw new Refusal('TOO_FEW', 'Name at least one touchpoint.', { field: 'input.touchpointIds', limit: 1 });
    }
    return this.transact(workspace, async (db) => {
      const issue = await hold(db, workspace, id, 'input.issueId');
      const linked = await link(db, workspace, id, issue.profile, touchpoints, 'input.touchpointIds');
      if (linked.length > 0) await announce(db, workspace, { profiles: [issue.profile, ...linked], issues: [id] });
      return { id, isChanged: linked.length > 0 };
    });
  }

  /** One transaction, then the relay: what it published is handed on at once. */
  private async transact<T>(workspace: number, act: (db: EntityManager) => Promise<T>): Promise<T> {
    const done = await this.database.inWorkspace(workspace, act);
    this.relay.wake();
    return done;
  }

  private async change(
    caller: Caller,
    externalId: string,
    now: Date,
    decide: (issue: HeldIssue) => IssueState,
  ): Promise<IssueAct> {
    const { workspace } = caller;
    const id = requireId('issue', externalId, 'input.id');
    return this.transact(workspace, async (db) => {
      const issue = await hold(db, workspace, id, 'input.id');
      const next = decide(issue);
      if (next === issue.state) return { id, isChanged: false };
      await writeIssue(db, workspace, id, next, now, caller.actor);
      await refreshDeadlines(db, workspace, [id]);
      await announce(db, workspace, { profiles: [issue.profile], issues: [id] });
      return { id, isChanged: true };
    });
  }
}

/** The same id that a touchpoint's reference to the issue gets. */
export function issueId(workspace: number, source: string, externalId: string): string {
  return deterministicId(String(workspace), 'issue', source, externalId);
}

async function hold(db: EntityManager, workspace: number, id: string, field: string): Promise<HeldIssue> {
  const issue = await holdIssue(db, workspace, id);
  if (!issue) throw new Refusal('NOT_FOUND', 'There is no such issue.', { field });
  return issue;
}

/** The issue keeps the very profile that was named, not the customer that it belongs to today: an unmerge splits it. */
async function profileOf(db: EntityManager, workspace: number, input: OpenIssueInput): Promise<string> {
  const { customerId, touchpointId } = input;
  if ((customerId == null) === (touchpointId == null)) {
    throw new Refusal('ONE_OF_REQUIRED', 'Give exactly one of customerId and touchpointId.', {
      field: 'input.customerId',
    });
  }
  if (customerId != null) {
    const profile = requireId('customer', customerId, 'input.customerId');
    if (await profileExists(db, workspace, profile)) return profile;
    throw new Refusal('NOT_FOUND', 'There is no such customer.', { field: 'input.customerId' });
  }
  const touchpoint = requireId('touchpoint', String(touchpointId), 'input.touchpointId');
  const profile = await findProfileOfTouchpoint(db, workspace, touchpoint);
  if (profile === null) throw new Refusal('NOT_FOUND', 'There is no such touchpoint.', { field: 'input.touchpointId' });
  return profile;
}

function touchpointIds(ids: readonly string[], field: string): string[] {
  if (ids.length > limits.touchpointsPerLinkMax) {
    throw new Refusal(
      'TOO_MANY',
      `${field} names ${ids.length} touchpoints; at most ${limits.touchpointsPerLinkMax} at once.`,
      {
        field,
        limit: limits.touchpointsPerLinkMax,
      },
    );
  }
  return ids.map((id, place) => requireId('touchpoint', id, `${field}[${place}]`));
}

/** Links all or refuses; answers with the profiles of those that were not linked before. */
async function link(
  db: EntityManager,
  workspace: number,
  issue: string,
  profile: string,
  touchpoints: readonly string[],
  field: string,
): Promise<string[]> {
  if (touchpoints.length === 0) return [];
  const found = new Map((await findTouchpointsToLink(db, workspace, touchpoints, profile)).map((row) => [row.id, row]));
  for (const [place, id] of touchpoints.entries()) {
    const row = found.get(id);
    const where = { field: `${field}[${place}]` };
    if (!row) throw new Refusal('NOT_FOUND', 'There is no such touchpoint.', where);
    if (!row.isSameCustomer) throw new Refusal('INPUT_INVALID', 'The touchpoint is of another customer.', where);
  }
  const linked = await linkTouchpointsToIssues(
    db,
    workspace,
    [...touchpoints].map((touchpoint) => ({ touchpoint, issue })),
  );
  return [...new Set(linked.map((id) => found.get(id)?.profile).filter((found) => found !== undefined))];
}

function announce(db: EntityManager, workspace: number, change: IssuesChanged): Promise<void> {
  const event: IssuesChanged = { profiles: [...new Set(change.profiles)], issues: change.issues };
  return publishChange(db, workspace, ISSUES_CHANGED, event.profiles, event);
}
