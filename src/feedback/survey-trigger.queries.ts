import type { EntityManager } from 'typeorm';
import { answeredKind, internal, statuses } from '../touchpoints/vocabulary.js';
import { isMoment } from './moments/moment-match.js';
import { surveyTriggers } from './survey.js';

const completed = statuses.indexOf('COMPLETED');

const times = `s.quiet_days, s.created_at as survey_since,
      f.at + s.delay_seconds * interval '1 second' as opens_at,
      f.at + s.delay_seconds * interval '1 second' + s.valid_days * interval '1 day' as expires_at`;

/**
 * Touchpoints ($2) that a survey follows, each with each such survey: it is over, people of ours took part or might
 * have, and she did not give up. That somebody answered a survey is none, or one answer would lead to the next question.
 */
const byTouchpoint = `
    select s.id as survey_id, f.id as cause_id, f.id as touchpoint_id, f.conversation_id, f.journey_id, f.issue_id,
      f.profile_id, f.channel, f.language, f.agent_id, ${times}
    from (
      select t.*, coalesce(t.ended_at, t.occurred_at) as at
      from unnest($2::uuid[]) k(id)
      join touchpoint t on t.workspace_id = $1::int and t.id = k.id
      where t.status = ${completed} and t.direction <> ${internal} and t.kind <> '${answeredKind}'
        and t.is_abandoned is not true
    ) f
    join survey s on s.workspace_id = $1::int and s.is_active and s.trigger = ${surveyTriggers.indexOf('TOUCHPOINT')}
      and (s.channels is null or f.channel = any(s.channels)) and (s.kinds is null or f.kind = any(s.kinds))
      and (s.topics is null or f.topic = any(s.topics))
      and (s.moment_id is null or exists (
        select
        from moment_of_truth m
        where m.workspace_id = $1::int and m.id = s.moment_id and ${isMoment('m', 'f')}))`;

/** Journeys ($2) that ended as ($3) at ($4), each with each survey that follows such an end. */
const byJourney = `
    select s.id as survey_id, f.id as cause_id, null::uuid as touchpoint_id, null::uuid as conversation_id,
      f.id as journey_id, null::uuid as issue_id, f.profile_id, null::smallint as channel, null::text as language,
      null::text as agent_id, ${times}
    from (
      select j.id, j.profile_id, j.blueprint_id, e.status, e.at
      from unnest($2::uuid[], $3::smallint[], $4::timestamptz[]) e(id, status, at)
      join journey j on j.workspace_id = $1::int and j.id = e.id
    ) f
    join survey s on s.workspace_id = $1::int and s.is_active and s.trigger = ${surveyTriggers.indexOf('JOURNEY_END')}
      and s.blueprint_id = f.blueprint_id and f.status = any(s.endings)`;

/** Those of them who may be asked at the instant `now`: not about it before, not late, and not too soon after the last time. */
const eligible = (matches: string, now: string) => `
  select m.*, p.canonical_id
  from (${matches}
  ) m
  join profile p on p.workspace_id = $1::int and p.id = m.profile_id
  where m.expires_at > ${now}::timestamptz
    and not exists (
      select
      from survey_invitation i
      where i.workspace_id = $1::int and i.survey_id = m.survey_id and i.cause_id = m.cause_id)
    and (m.quiet_days = 0 or not exists (
      select
      from profile q
      join survey_invitation i on i.workspace_id = $1::int and i.profile_id = q.id
      where q.workspace_id = $1::int and q.canonical_id = p.canonical_id
        and i.invited_at > ${now}::timestamptz - m.quiet_days * interval '1 day'))`;

/** Of several surveys and causes at once a customer gets one, but for those that need no quiet. */
const invite = (matches: string, now: string) => `
  insert into survey_invitation (workspace_id, id, survey_id, cause_id, profile_id, touchpoint_id, conversation_id,
    journey_id, issue_id, channel, language, agent_id, invited_at, opens_at, expires_at)
  select $1::int, gen_random_uuid(), e.survey_id, e.cause_id, e.profile_id, e.touchpoint_id, e.conversation_id,
    e.journey_id, e.issue_id, e.channel, e.language, e.agent_id, ${now}::timestamptz, e.opens_at, e.expires_at
  from (
    select e.*, row_number() over (
      partition by e.canonical_id order by e.opens_at, e.survey_since, e.survey_id, e.cause_id) as place
    from (${eligible(matches, now)}) e
  ) e
  where e.place = 1 or e.quiet_days = 0
  on conflict do nothing
  returning profile_id::text as profile`;

const any = (matches: string, now: string) => `select exists (${eligible(matches, now)}) as "isAny"`;

export interface EndedJourney {
  readonly id: string;
  /** Code of how it ended. */
  readonly status: number;
  readonly at: string;
}

/** Whether any of the touchpoints leads to an invitation: asked first, for most lead to none. */
export async function followsTouchpoints(
  db: EntityManager,
  workspace: number,
  touchpoints: readonly string[],
  now: Date,
): Promise<boolean> {
  const rows: { isAny: boolean }[] = await db.query(any(byTouchpoint, '$3'), [workspace, touchpoints, now]);
  return rows[0]?.isAny === true;
}

/** Invites by touchpoints, and answers with the profile of each invitation; nobody else may invite meanwhile. */
export async function inviteByTouchpoints(
  db: EntityManager,
  workspace: number,
  touchpoints: readonly string[],
  now: Date,
): Promise<string[]> {
  const rows: { profile: string }[] = await db.query(invite(byTouchpoint, '$3'), [workspace, touchpoints, now]);
  return rows.map(({ profile }) => profile);
}

export async function followsJourneys(
  db: EntityManager,
  workspace: number,
  ended: readonly EndedJourney[],
  now: Date,
): Promise<boolean> {
  const rows: { isAny: boolean }[] = await db.query(any(byJourney, '$5'), [...journeyValues(workspace, ended), now]);
  return rows[0]?.isAny === true;
}

export async function inviteByJourneys(
  db: EntityManager,
  workspace: number,
  ended: readonly EndedJourney[],
  now: Date,
): Promise<string[]> {
  const rows: { profile: string }[] = await db.query(invite(byJourney, '$5'), [
    ...journeyValues(workspace, ended),
    now,
  ]);
  return rows.map(({ profile }) => profile);
}

function journeyValues(workspace: number, ended: readonly EndedJourney[]): unknown[] {
  return [workspace, ended.map(({ id }) => id), ended.map(({ status }) => status), ended.map(({ at }) => at)];
}
