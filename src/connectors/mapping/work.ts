import { limits } from '../../platform/limits.js';
import { Refusal } from '../../platform/refusal.js';
import { sizeWithin } from './json-size.js';

const charactersPerStep = 256;

/** What mapping one payload may cost. A mapping has no loops, but a payload may have a million elements. */
export class Work {
  #left: number = limits.mappingStepsMax;

  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left >= 0) return;
    const limit = limits.mappingStepsMax;
    throw new Refusal('TOO_MANY', `This payload takes more than ${limit} steps to map.`, { field: 'payload', limit });
  }

  /** Work on a text, which grows with its length. */
  spendOnText(text: string, stepsPerBlock = 1): void {
    this.spend(1 + stepsPerBlock * Math.ceil(text.length / charactersPerStep));
  }

  /** Refuses what is too big to be kept, before anything looks at all of it. */
  requireSize(value: unknown, bytesMax: number, field: string): void {
    const bytes = sizeWithin(value, bytesMax, limits.attributesDepthMax);
    this.spend(Math.ceil((bytes ?? bytesMax) / charactersPerStep));
    if (bytes !== null) return;
    const sentence = `${field} takes at most ${bytesMax} bytes of JSON and ${limits.attributesDepthMax} levels.`;
    throw new Refusal('TOO_LONG', sentence, { field, limit: bytesMax });
  }
}
