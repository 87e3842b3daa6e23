import { asOf, customerOf, knownBy } from '../identity/customer-row.sections.js';
import type { Composer, Field, Shapes } from '../platform/composer.js';
import { connection } from '../platform/connection.js';
import { requireId } from '../platform/ids.js';
import { limits } from '../platform/limits.js';
import { nothing, type Request, raw, type Sql, sql, word, workspace } from '../platform/sql.js';
import { plainText } from '../platform/text-argument.js';
import { filtered, idOf } from '../touchpoints/touchpoint.sections.js';
import { shown, touchpointRows } from '../touchpoints/touchpoint-rows.sections.js';
import { issuePriorities, issueStatuses } from './issue-state.js';

/** Versions that `history` shows, the newest. */
const versionsMax = 200;

const statusCodes = (statuses: readonly string[]) => statuses.map((status) => issueStatuses.indexOf(status as never));

/**
 * Issues, alias `i` inside, as they are now, or as they were at an instant: opened by then, with the latest version of
 * that time, by the primary key of `issue_version`.
 */
export function issues(f: Field, where: Sql): Sql {
  const time = asOf(f);
  if (time === null) {
    return sql`
      select i.id, i.profile_id, i.opened_at, i.updated_at, i.resolved_at, i.version, i.status, i.priority, i.source,
        i.external_id, i.topic, i.subject, i.description, i.resolution, i.assignee, i.queue, i.escalated_at,
        i.escalation_reason, i.tier, i.first_response_due_at, i.resolution_due_at
      from issue i
      where i.workspace_id = ${workspace}::int ${where}`;
  }
  return sql`
    select i.id, i.profile_id, i.opened_at, v.changed_at as updated_at, v.resolved_at, v.version, v.status, v.priority,
      i.source, i.external_id, v.topic, v.subject, v.description, v.resolution, v.assignee, v.queue, v.escalated_at,
      v.escalation_reason, i.tier, i.first_response_due_at, i.resolution_due_at
    from issue i
    cross join lateral (
      select v.*
      from issue_version v
      where v.workspace_id = ${workspace}::int and v.issue_id = i.id and v.changed_at <= ${time}::timestamptz
      order by v.version desc
      limit 1
    ) v
    where i.workspace_id = ${workspace}::int and i.opened_at <= ${time}::timestamptz ${where}`;
}

const issueId = (text: string, _request: Request, path: string) => requireId('issue', text, path);

/** The row of one issue, alias `iss`, by its id; a portal token finds issues of its own customer only. */
export function issueById(f: Field, id: Sql): Sql {
  const own = f.isPortal ? sql`and exists (select ${customerOf(f, raw('i.profile_id'))})` : nothing;
  return sql`from (${issues(f, sql`and i.id = ${id}::uuid ${own}`)}) iss`;
}

/** Free text may hold anything: masked callers do not get it. */
const freeText = (column: string, masked: string) => (f: Field) => raw(f.isMasked ? masked : column);

/** The arguments that narrow a list of issues, as conditions on row `iss`. */
export function filteredIssues(f: Field): Sql {
  const status = f.has('status') ? sql`and iss.status = any(${f.arg('status', statusCodes)}::smallint[])` : nothing;
  const topic = f.has('topic')
    ? sql` and iss.topic = ${f.arg('topic', plainText(limits.shortTextCharactersMax))}::text`
    : nothing;
  return sql`${status}${topic}`;
}

/** Row alias `iss` for an issue. Lists walk `issue_open`, or `issue_history`, once per profile of the customer. */
export const issueShapes = (q: Composer): Shapes => ({
  Query: {
    issue: (f) => q.object(f, issueById(f, sql`${f.arg('id', issueId)}`)),
  },
  Customer: {
    issues: (f) => {
      const status = f.has('status') ? nothing : raw('and iss.status < 3');
      return connection(q, f, {
        row: 'iss',
        at: 'opened_at',
        id: 'id',
        rows: (page) => sql`
          select iss.*
          from unnest(c.members) m(id)
          cross join lateral (
            select iss.*
            from (${issues(f, raw('and i.profile_id = m.id'))}) iss
            where true ${status} ${filteredIssues(f)} ${page}
          ) iss
          where true ${page}`,
      });
    },
    openIssueCount: (f) => sql`(
      select coalesce(sum(n.n), 0)::int
      from unnest(c.members) m(id)
      cross join lateral (
        select count(*) as n
        from (${issues(f, raw('and i.profile_id = m.id'))}) iss
        where iss.status < 3
      ) n)`,
  },
  Touchpoint: {
    issue: (f) => q.object(f, issueById(f, raw('t.issue_id'))),
  },
  Issue: {
    id: idOf('iss', 'iss.id'),
    status: word('iss.status', issueStatuses),
    isOpen: raw('iss.status < 3'),
    priority: word('iss.priority', issuePriorities),
    subject: freeText('iss.subject', `'****'`),
    description: freeText('iss.description', 'null::text'),
    resolution: freeText('iss.resolution', 'null::text'),
    topic: raw('iss.topic'),
    openedAt: raw('iss.opened_at'),
    updatedAt: raw('iss.updated_at'),
    resolvedAt: raw('iss.resolved_at'),
    assignee: raw('iss.assignee'),
    queue: raw('iss.queue'),
    escalatedAt: raw('iss.escalated_at'),
    escalationReason: freeText('iss.escalation_reason', 'null::text'),
    version: raw('iss.version'),
    source: raw('iss.source'),
    externalId: raw('iss.external_id'),
    customer: (f) => q.object(f, customerOf(f, raw('iss.profile_id'))),
    touchpoints: (f) => {
      const own = f.isPortal ? sql`and exists (select ${customerOf(f, raw('t.profile_id'))})` : nothing;
      const visible = sql`${shown(f)} ${own} ${filtered(f)}`;
      return connection(q, f, {
        row: 't',
        at: 'occurred_at',
        id: 'id',
        rows: (page) => sql`select t.* ${touchpointRows(f, sql`and t.issue_id = iss.id ${visible}`, page)}`,
      });
    },
    history: (f) =>
      q.list(
        f,
        sql`from issue_version iv
          where iv.workspace_id = ${workspace}::int and iv.issue_id = iss.id ${knownBy(f, 'iv.changed_at')}
          order by iv.version desc
          limit ${raw(String(versionsMax))}`,
      ),
  },
  IssueVersion: {
    version: raw('iv.version'),
    status: word('iv.status', issueStatuses),
    priority: word('iv.priority', issuePriorities),
    subject: freeText('iv.subject', `'****'`),
    assignee: raw('iv.assignee'),
    queue: raw('iv.queue'),
    escalationReason: freeText('iv.escalation_reason', 'null::text'),
    changedAt: raw('iv.changed_at'),
    actor: raw('iv.actor'),
  },
});
