import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What the load process is to send. Bodies are sent in turn, again from the start when they run out. */
export interface LoadTask {
  readonly port: number;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly bodies: readonly string[];
  readonly connections: number;
  /** Ends after this time … */
  readonly durationMs?: number;
  /** … or after so many requests. */
  readonly requestsMax?: number;
  /** Every answer must begin so; anything else is an error. */
  readonly answerStart: string;
  /** And must not hold this. */
  readonly answerNever?: string;
}

export interface LoadResult {
  readonly requests: number;
  readonly errors: number;
  readonly firstError: string | null;
  readonly seconds: number;
  readonly bytes: number;
  /** Milliseconds of each request. */
  readonly latencies: number[];
}

/** The process that makes the load, apart from the one that measures and from those that are measured. */
export class LoadGenerator {
  readonly #child: ChildProcess;

  constructor() {
    this.#child = fork(fileURLToPath(new URL('./load-worker.js', import.meta.url)), [], { serialization: 'advanced' });
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** Runs a task. An answer that is an error voids it: the error is thrown with the first wrong answer. */
  async run(task: LoadTask): Promise<LoadResult> {
    const result = await new Promise<LoadResult>((resolve, reject) => {
      const died = (code: number | null) => reject(new Error(`The load process ended with code ${code}.`));
      this.#child.once('exit', died);
      this.#child.once('message', (message) => {
        this.#child.off('exit', died);
        resolve(message as LoadResult);
      });
      this.#child.send(task);
    });
    if (result.errors > 0)
      throw new Error(`${result.errors} of ${result.requests} answers were errors; the first: ${result.firstError}`);
    if (result.requests === 0) throw new Error(`No answer from port ${task.port} within the time of the run.`);
    return result;
  }

  stop(): void {
    this.#child.removeAllListeners('exit');
    this.#child.kill();
  }
}
