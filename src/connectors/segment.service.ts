import { Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import { limits } from '../platform/limits.js';
import { Log } from '../platform/log.js';
import { Refusal } from '../platform/refusal.js';
import { Ingest } from '../touchpoints/ingest.service.js';
import {
  type CheckContext,
  type CheckedItem,
  checkIdentification,
  checkTouchpoint,
} from '../touchpoints/touchpoint-check.js';
import { DeadLetters, type Refused } from './dead-letters.service.js';
import { sourceOf } from './segment-identifiers.js';
import { translateMessage } from './segment-message.js';

/** Takes messages of the Segment specification in. */
@Injectable()
export class SegmentMessages {
  constructor(
    private readonly ingest: Ingest,
    private readonly deadLetters: DeadLetters,
    private readonly log: Log,
  ) {}

  /**
   * Returns when every message is durable: stored, or among the dead letters with its reason. A failure stores a
   * part at most, and the same messages sent again complete it.
   */
  async take(caller: Caller, messages: readonly unknown[]): Promise<void> {
    for (let from = 0; from < messages.length; from += limits.touchpointsPerBatchMax) {
      const some = messages.slice(from, from + limits.touchpointsPerBatchMax);
      const receivedAt = new Date();
      const refused = await this.store(caller.workspace, some);
      await this.deadLetters.keep(caller.workspace, refused, receivedAt);
    }
  }

  /**
   * Answers with what could not be stored. A message that breaks us, which no check foresaw, is found by halving: its
   * sender would send the whole batch again and again, and then drop it.
   */
  private async store(workspace: number, messages: readonly unknown[]): Promise<Refused[]> {
    try {
      const recorded = await this.ingest.record(workspace, messages, checkMessage);
      return recorded.flatMap((one, i) =>
        'refusal' in one ? [{ source: sourceOf(messages[i]), item: messages[i], refusal: one.refusal }] : [],
      );
    } catch (error) {
      if (error instanceof Refusal) throw error;
      if (messages.length > 1) {
        const half = Math.ceil(messages.length / 2);
        const first = await this.store(workspace, messages.slice(0, half));
        return [...first, ...(await this.store(workspace, messages.slice(half)))];
      }
      this.log.error({ err: error }, 'A message could not be stored; it is kept as a dead letter.');
      const refusal = new Refusal('UNEXPECTED', 'Something went wrong on our side when this was stored.');
      return [{ source: sourceOf(messages[0]), item: messages[0], refusal }];
    }
  }
}

function checkMessage(message: unknown, _index: number, context: CheckContext): CheckedItem {
  const translated = translateMessage(message, context.now);
  return 'touchpoint' in translated
    ? checkTouchpoint(translated.touchpoint, 'touchpoint', context)
    : checkIdentification(translated.identification, 'identification', context);
}
