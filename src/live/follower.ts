import type { ExecutionResult } from 'graphql';
import { comparePlaces, type FeedPlace } from '../platform/feed-cursor.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import type { Change, ChangeKind } from './change.js';
import type { FeedTail, Listener } from './feed-tail.js';
import { closeCodes, type LiveClient } from './live-client.js';
import type { LiveOperation } from './live-operation.js';
import type { LocatedChange } from './located-change.js';

/** What is followed. */
export interface Subject {
  readonly topic: string;
  /** The profile whose customer's changes hold all that is followed; null for a whole workspace. */
  readonly profile: string | null;
  readonly issue: string | null;
  readonly journey: string | null;
  /** Null for every kind. */
  readonly kinds: ReadonlySet<ChangeKind> | null;
}

/** How a follower gets what is selected of changes; null for one that its client may not see. */
export type ReadChanges = (changes: readonly Change[]) => Promise<(Readonly<Record<string, unknown>> | null)[]>;

const changesPerRead = 20;

/**
 * One subscription under way: hands out results as fast as they are taken, one at a time. What waits is bounded: who
 * takes less than comes is cut off, and may come back and go on from its last cursor.
 *
 * Written out, since `return()` of a generator function waits for what it waits for.
 */
export class Follower implements AsyncGenerator<ExecutionResult, void, undefined>, Listener {
  #queue: LocatedChange[] = [];
  #results: ExecutionResult[] = [];
  /** Up to where it has caught up, until it has. */
  #behind: FeedPlace | null;
  #until: FeedPlace;
  /** More came than may wait while it catches up: it goes on looking back. */
  #skipsLive = false;
  #isClosed = false;
  #failure: Refusal | null = null;
  #wake: (() => void) | null = null;
  #read: ReadChanges = async () => [];

  constructor(
    private readonly tail: FeedTail,
    private readonly client: LiveClient,
    readonly operation: LiveOperation,
    readonly subject: Subject,
    after: FeedPlace | null,
    private readonly closed: (follower: Follower) => void,
  ) {
    this.#until = tail.place;
    this.#behind = after && comparePlaces(after, tail.place) < 0 ? after : null;
    tail.add(this);
  }

  get topic(): string {
    return this.subject.topic;
  }

  /** Begins to hand out; `first` goes before everything. */
  begin(read: ReadChanges, first: Readonly<Record<string, unknown>> | null): this {
    this.#read = read;
    if (first) this.#results.push(this.result(first));
    return this;
  }

  offer(change: LocatedChange): void {
    if (this.#isClosed || this.#skipsLive || !this.isOfKind(change)) return;
    if (this.#queue.length < limits.liveChangesWaitingMax) {
      this.#queue.push(change);
      this.#wake?.();
    } else if (this.#behind) {
      this.#queue = [];
      this.#skipsLive = true;
    } else {
      this.close();
      const sentence = 'More came than was read. Connect again, and go on from the last cursor.';
      this.client.end(closeCodes.slow, 'SLOW_READER', sentence);
    }
  }

  fail(refusal: Refusal): void {
    this.#failure = refusal;
    this.#wake?.();
  }

  async next(): Promise<IteratorResult<ExecutionResult, void>> {
    for (;;) {
      const value = this.#isClosed ? undefined : this.#results.shift();
      if (value) return { value, done: false };
      if (this.#isClosed) return { value: undefined, done: true };
      try {
        if (this.#failure && !this.#behind && this.#queue.length === 0) throw this.#failure;
        await this.fill();
      } catch (error) {
        if (this.#isClosed) continue;
        this.close();
        throw error;
      }
    }
  }

  async return(): Promise<IteratorResult<ExecutionResult, void>> {
    this.close();
    return { value: undefined, done: true };
  }

  async throw(error: unknown): Promise<IteratorResult<ExecutionResult, void>> {
    this.close();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#queue = [];
    this.#results = [];
    this.tail.remove(this);
    this.#wake?.();
    this.closed(this);
  }

  private async fill(): Promise<void> {
    const changes = this.#behind ? await this.lookBack(this.#behind) : this.#queue.splice(0, changesPerRead);
    if (changes.length === 0) {
      if (!this.#behind && this.#queue.length === 0 && !this.#isClosed && !this.#failure) await this.woken();
      return;
    }
    for (let start = 0; start < changes.length && !this.#isClosed; start += changesPerRead) {
      const records = await this.#read(changes.slice(start, start + changesPerRead));
      this.#results.push(...records.filter((record) => record !== null).map((record) => this.result(record)));
    }
  }

  private async lookBack(after: FeedPlace): Promise<LocatedChange[]> {
    const { changes, end, hasMore } = await this.tail.lookBack(after, this.subject.profile);
    this.#behind = hasMore && comparePlaces(end, this.#until) < 0 ? end : null;
    const until = this.#until;
    if (!this.#behind && this.#skipsLive) {
      this.#skipsLive = false;
      this.#behind = until;
      this.#until = this.tail.place;
    }
    const isMine = (change: LocatedChange) =>
      comparePlaces(change.place, until) <= 0 && this.isFollowed(change) && this.isOfKind(change);
    return changes.filter(isMine);
  }

  private isFollowed(change: LocatedChange): boolean {
    return this.subject.profile === null || change.topics.includes(this.topic);
  }

  private isOfKind(change: Change): boolean {
    return this.subject.kinds?.has(change.kind) ?? true;
  }

  private woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = null;
        resolve();
      };
    });
  }

  private result(record: Readonly<Record<string, unknown>>): ExecutionResult {
    return { data: { [this.operation.key]: record } };
  }
}

/** What nobody may know of: a thing that is another's, or none. */
export function nothingToFollow(): Refusal {
  return new Refusal('NOT_FOUND', 'There is nothing with this id.', { field: 'id' });
}
