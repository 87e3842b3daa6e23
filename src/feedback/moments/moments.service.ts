import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../../access/caller.js';
import { Database } from '../../platform/database.js';
import { limits } from '../../platform/limits.js';
import { Refusal } from '../../platform/refusal.js';
import { StaleVersion } from '../../platform/stale-version.js';
import { FEEDBACK_CLOCK, type FeedbackClock } from '../feedback-clock.js';
import { changed, momentOf } from './moment.js';
import { holdMoments, insertMoment, updateMoment } from './moment.queries.js';
import type { CreateMomentOfTruthInput, UpdateMomentOfTruthInput } from './moment.types.js';

/** Marks which touchpoints matter most, and changes those marks. */
@Injectable()
export class MomentsOfTruth {
  constructor(
    private readonly database: Database,
    @Inject(FEEDBACK_CLOCK) private readonly clock: FeedbackClock,
  ) {}

  async create({ workspace, actor }: Caller, input: CreateMomentOfTruthInput): Promise<{ id: string }> {
    const moment = momentOf(input);
    const id = randomUUID().replaceAll('-', '');
    await this.database.inWorkspace(workspace, async (db) => {
      const limit = limits.momentsPerWorkspaceMax;
      if ((await holdMoments(db, workspace)).length >= limit) {
        throw new Refusal('TOO_MANY', `A workspace has at most ${limit} moments of truth.`, { field: 'input', limit });
      }
      if (await insertMoment(db, workspace, id, moment, actor, this.clock.now())) return;
      throw new Refusal('KEY_TAKEN', 'There is a moment of truth with that key already.', { field: 'input.key' });
    });
    return { id };
  }

  async update({ workspace, actor }: Caller, input: UpdateMomentOfTruthInput): Promise<{ id: string }> {
    return this.database.inWorkspace(workspace, async (db) => {
      const known = (await holdMoments(db, workspace)).find(({ key }) => key === input.key);
      if (!known) throw new Refusal('NOT_FOUND', 'There is no such moment of truth.', { field: 'input.key' });
      const { id, version } = known;
      if (version !== input.version) throw new StaleVersion('moment of truth', input.version, version);
      await updateMoment(db, workspace, id, changed(known, input), actor, this.clock.now());
      return { id };
    });
  }
}
