import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { APP_CONNECTION, type AppConnection, Database } from './database.js';
import { feedChannel } from './feed.js';
import { Log } from './log.js';

/** While notices come, polling only finds those that were lost. */
const pollMs = 1_000;
const pollDeafMs = 200;
const reconnectMs = 1_000;
/** Batches commit hundreds of times a second; other instances are told this often at most. */
const tellMs = 20;

/**
 * Wakes readers of feeds when there is something new: at once when this process wrote it, by NOTIFY when another did, and
 * by polling in any case. A notice is a hint and may be lost. It is sent after the commit and by itself: inside of a
 * transaction it would make all that notify commit one after the other.
 */
@Injectable()
export class FeedWakes implements OnApplicationShutdown {
  readonly #readers = new Map<number, Set<() => void>>();
  readonly #self = randomUUID().slice(0, 8);
  readonly #untold = new Set<number>();
  #telling: NodeJS.Timeout | null = null;
  #client: pg.Client | null = null;
  #isHearing = false;
  #poll: NodeJS.Timeout | null = null;
  #isStopped = false;

  constructor(
    private readonly database: Database,
    private readonly log: Log,
    @Inject(APP_CONNECTION) private readonly connection: AppConnection,
  ) {}

  /** Calls the reader whenever the workspace's feed may have grown; answers with what ends that. */
  on(workspace: number, reader: () => void): () => void {
    const readers = this.#readers.get(workspace) ?? new Set();
    this.#readers.set(workspace, readers);
    readers.add(reader);
    if (!this.#client) void this.listen();
    if (!this.#poll) this.poll();
    return () => {
      readers.delete(reader);
      if (readers.size === 0) this.#readers.delete(workspace);
      if (this.#readers.size === 0) void this.deafen();
    };
  }

  /** This process has committed something to the workspace's feed. */
  changed(workspace: number): void {
    this.wake(workspace);
    this.#untold.add(workspace);
    if (!this.#telling && !this.#isStopped) this.tell();
  }

  private wake(workspace: number): void {
    for (const reader of this.#readers.get(workspace) ?? []) reader();
  }

  private wakeAll(): void {
    for (const workspace of this.#readers.keys()) this.wake(workspace);
  }

  private tell(): void {
    const workspaces = [...this.#untold];
    this.#untold.clear();
    const notices = workspaces.map((workspace) => `${workspace} ${this.#self}`);
    this.database.source
      .query(`select pg_notify('${feedChannel}', notice) from unnest($1::text[]) notice`, [notices])
      .catch(() => undefined);
    this.#telling = setTimeout(() => {
      this.#telling = null;
      if (this.#untold.size > 0) this.tell();
    }, tellMs);
    this.#telling.unref();
  }

  private poll(): void {
    this.#poll = setTimeout(
      () => {
        this.wakeAll();
        if (!this.#client) void this.listen();
        if (this.#readers.size > 0) this.poll();
        else this.#poll = null;
      },
      this.#isHearing ? pollMs : pollDeafMs,
    );
    this.#poll.unref();
  }

  /** A connection of its own: behind a pooler that shares connections it hears nothing, and polling remains. */
  private async listen(): Promise<void> {
    if (this.#isStopped) return;
    const client = new pg.Client({ ...this.connection, keepAlive: true });
    this.#client = client;
    const lost = () => {
      if (this.#client !== client) return;
      this.#isHearing = false;
      setTimeout(() => {
        if (this.#client === client) this.#client = null;
      }, reconnectMs).unref();
    };
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', ({ payload = '' }) => {
      const [workspace, teller] = payload.split(' ');
      if (teller !== this.#self) this.wake(Number(workspace));
    });
    try {
      await client.connect();
      await client.query(`listen ${feedChannel}`);
      this.#isHearing = true;
      this.wakeAll();
    } catch (error) {
      this.log.warn({ err: error }, 'Notices of changes cannot be heard; polling for them.');
      lost();
    }
  }

  private async deafen(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    this.#isHearing = false;
    await client?.end().catch(() => undefined);
  }

  async onApplicationShutdown(): Promise<void> {
    this.#isStopped = true;
    for (const timer of [this.#poll, this.#telling]) if (timer) clearTimeout(timer);
    await this.deafen();
  }
}
