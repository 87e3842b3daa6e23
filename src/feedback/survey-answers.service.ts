import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Caller } from '../access/caller.js';
import { ownSource } from '../journeys/journey-settling.js';
import { Database } from '../platform/database.js';
import { publish } from '../platform/events.js';
import { deterministicId } from '../platform/ids.js';
import { limits } from '../platform/limits.js';
import { Metrics } from '../platform/metrics.js';
import { Relay } from '../platform/relay.js';
import { exactText, optionalText } from '../platform/text-input.js';
import { touchpointId } from '../touchpoints/touchpoint-check.js';
import { channels } from '../touchpoints/vocabulary.js';
import { insertAnswer } from './answer.queries.js';
import type { AnswerSurveyInput } from './answer.types.js';
import { AnswerTouchpoints, nameOfAnswer } from './answer-touchpoints.service.js';
import { FEEDBACK_GIVEN, type FeedbackGiven } from './feedback.events.js';
import { FEEDBACK_CLOCK, type FeedbackClock } from './feedback-clock.js';
import { findInvitation, holdInvitation, type InvitationRow, inviteAlone, markAnswered } from './invitation.queries.js';
import {
  requireAbout,
  requireAnswerable,
  requireInvitation,
  requireOne,
  requireSurvey,
  SurveyInvitations,
} from './invitations.service.js';
import { type AskedText, requireScore, surveyKinds, textFor } from './survey.js';
import { findSurveyById, type SurveyRow } from './survey.queries.js';
import { SurveyGuard } from './survey-guard.service.js';
import { tokenHash, workspaceOfToken } from './survey-token.js';

/** An answer as it comes, whoever sends it. */
interface Said {
  readonly score: unknown;
  readonly comment?: string | null;
  readonly language?: string | null;
  readonly channel: (typeof channels)[number];
  readonly actor: string | null;
  /** What stands before the names of its fields. */
  readonly path: string;
}

/** What whoever holds a token is asked. */
export interface Asked {
  readonly survey: SurveyRow;
  readonly text: AskedText;
  readonly expiresAt: Date;
}

/** Takes answers: once for each invitation, in time, on the survey’s scale. */
@Injectable()
export class SurveyAnswers {
  readonly #answers;

  constructor(
    private readonly database: Database,
    private readonly relay: Relay,
    private readonly invitations: SurveyInvitations,
    private readonly touchpoints: AnswerTouchpoints,
    private readonly guard: SurveyGuard,
    @Inject(FEEDBACK_CLOCK) private readonly clock: FeedbackClock,
    metrics: Metrics,
  ) {
    this.#answers = metrics.counter('throughline_survey_answers_total', 'Answers to surveys of ours.', ['kind']);
  }

  /** What a token asks, in the language that its holder wants, else in that of what it is about. */
  async asked(token: string, language: string | null, sender: string): Promise<Asked> {
    const workspace = workspaceOfToken(token);
    const found =
      workspace &&
      (await this.database.inWorkspace(workspace, async (db) => {
        const invitation = await findInvitation(db, workspace, { token: tokenHash(token) });
        return invitation && { invitation, survey: await findSurveyById(db, workspace, invitation.survey) };
      }));
    if (!found) throw await this.guard.refusalOf(workspace, sender, 'token');
    requireAnswerable(found.invitation, this.clock.now(), 'token');
    const text = textFor(found.survey.texts, [language, found.invitation.language]);
    return { survey: found.survey, text, expiresAt: found.invitation.expiresAt };
  }

  /** By whoever holds the token, without a key. */
  async answerByToken(token: string, said: Omit<Said, 'actor' | 'path'>, sender: string): Promise<void> {
    await this.redeem(workspaceOfToken(token), token, { ...said, actor: null, path: '' }, sender);
  }

  /** By a channel, or by an agent to whom she said it. */
  async answer(caller: Caller, input: AnswerSurveyInput): Promise<{ innerId: string }> {
    const { workspace, actor } = caller;
    requireOne([input.token, input.invitationId, input.touchpointId, input.journeyId, input.customerId]);
    const said = { ...input, actor, path: 'input.' };
    if (input.token != null) {
      const own = workspaceOfToken(input.token) === workspace ? workspace : null;
      return { innerId: await this.redeem(own, input.token, said, actor) };
    }
    const id = await this.database.inWorkspace(workspace, async (db) => {
      const now = this.clock.now();
      const invitation = await this.invitationOf(db, caller, input, now);
      return this.take(db, workspace, invitation, said, now);
    });
    return { innerId: await this.told(workspace, id) };
  }

  private async redeem(workspace: number | null, token: string, said: Said, sender: string): Promise<string> {
    const id =
      workspace &&
      (await this.database.inWorkspace(workspace, async (db) => {
        const invitation = await holdInvitation(db, workspace, { token: tokenHash(token) });
        return invitation && this.take(db, workspace, invitation, said, this.clock.now());
      }));
    if (!id) throw await this.guard.refusalOf(workspace, sender, `${said.path}token`);
    return this.told(workspace, id);
  }

  /** The invitation that is there; who was asked right away, without one, has one from now on. */
  private async invitationOf(db: EntityManager, { workspace, actor }: Caller, input: AnswerSurveyInput, now: Date) {
    if (input.invitationId != null) return requireInvitation(db, workspace, input.invitationId);
    const survey = await requireSurvey(db, workspace, input.survey);
    const key = exactText(input.idempotencyKey, 'input.idempotencyKey', limits.idempotencyKeyCharactersMax);
    const cause = key === null ? null : deterministicId(String(workspace), 'survey answer', actor, key);
    const about = await requireAbout(db, workspace, input, cause);
    await inviteAlone(db, workspace);
    const known = await holdInvitation(db, workspace, { survey: survey.id, cause: about.cause });
    return known ?? this.invitations.insert(db, workspace, { survey, about, actor }, now);
  }

  private async take(
    db: EntityManager,
    workspace: number,
    invitation: InvitationRow,
    said: Said,
    now: Date,
  ): Promise<string> {
    requireAnswerable(invitation, now, said.path === '' ? 'token' : 'input');
    const survey = await findSurveyById(db, workspace, invitation.survey);
    const scale = { min: survey.scoreMin, max: survey.scoreMax };
    const { path } = said;
    const id = randomUUID().replaceAll('-', '');
    const answer = {
      id,
      invitation: invitation.id,
      survey: survey.id,
      profile: invitation.profile,
      kind: survey.kind,
      scale,
      score: requireScore(said.score, scale, `${path}score`),
      channel: channels.indexOf(said.channel),
      language: optionalText(said.language, `${path}language`, limits.shortTextCharactersMax) ?? null,
      agent: invitation.agent,
      comment: optionalText(said.comment, `${path}comment`, limits.longTextCharactersMax) ?? null,
      actor: said.actor,
      source: ownSource,
      told: touchpointId(workspace, ownSource, nameOfAnswer(id)),
      touchpoint: invitation.touchpoint,
      conversation: invitation.conversation,
      journey: invitation.journey,
      issue: invitation.issue,
    };
    await insertAnswer(db, workspace, answer, now);
    await markAnswered(db, workspace, invitation.id, now);
    const event: FeedbackGiven = { feedback: [id], profiles: [invitation.profile], backfill: false };
    await publish(db, workspace, FEEDBACK_GIVEN, event);
    this.#answers.inc({ kind: surveyKinds[survey.kind] ?? 'OWN' });
    return id;
  }

  private async told(workspace: number, id: string): Promise<string> {
    await this.touchpoints.tellNow(workspace, id);
    this.relay.wake();
    return id;
  }
}
