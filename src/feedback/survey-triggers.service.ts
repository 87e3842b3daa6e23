import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { journeyStatuses } from '../journeys/journey-state.js';
import { JOURNEYS_CHANGED, type JourneysChanged } from '../journeys/journeys.events.js';
import { Events, publish } from '../platform/events.js';
import { Metrics } from '../platform/metrics.js';
import { TOUCHPOINTS_RECORDED, type TouchpointsRecorded } from '../touchpoints/touchpoints.events.js';
import { SURVEY_INVITED, type SurveyInvited } from './feedback.events.js';
import { FEEDBACK_CLOCK, type FeedbackClock } from './feedback-clock.js';
import { inviteAlone } from './invitation.queries.js';
import {
  followsJourneys,
  followsTouchpoints,
  inviteByJourneys,
  inviteByTouchpoints,
} from './survey-trigger.queries.js';

export const invitationCounter = (metrics: Metrics) =>
  metrics.counter('throughline_survey_invitations_total', 'Customers invited to surveys, by what.', ['by']);

/**
 * Invites customers to surveys when what these follow is over. An invitation is told by what it is about, so an event
 * that comes twice invites once.
 */
@Injectable()
export class SurveyTriggers implements OnModuleInit {
  readonly #invited;

  constructor(
    private readonly events: Events,
    @Inject(FEEDBACK_CLOCK) private readonly clock: FeedbackClock,
    metrics: Metrics,
  ) {
    this.#invited = invitationCounter(metrics);
  }

  onModuleInit(): void {
    this.events.subscribe(TOUCHPOINTS_RECORDED, 7, async (db, { workspace, payload }) => {
      const { touchpoints, backfill } = payload as TouchpointsRecorded;
      const now = this.clock.now();
      if (backfill || touchpoints.length === 0) return;
      if (!(await followsTouchpoints(db, workspace, touchpoints, now))) return;
      await inviteAlone(db, workspace);
      await this.tell(db, workspace, 'touchpoint', await inviteByTouchpoints(db, workspace, touchpoints, now));
    });
    this.events.subscribe(JOURNEYS_CHANGED, 7, async (db, { workspace, payload }) => {
      const { changes, backfill } = payload as JourneysChanged;
      const ended = changes.flatMap(({ kind, journey, at }) => {
        const status = overs.find((one) => one === kind);
        return status ? [{ id: journey, status: journeyStatuses.indexOf(status), at }] : [];
      });
      const now = this.clock.now();
      if (backfill || ended.length === 0) return;
      if (!(await followsJourneys(db, workspace, ended, now))) return;
      await inviteAlone(db, workspace);
      await this.tell(db, workspace, 'journey', await inviteByJourneys(db, workspace, ended, now));
    });
  }

  private async tell(db: EntityManager, workspace: number, by: string, profiles: readonly string[]): Promise<void> {
    this.#invited.inc({ by }, profiles.length);
    const event: SurveyInvited = { profiles };
    if (profiles.length > 0) await publish(db, workspace, SURVEY_INVITED, event);
  }
}

const overs = ['COMPLETED', 'ABANDONED', 'CANCELLED'] as const;
