import type { EntityManager } from 'typeorm';
import { workspaceLocks } from '../platform/workspace-locks.js';
import type { About } from './invitation.js';
import type { SurveyRow } from './survey.queries.js';

const hex = (column: string) => `replace(${column}::text, '-', '')`;

/** Nobody else invites in this workspace until the end of the transaction. */
export async function inviteAlone(db: EntityManager, workspace: number): Promise<void> {
  await db.query('select pg_advisory_xact_lock($1, $2)', [workspaceLocks.surveyInviting, workspace]);
}

/** What a touchpoint is, and belongs to; null for one that is not there. */
export async function aboutTouchpoint(db: EntityManager, workspace: number, id: string): Promise<About | null> {
  const rows: About[] = await db.query(
    `select ${hex('t.id')} as cause, t.profile_id::text as profile, ${hex('t.id')} as touchpoint,
       ${hex('t.conversation_id')} as conversation, ${hex('t.journey_id')} as journey, ${hex('t.issue_id')} as issue,
       t.channel, t.language, t.agent_id as agent
     from touchpoint t
     where t.workspace_id = $1::int and t.id = $2::uuid`,
    [workspace, id],
  );
  return rows[0] ?? null;
}

export async function aboutJourney(db: EntityManager, workspace: number, id: string): Promise<About | null> {
  const rows: About[] = await db.query(
    `select ${hex('j.id')} as cause, j.profile_id::text as profile, null as touchpoint, null as conversation,
       ${hex('j.id')} as journey, null as issue, null as channel, null as language, null as agent
     from journey j
     where j.workspace_id = $1::int and j.id = $2::uuid`,
    [workspace, id],
  );
  return rows[0] ?? null;
}

export interface InvitationRow {
  readonly id: string;
  readonly survey: string;
  readonly profile: string;
  readonly touchpoint: string | null;
  readonly conversation: string | null;
  readonly journey: string | null;
  readonly issue: string | null;
  readonly language: string | null;
  readonly agent: string | null;
  readonly channel: number | null;
  readonly opensAt: Date;
  readonly expiresAt: Date;
  readonly answeredAt: Date | null;
}

const columns = `${hex('i.id')} as id, ${hex('i.survey_id')} as survey, i.profile_id::text as profile,
  ${hex('i.touchpoint_id')} as touchpoint, ${hex('i.conversation_id')} as conversation,
  ${hex('i.journey_id')} as journey, ${hex('i.issue_id')} as issue, i.language, i.agent_id as agent, i.channel,
  i.opens_at as "opensAt", i.expires_at as "expiresAt", i.answered_at as "answeredAt"`;

/** By its id, by its token (`survey_invitation_token`), or by what it is about (`survey_invitation_once`). */
export type InvitationKey =
  | { readonly id: string }
  | { readonly token: Buffer }
  | { readonly survey: string; readonly cause: string };

/** Whoever answers it at the same time, waits. */
export async function holdInvitation(
  db: EntityManager,
  workspace: number,
  key: InvitationKey,
): Promise<InvitationRow | null> {
  const rows: InvitationRow[] = await db.query(
    `select ${columns}
     from survey_invitation i
     where i.workspace_id = $1::int and ${conditionOf(key)}
     for update`,
    [workspace, ...Object.values(key)],
  );
  return rows[0] ?? null;
}

/** As `holdInvitation`, for reading only. */
export async function findInvitation(
  db: EntityManager,
  workspace: number,
  key: InvitationKey,
): Promise<InvitationRow | null> {
  const rows: InvitationRow[] = await db.query(
    `select ${columns}
     from survey_invitation i
     where i.workspace_id = $1::int and ${conditionOf(key)}`,
    [workspace, ...Object.values(key)],
  );
  return rows[0] ?? null;
}

function conditionOf(key: InvitationKey): string {
  if ('id' in key) return 'i.id = $2::uuid';
  return 'token' in key ? 'i.token_hash = $2::bytea' : 'i.survey_id = $2::uuid and i.cause_id = $3::uuid';
}

/** When the customer of a profile was invited last, to whatever; by `survey_invitation_of`. */
export async function lastInvitedAt(db: EntityManager, workspace: number, profile: string): Promise<Date | null> {
  const rows: { at: Date | null }[] = await db.query(
    `select max(i.invited_at) as at
     from profile own
     join profile p on p.workspace_id = $1::int and p.canonical_id = own.canonical_id
     join survey_invitation i on i.workspace_id = $1::int and i.profile_id = p.id
     where own.workspace_id = $1::int and own.id = $2::bigint`,
    [workspace, profile],
  );
  return rows[0]?.at ?? null;
}

/** An invitation by hand: it opens at once. */
export async function insertInvitation(
  db: EntityManager,
  workspace: number,
  invitation: { readonly id: string; readonly survey: SurveyRow; readonly about: About; readonly actor: string },
  now: Date,
): Promise<void> {
  const { id, survey, about, actor } = invitation;
  await db.query(
    `insert into survey_invitation (workspace_id, id, survey_id, cause_id, profile_id, touchpoint_id, conversation_id,
       journey_id, issue_id, channel, language, agent_id, invited_at, opens_at, expires_at, actor)
     values ($1::int, $2::uuid, $3::uuid, $4::uuid, $5::bigint, $6::uuid, $7::uuid, $8::uuid, $9::uuid, $10::smallint,
       $11::text, $12::text, $13::timestamptz, $13::timestamptz, $13::timestamptz + $14::int * interval '1 day',
       $15::text)`,
    [
      workspace,
      id,
      survey.id,
      about.cause,
      about.profile,
      about.touchpoint,
      about.conversation,
      about.journey,
      about.issue,
      about.channel,
      about.language,
      about.agent,
      now,
      survey.validDays,
      actor,
    ],
  );
}

/** The one before names nothing any more. */
export async function writeToken(db: EntityManager, workspace: number, id: string, token: Buffer): Promise<void> {
  await db.query(
    `update survey_invitation
     set token_hash = $3::bytea
     where workspace_id = $1::int and id = $2::uuid`,
    [workspace, id, token],
  );
}

export async function markAnswered(db: EntityManager, workspace: number, id: string, now: Date): Promise<void> {
  await db.query(
    `update survey_invitation
     set answered_at = $3::timestamptz
     where workspace_id = $1::int and id = $2::uuid`,
    [workspace, id, now],
  );
}
