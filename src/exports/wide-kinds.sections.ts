import { filteredCustomers } from '../identity/customer-list.sections.js';
import { everyCustomer } from '../identity/customer-row.sections.js';
import { issueStatuses } from '../issues/issue-state.js';
import { filteredJourneys, journeys } from '../journeys/journey.sections.js';
import { journeyStatuses } from '../journeys/journey-state.js';
import { nothing, raw, sql, word, workspace } from '../platform/sql.js';
import { idOf } from '../touchpoints/touchpoint.sections.js';
import { customerKind } from './customer-kinds.sections.js';
import type { Column, ExportKind } from './export-kind.js';
import { conversationKind, journeyKind } from './fact-kinds.sections.js';
import { answered, summedUp, summedUpColumns } from './wide-rows.sections.js';

const plain = (type: Column['type'], column: string): Column => ({ type, sql: () => raw(column) });

/** Some of a kind's own columns. */
function some(kind: ExportKind, names: readonly string[]): Record<string, Column> {
  return Object.fromEntries(Object.entries(kind.columns).filter(([name]) => names.includes(name)));
}

const attributes = plain('json', 'w.attributes');

/** A conversation and all that became of it: rows `v`, `w`, `a` and its issue `i`. */
export const conversationFactKind: ExportKind = {
  ...conversationKind,
  columns: {
    ...some(conversationKind, ['id', 'customerId', 'source', 'externalId']),
    ...summedUpColumns,
    issueId: { type: 'id', sql: () => idOf('iss', 'i.id') },
    issueStatus: { type: 'word', sql: () => word('i.status', issueStatuses) },
    resolutionSeconds: plain('float', 'extract(epoch from i.resolved_at - w.first_at)::float8'),
    attributes,
  },
  rows: (q, f) => sql`from (
  select v.*
  ${conversationKind.rows(q, f)}
) v
${summedUp(f, sql`and t.conversation_id = v.id`)}
${answered(sql`and b.conversation_id = v.id`)}
left join issue i on i.workspace_id = ${workspace}::int and i.id = w.issue_id
where true`,
};

/** A journey and all that happened on it: rows `j`, `w` and `a`. */
export const journeyFactKind: ExportKind = {
  ...journeyKind,
  columns: {
    ...some(journeyKind, [
      'id',
      'customerId',
      'blueprint',
      'blueprintVersion',
      'status',
      'step',
      'startedAt',
      'endedAt',
    ]),
    durationSeconds: plain('float', 'extract(epoch from j.ended_at - j.started_at)::float8'),
    ...summedUpColumns,
    ...some(journeyKind, ['state', 'source', 'externalId']),
    attributes,
  },
  rows: (_, f) => sql`from (${journeys(f, nothing)}) j
${summedUp(f, sql`and t.journey_id = j.id`)}
${answered(sql`and b.journey_id = j.id and b.profile_id in (
    select member.id
    from profile of
    join profile member on member.workspace_id = ${workspace}::int and member.canonical_id = of.canonical_id
    where of.workspace_id = ${workspace}::int and of.id = j.profile_id)`)}
where true ${filteredJourneys(f)}`,
};

/** A customer and all that she went through: rows `c`, `w` and `a`, and her issues `i` and journeys `k`. */
export const customerFactKind: ExportKind = {
  ...customerKind,
  columns: {
    ...some(customerKind, ['id', 'createdAt', 'segments', 'traits']),
    ...summedUpColumns,
    conversations: plain('int', 'n.conversations'),
    issues: plain('int', 'i.issues'),
    openIssues: plain('int', 'i.open'),
    resolvedIssues: plain('int', 'i.resolved'),
    resolutionSeconds: plain('float', 'i.resolution'),
    journeys: plain('int', 'k.journeys'),
    completedJourneys: plain('int', 'k.completed'),
  },
  rows: (q, f) => sql`${everyCustomer}
${summedUp(f, raw('and t.profile_id = any(c.members)'))}
${answered(raw('and b.profile_id = any(c.members)'))}
cross join lateral (
  select count(distinct v.id)::int as conversations
  from conversation v
  where v.workspace_id = ${workspace}::int and v.profile_id = any(c.members) and v.touchpoints > 0
) n
cross join lateral (
  select count(*)::int as issues, count(*) filter (where i.status < 3)::int as open,
    count(i.resolved_at)::int as resolved,
    avg(extract(epoch from i.resolved_at - i.opened_at))::float8 as resolution
  from issue i
  where i.workspace_id = ${workspace}::int and i.profile_id = any(c.members)
) i
cross join lateral (
  select count(*)::int as journeys, count(*) filter (where k.status = ${raw(String(journeyStatuses.indexOf('COMPLETED')))})::int as completed
  from journey k
  where k.workspace_id = ${workspace}::int and k.profile_id = any(c.members)
) k
where true ${filteredCustomers(f)} ${f.has('segment') ? q.narrowing(f, 'segment').condition(f) : nothing}`,
};
