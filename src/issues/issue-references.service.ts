import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Events, type OutboxEvent } from '../platform/events.js';
import { publishChange } from '../platform/feed.js';
import {
  type IssueReference,
  TOUCHPOINTS_RECORDED,
  type TouchpointsRecorded,
} from '../touchpoints/touchpoints.events.js';
import { insertIssues, type NewIssue, reopenIssues } from './issue.queries.js';
import { issuePriorities } from './issue-state.js';
import { ISSUES_CHANGED, type IssuesChanged } from './issues.events.js';
import { refreshDeadlines } from './sla/deadlines.service.js';

/** Opens the issues that touchpoints refer to: those that nobody opened before, and resolved ones anew. */
@Injectable()
export class IssueReferences implements OnModuleInit {
  constructor(private readonly events: Events) {}

  onModuleInit(): void {
    this.events.subscribe(TOUCHPOINTS_RECORDED, 5, openReferenced);
  }
}

/**
 * Told twice it opens nothing twice: the event carries each issue's id, and an id that is taken is passed over; and an
 * issue that is open again is not resolved.
 */
export async function openReferenced(db: EntityManager, event: OutboxEvent): Promise<void> {
  const { issues, touchpoints } = event.payload as TouchpointsRecorded;
  if (issues.length === 0) return;
  const opened = [
    ...(await insertIssues(db, event.workspace, issues.map(issueOf))),
    ...(await reopenIssues(db, event.workspace, touchpoints)),
  ];
  if (opened.length === 0) return;
  await refreshDeadlines(
    db,
    event.workspace,
    opened.map((issue) => issue.id),
  );
  const change: IssuesChanged = {
    profiles: [...new Set(opened.map((issue) => issue.profile))],
    issues: opened.map((issue) => issue.id),
  };
  await publishChange(db, event.workspace, ISSUES_CHANGED, change.profiles, change);
}

function issueOf(reference: IssueReference): NewIssue {
  return {
    id: reference.id,
    profile: reference.profile,
    openedAt: reference.occurredAt,
    priority: issuePriorities.indexOf('NORMAL'),
    source: reference.source,
    externalId: reference.externalId,
    topic: reference.topic,
    subject: reference.subject ?? (reference.topic ? `About ${reference.topic}` : `Issue ${reference.externalId}`),
    description: null,
    actor: `touchpoint:${reference.touchpoint}`,
  };
}
