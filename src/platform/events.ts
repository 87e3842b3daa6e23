import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** One row of the outbox, as a subscriber gets it. Delivered at least once: a subscriber must be idempotent. */
export interface OutboxEvent {
  readonly id: string;
  readonly workspace: number;
  readonly kind: string;
  readonly payload: unknown;
}

/** Runs inside the relay's transaction, which is already in the event's workspace. */
export type Subscriber = (db: EntityManager, event: OutboxEvent) => Promise<void>;

/** Who listens to which kind of event; higher floors subscribe when their module starts, lower ones publish. */
@Injectable()
export class Events {
  readonly #subscribers = new Map<string, { floor: number; subscriber: Subscriber }[]>();

  /** Subscribers of a kind run in the order of their floors: issues before segments, segments before rules. */
  subscribe(kind: string, floor: number, subscriber: Subscriber): void {
    const list = this.#subscribers.get(kind) ?? [];
    list.push({ floor, subscriber });
    list.sort((a, b) => a.floor - b.floor);
    this.#subscribers.set(kind, list);
  }

  subscribersOf(kind: string): readonly Subscriber[] {
    return (this.#subscribers.get(kind) ?? []).map((entry) => entry.subscriber);
  }
}

/** Publishes in the caller's own transaction: the event exists exactly when the change does. */
export async function publish(db: EntityManager, workspace: number, kind: string, payload: unknown): Promise<void> {
  await db.query('insert into outbox (workspace_id, kind, payload) values ($1, $2, $3)', [
    workspace,
    kind,
    JSON.stringify(payload),
  ]);
}
