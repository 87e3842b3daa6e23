import type { EntityManager } from 'typeorm';
import { type IssuePriority, type IssueStatus, issuePriorities, issueStatuses } from '../issue-state.js';
import type { StatusSince } from './deadlines.js';
import { noSla, type SlaSettings } from './sla-settings.js';

/** What the workspace promises; nothing when it never said so. With `lock` nobody changes it until the end. */
export async function readSlaSettings(db: EntityManager, workspace: number, lock = false): Promise<SlaSettings> {
  const rows: SlaSettings[] = await db.query(
    `select version, calendars, policies from sla_settings where workspace_id = $1::int${lock ? ' for update' : ''}`,
    [workspace],
  );
  return rows[0] ?? noSla;
}

export async function writeSlaSettings(
  db: EntityManager,
  workspace: number,
  settings: SlaSettings,
  actor: string,
): Promise<void> {
  await db.query(
    `insert into sla_settings (workspace_id, updated_at, version, calendars, policies, actor)
     values ($1::int, now(), $2::int, $3::jsonb, $4::jsonb, $5::text)
     on conflict (workspace_id) do update
       set updated_at = excluded.updated_at, version = excluded.version, calendars = excluded.calendars,
         policies = excluded.policies, actor = excluded.actor`,
    [workspace, settings.version, JSON.stringify(settings.calendars), JSON.stringify(settings.policies), actor],
  );
}

/** What the deadlines of an issue are made of. */
export interface ClockedIssue {
  readonly id: string;
  readonly priority: IssuePriority;
  readonly tier: string | null;
  readonly history: readonly StatusSince[];
}

/** An issue, and the profile that it arrived with. */
export interface IssueRef {
  readonly id: string;
  readonly profile: string;
}

interface ClockedRow {
  id: string;
  priority: number;
  tier: string | null;
  history: [number, number][];
}

/** The issues with the statuses that they had, by the primary key of `issue_version`. */
export async function readClockedIssues(
  db: EntityManager,
  workspace: number,
  ids: readonly string[],
): Promise<ClockedIssue[]> {
  const rows: ClockedRow[] = await db.query(
    `select replace(i.id::text, '-', '') as id, i.priority, i.tier, h.history
     from issue i
     cross join lateral (
       select json_agg(json_build_array(v.status, extract(epoch from v.changed_at) * 1000) order by v.version) as history
       from issue_version v
       where v.workspace_id = $1::int and v.issue_id = i.id
     ) h
     where i.workspace_id = $1::int and i.id = any($2::uuid[])`,
    [workspace, ids],
  );
  return rows.map(({ id, priority, tier, history }) => ({
    id,
    tier,
    priority: issuePriorities[priority] as IssuePriority,
    history: history.map(([status, since]) => ({ status: issueStatuses[status] as IssueStatus, since })),
  }));
}

/** Writes deadlines (epoch milliseconds) where they are others than before; answers with the issues that changed. */
export async function writeDeadlines(
  db: EntityManager,
  workspace: number,
  deadlines: readonly {
    readonly id: string;
    readonly firstResponseDueAt: number | null;
    readonly resolutionDueAt: number | null;
  }[],
): Promise<IssueRef[]> {
  const [changed]: [IssueRef[], number] = await db.query(
    `update issue i
     set first_response_due_at = to_timestamp(d.first / 1000), resolution_due_at = to_timestamp(d.resolution / 1000)
     from unnest($2::uuid[], $3::float8[], $4::float8[]) d(id, first, resolution)
     where i.workspace_id = $1::int and i.id = d.id
       and (i.first_response_due_at, i.resolution_due_at)
         is distinct from (to_timestamp(d.first / 1000), to_timestamp(d.resolution / 1000))
     returning replace(i.id::text, '-', '') as id, i.profile_id::text as profile`,
    [
      workspace,
      deadlines.map(({ id }) => id),
      deadlines.map(({ firstResponseDueAt }) => firstResponseDueAt),
      deadlines.map(({ resolutionDueAt }) => resolutionDueAt),
    ],
  );
  return changed;
}

/** The next open issues after an id, in the order of ids. */
export async function findOpenIssues(
  db: EntityManager,
  workspace: number,
  after: string,
  count: number,
): Promise<string[]> {
  const rows: { id: string }[] = await db.query(
    `select replace(id::text, '-', '') as id
     from issue
     where workspace_id = $1::int and id > $2::uuid and status < 3
     order by id
     limit $3::int`,
    [workspace, after, count],
  );
  return rows.map(({ id }) => id);
}

/** Puts open issues of these profiles' customers into a tier, or into none; answers with those that were in another. */
export async function writeTiers(
  db: EntityManager,
  workspace: number,
  tiers: readonly { readonly profile: string; readonly tier: string | null }[],
): Promise<IssueRef[]> {
  const [rows]: [IssueRef[], number] = await db.query(
    `update issue i
     set tier = t.tier
     from unnest($2::bigint[], $3::text[]) t(profile, tier)
     where i.workspace_id = $1::int and i.profile_id = t.profile and i.status < 3 and i.tier is distinct from t.tier
     returning replace(i.id::text, '-', '') as id, i.profile_id::text as profile`,
    [workspace, tiers.map(({ profile }) => profile), tiers.map(({ tier }) => tier)],
  );
  return rows;
}
