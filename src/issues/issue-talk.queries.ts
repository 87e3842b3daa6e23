import type { EntityManager } from 'typeorm';

export interface NewComment {
  readonly id: string;
  readonly issue: string;
  readonly isPublic: boolean;
  readonly source: string | null;
  readonly externalId: string | null;
  readonly body: string;
  readonly actor: string;
}

/** False when the comment is there already. */
export async function insertComment(db: EntityManager, workspace: number, comment: NewComment): Promise<boolean> {
  const rows: unknown[] = await db.query(
    `insert into issue_comment (workspace_id, id, issue_id, created_at, is_public, source, external_id, actor, body)
     values ($1::int, $2::uuid, $3::uuid, now(), $4::boolean, $5::text, $6::text, $7::text, $8::text)
     on conflict (workspace_id, id) do nothing
     returning id`,
    [
      workspace,
      comment.id,
      comment.issue,
      comment.isPublic,
      comment.source,
      comment.externalId,
      comment.actor,
      comment.body,
    ],
  );
  return rows.length > 0;
}

export interface IssuePair {
  readonly issue: string;
  readonly kind: number;
  readonly other: string;
}

/** False when they are linked so already. */
export async function insertIssueLink(
  db: EntityManager,
  workspace: number,
  { issue, kind, other }: IssuePair,
  actor: string,
): Promise<boolean> {
  const rows: unknown[] = await db.query(
    `insert into issue_link (workspace_id, issue_id, kind, other_id, linked_at, actor)
     values ($1::int, $2::uuid, $3::smallint, $4::uuid, now(), $5::text)
     on conflict do nothing
     returning issue_id`,
    [workspace, issue, kind, other, actor],
  );
  return rows.length > 0;
}

/** False when they were not linked so. */
export async function deleteIssueLink(
  db: EntityManager,
  workspace: number,
  { issue, kind, other }: IssuePair,
): Promise<boolean> {
  const [rows]: [unknown[], number] = await db.query(
    `delete from issue_link
     where workspace_id = $1::int and issue_id = $2::uuid and kind = $3::smallint and other_id = $4::uuid
     returning issue_id`,
    [workspace, issue, kind, other],
  );
  return rows.length > 0;
}

/** Links of an issue from both ends. */
export async function countIssueLinks(db: EntityManager, workspace: number, issue: string): Promise<number> {
  const rows: { count: number }[] = await db.query(
    `select count(*)::int as count
     from issue_link
     where workspace_id = $1::int and (issue_id = $2::uuid or other_id = $2::uuid)`,
    [workspace, issue],
  );
  return (rows[0] as { count: number }).count;
}

/** True when following links of a kind from one issue leads to another one. */
export async function leadsTo(
  db: EntityManager,
  workspace: number,
  from: string,
  kind: number,
  to: string,
): Promise<boolean> {
  const rows: unknown[] = await db.query(
    `with recursive followed as (
       select $2::uuid as id
       union
       select l.other_id
       from followed f
       join issue_link l on l.workspace_id = $1::int and l.issue_id = f.id and l.kind = $3::smallint
     )
     select from followed where id = $4::uuid`,
    [workspace, from, kind, to],
  );
  return rows.length > 0;
}

/** Notes or changes the reference; answers with the issue that has it, which may be another one. */
export async function referTicket(
  db: EntityManager,
  workspace: number,
  issue: string,
  ticket: { readonly system: string; readonly externalId: string; readonly url: string | null },
  actor: string,
): Promise<string> {
  const rows: { issue: string }[] = await db.query(
    `with noted as (
       insert into issue_ticket (workspace_id, issue_id, system, external_id, url, referred_at, actor)
       values ($1::int, $2::uuid, $3::text, $4::text, $5::text, now(), $6::text)
       on conflict (workspace_id, system, external_id) do update
         set url = excluded.url
         where issue_ticket.issue_id = excluded.issue_id
       returning issue_id
     )
     select replace(issue_id::text, '-', '') as issue from noted
     union all
     select replace(issue_id::text, '-', '')
     from issue_ticket
     where workspace_id = $1::int and system = $3::text and external_id = $4::text
     limit 1`,
    [workspace, issue, ticket.system, ticket.externalId, ticket.url, actor],
  );
  return (rows[0] as { issue: string }).issue;
}
