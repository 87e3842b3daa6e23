import type { EntityManager } from 'typeorm';
import { keepVersions } from './touchpoint-table.js';

/** A touchpoint and the issue that it is about. */
export interface IssueLink {
  readonly touchpoint: string;
  readonly issue: string;
}

/**
 * Puts touchpoints under issues and answers with the ids of those that were not under theirs before, by the primary key.
 * The id is the only thing that changes: what the touchpoint tells is the fact and stays.
 */
export async function linkTouchpointsToIssues(
  db: EntityManager,
  workspace: number,
  links: readonly IssueLink[],
): Promise<string[]> {
  const [rows]: [{ id: string }[], number] = await db.query(
    `with held as (
       select t.id, l.issue
       from json_to_recordset($2::json) l(touchpoint uuid, issue uuid)
       join touchpoint t on t.workspace_id = $1::int and t.id = l.touchpoint
       where t.issue_id is distinct from l.issue
       order by t.id
       for update of t
     ), kept as (${keepVersions('held', '$1')}
     )
     update touchpoint t
     set issue_id = held.issue
     from held
     where t.workspace_id = $1::int and t.id = held.id
     returning replace(t.id::text, '-', '') as id`,
    [workspace, JSON.stringify(links)],
  );
  return rows.map((row) => row.id);
}

/** A touchpoint and the journey that it belongs to; null takes it out. */
export interface JourneyLink {
  readonly touchpoint: string;
  readonly journey: string | null;
}

/** Puts touchpoints to journeys, or takes them out, by the primary key; nothing else of them changes. */
export async function linkTouchpointsToJourneys(
  db: EntityManager,
  workspace: number,
  links: readonly JourneyLink[],
): Promise<void> {
  await db.query(
    `with held as (
       select t.id, l.journey
       from json_to_recordset($2::json) l(touchpoint uuid, journey uuid)
       join touchpoint t on t.workspace_id = $1::int and t.id = l.touchpoint
       where t.journey_id is distinct from l.journey
       order by t.id
       for update of t
     ), kept as (${keepVersions('held', '$1')}
     )
     update touchpoint t
     set journey_id = held.journey
     from held
     where t.workspace_id = $1::int and t.id = held.id`,
    [workspace, JSON.stringify(links)],
  );
}
