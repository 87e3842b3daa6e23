import { Injectable } from '@nestjs/common';
import { limits } from '../platform/limits.js';
import { Log } from '../platform/log.js';
import { Refusal } from '../platform/refusal.js';
import { Ingest, type Recorded } from '../touchpoints/ingest.service.js';
import type { CheckContext, CheckedItem } from '../touchpoints/touchpoint-check.js';
import { DeadLetters, type Refused } from './dead-letters.service.js';

/** How the items of one format are understood. */
export interface Dialect<Item = unknown> {
  /** By what `Dialects` finds it again: its kind, and after a colon what else it needs to know. */
  readonly name: string;
  /** Names the sender, on the dead letters and in metrics. */
  sourceOf(item: Item): string;
  /** @throws Refusal when the item cannot be understood, naming its field */
  check(item: Item, index: number, context: CheckContext): CheckedItem;
  /** True when this refusal of this item loses nothing, so that no dead letter is kept. */
  isHarmless?(item: Item, refusal: Refusal): boolean;
  /** The raw request that a dead letter points to. */
  requestOf?(item: Item): string | undefined;
}

/**
 * Takes in what clients send that must never hear of one bad item: every SDK would drop the whole batch for it, or
 * send it for ever.
 */
@Injectable()
export class Intake {
  constructor(
    private readonly ingest: Ingest,
    private readonly deadLetters: DeadLetters,
    private readonly log: Log,
  ) {}

  /**
   * Returns when every item is durable: stored, or among the dead letters with its reason. A failure stores a part at
   * most, and the same items sent again complete it.
   * @param backfill true for history, which must raise no alarm
   * @returns what became of each item, in order
   */
  async take(workspace: number, items: readonly unknown[], dialect: Dialect, backfill = false): Promise<Recorded[]> {
    const all: Recorded[] = [];
    for (let from = 0; from < items.length; from += limits.touchpointsPerBatchMax) {
      const some = items.slice(from, from + limits.touchpointsPerBatchMax);
      const receivedAt = new Date();
      const recorded = await this.record(workspace, some, dialect, backfill);
      await this.deadLetters.keep(workspace, refusedOf(some, recorded, dialect), receivedAt);
      all.push(...recorded);
    }
    return all;
  }

  /**
   * As `take`, for a sender that is told at once what is wrong with its one item: a refusal is thrown and keeps nothing.
   * Only what breaks us is kept, since mending the item would not help.
   */
  async takeOne(workspace: number, item: unknown, dialect: Dialect): Promise<Recorded> {
    const receivedAt = new Date();
    const recorded = (await this.record(workspace, [item], dialect))[0] as Recorded;
    if (!('refusal' in recorded)) return recorded;
    if (recorded.refusal.code === 'INTERNAL') {
      await this.deadLetters.keep(workspace, refusedOf([item], [recorded], dialect), receivedAt);
    }
    throw recorded.refusal;
  }

  /**
   * Stores what can be stored and keeps no dead letters: what became of each item, in order. An item that breaks us,
   * which no check foresaw, is found by halving: its neighbours are stored.
   */
  async record<Item>(
    workspace: number,
    items: readonly Item[],
    dialect: Dialect<Item>,
    backfill = false,
  ): Promise<Recorded[]> {
    try {
      return await this.ingest.record(workspace, items, dialect.check, backfill);
    } catch (error) {
      if (error instanceof Refusal) throw error;
      if (items.length > 1) {
        const half = Math.ceil(items.length / 2);
        const first = await this.record(workspace, items.slice(0, half), dialect, backfill);
        return [...first, ...(await this.record(workspace, items.slice(half), dialect, backfill))];
      }
      this.log.error({ err: error }, 'An item could not be stored; it is kept as a dead letter.');
      return [{ refusal: new Refusal('UNEXPECTED', 'Something went wrong on our side when this was stored.') }];
    }
  }
}

function refusedOf(items: readonly unknown[], recorded: readonly Recorded[], dialect: Dialect): Refused[] {
  return recorded.flatMap((one, i) => {
    const item = items[i];
    if (!('refusal' in one) || dialect.isHarmless?.(item, one.refusal)) return [];
    const request = dialect.requestOf?.(item);
    return [{ dialect: dialect.name, source: dialect.sourceOf(item), item, refusal: one.refusal, request }];
  });
}
