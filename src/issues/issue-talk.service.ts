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
import { exactText, requireText } from '../platform/text-input.js';
import { type HeldIssue, holdIssue } from './issue.queries.js';
import type { IssueAct } from './issue.service.js';
import {
  countIssueLinks,
  deleteIssueLink,
  type IssuePair,
  insertComment,
  insertIssueLink,
  leadsTo,
  referTicket,
} from './issue-talk.queries.js';
import {
  type CommentIssueInput,
  issueLinkKinds,
  type LinkIssuesInput,
  type ReferTicketInput,
} from './issue-talk.types.js';
import { ISSUES_CHANGED, type IssuesChanged } from './issues.events.js';

/** What is said about issues, and what they belong to. None of it changes the issue itself, nor its version. */
@Injectable()
export class IssueTalk {
  constructor(
    private readonly database: Database,
    private readonly relay: Relay,
  ) {}

  async comment(caller: Caller, input: CommentIssueInput): Promise<IssueAct> {
    const source = exactText(input.source, 'input.source', limits.shortTextCharactersMax);
    const externalId = exactText(input.externalId, 'input.externalId', limits.externalIdCharactersMax);
    if ((source === null) !== (externalId === null)) {
      const field = source === null ? 'input.source' : 'input.externalId';
      const sentence = 'source and externalId name a comment together: give both or neither.';
      throw new Refusal('INPUT_INVALID', sentence, { field });
    }
    const body = requireText(input.body, 'input.body', limits.longTextCharactersMax);
    const { workspace, actor } = caller;
    const id =
      source !== null && externalId !== null
        ? deterministicId(String(workspace), 'issue comment', source, externalId)
        : randomUUID();
    return this.about(caller, input.issueId, 'input.issueId', (db, issue) =>
      insertComment(db, workspace, {
        id,
        issue: issue.id,
        isPublic: input.isPublic,
        source,
        externalId,
        body,
        actor,
      }),
    );
  }

  async link(caller: Caller, input: LinkIssuesInput): Promise<IssueAct> {
    const pair = pairOf(input);
    return this.about(caller, input.issueId, 'input.issueId', async (db) => {
      if (!(await holdIssue(db, caller.workspace, idOf(input.otherId)))) {
        throw new Refusal('NOT_FOUND', 'There is no such issue.', { field: 'input.otherId' });
      }
      for (const [id, field] of [
        [pair.issue, 'input.issueId'],
        [pair.other, 'input.otherId'],
      ] as const) {
        if ((await countIssueLinks(db, caller.workspace, id)) < limits.linksPerIssueMax) continue;
        const sentence = `An issue has at most ${limits.linksPerIssueMax} links.`;
        throw new Refusal('TOO_MANY', sentence, { field, limit: limits.linksPerIssueMax });
      }
      // What blocks itself could never be settled, and nothing is its own parent or duplicate.
      if (input.kind !== 'RELATES_TO' && (await leadsTo(db, caller.workspace, pair.other, pair.kind, pair.issue))) {
        throw new Refusal('STATUS_FORBIDS', 'That would be a circle: the other issue leads back to this one.', {
          field: 'input.otherId',
        });
      }
      return insertIssueLink(db, caller.workspace, pair, caller.actor);
    });
  }

  async unlink(caller: Caller, input: LinkIssuesInput): Promise<IssueAct> {
    const pair = pairOf(input);
    return this.about(caller, input.issueId, 'input.issueId', (db) => deleteIssueLink(db, caller.workspace, pair));
  }

  async refer(caller: Caller, input: ReferTicketInput): Promise<IssueAct> {
    const ticket = {
      system: requireText(input.system, 'input.system', limits.shortTextCharactersMax),
      externalId: requireText(input.externalId, 'input.externalId', limits.externalIdCharactersMax),
      url: addressOf(input.url),
    };
    return this.about(caller, input.issueId, 'input.issueId', async (db, issue) => {
      const owner = await referTicket(db, caller.workspace, issue.id, ticket, caller.actor);
      if (owner === issue.id) return true;
      throw new Refusal('KEY_TAKEN', 'Another issue stands for this ticket already.', { field: 'input.externalId' });
    });
  }

  /** Holds the issue, acts, and tells of it when something changed: one transaction. */
  private async about(
    { workspace }: Caller,
    id: string,
    field: string,
    act: (db: EntityManager, issue: HeldIssue) => Promise<boolean>,
  ): Promise<IssueAct> {
    const inner = requireId('issue', id, field);
    const done = await this.database.inWorkspace(workspace, async (db) => {
      const issue = await holdIssue(db, workspace, inner);
      if (!issue) throw new Refusal('NOT_FOUND', 'There is no such issue.', { field });
      const isChanged = await act(db, issue);
      const event: IssuesChanged = { profiles: [issue.profile], issues: [inner] };
      if (isChanged) await publishChange(db, workspace, ISSUES_CHANGED, event.profiles, event);
      return { id: inner, isChanged };
    });
    this.relay.wake();
    return done;
  }
}

const idOf = (otherId: string) => requireId('issue', otherId, 'input.otherId');

/** A link without direction is stored once, from the smaller id. */
function pairOf(input: LinkIssuesInput): IssuePair {
  const issue = requireId('issue', input.issueId, 'input.issueId');
  const other = idOf(input.otherId);
  if (issue === other) {
    throw new Refusal('INPUT_INVALID', 'An issue is not linked to itself.', { field: 'input.otherId' });
  }
  const kind = issueLinkKinds.indexOf(input.kind);
  return input.kind === 'RELATES_TO' && other < issue ? { issue: other, kind, other: issue } : { issue, kind, other };
}

function addressOf(url: string | null | undefined): string | null {
  if (url == null) return null;
  const text = requireText(url, 'input.url', limits.urlCharactersMax);
  const parsed = URL.canParse(text) ? new URL(text) : null;
  if (parsed && ['http:', 'https:'].includes(parsed.protocol)) return text;
  throw new Refusal('INPUT_INVALID', 'input.url is not an http(s) address.', { field: 'input.url' });
}
