import { instantOf, knownBy, membersOf } from '../identity/customer-row.sections.js';
import type { Composer, Field, Shapes } from '../platform/composer.js';
import { connection } from '../platform/connection.js';
import { raw, type Sql, sql, word, workspace } from '../platform/sql.js';
import { shown } from '../touchpoints/touchpoint-rows.sections.js';
import { answeredKind } from '../touchpoints/vocabulary.js';
import { issueById, issues } from './issue.sections.js';
import { issueLinkKinds, issueLinkKindsBack } from './issue-talk.types.js';

const ticketsMax = 50;
const duplicatesMax = 10;

/** How often the issue `iss` was opened again, by its versions. */
const reopenings = (f: Field) => sql`(
  select count(*)::int
  from (
    select iv.status, lag(iv.status) over (order by iv.version) as before
    from issue_version iv
    where iv.workspace_id = ${workspace}::int and iv.issue_id = iss.id ${knownBy(f, 'iv.changed_at')}
  ) h
  where h.status < 3 and h.before >= 3)`;

/** The first outbound touchpoint under the issue, or the first public comment. */
export const firstResponse = (f: Field) => sql`least((
  select min(t.occurred_at)
  from touchpoint t
  where t.workspace_id = ${workspace}::int and t.issue_id = iss.id and t.direction = 1 and t.status <> 3
    and t.occurred_at >= iss.opened_at ${shown(f)}
), (
  select min(ic.created_at)
  from issue_comment ic
  where ic.workspace_id = ${workspace}::int and ic.issue_id = iss.id and ic.is_public
    ${knownBy(f, 'ic.created_at')}))`;

/** Contacts are inbound touchpoints, but for answers to surveys and for looking around on web and app (channels 3 and 6). */
const firstContactResolved = (f: Field): Sql => sql`(
  case when iss.status >= 3 and iss.resolved_at <= ${instantOf(f)} - interval '7 days' then
    ${reopenings(f)} = 0
    and (
      select count(*)
      from touchpoint t
      where t.workspace_id = ${workspace}::int and t.issue_id = iss.id and t.direction = 0
        and t.channel not in (3, 6) and t.kind <> '${raw(answeredKind)}' ${shown(f)}
    ) <= 1
    and not exists (
      select
      from unnest(${membersOf(f, raw('iss.profile_id'))}) m(id)
      join touchpoint t on t.workspace_id = ${workspace}::int and t.profile_id = m.id
        and t.occurred_at > iss.resolved_at and t.occurred_at <= iss.resolved_at + interval '7 days'
      where t.topic = iss.topic and t.direction = 0 and t.channel not in (3, 6) ${shown(f)}
    )
  end)`;

/** Row `l`: a link of issue `iss`, from either end. Walks the primary key and `issue_link_back`. */
const linksOf = (f: Field) => sql`from (
  select l.other_id as id, l.kind, true as is_forward, l.linked_at, l.actor
  from issue_link l
  where l.workspace_id = ${workspace}::int and l.issue_id = iss.id ${knownBy(f, 'l.linked_at')}
  union all
  select l.issue_id, l.kind, false, l.linked_at, l.actor
  from issue_link l
  where l.workspace_id = ${workspace}::int and l.other_id = iss.id ${knownBy(f, 'l.linked_at')}
) l`;

const codeOf = (words: readonly string[], column: string): Sql => word(column, words);

/** What is said about an issue, and what it belongs to. Row `ic` for a comment, `l` for a link, `it` for a ticket. */
export const issueTalkShapes = (q: Composer): Shapes => ({
  Issue: {
    reopenCount: reopenings,
    firstResponseAt: firstResponse,
    firstContactResolved,
    sla: (f) => q.object(f, sql`where iss.first_response_due_at is not null or iss.resolution_due_at is not null`),
    comments: (f) =>
      connection(q, f, {
        row: 'ic',
        at: 'created_at',
        id: 'id',
        rows: (page) => sql`
          select ic.*
          from issue_comment ic
          where ic.workspace_id = ${workspace}::int and ic.issue_id = iss.id
            ${f.isPortal ? raw('and ic.is_public') : raw('')} ${knownBy(f, 'ic.created_at')} ${page}`,
      }),
    links: (f) => q.list(f, sql`${linksOf(f)} order by l.linked_at desc, l.id`),
    tickets: (f) =>
      q.list(
        f,
        sql`from issue_ticket it
          where it.workspace_id = ${workspace}::int and it.issue_id = iss.id ${knownBy(f, 'it.referred_at')}
          order by it.system, it.external_id
          limit ${raw(String(ticketsMax))}`,
      ),
    possibleDuplicates: (f) =>
      q.list(
        f,
        sql`from (
          select iss.*, of.opened_at as near
          from (select iss.id, iss.profile_id, iss.topic, iss.opened_at) of
          cross join lateral unnest(${membersOf(f, raw('of.profile_id'))}) m(id)
          cross join lateral (
            select o.*
            from (${issues(f, raw('and i.profile_id = m.id and i.topic = of.topic'))}) o
            where o.status < 3 and o.id <> of.id
              and o.opened_at between of.opened_at - interval '30 days' and of.opened_at + interval '30 days'
          ) iss
        ) iss
        order by abs(extract(epoch from iss.opened_at - iss.near)), iss.id
        limit ${raw(String(duplicatesMax))}`,
      ),
  },
  IssueSla: {
    tier: raw('iss.tier'),
    firstResponseDueAt: raw('iss.first_response_due_at'),
    firstResponseBreached: (f) =>
      sql`coalesce(coalesce(${firstResponse(f)}, ${instantOf(f)}) > iss.first_response_due_at, false)`,
    resolutionDueAt: raw('iss.resolution_due_at'),
    resolutionBreached: (f) => sql`coalesce(coalesce(iss.resolved_at, ${instantOf(f)}) > iss.resolution_due_at, false)`,
  },
  IssueComment: {
    body: (f) => raw(f.isMasked ? `'****'` : 'ic.body'),
    isPublic: raw('ic.is_public'),
    createdAt: raw('ic.created_at'),
    actor: raw('ic.actor'),
  },
  IssueLink: {
    relation: sql`case when l.is_forward then ${codeOf(issueLinkKinds, 'l.kind')} else ${codeOf(issueLinkKindsBack, 'l.kind')} end`,
    issue: (f) => q.object(f, issueById(f, raw('l.id'))),
    linkedAt: raw('l.linked_at'),
    actor: raw('l.actor'),
  },
  IssueTicket: {
    system: raw('it.system'),
    externalId: raw('it.external_id'),
    url: raw('it.url'),
  },
});
