import { randomBytes, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Caller } from '../access/caller.js';
import { profileExists } from '../identity/profile.queries.js';
import { Database } from '../platform/database.js';
import { publish } from '../platform/events.js';
import { requireId } from '../platform/ids.js';
import { Metrics } from '../platform/metrics.js';
import { pageAddress } from '../platform/page-address.js';
import { Refusal } from '../platform/refusal.js';
import { SURVEY_INVITED, type SurveyInvited } from './feedback.events.js';
import { FEEDBACK_CLOCK, type FeedbackClock } from './feedback-clock.js';
import type { About } from './invitation.js';
import {
  aboutJourney,
  aboutTouchpoint,
  findInvitation,
  holdInvitation,
  type InvitationRow,
  insertInvitation,
  inviteAlone,
  lastInvitedAt,
  writeToken,
} from './invitation.queries.js';
import type { InviteToSurveyInput } from './invitation.types.js';
import { findSurvey, type SurveyRow } from './survey.queries.js';
import { surveyToken, tokenHash } from './survey-token.js';
import { invitationCounter } from './survey-triggers.service.js';

const day = 86_400_000;

export interface Invited {
  readonly innerId: string;
  readonly token: string;
  readonly link: string | null;
  readonly isNew: boolean;
}

/** What a survey is asked, or answered, about, as a client names it. */
export interface AboutInput {
  readonly touchpointId?: string | null;
  readonly journeyId?: string | null;
  readonly customerId?: string | null;
}

/** Invites by hand, and makes the tokens by which channels let customers answer. */
@Injectable()
export class SurveyInvitations {
  readonly #invited;

  constructor(
    private readonly database: Database,
    @Inject(FEEDBACK_CLOCK) private readonly clock: FeedbackClock,
    metrics: Metrics,
  ) {
    this.#invited = invitationCounter(metrics);
  }

  async invite({ workspace, actor }: Caller, input: InviteToSurveyInput): Promise<Invited> {
    requireOne([input.invitationId, input.touchpointId, input.journeyId, input.customerId]);
    const page = input.linkUrl == null ? null : pageAddress(input.linkUrl, 'input.linkUrl');
    const token = surveyToken(workspace, randomBytes);
    const now = this.clock.now();
    return this.database.inWorkspace(workspace, async (db) => {
      const { invitation, isNew } =
        input.invitationId == null
          ? await this.about(db, workspace, actor, input, now)
          : { invitation: await requireInvitation(db, workspace, input.invitationId), isNew: false };
      requireAnswerable(invitation, now);
      await writeToken(db, workspace, invitation.id, tokenHash(token));
      return { innerId: invitation.id, token, link: page && `${page}#survey=${token}`, isNew };
    });
  }

  /** The invitation about something: the one that is there, or a new one unless she was asked too lately. */
  private async about(db: EntityManager, workspace: number, actor: string, input: InviteToSurveyInput, now: Date) {
    const survey = await requireSurvey(db, workspace, input.survey);
    const about = await requireAbout(db, workspace, input, null);
    await inviteAlone(db, workspace);
    const known = await holdInvitation(db, workspace, { survey: survey.id, cause: about.cause });
    if (known) return { invitation: known, isNew: false };
    if (!survey.isActive) {
      throw new Refusal('STATUS_FORBIDS', 'This survey invites nobody any more.', { field: 'input.survey' });
    }
    const last = survey.quietDays === 0 ? null : await lastInvitedAt(db, workspace, about.profile);
    const quietUntil = last === null ? 0 : last.getTime() + survey.quietDays * day;
    if (quietUntil > now.getTime()) {
      const until = new Date(quietUntil).toISOString();
      throw new Refusal('SURVEY_QUIET', `She was invited lately, and is left in peace until ${until}.`, {
        field: 'input.survey',
      });
    }
    return { invitation: await this.insert(db, workspace, { survey, about, actor }, now), isNew: true };
  }

  /** An invitation that is there from now on, in the caller’s transaction. */
  async insert(
    db: EntityManager,
    workspace: number,
    invitation: { readonly survey: SurveyRow; readonly about: About; readonly actor: string },
    now: Date,
  ): Promise<InvitationRow> {
    const id = randomUUID();
    await insertInvitation(db, workspace, { id, ...invitation }, now);
    const event: SurveyInvited = { profiles: [invitation.about.profile] };
    await publish(db, workspace, SURVEY_INVITED, event);
    this.#invited.inc({ by: 'hand' });
    return (await findInvitation(db, workspace, { id })) as InvitationRow;
  }
}

export async function requireInvitation(db: EntityManager, workspace: number, text: string): Promise<InvitationRow> {
  const id = requireId('invitation', text, 'input.invitationId');
  const invitation = await holdInvitation(db, workspace, { id });
  if (invitation) return invitation;
  throw new Refusal('NOT_FOUND', 'There is no such invitation.', { field: 'input.invitationId' });
}

export async function requireSurvey(
  db: EntityManager,
  workspace: number,
  key: string | null | undefined,
): Promise<SurveyRow> {
  const field = 'input.survey';
  if (key == null) throw new Refusal('INPUT_INVALID', 'Name the survey.', { field });
  const survey = await findSurvey(db, workspace, key);
  if (survey) return survey;
  throw new Refusal('NOT_FOUND', 'There is no such survey.', { field });
}

/** @param cause tells one about a customer as a whole from the next; null makes each its own */
export async function requireAbout(
  db: EntityManager,
  workspace: number,
  input: AboutInput,
  cause: string | null,
): Promise<About> {
  if (input.touchpointId != null) {
    const about = await aboutTouchpoint(
      db,
      workspace,
      requireId('touchpoint', input.touchpointId, 'input.touchpointId'),
    );
    if (about) return about;
    throw new Refusal('NOT_FOUND', 'There is no such touchpoint.', { field: 'input.touchpointId' });
  }
  if (input.journeyId != null) {
    const about = await aboutJourney(db, workspace, requireId('journey', input.journeyId, 'input.journeyId'));
    if (about) return about;
    throw new Refusal('NOT_FOUND', 'There is no such journey.', { field: 'input.journeyId' });
  }
  const profile = requireId('customer', input.customerId as string, 'input.customerId');
  if (!(await profileExists(db, workspace, profile))) {
    throw new Refusal('NOT_FOUND', 'There is no such customer.', { field: 'input.customerId' });
  }
  const nothing = { touchpoint: null, conversation: null, journey: null, issue: null };
  return { cause: cause ?? randomUUID(), profile, ...nothing, channel: null, language: null, agent: null };
}

/** @throws Refusal SURVEY_ANSWERED or SURVEY_EXPIRED */
export function requireAnswerable(invitation: InvitationRow, now: Date, field = 'input'): void {
  if (invitation.answeredAt !== null) {
    throw new Refusal('SURVEY_ANSWERED', 'This was answered already; the first answer stands.', { field });
  }
  if (invitation.expiresAt > now) return;
  throw new Refusal('SURVEY_EXPIRED', `An answer was taken until ${invitation.expiresAt.toISOString()}.`, { field });
}

/** @throws Refusal ONE_OF_REQUIRED unless exactly one of them is given */
export function requireOne(given: readonly unknown[]): void {
  if (given.filter((one) => one != null).length === 1) return;
  throw new Refusal('ONE_OF_REQUIRED', 'Say in exactly one way what it is about.', { field: 'input' });
}
