import type { Delivery, Message } from './workload.js';

/** What the clients know: what they sent, and what they were told. The only witness of what the service promised. */
export class Journal {
  readonly sent = new Map<string, Message[]>();
  /** Keys of touchpoints, with the highest sequence that was acknowledged. */
  readonly acknowledged = new Map<string, number>();
  /** Poison that the service took and must be able to show. */
  readonly kept = new Set<string>();
  /** Poison that was refused to the sender's face. */
  readonly refused = new Set<string>();
  readonly answers = new Map<string, number>();
  /** What no fault excuses. */
  readonly wrongs: string[] = [];
  #acknowledgedRequests = 0;
  readonly #waiters: { readonly count: number; readonly resolve: () => void }[] = [];

  sends({ messages }: Delivery): void {
    for (const message of messages) {
      if (message.poison) continue;
      const all = this.sent.get(message.externalId) ?? [];
      if (!all.includes(message)) this.sent.set(message.externalId, [...all, message]);
    }
  }

  hears(answer: string): void {
    this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
  }

  acknowledges({ protocol, messages }: Delivery, outcomes?: readonly string[]): void {
    messages.forEach((message, i) => {
      if (message.poison) (protocol === 'graphql' ? this.refused : this.kept).add(message.externalId);
      else if (outcomes && !['CREATED', 'UPDATED', 'DUPLICATE'].includes(outcomes[i] as string))
        this.wrongs.push(`${message.externalId} was answered with ${outcomes[i]}`);
      else {
        const before = this.acknowledged.get(message.externalId) ?? 0;
        this.acknowledged.set(message.externalId, Math.max(before, message.sequence));
      }
    });
    this.#acknowledgedRequests++;
    for (const { count, resolve } of this.#waiters) if (count <= this.#acknowledgedRequests) resolve();
  }

  /** Resolves when so many requests were acknowledged. */
  async reaches(count: number): Promise<void> {
    if (this.#acknowledgedRequests >= count) return;
    await new Promise<void>((resolve) => this.#waiters.push({ count, resolve }));
  }

  get requests(): number {
    return this.#acknowledgedRequests;
  }
}
