import { issuePriorities, issueStatuses } from '../../issues/issue-state.js';
import { join, nothing, raw, type Sql, sql } from '../../platform/sql.js';
import { bind } from './bound-value.js';
import { enoughOf } from './bounds.js';
import type { IssuesCondition, OpenIssuesCondition } from './conditions.js';
import { between, type CompiledCondition, codes, type Facts, milliseconds, words } from './facts.js';

/** Walks `issue_open`, which holds open issues only. */
export function openIssuesCondition(facts: Facts, condition: OpenIssuesCondition): CompiledCondition {
  const { topic, priority } = condition.openIssues;
  const only = sql`and i.status < 3 ${words('i.topic', topic)} ${codes('i.priority', priority, issuePriorities)}`;
  const enough = enoughOf(condition);
  const count = facts.fact({ openIssues: condition.openIssues, enough }, () => countOf(facts, only, enough));
  return { holds: between(count, condition), observed: count, due: null };
}

/** Walks `issue_history`. */
export function issuesCondition(facts: Facts, condition: IssuesCondition): CompiledCondition {
  const { status, priority, topic, slaBreached, olderThan, within } = condition.issues;
  const plain = join(
    [codes('i.status', status, issueStatuses), codes('i.priority', priority, issuePriorities), words('i.topic', topic)],
    ' ',
  );
  const timed = join(
    [
      slaBreached === undefined ? nothing : sql`and ${raw(slaBreached ? '' : 'not ')}${isBreached(facts)}`,
      olderThan === undefined ? nothing : sql`and i.opened_at <= ${facts.since(olderThan)}`,
      within === undefined ? nothing : sql`and i.opened_at > ${facts.since(within)}`,
    ],
    ' ',
  );
  const enough = enoughOf(condition);
  const count = facts.fact({ issues: condition.issues, enough }, () => countOf(facts, sql`${plain} ${timed}`, enough));
  const dues = [
    ...[olderThan, within]
      .filter((ms) => ms !== undefined)
      .map((ms) => sql`${nextToAge(facts, { status, priority, topic, ms }, plain)} + ${milliseconds(ms)}`),
    ...(slaBreached === undefined ? [] : [nextDeadline(facts, { status, priority, topic }, plain)]),
  ];
  return {
    holds: between(count, condition),
    observed: count,
    due: dues.length === 0 ? null : sql`least(${join(dues, ', ')})`,
  };
}

function countOf(facts: Facts, only: Sql, enough: number): Sql {
  const limit = sql`${bind(enough)}::int`;
  return sql`(
    select count(*)::int
    from (
      select
      from unnest(c.members) m(id)
      cross join lateral (
        select from issue i
        where i.workspace_id = ${facts.workspace}::int and i.profile_id = m.id ${only}
        limit ${limit}
      ) i
      limit ${limit}
    ) n)`;
}

/** When the first of those that are not so old yet, was opened. */
function nextToAge(facts: Facts, asked: { ms: number } & Record<string, unknown>, plain: Sql): Sql {
  return facts.fact(
    { nextToAge: asked },
    () => sql`(
      select min(i.opened_at)
      from unnest(c.members) m(id)
      cross join lateral (
        select i.opened_at from issue i
        where i.workspace_id = ${facts.workspace}::int and i.profile_id = m.id ${plain}
          and i.opened_at > ${facts.since(asked.ms)}
        order by i.opened_at
        limit 1
      ) i)`,
  );
}

function nextDeadline(facts: Facts, asked: Record<string, unknown>, plain: Sql): Sql {
  const due = (column: string) => sql`min(i.${raw(column)}) filter (where i.${raw(column)} > ${facts.now()})`;
  return facts.fact(
    { nextDeadline: asked },
    () => sql`(
      select least(${due('first_response_due_at')}, ${due('resolution_due_at')}) + interval '1 microsecond'
      from unnest(c.members) m(id)
      join issue i on i.workspace_id = ${facts.workspace}::int and i.profile_id = m.id
      where true ${plain})`,
  );
}

/** As `Issue.sla` has it: a promise was kept late, or is late now. The first response is read where one was promised. */
function isBreached(facts: Facts): Sql {
  const now = facts.now();
  return sql`(coalesce(coalesce(i.resolved_at, ${now}) > i.resolution_due_at, false)
    or case when i.first_response_due_at is not null then coalesce(least((
      select min(t.occurred_at)
      from touchpoint t
      where t.workspace_id = ${facts.workspace}::int and t.issue_id = i.id and t.direction = 1 and t.status <> 3
        and t.occurred_at >= i.opened_at
    ), (
      select min(ic.created_at)
      from issue_comment ic
      where ic.workspace_id = ${facts.workspace}::int and ic.issue_id = i.id and ic.is_public
    )), ${now}) > i.first_response_due_at else false end)`;
}
