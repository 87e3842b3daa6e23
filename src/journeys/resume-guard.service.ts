import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import { Database } from '../platform/database.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { JOURNEY_CLOCK, type JourneyClock } from './journey-clock.js';
import { countAttempt, giveBackAttempt } from './resume-code.queries.js';

/** The name under which the attempts of a whole workspace are counted. */
const everybody = '';

/**
 * Stands before every code: an attempt counts as wrong until it proves right, so that many at once gain nothing. What a
 * locked caller tries does not count for the others.
 */
@Injectable()
export class ResumeGuard {
  constructor(
    private readonly database: Database,
    @Inject(JOURNEY_CLOCK) private readonly clock: JourneyClock,
  ) {}

  /**
   * @param isSpoken a spoken code can be guessed, so all callers of the workspace together are limited too
   * @throws Refusal RATE_LIMITED
   */
  async enter(caller: Caller, isSpoken: boolean): Promise<void> {
    const field = isSpoken ? 'input.code' : 'input.linkToken';
    await this.count(caller.workspace, actorOf(caller), limits.resumeAttemptsPerCallerMax, field);
    if (isSpoken) await this.count(caller.workspace, everybody, limits.resumeAttemptsPerWorkspaceMax, field);
  }

  async wasRight(caller: Caller, isSpoken: boolean): Promise<void> {
    const actors = [...(isSpoken ? [everybody] : []), actorOf(caller)];
    await this.database.inWorkspace(caller.workspace, (db) => giveBackAttempt(db, caller.workspace, actors));
  }

  private async count(workspace: number, actor: string, attemptsMax: number, field: string): Promise<void> {
    const window = { attemptsMax, windowMs: limits.resumeLockMs, now: this.clock.now() };
    const { attempts, until } = await this.database.inWorkspace(workspace, (db) =>
      countAttempt(db, workspace, actor, window),
    );
    if (attempts <= attemptsMax) return;
    const who = actor === everybody ? 'in this workspace' : 'by this caller';
    throw new Refusal(
      'RESUME_LOCKED',
      `Too many wrong codes ${who}; none is looked at before ${until.toISOString()}.`,
      { field, limit: attemptsMax },
    );
  }
}

/** A customer is the same whatever token she comes with. */
function actorOf(caller: Caller): string {
  return caller.customer === null ? caller.actor : `customer:${caller.customer}`;
}
