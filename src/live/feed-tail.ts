import type { Database } from '../platform/database.js';
import { endOfFeed, type FeedPage, type FeedQuestion, readFeed } from '../platform/feed.js';
import { comparePlaces, type FeedPlace } from '../platform/feed-cursor.js';
import type { FeedWakes } from '../platform/feed-wakes.js';
import type { Log } from '../platform/log.js';
import { Refusal } from '../platform/refusal.js';
import { changesOf } from './change.js';
import { locate, membersWith } from './change.queries.js';
import { type LocatedChange, locatedChanges } from './located-change.js';

/** Rows that are read at once: a row may tell of a thousand touchpoints. */
const rowsPerRead = 20;
/** Most rows are of other customers, and are only looked at. */
const rowsPerFilteredRead = 200;
const retryMs = 500;

/** Who is told of changes on a topic. */
export interface Listener {
  readonly topic: string;
  offer(change: LocatedChange): void;
  /** What came meanwhile is no longer kept: it cannot go on. */
  fail(refusal: Refusal): void;
}

export interface LookBack {
  readonly changes: readonly LocatedChange[];
  readonly end: FeedPlace;
  readonly hasMore: boolean;
}

/** The topic of those who follow everything. */
export const everything = '*';

/** Reads on in one workspace's feed for all who follow something of it in this process, and hands out what they follow. */
export class FeedTail {
  readonly #listeners = new Map<string, Set<Listener>>();
  #place: FeedPlace;
  #isReading = false;
  #isWoken = false;
  #isClosed = false;
  readonly #stopListening: () => void;

  private constructor(
    private readonly workspace: number,
    private readonly database: Database,
    private readonly log: Log,
    wakes: FeedWakes,
    start: FeedPlace,
  ) {
    this.#place = start;
    this.#stopListening = wakes.on(workspace, () => void this.read());
  }

  static async open(workspace: number, database: Database, log: Log, wakes: FeedWakes): Promise<FeedTail> {
    const start = await database.inWorkspace(workspace, endOfFeed);
    return new FeedTail(workspace, database, log, wakes, start);
  }

  /** Everything up to here has been handed out. */
  get place(): FeedPlace {
    return this.#place;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get isUnused(): boolean {
    return this.#listeners.size === 0;
  }

  add(listener: Listener): void {
    const listeners = this.#listeners.get(listener.topic) ?? new Set();
    this.#listeners.set(listener.topic, listeners);
    listeners.add(listener);
  }

  remove(listener: Listener): void {
    const listeners = this.#listeners.get(listener.topic);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#listeners.delete(listener.topic);
  }

  close(): void {
    this.#isClosed = true;
    this.#stopListening();
  }

  /** What changed after a place, for one who was away: what concerns a profile's customer, or everything. */
  async lookBack(after: FeedPlace, profile: string | null): Promise<LookBack> {
    return this.database.inWorkspace(this.workspace, async (db) => {
      const profiles = profile === null ? undefined : await membersWith(db, this.workspace, profile);
      const limit = profile === null ? rowsPerRead : rowsPerFilteredRead;
      return this.page(db, { after, limit, profiles });
    });
  }

  private async page(db: Parameters<typeof readFeed>[0], question: FeedQuestion): Promise<LookBack> {
    const page: FeedPage = await readFeed(db, this.workspace, question);
    const changes = page.rows.flatMap(changesOf);
    if (changes.length === 0) return { ...page, changes: [] };
    const of = (name: 'touchpoint' | 'issue' | 'profile') => [
      ...new Set(changes.map((change) => change[name]).filter((one) => one !== null)),
    ];
    const located = await locate(db, this.workspace, of('touchpoint'), of('issue'), of('profile'));
    const isNew = (change: LocatedChange) => comparePlaces(change.place, question.after) > 0;
    return { ...page, changes: locatedChanges(changes, located).filter(isNew) };
  }

  /** One read at a time; who is woken meanwhile reads once more. */
  private async read(): Promise<void> {
    this.#isWoken = true;
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (this.#isWoken && !this.#isClosed) {
        this.#isWoken = false;
        const { changes, end, hasMore } = await this.database.inWorkspace(this.workspace, (db) =>
          this.page(db, { after: this.#place, limit: rowsPerRead }),
        );
        if (hasMore) this.#isWoken = true;
        this.#place = end;
        for (const change of changes) this.handOut(change);
      }
    } catch (error) {
      if (error instanceof Refusal && error.reason === 'CURSOR_EXPIRED') this.giveUp(error);
      else {
        this.log.warn({ err: error }, 'The feed could not be read; trying again.');
        setTimeout(() => void this.read(), retryMs).unref();
      }
    } finally {
      this.#isReading = false;
    }
  }

  /** It stood still for longer than changes are kept: all that listen read anew, and another one goes on for them. */
  private giveUp(refusal: Refusal): void {
    this.close();
    for (const listener of [...this.#listeners.values()].flatMap((listeners) => [...listeners])) listener.fail(refusal);
  }

  private handOut(change: LocatedChange): void {
    for (const topic of [...change.topics, everything]) {
      for (const listener of this.#listeners.get(topic) ?? []) listener.offer(change);
    }
  }
}
