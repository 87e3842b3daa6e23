import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import { Refusal } from '../platform/refusal.js';

export interface WorkspaceWish {
  readonly key: string;
  readonly name?: string;
  /** ISO country of national telephone numbers. */
  readonly defaultRegion?: string;
}

const freshMs = 30_000;
const keyShape = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Tenants: each has its own customers, keys and settings, and sees nothing of another. */
@Injectable()
export class Workspaces {
  readonly #ids = new Map<string, { id: number | null; readAt: number }>();

  constructor(private readonly database: Database) {}

  async create(wish: WorkspaceWish): Promise<number> {
    if (!keyShape.test(wish.key)) {
      const sentence = 'A workspace’s key has 1 to 63 small letters, digits and dashes.';
      throw new Refusal('INPUT_INVALID', sentence, { field: 'key', limit: 63 });
    }
    const region = wish.defaultRegion ?? 'US';
    if (!/^[A-Z]{2}$/.test(region)) {
      throw new Refusal('INPUT_INVALID', 'A region is an ISO country code such as US.', { field: 'region' });
    }
    const rows = await this.database.inSystem((db) =>
      db.query(
        `insert into workspace (key, name, default_region) values ($1, $2, $3) on conflict (key) do nothing returning id`,
        [wish.key, wish.name ?? wish.key, region],
      ),
    );
    if (rows.length === 0) {
      throw new Refusal('KEY_TAKEN', 'There is a workspace with this key already.', { field: 'key' });
    }
    this.#ids.delete(wish.key);
    return rows[0].id;
  }

  /** The number of a workspace by its key, or null. */
  async find(key: string): Promise<number | null> {
    if (!keyShape.test(key)) return null;
    const known = this.#ids.get(key);
    if (known && Date.now() - known.readAt < freshMs) return known.id;
    const rows = await this.database.inSystem((db) => db.query('select id from workspace where key = $1', [key]));
    const id = rows[0]?.id ?? null;
    if (id !== null) this.#ids.set(key, { id, readAt: Date.now() });
    return id;
  }

  async isEmpty(): Promise<boolean> {
    const rows = await this.database.inSystem((db) => db.query('select from workspace limit 1'));
    return rows.length === 0;
  }
}
