import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { Log } from './log.js';

/** Says whether a turn may go on with more of its work: not any more once the service ends. */
export type IsGoingOn = () => boolean;

/**
 * Work that comes back by itself while the service runs: one turn, a pause, the next turn; never two at once in one
 * instance. A turn that fails is logged, and the next one comes all the same. The end of the service waits for the turn
 * that runs.
 */
export abstract class Recurring implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<unknown> = Promise.resolve();
  #isStopped = true;

  /** @param failure what to tell the operator when a turn fails */
  protected constructor(
    protected readonly log: Log,
    private readonly failure: string,
  ) {}

  /** Between the end of a turn and the beginning of the next one. */
  protected abstract get pauseMs(): number;

  /** Does all that is due now. */
  abstract tick(isGoingOn?: IsGoingOn): Promise<unknown>;

  onApplicationBootstrap(): void {
    this.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.stop();
  }

  start(): void {
    if (!this.#isStopped) return;
    this.#isStopped = false;
    this.wait();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#running;
  }

  private wait(): void {
    this.#timer = setTimeout(() => {
      this.#running = this.tick(() => !this.#isStopped)
        .catch((error: unknown) => this.log.error({ err: error }, this.failure))
        .then(() => {
          if (!this.#isStopped) this.wait();
        });
    }, this.pauseMs);
    this.#timer.unref();
  }
}

/** For a turn that nobody ends. */
export const always: IsGoingOn = () => true;
