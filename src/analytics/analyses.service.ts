import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Caller } from '../access/caller.js';
import { findBlueprint } from '../journeys/blueprint.queries.js';
import { Database } from '../platform/database.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { findSegmentByKey } from '../segments/segment.queries.js';
import { prepareAnalysis } from './analysis.queries.js';
import { ANALYTICS_CLOCK, type AnalyticsClock } from './analytics-clock.js';
import type { Question } from './question.js';
import type { Span } from './span.js';

/** Runs analyses: one statement each, on its own snapshot, a few at a time. */
@Injectable()
export class Analyses {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(
    private readonly database: Database,
    @Inject(ANALYTICS_CLOCK) private readonly clock: AnalyticsClock,
  ) {}

  /** What an analysis finds in the span of a question. */
  async run<T>(
    { workspace }: Caller,
    question: Question,
    analyse: (db: EntityManager, span: Span) => Promise<T>,
  ): Promise<T> {
    await this.#enter();
    try {
      return await this.database.inWorkspace(workspace, async (db) => {
        await prepareAnalysis(db);
        return analyse(db, await this.#spanOf(db, workspace, question));
      });
    } finally {
      this.#leave();
    }
  }

  async #spanOf(db: EntityManager, workspace: number, question: Question): Promise<Span> {
    return {
      ...question,
      workspace,
      now: this.clock.now(),
      segment: question.segment === null ? null : await segmentId(db, workspace, question.segment),
      blueprint: question.blueprint === null ? null : await blueprintId(db, workspace, question.blueprint),
    };
  }

  /** Whoever calls while a customer is on the line must not wait for connections that analyses hold. */
  async #enter(): Promise<void> {
    if (this.#running < limits.analysesAtOnceMax) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= limits.analysesWaitingMax) {
      throw new Refusal('OVERLOADED', 'Too many analyses are waiting. Try again in a moment.');
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Hands the place on to who waits longest. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running -= 1;
  }
}

async function segmentId(db: EntityManager, workspace: number, key: string): Promise<string> {
  const segment = await findSegmentByKey(db, workspace, key);
  if (!segment) throw new Refusal('NOT_FOUND', 'There is no such segment.', { field: 'filter.segment' });
  return segment.id;
}

async function blueprintId(db: EntityManager, workspace: number, key: string): Promise<string> {
  const blueprint = await findBlueprint(db, workspace, key);
  if (!blueprint) throw new Refusal('NOT_FOUND', 'There is no such blueprint.', { field: 'filter.blueprint' });
  return blueprint.id;
}
