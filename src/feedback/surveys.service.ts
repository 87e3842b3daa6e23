import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Caller } from '../access/caller.js';
import { findBlueprint } from '../journeys/blueprint.queries.js';
import { requireKey } from '../journeys/blueprint-check.js';
import { Database } from '../platform/database.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { StaleVersion } from '../platform/stale-version.js';
import { requireText } from '../platform/text-input.js';
import { FEEDBACK_CLOCK, type FeedbackClock } from './feedback-clock.js';
import { findMoment } from './moments/moment.queries.js';
import type { Trigger } from './survey.js';
import { holdSurveys, insertSurvey, type TriggerLinks, updateSurvey, updateSurveyTrigger } from './survey.queries.js';
import type { CreateSurveyInput, UpdateSurveyInput } from './survey.types.js';
import { requireWithin, scaleOf, textsOf, triggerOf } from './survey-check.js';

/** Makes and changes surveys. Kind and scale stay for ever, or answers could not be compared. */
@Injectable()
export class Surveys {
  constructor(
    private readonly database: Database,
    @Inject(FEEDBACK_CLOCK) private readonly clock: FeedbackClock,
  ) {}

  async create({ workspace, actor }: Caller, input: CreateSurveyInput): Promise<{ id: string }> {
    const scale = scaleOf(input.kind, input.scoreMin, input.scoreMax);
    const trigger = triggerOf(input.trigger);
    const survey = {
      id: randomUUID().replaceAll('-', ''),
      key: requireKey(input.key, 'input.key'),
      kind: input.kind,
      scoreMin: scale.min,
      scoreMax: scale.max,
      name: requireText(input.name, 'input.name', limits.nameCharactersMax),
      texts: textsOf(input.texts),
      trigger,
      ...timesOf(input),
      isActive: true,
      actor,
    };
    await this.database.inWorkspace(workspace, async (db) => {
      const limit = limits.surveysPerWorkspaceMax;
      if ((await holdSurveys(db, workspace)).length >= limit) {
        throw new Refusal('TOO_MANY', `A workspace has at most ${limit} surveys.`, { field: 'input', limit });
      }
      const links = await linksOf(db, workspace, trigger);
      if (await insertSurvey(db, workspace, { ...survey, links }, this.clock.now())) return;
      throw new Refusal('KEY_TAKEN', 'There is a survey with that key already.', { field: 'input.key' });
    });
    return { id: survey.id };
  }

  async update({ workspace, actor }: Caller, input: UpdateSurveyInput): Promise<{ id: string }> {
    const trigger = input.trigger == null ? undefined : triggerOf(input.trigger);
    return this.database.inWorkspace(workspace, async (db) => {
      const known = (await holdSurveys(db, workspace)).find(({ key }) => key === input.key);
      if (!known) throw new Refusal('NOT_FOUND', 'There is no such survey.', { field: 'input.key' });
      if (known.version !== input.version) throw new StaleVersion('survey', input.version, known.version);
      const next = {
        name: input.name == null ? known.name : requireText(input.name, 'input.name', limits.nameCharactersMax),
        texts: input.texts == null ? known.texts : textsOf(input.texts),
        ...timesOf({
          delaySeconds: input.delaySeconds ?? known.delaySeconds,
          quietDays: input.quietDays ?? known.quietDays,
          validDays: input.validDays ?? known.validDays,
        }),
        isActive: input.isActive ?? known.isActive,
      };
      await updateSurvey(db, workspace, known.id, next, actor, this.clock.now());
      if (trigger !== undefined) {
        await updateSurveyTrigger(db, workspace, known.id, trigger, await linksOf(db, workspace, trigger));
      }
      return { id: known.id };
    });
  }
}

function timesOf(input: Pick<CreateSurveyInput, 'delaySeconds' | 'quietDays' | 'validDays'>) {
  return {
    delaySeconds: requireWithin(input.delaySeconds, 0, limits.surveyDelaySecondsMax, 'input.delaySeconds'),
    quietDays: requireWithin(input.quietDays, 0, limits.surveyQuietDaysMax, 'input.quietDays'),
    validDays: requireWithin(input.validDays, 1, limits.surveyValidDaysMax, 'input.validDays'),
  };
}

/** What a trigger names, by their ids. */
async function linksOf(db: EntityManager, workspace: number, trigger: Trigger | null): Promise<TriggerLinks> {
  if (trigger?.on === 'JOURNEY_END') {
    const blueprint = await findBlueprint(db, workspace, trigger.blueprint);
    if (blueprint) return { moment: null, blueprint: blueprint.id };
    throw new Refusal('NOT_FOUND', 'There is no such blueprint.', { field: 'input.trigger.journeyEnd.blueprint' });
  }
  if (trigger?.moment == null) return { moment: null, blueprint: null };
  const moment = await findMoment(db, workspace, trigger.moment);
  if (moment) return { moment, blueprint: null };
  throw new Refusal('NOT_FOUND', 'There is no such moment of truth.', { field: 'input.trigger.touchpoint.moment' });
}
