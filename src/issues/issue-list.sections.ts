import { instantOf } from '../identity/customer-row.sections.js';
import type { Composer, Field, Shapes } from '../platform/composer.js';
import { connection } from '../platform/connection.js';
import { limits } from '../platform/limits.js';
import { nothing, raw, type Sql, sql } from '../platform/sql.js';
import { plainText } from '../platform/text-argument.js';
import { issues } from './issue.sections.js';
import { type IssuePriority, type IssueStatus, issuePriorities, issueStatuses } from './issue-state.js';
import { firstResponse } from './issue-talk.sections.js';

const statusCodes = (values: readonly IssueStatus[]) => [
  ...new Set(values.map((value) => issueStatuses.indexOf(value))),
];
const priorityCodes = (values: readonly IssuePriority[]) => values.map((value) => issuePriorities.indexOf(value));

const openStatuses = raw(`'{0,1,2}'::smallint[]`);

/** Rows that `openIssueTotals` shows, the fullest queues. */
const queuesMax = 200;

/** What was promised for issue `iss` and is late, or came late. The dates are compared first: they stand in the row. */
const isLate = (f: Field): Sql => sql`(
  coalesce(iss.resolved_at, ${instantOf(f)}) > iss.resolution_due_at
  or ${instantOf(f)} > iss.first_response_due_at
    and coalesce(${firstResponse(f)}, ${instantOf(f)}) > iss.first_response_due_at)`;

/** The lists for whoever works on issues of all customers. They walk `issue_status`, once per status. */
export const issueListShapes = (q: Composer): Shapes => ({
  Query: {
    issues: (f) => {
      const only = narrowed(f);
      const status = f.has('status') ? sql`${f.arg('status', statusCodes)}::smallint[]` : openStatuses;
      return connection(q, f, {
        row: 'iss',
        at: 'opened_at',
        id: 'id',
        rows: (page) => sql`
          select iss.*
          from unnest(${status}) s(status)
          cross join lateral (
            select iss.*
            from (${issues(f, raw('and i.status = s.status'))}) iss
            where true ${only} ${page}
          ) iss
          where true ${page}`,
      });
    },
    openIssueTotals: (f) =>
      q.list(
        f,
        sql`from (
          select iss.queue,
            count(*)::int as open,
            count(*) filter (where iss.assignee is null)::int as unassigned,
            count(*) filter (where iss.escalated_at is not null)::int as escalated,
            count(*) filter (where ${isLate(f)})::int as late
          from (${issues(f, raw('and i.status < 3'))}) iss
          group by iss.queue
        ) tot
        order by tot.open desc, tot.queue
        limit ${raw(String(queuesMax))}`,
      ),
  },
  IssueTotal: {
    queue: raw('tot.queue'),
    open: raw('tot.open'),
    unassigned: raw('tot.unassigned'),
    escalated: raw('tot.escalated'),
    late: raw('tot.late'),
  },
});

/** The arguments of the list, as conditions on row `iss`. */
function narrowed(f: Field): Sql {
  const when = (arg: string, condition: () => Sql) => (f.has(arg) ? sql`\n    and ${condition()}` : nothing);
  const text = plainText(limits.shortTextCharactersMax);
  return [
    when('priority', () => sql`iss.priority = any(${f.arg('priority', priorityCodes)}::smallint[])`),
    when('topic', () => sql`iss.topic = ${f.arg('topic', text)}::text`),
    when('queue', () => sql`iss.queue = ${f.arg('queue', text)}::text`),
    when('assignee', () => sql`iss.assignee = ${f.arg('assignee', text)}::text`),
    when('isAssigned', () => sql`(iss.assignee is not null) = ${f.arg('isAssigned')}::boolean`),
    when('isEscalated', () => sql`(iss.escalated_at is not null) = ${f.arg('isEscalated')}::boolean`),
    when('isLate', () => sql`coalesce(${isLate(f)}, false) = ${f.arg('isLate')}::boolean`),
    when('from', () => sql`iss.opened_at >= ${f.arg('from')}::timestamptz`),
    when('to', () => sql`iss.opened_at < ${f.arg('to')}::timestamptz`),
  ].reduce((all, one) => sql`${all}${one}`, nothing);
}
