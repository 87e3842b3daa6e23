import { Presets, SingleBar } from 'cli-progress';

export interface ProgressBar {
  /** @param done the share that is done, 0 to 1 */
  update(done: number, more: Readonly<Record<string, string | number>>): void;
  stop(): void;
}

const steps = 1_000;

/** Draws on a terminal only, and on stderr, so that what a command says stays clean. */
export function progressBar(format: string): ProgressBar {
  const bar = new SingleBar(
    { format, stream: process.stderr, hideCursor: true, clearOnComplete: true },
    Presets.legacy,
  );
  let isBegun = false;
  return {
    update: (done, more) => {
      if (!isBegun) bar.start(steps, 0, more);
      isBegun = true;
      bar.update(Math.min(steps, Math.floor(done * steps)), more);
    },
    stop: () => bar.stop(),
  };
}
