import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Caller } from '../../access/caller.js';
import { Database } from '../../platform/database.js';
import { requireId } from '../../platform/ids.js';
import { limits } from '../../platform/limits.js';
import { Metrics } from '../../platform/metrics.js';
import { Refusal } from '../../platform/refusal.js';
import { StaleVersion } from '../../platform/stale-version.js';
import { optionalText, requireText } from '../../platform/text-input.js';
import { internal, statuses } from '../../touchpoints/vocabulary.js';
import { FEEDBACK_CLOCK, type FeedbackClock } from '../feedback-clock.js';
import { evaluators, overallOf, scoresOf } from './evaluation.js';
import {
  findJudgedContact,
  holdEvaluations,
  insertEvaluation,
  type JudgedContact,
  replaceEvaluation,
  type StandingEvaluation,
} from './evaluation.queries.js';
import type { EvaluateContactInput } from './evaluation.types.js';
import { findScorecardVersion, keepScorecard, type ScorecardRow } from './scorecard.queries.js';

const didNotTakePlace: ReadonlySet<number> = new Set([statuses.indexOf('PLANNED'), statuses.indexOf('CANCELLED')]);

/** Takes what agents and coaches think of contacts: once by each, and changed only by who has read what stands. */
@Injectable()
export class Evaluations {
  readonly #evaluations;

  constructor(
    private readonly database: Database,
    @Inject(FEEDBACK_CLOCK) private readonly clock: FeedbackClock,
    metrics: Metrics,
  ) {
    this.#evaluations = metrics.counter('throughline_evaluations_total', 'Contacts judged, by whom.', ['by']);
  }

  async evaluate(caller: Caller, input: EvaluateContactInput): Promise<{ innerId: string }> {
    if (input.by === 'COACH' && !caller.scopes.has('evaluations:coach')) {
      throw new Refusal('SCOPE_MISSING', 'Judging as a coach needs the scope evaluations:coach.', {
        field: 'input.by',
      });
    }
    const { workspace } = caller;
    const touchpoint = requireId('touchpoint', input.touchpointId, 'input.touchpointId');
    const key = requireText(input.scorecard, 'input.scorecard', limits.shortTextCharactersMax);
    const id = await this.database.inWorkspace(workspace, async (db) => {
      const contact = requireContact(await findJudgedContact(db, workspace, touchpoint));
      const scorecard = await keepScorecard(db, workspace, key);
      if (!scorecard) throw new Refusal('NOT_FOUND', 'There is no such scorecard.', { field: 'input.scorecard' });
      return this.judge(db, caller, { ...input, touchpoint }, contact, scorecard);
    });
    this.#evaluations.inc({ by: input.by });
    return { innerId: id };
  }

  private async judge(
    db: EntityManager,
    { workspace, actor }: Caller,
    input: EvaluateContactInput & { readonly touchpoint: string },
    contact: JudgedContact,
    scorecard: ScorecardRow,
  ): Promise<string> {
    const now = this.clock.now();
    const agent = agentOf(input, contact);
    const evaluator = evaluators.indexOf(input.by);
    const standing = await holdEvaluations(db, workspace, input.touchpoint);
    const ofBoth = standing.filter((one) => one.scorecard === scorecard.id && one.agent === agent);
    const own = ofBoth.find((one) => one.evaluator === evaluator) ?? null;
    requireTurn(own, input.version ?? null, standing.length);
    const pinned = ofBoth[0]?.scorecardVersion;
    if (pinned === undefined && !scorecard.isActive) {
      throw new Refusal('STATUS_FORBIDS', 'No further contact is judged by this scorecard.', {
        field: 'input.scorecard',
      });
    }
    const { version, criteria } = await findScorecardVersion(db, workspace, scorecard.id, pinned ?? scorecard.version);
    const scale = { min: scorecard.scoreMin, max: scorecard.scoreMax };
    const scores = scoresOf(criteria, input.scores, scale);
    const evaluatorId = optionalText(input.evaluatorId, 'input.evaluatorId', limits.shortTextCharactersMax) ?? null;
    const next = {
      id: own?.id ?? randomUUID().replaceAll('-', ''),
      version: (own?.version ?? 0) + 1,
      evaluatedAt: own?.evaluatedAt ?? now,
      touchpoint: input.touchpoint,
      profile: contact.profile,
      scorecard: scorecard.id,
      scorecardVersion: version,
      agent,
      evaluator,
      evaluatorId: input.by === 'AGENT_SELF' ? agent : evaluatorId,
      scores,
      overall: overallOf(
        scores,
        criteria.map(({ weight }) => weight),
      ),
      comment: optionalText(input.comment, 'input.comment', limits.longTextCharactersMax) ?? null,
      actor,
    };
    if (own) await replaceEvaluation(db, workspace, own.id, own.version, now);
    if (await insertEvaluation(db, workspace, next, now)) return next.id;
    throw exists();
  }
}

function requireContact(contact: JudgedContact | null): JudgedContact {
  const field = 'input.touchpointId';
  if (!contact || contact.direction === internal) {
    throw new Refusal('NOT_FOUND', 'There is no such contact with a customer.', { field });
  }
  if (!didNotTakePlace.has(contact.status)) return contact;
  throw new Refusal('STATUS_FORBIDS', 'This contact did not take place.', { field });
}

function agentOf(input: EvaluateContactInput, contact: JudgedContact): string {
  const agent = optionalText(input.agentId, 'input.agentId', limits.shortTextCharactersMax) ?? contact.agent;
  if (agent !== null) return agent;
  throw new Refusal('INPUT_INVALID', 'The contact names no agent: say whose work is judged.', {
    field: 'input.agentId',
  });
}

/** Whether what stands lets this be said: the first time, or by who has read it. */
function requireTurn(own: StandingEvaluation | null, given: number | null, standing: number): void {
  const limit = limits.evaluationsPerContactMax;
  if (own === null) {
    if (given !== null) {
      throw new Refusal('NOT_FOUND', 'There is nothing to change yet: leave the version out.', {
        field: 'input.version',
      });
    }
    if (standing < limit) return;
    throw new Refusal('TOO_MANY', `A contact is judged at most ${limit} times.`, { field: 'input', limit });
  }
  if (given === null) throw exists();
  if (own.version !== given) throw new StaleVersion('evaluation', given, own.version);
}

function exists(): Refusal {
  return new Refusal('EVALUATION_EXISTS', 'This was judged already: read it, and give its version to change it.', {
    field: 'input.version',
  });
}
