import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../../access/caller.js';
import { requireKey } from '../../journeys/blueprint-check.js';
import { Database } from '../../platform/database.js';
import { limits } from '../../platform/limits.js';
import { Refusal } from '../../platform/refusal.js';
import { StaleVersion } from '../../platform/stale-version.js';
import { requireText } from '../../platform/text-input.js';
import { FEEDBACK_CLOCK, type FeedbackClock } from '../feedback-clock.js';
import {
  advanceScorecard,
  findScorecardVersion,
  holdScorecards,
  insertScorecard,
  insertScorecardVersion,
} from './scorecard.queries.js';
import type { CreateScorecardInput, UpdateScorecardInput } from './scorecard.types.js';
import { criteriaOf, scaleOf } from './scorecard-check.js';

/** Makes scorecards and their versions. The scale stays for ever, or judgements could not be compared. */
@Injectable()
export class Scorecards {
  constructor(
    private readonly database: Database,
    @Inject(FEEDBACK_CLOCK) private readonly clock: FeedbackClock,
  ) {}

  async create({ workspace, actor }: Caller, input: CreateScorecardInput): Promise<{ id: string }> {
    const scale = scaleOf(input.scoreMin, input.scoreMax);
    const scorecard = {
      id: randomUUID().replaceAll('-', ''),
      key: requireKey(input.key, 'input.key'),
      scoreMin: scale.min,
      scoreMax: scale.max,
      isActive: true,
    };
    const first = {
      version: 1,
      name: requireText(input.name, 'input.name', limits.nameCharactersMax),
      criteria: criteriaOf(input.criteria),
    };
    await this.database.inWorkspace(workspace, async (db) => {
      const now = this.clock.now();
      const limit = limits.scorecardsPerWorkspaceMax;
      if ((await holdScorecards(db, workspace)).length >= limit) {
        throw new Refusal('TOO_MANY', `A workspace has at most ${limit} scorecards.`, { field: 'input', limit });
      }
      if (!(await insertScorecard(db, workspace, scorecard, now))) {
        throw new Refusal('KEY_TAKEN', 'There is a scorecard with that key already.', { field: 'input.key' });
      }
      await insertScorecardVersion(db, workspace, scorecard.id, first, actor, now);
    });
    return { id: scorecard.id };
  }

  async update({ workspace, actor }: Caller, input: UpdateScorecardInput): Promise<{ id: string }> {
    const name = input.name == null ? null : requireText(input.name, 'input.name', limits.nameCharactersMax);
    const criteria = input.criteria == null ? null : criteriaOf(input.criteria);
    return this.database.inWorkspace(workspace, async (db) => {
      const now = this.clock.now();
      const known = (await holdScorecards(db, workspace)).find(({ key }) => key === input.key);
      if (!known) throw new Refusal('NOT_FOUND', 'There is no such scorecard.', { field: 'input.key' });
      const { id, version } = known;
      if (version !== input.version) throw new StaleVersion('scorecard', input.version, version);
      const limit = limits.scorecardVersionsMax;
      if (version >= limit) {
        throw new Refusal('TOO_MANY', `A scorecard has at most ${limit} versions.`, { field: 'input', limit });
      }
      const before = await findScorecardVersion(db, workspace, id, version);
      const next = { version: version + 1, name: name ?? before.name, criteria: criteria ?? before.criteria };
      await insertScorecardVersion(db, workspace, id, next, actor, now);
      await advanceScorecard(db, workspace, id, input.isActive ?? known.isActive, now);
      return { id };
    });
  }
}
