import { Refusal } from '../platform/refusal.js';

/** Stored as its place in this list: append only. The first three are open. */
export const issueStatuses = ['OPEN', 'PENDING', 'ON_HOLD', 'RESOLVED', 'CLOSED'] as const;
export const openStatuses = issueStatuses.slice(0, 3);
export const issuePriorities = ['LOW', 'NORMAL', 'HIGH', 'URGENT'] as const;

export type IssueStatus = (typeof issueStatuses)[number];
export type IssuePriority = (typeof issuePriorities)[number];

/** What may follow each status: open ones change freely, settled ones only close for good or open again. */
const followers: Record<IssueStatus, readonly IssueStatus[]> = {
  OPEN: ['PENDING', 'ON_HOLD', 'RESOLVED', 'CLOSED'],
  PENDING: ['OPEN', 'ON_HOLD', 'RESOLVED', 'CLOSED'],
  ON_HOLD: ['OPEN', 'PENDING', 'RESOLVED', 'CLOSED'],
  RESOLVED: ['OPEN', 'CLOSED'],
  CLOSED: ['OPEN'],
};

/** The part of an issue that acts change. */
export interface IssueState {
  readonly version: number;
  readonly status: IssueStatus;
  readonly priority: IssuePriority;
  readonly subject: string;
  readonly description: string | null;
  readonly topic: string | null;
  readonly resolution: string | null;
  readonly resolvedAt: Date | null;
  /** Who works on it, and the line that it waits in, in the words of the caller. */
  readonly assignee: string | null;
  readonly queue: string | null;
  /** Why it was handed up, and since when; both or neither. */
  readonly escalationReason: string | null;
  readonly escalatedAt: Date | null;
}

/** What an act asks for; what is left out stays, and null empties a text that may be empty. */
export interface IssueChange {
  readonly status?: IssueStatus;
  readonly priority?: IssuePriority;
  readonly subject?: string;
  readonly description?: string | null;
  readonly topic?: string | null;
  readonly resolution?: string;
  readonly assignee?: string | null;
  readonly queue?: string | null;
  /** Why it is handed up; null takes it back. */
  readonly escalationReason?: string | null;
}

export function isOpen(status: IssueStatus): boolean {
  return status === 'OPEN' || status === 'PENDING' || status === 'ON_HOLD';
}

/** The state after a change, one version on; the very same object when the change changes nothing. */
export function nextIssue(issue: IssueState, change: IssueChange, now: Date): IssueState {
  const status = change.status ?? issue.status;
  if (status !== issue.status && !followers[issue.status].includes(status)) {
    const allowed = followers[issue.status].join(', ');
    throw new Refusal('STATUS_FORBIDS', `An issue that is ${issue.status} cannot become ${status}, only ${allowed}.`, {
      field: 'input.status',
    });
  }
  const settled = isOpen(status)
    ? { resolution: null, resolvedAt: null }
    : { resolution: change.resolution ?? issue.resolution, resolvedAt: issue.resolvedAt ?? now };
  const escalationReason = given(change.escalationReason, issue.escalationReason);
  const next: IssueState = {
    version: issue.version,
    status,
    priority: change.priority ?? issue.priority,
    subject: change.subject ?? issue.subject,
    description: given(change.description, issue.description),
    topic: given(change.topic, issue.topic),
    assignee: given(change.assignee, issue.assignee),
    queue: given(change.queue, issue.queue),
    escalationReason,
    escalatedAt: escalationReason === null ? null : (issue.escalatedAt ?? now),
    ...settled,
  };
  const isSame = (Object.keys(next) as (keyof IssueState)[]).every((key) => next[key] === issue[key]);
  return isSame ? issue : { ...next, version: issue.version + 1 };
}

/** What is left out stays. */
function given(text: string | null | undefined, present: string | null): string | null {
  return text === undefined ? present : text;
}

/** Settles an open issue. Told twice with the same words it changes nothing; anything else is refused. */
export function resolved(issue: IssueState, resolution: string, now: Date): IssueState {
  if (!isOpen(issue.status) && issue.resolution !== resolution) {
    throw new Refusal('STATUS_FORBIDS', `The issue is ${issue.status} already; open it again to resolve it anew.`, {
      field: 'input.id',
    });
  }
  return isOpen(issue.status) ? nextIssue(issue, { status: 'RESOLVED', resolution }, now) : issue;
}
