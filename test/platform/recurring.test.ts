import { expect, test } from 'vitest';
import type { Log } from '../../src/platform/log.js';
import { type IsGoingOn, Recurring } from '../../src/platform/recurring.js';

/** Turns that a test lets end, one after the other. */
class Turns extends Recurring {
  readonly begun: { readonly end: (error?: Error) => void; readonly isGoingOn: IsGoingOn }[] = [];
  #next: () => void = () => undefined;

  constructor(readonly told: unknown[]) {
    super({ error: (what: unknown) => told.push(what) } as unknown as Log, 'It went wrong.');
  }

  protected get pauseMs(): number {
    return 1;
  }

  tick(isGoingOn: IsGoingOn): Promise<void> {
    return new Promise((resolve, reject) => {
      this.begun.push({ end: (error) => (error ? reject(error) : resolve()), isGoingOn });
      this.#next();
    });
  }

  /** Waits until so many turns have begun. */
  async turns(count: number): Promise<void> {
    while (this.begun.length < count) {
      await new Promise<void>((resolve) => {
        this.#next = resolve;
      });
    }
  }
}

test('one turn follows the other, also after one that failed, which is told', async () => {
  const work = new Turns([]);
  work.start();
  work.start();
  await work.turns(1);
  work.begun[0]?.end(new Error('no'));
  await work.turns(2);
  expect(work.told).toEqual([{ err: new Error('no') }]);
  work.begun[1]?.end();
  await work.turns(3);
  const stopped = work.stop();
  work.begun[2]?.end();
  await stopped;
  expect(work.begun).toHaveLength(3);
});

test('the end waits for the turn that runs, and lets it know', async () => {
  const work = new Turns([]);
  work.start();
  await work.turns(1);
  expect(work.begun[0]?.isGoingOn()).toBe(true);
  let isStopped = false;
  const stopped = work.stop().then(() => {
    isStopped = true;
  });
  expect(work.begun[0]?.isGoingOn()).toBe(false);
  await new Promise((resolve) => setImmediate(resolve));
  expect(isStopped).toBe(false);
  work.begun[0]?.end();
  await stopped;
  expect(work.begun).toHaveLength(1);
});
