import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ownSource } from '../journeys/journey-settling.js';
import { Database } from '../platform/database.js';
import { Events } from '../platform/events.js';
import { Log } from '../platform/log.js';
import { Ingest } from '../touchpoints/ingest.service.js';
import type { TouchpointInput } from '../touchpoints/record.input.js';
import { checkTouchpoint } from '../touchpoints/touchpoint-check.js';
import { linkTouchpointsToIssues } from '../touchpoints/touchpoint-links.queries.js';
import { answeredKind, type Channel, channels } from '../touchpoints/vocabulary.js';
import { findUntoldAnswers, type UntoldAnswer } from './answer.queries.js';
import { FEEDBACK_GIVEN, type FeedbackGiven } from './feedback.events.js';
import { surveyKinds } from './survey.js';

/** The name, at `ownSource`, of the touchpoint that tells of an answer: it is one however often it is told. */
export const nameOfAnswer = (feedback: string) => `survey answer ${feedback}`;

/**
 * Tells of answers by a touchpoint, so that they stand in the history, with the conversation, the journey and the issue
 * that they are about. It is told at once, and by the outbox in case that failed. An answer opens no issue again: it is
 * put under it afterwards, and issues pass answers over.
 */
@Injectable()
export class AnswerTouchpoints implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly ingest: Ingest,
    private readonly events: Events,
    private readonly log: Log,
  ) {}

  onModuleInit(): void {
    this.events.subscribe(FEEDBACK_GIVEN, 7, async (_, { workspace, payload }) => {
      await this.tell(workspace, (payload as FeedbackGiven).feedback);
    });
  }

  /** As `tell`; what cannot be told now is told by the outbox. */
  async tellNow(workspace: number, feedback: string): Promise<void> {
    try {
      await this.tell(workspace, [feedback]);
    } catch (error) {
      this.log.warn({ err: error }, 'An answer could not be told at once; the outbox will.');
    }
  }

  private async tell(workspace: number, feedback: readonly string[]): Promise<void> {
    const answers = await this.database.inWorkspace(workspace, (db) => findUntoldAnswers(db, workspace, feedback));
    // A customer of whom no identifier is left can be named by none.
    const touchpoints = answers.flatMap((answer) => touchpointOf(answer) ?? []);
    if (touchpoints.length === 0) return;
    const recorded = await this.ingest.record(workspace, touchpoints, (one, n, context) =>
      checkTouchpoint(one, `answers[${n}]`, context),
    );
    for (const one of recorded) {
      if ('refusal' in one && one.refusal.reason !== 'CONTENT_CONFLICT') throw one.refusal;
    }
    const links = answers.flatMap(({ issue, touchpoint }) => (issue === null ? [] : [{ touchpoint, issue }]));
    if (links.length === 0) return;
    await this.database.inWorkspace(workspace, (db) => linkTouchpointsToIssues(db, workspace, links));
  }
}

function touchpointOf(answer: UntoldAnswer): TouchpointInput | null {
  if (!answer.anchor) return null;
  const scale = { min: answer.scoreMin, max: answer.scoreMax };
  return {
    source: ownSource,
    externalId: nameOfAnswer(answer.name),
    channel: channels[answer.channel] as Channel,
    direction: 'INBOUND',
    kind: answeredKind,
    occurredAt: answer.answeredAt.toISOString(),
    subject: answer.surveyName,
    summary: answer.comment,
    outcome: answer.score,
    language: answer.language,
    agentId: answer.agent,
    attributes: { survey: { key: answer.survey, kind: surveyKinds[answer.kind], ...scale } },
    identifiers: [answer.anchor],
    conversation: answer.conversation,
    journey: answer.journey,
  };
}
