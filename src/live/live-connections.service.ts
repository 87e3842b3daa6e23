import { Injectable } from '@nestjs/common';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';

/** Counts the connections of each key, so that one that goes wild leaves room for the others. */
@Injectable()
export class LiveConnections {
  readonly #ofActor = new Map<string, number>();
  #count = 0;

  /**
   * One more, and what gives its place back.
   * @throws Refusal CONNECTIONS_TOO_MANY
   */
  enter(workspace: number, actor: string): () => void {
    const who = `${workspace} ${actor}`;
    const own = this.#ofActor.get(who) ?? 0;
    const [limit, whose] =
      own >= limits.liveConnectionsPerKeyMax
        ? [limits.liveConnectionsPerKeyMax, 'This key has']
        : [limits.liveConnectionsMax, 'This instance has'];
    if (own >= limits.liveConnectionsPerKeyMax || this.#count >= limits.liveConnectionsMax) {
      throw new Refusal('CONNECTIONS_TOO_MANY', `${whose} ${limit} live connections already.`, { limit });
    }
    this.#ofActor.set(who, own + 1);
    this.#count++;
    let isIn = true;
    return () => {
      if (!isIn) return;
      isIn = false;
      this.#count--;
      const left = (this.#ofActor.get(who) ?? 1) - 1;
      if (left === 0) this.#ofActor.delete(who);
      else this.#ofActor.set(who, left);
    };
  }
}
