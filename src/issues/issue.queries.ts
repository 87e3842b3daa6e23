import type { EntityManager } from 'typeorm';
import { answeredKind } from '../touchpoints/vocabulary.js';
import {
  type IssuePriority,
  type IssueState,
  type IssueStatus,
  issuePriorities,
  issueStatuses,
} from './issue-state.js';

/** An issue to open. Without an external id nothing can tell that it was opened before. */
export interface NewIssue {
  readonly id: string;
  readonly profile: string;
  readonly openedAt: string;
  readonly priority: number;
  readonly source: string | null;
  readonly externalId: string | null;
  readonly topic: string | null;
  readonly subject: string;
  readonly description: string | null;
  readonly actor: string;
}

export interface OpenedIssue {
  readonly id: string;
  readonly profile: string;
}

/** What an act needs to know of an issue, held until the end of its transaction. */
export interface HeldIssue {
  readonly id: string;
  readonly profile: string;
  readonly state: IssueState;
}

/**
 * Opens the issues that do not exist yet, with their first versions, and answers with those. A second opening of the
 * same id, or of the same external id of its source, is passed over: of two in one list the earlier one wins.
 */
export async function insertIssues(
  db: EntityManager,
  workspace: number,
  issues: readonly NewIssue[],
): Promise<OpenedIssue[]> {
  return db.query(
    `with opened as (
       insert into issue (workspace_id, id, profile_id, opened_at, updated_at, status, priority, source, external_id,
         topic, subject, description)
       select $1::int, n.id, n.profile, n."openedAt", n."openedAt", 0, n.priority, n.source, n."externalId", n.topic,
         n.subject, n.description
       from json_to_recordset($2::json) n(id uuid, profile bigint, "openedAt" timestamptz, priority smallint, source text,
         "externalId" text, topic text, subject text, description text)
       order by n."openedAt", n.id
       on conflict do nothing
       returning *
     ), versions as (
       insert into issue_version (workspace_id, issue_id, version, changed_at, status, priority, topic, subject,
         description, actor)
       select $1::int, o.id, o.version, o.opened_at, o.status, o.priority, o.topic, o.subject, o.description, n.actor
       from opened o
       join (
         select distinct on (n.id) n.id, n.actor
         from json_to_recordset($2::json) n(id uuid, actor text)
         order by n.id
       ) n on n.id = o.id
     )
     select replace(id::text, '-', '') as id, profile_id::text as profile from opened`,
    [workspace, JSON.stringify(issues)],
  );
}

/** By the unique index of (source, external id). */
export async function findIssueOfSource(
  db: EntityManager,
  workspace: number,
  source: string,
  externalId: string,
): Promise<string | null> {
  const rows: { id: string }[] = await db.query(
    `select replace(id::text, '-', '') as id
     from issue
     where workspace_id = $1::int and source = $2::text and external_id = $3::text`,
    [workspace, source, externalId],
  );
  return rows[0]?.id ?? null;
}

interface IssueStateRow {
  id: string;
  profile: string;
  version: number;
  status: number;
  priority: number;
  subject: string;
  description: string | null;
  topic: string | null;
  resolution: string | null;
  resolved_at: Date | null;
  assignee: string | null;
  queue: string | null;
  escalation_reason: string | null;
  escalated_at: Date | null;
}

/** Reads an issue and locks it: who changes it next, waits. */
export async function holdIssue(db: EntityManager, workspace: number, id: string): Promise<HeldIssue | null> {
  const rows: IssueStateRow[] = await db.query(
    `select replace(id::text, '-', '') as id, profile_id::text as profile, version, status, priority, subject,
       description, topic, resolution, resolved_at, assignee, queue, escalation_reason, escalated_at
     from issue
     where workspace_id = $1::int and id = $2::uuid
     for update`,
    [workspace, id],
  );
  const row = rows[0];
  if (!row) return null;
  const { profile, resolved_at: resolvedAt, ...rest } = row;
  return {
    id: row.id,
    profile,
    state: {
      version: rest.version,
      status: issueStatuses[rest.status] as IssueStatus,
      priority: issuePriorities[rest.priority] as IssuePriority,
      subject: rest.subject,
      description: rest.description,
      topic: rest.topic,
      resolution: rest.resolution,
      resolvedAt,
      assignee: rest.assignee,
      queue: rest.queue,
      escalationReason: rest.escalation_reason,
      escalatedAt: rest.escalated_at,
    },
  };
}

