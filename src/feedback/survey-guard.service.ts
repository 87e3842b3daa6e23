import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { FEEDBACK_CLOCK, type FeedbackClock } from './feedback-clock.js';
import { countUnknownToken } from './survey-guard.queries.js';
import { bucketOf } from './survey-token.js';

/**
 * Stands behind unknown tokens. A token that is right is always taken: it cannot be guessed, and whoever holds it may
 * share an address with somebody who tries.
 */
@Injectable()
export class SurveyGuard {
  constructor(
    private readonly database: Database,
    @Inject(FEEDBACK_CLOCK) private readonly clock: FeedbackClock,
  ) {}

  /**
   * What to tell whoever sent a token that names nothing: wrong, or of another workspace, nobody is told which.
   * @param workspace the one that the token says; null when it says none
   * @param sender the address, or the caller, that sent it
   */
  async refusalOf(workspace: number | null, sender: string, field: string): Promise<Refusal> {
    const attemptsMax = limits.surveyAttemptsMax;
    const window = { attemptsMax, windowMs: limits.surveyLockMs, now: this.clock.now() };
    if (workspace !== null) {
      const { attempts, until } = await this.database.inWorkspace(workspace, (db) =>
        countUnknownToken(db, workspace, bucketOf(sender), window),
      );
      if (attempts > attemptsMax) {
        const sentence = `Too many unknown tokens; ask again after ${until.toISOString()}.`;
        return new Refusal('SURVEY_LOCKED', sentence, { field, limit: attemptsMax });
      }
    }
    return new Refusal('SURVEY_TOKEN_UNKNOWN', 'There is no such survey to answer.', { field });
  }
}
