import { Refusal } from './refusal.js';

/** Someone else changed the thing since the client read it; the error carries the version to read and retry with. */
export class StaleVersion extends Refusal {
  constructor(
    noun: string,
    given: number,
    readonly currentVersion: number,
  ) {
    super('VERSION_STALE', `The ${noun} is at version ${currentVersion} by now, not ${given}: read it again.`, {
      field: 'input.version',
    });
  }

  override get extensions(): Record<string, unknown> {
    return { ...super.extensions, currentVersion: this.currentVersion };
  }
}
