import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ownSource } from '../journeys/journey-settling.js';
import { Events, publish } from '../platform/events.js';
import { TOUCHPOINTS_RECORDED, type TouchpointsRecorded } from '../touchpoints/touchpoints.events.js';
import { FEEDBACK_GIVEN, type FeedbackGiven } from './feedback.events.js';
import { readOutsideAnswer } from './outside-answer.js';
import { findToldAnswers, keepToldAnswers, type ReadAnswer } from './outside-feedback.queries.js';
import { surveyKinds } from './survey.js';

/** Answers to surveys of other systems count as feedback too, by whatever way they came in. */
@Injectable()
export class OutsideFeedback implements OnModuleInit {
  constructor(private readonly events: Events) {}

  onModuleInit(): void {
    this.events.subscribe(TOUCHPOINTS_RECORDED, 7, async (db, { workspace, payload }) => {
      const { touchpoints, backfill } = payload as TouchpointsRecorded;
      if (touchpoints.length === 0) return;
      const told = await findToldAnswers(db, workspace, touchpoints, ownSource);
      const answers = told.flatMap(({ id, profile, outcome, attributes }): (ReadAnswer & { profile: string })[] => {
        const answer = readOutsideAnswer(outcome, attributes);
        if (!answer) return [];
        const { kind, score, scale } = answer;
        return [
          { id, profile, kind: surveyKinds.indexOf(kind), score, min: scale?.min ?? null, max: scale?.max ?? null },
        ];
      });
      if (answers.length === 0) return;
      await keepToldAnswers(db, workspace, answers);
      const event: FeedbackGiven = {
        feedback: answers.map(({ id }) => id),
        profiles: [...new Set(answers.map(({ profile }) => profile))],
        backfill,
      };
      await publish(db, workspace, FEEDBACK_GIVEN, event);
    });
  }
}