/** Writes the next state and its version. Time never runs backwards within an issue, whatever the clocks say. */
export async function writeIssue(
  db: EntityManager,
  workspace: number,
  id: string,
  next: IssueState,
  now: Date,
  actor: string,
): Promise<void> {
  await db.query(
    `with changed as (
       update issue
       set version = $3::int, status = $4::smallint, priority = $5::smallint, subject = $6::text,
         description = $7::text, topic = $8::text, resolution = $9::text, resolved_at = $10::timestamptz,
         updated_at = greatest(updated_at, $11::timestamptz), assignee = $13::text, queue = $14::text,
         escalation_reason = $15::text, escalated_at = $16::timestamptz
       where workspace_id = $1::int and id = $2::uuid
       returning *
     )
     insert into issue_version (workspace_id, issue_id, version, changed_at, resolved_at, status, priority, topic,
       subject, description, resolution, assignee, queue, escalation_reason, escalated_at, actor)
     select workspace_id, id, version, updated_at, resolved_at, status, priority, topic, subject, description,
       resolution, assignee, queue, escalation_reason, escalated_at, $12::text
     from changed`,
    [
      workspace,
      id,
      next.version,
      issueStatuses.indexOf(next.status),
      issuePriorities.indexOf(next.priority),
      next.subject,
      next.description,
      next.topic,
      next.resolution,
      next.resolvedAt,
      now,
      actor,
      next.assignee,
      next.queue,
      next.escalationReason,
      next.escalatedAt,
    ],
  );
}

/**
 * Opens settled issues again to which the customer came back: a touchpoint of the list that refers to one, is inbound
 * and happened after it was resolved. What it was like for her is no coming back. Answers with the issues. A closed issue
 * stays closed.
 */
export async function reopenIssues(
  db: EntityManager,
  workspace: number,
  touchpoints: readonly string[],
): Promise<OpenedIssue[]> {
  return db.query(
    `with returned as (
       select distinct on (i.id) i.id, t.id as touchpoint_id, t.occurred_at
       from touchpoint t
       join issue i on i.workspace_id = $1::int and i.id = t.issue_id
       where t.workspace_id = $1::int and t.id = any($2::uuid[]) and t.direction = 0 and t.kind <> '${answeredKind}'
         and i.status = 3 and t.occurred_at > i.resolved_at
       order by i.id, t.occurred_at, t.id
     ), reopened as (
       update issue i
       set version = i.version + 1, status = 0, resolution = null, resolved_at = null,
         updated_at = greatest(i.updated_at, r.occurred_at)
       from returned r
       where i.workspace_id = $1::int and i.id = r.id and i.status = 3
       returning i.*, r.touchpoint_id
     ), versions as (
       insert into issue_version (workspace_id, issue_id, version, changed_at, status, priority, topic, subject,
         description, assignee, queue, escalation_reason, escalated_at, actor)
       select workspace_id, id, version, updated_at, status, priority, topic, subject, description, assignee, queue,
         escalation_reason, escalated_at, 'touchpoint:' || replace(touchpoint_id::text, '-', '')
       from reopened
     )
     select replace(id::text, '-', '') as id, profile_id::text as profile from reopened`,
    [workspace, touchpoints],
  );
}

/** The profile that a touchpoint arrived with, or null. */
export async function findProfileOfTouchpoint(
  db: EntityManager,
  workspace: number,
  touchpoint: string,
): Promise<string | null> {
  const rows: { profile: string }[] = await db.query(
    `select profile_id::text as profile
     from touchpoint
     where workspace_id = $1::int and id = $2::uuid`,
    [workspace, touchpoint],
  );
  return rows[0]?.profile ?? null;
}

export async function profileExists(db: EntityManager, workspace: number, profile: string): Promise<boolean> {
  const rows: unknown[] = await db.query(
    `select from profile
     where workspace_id = $1::int and id = $2::bigint`,
    [workspace, profile],
  );
  return rows.length > 0;
}

export interface TouchpointToLink {
  readonly id: string;
  readonly profile: string;
  /** True when the touchpoint's customer is the issue's customer now. */
  readonly isSameCustomer: boolean;
}

/** Those of the touchpoints that exist, and whether each is of the same customer as a profile. */
export async function findTouchpointsToLink(
  db: EntityManager,
  workspace: number,
  touchpoints: readonly string[],
  profile: string,
): Promise<TouchpointToLink[]> {
  return db.query(
    `select replace(t.id::text, '-', '') as id, t.profile_id::text as profile,
       p.canonical_id = own.canonical_id as "isSameCustomer"
     from touchpoint t
     join profile p on p.workspace_id = $1::int and p.id = t.profile_id
     join profile own on own.workspace_id = $1::int and own.id = $3::bigint
     where t.workspace_id = $1::int and t.id = any($2::uuid[])`,
    [workspace, touchpoints, profile],
  );
}
