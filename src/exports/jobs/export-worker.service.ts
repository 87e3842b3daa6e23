import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../platform/database.js';
import { limits } from '../../platform/limits.js';
import { Log } from '../../platform/log.js';
import { refusalOfError } from '../../platform/problems.js';
import { always, type IsGoingOn, Recurring } from '../../platform/recurring.js';
import { Refusal } from '../../platform/refusal.js';
import { ExportLog } from '../export-log.service.js';
import { ExportFiles } from './export-files.service.js';
import { EXPORT_PACE, type ExportPace } from './export-pace.js';
import { type Claim, claimDue, planNext, readExport, removeDue } from './job.queries.js';
import { JobLost, JobRuns } from './job-run.service.js';

/** Why a job stopped that this instance began: another goes on with it. */
class Stopping extends Error {}

const pauseAfterFailureMs = 15_000;

/** Takes what is due: writes jobs, a few at once, and removes files. Instances share the work; none does another's. */
@Injectable()
export class ExportWorker extends Recurring {
  readonly #running = new Set<Promise<void>>();
  #stop = new AbortController();

  constructor(
    private readonly database: Database,
    private readonly runs: JobRuns,
    private readonly files: ExportFiles,
    private readonly exports: ExportLog,
    log: Log,
    @Inject(EXPORT_PACE) private readonly pace: ExportPace,
  ) {
    super(log, 'Exports that are due could not be taken.');
  }

  protected get pauseMs(): number {
    return this.pace.tickMs;
  }

  override start(): void {
    if (this.#stop.signal.aborted) this.#stop = new AbortController();
    super.start();
  }

  /** Begins what is due, as far as there is room, and does not wait for it. */
  async tick(isGoingOn: IsGoingOn = always): Promise<void> {
    while (this.#running.size < limits.exportJobsAtOnceMax && isGoingOn()) {
      const claim = await this.database.inSystem((db) => claimDue(db, this.pace.now(), this.runs.heldUntil()));
      if (claim === null) return;
      const run = this.work(claim, this.#stop.signal)
        .catch((error: unknown) => this.log.error({ err: error }, 'An export could not be written further.'))
        .finally(() => this.#running.delete(run));
      this.#running.add(run);
    }
  }

  /** Waits for what was begun. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** What runs is given back: whoever takes it goes on behind its last whole part. */
  override async stop(): Promise<void> {
    this.#stop.abort(new Stopping());
    await super.stop();
    await this.idle();
  }

  private async work(claim: Claim, stop: AbortSignal): Promise<void> {
    if (claim.task === 'REMOVE') return this.remove(claim);
    try {
      await this.runs.run(claim, stop);
    } catch (error) {
      if (error instanceof JobLost) await this.letGo(claim);
      else if (error instanceof Stopping) await this.giveBack(claim, 0);
      else if (isFinal(error) || claim.attempt >= limits.exportAttemptsMax) await this.fail(claim, error);
      else {
        this.log.warn({ err: error }, 'An export broke off, and is begun again.');
        await this.giveBack(claim, pauseAfterFailureMs);
      }
    }
  }

  /** What was cancelled while it ran is ours to remove; what is another's is not. */
  private async letGo(claim: Claim): Promise<void> {
    const { workspace, id } = claim;
    const found = await this.database.inWorkspace(workspace, (db) => readExport(db, workspace, id));
    if (found?.state === 'CANCELLED') await this.remove(claim);
  }

  private async giveBack(claim: Claim, pauseMs: number): Promise<void> {
    const at = new Date(this.pace.now().getTime() + pauseMs);
    const isOurs = await this.database.inWorkspace(claim.workspace, (db) => planNext(db, claim, 'WRITE', at));
    if (!isOurs) await this.letGo(claim);
  }

  private async fail(claim: Claim, error: unknown): Promise<void> {
    const { workspace, id } = claim;
    const { reason, message } = refusalOfError(error);
    if (!(error instanceof Refusal)) this.log.error({ err: error }, 'An export failed.');
    const found = await this.database.inWorkspace(workspace, (db) => readExport(db, workspace, id));
    if (!found) return;
    const { rows, wish } = found;
    const ending = { state: 'FAILED', rows, bytes: 0, sha256: null, failure: { reason, message } } as const;
    const isOurs = await this.exports.finish(workspace, id, wish.format, ending, (db) =>
      planNext(db, claim, 'REMOVE', this.runs.heldUntil()),
    );
    await (isOurs ? this.remove(claim) : this.letGo(claim));
  }

  private async remove(claim: Claim): Promise<void> {
    const { workspace, id } = claim;
    await this.files.remove(workspace, id);
    await this.database.inWorkspace(workspace, (db) => removeDue(db, claim));
  }
}

/** What the next attempt would meet again. */
function isFinal(error: unknown): boolean {
  return error instanceof Refusal && (error.reason === 'DISK_FULL' || error.code === 'BAD_USER_INPUT');
}
