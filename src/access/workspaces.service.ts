import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import { Refusal } from '../platform/refusal.js';
import { requireValid } from '../platform/validate.js';
import { Workspace, workspaceKey } from './workspace.entity.js';

export interface WorkspaceWish {
  readonly key: string;
  readonly name?: string;
  readonly defaultRegion?: string;
}

const freshMs = 30_000;
const knownMax = 10_000;

/** Makes and finds workspaces. */
@Injectable()
export class Workspaces {
  readonly #known = new Map<string, { id: number; readAt: number }>();

  constructor(private readonly database: Database) {}

  async create(wish: WorkspaceWish): Promise<number> {
    const { key, name = key, defaultRegion = 'US' } = wish;
    const workspace = Object.assign(new Workspace(), { key, name, defaultRegion });
    requireValid(workspace, 'workspace');
    return this.database.inSystem(async (db) => {
      const workspaces = db.getRepository(Workspace);
      const made = await workspaces
        .createQueryBuilder()
        .insert()
        .values(workspace)
        .orIgnore()
        .returning('id')
        .execute();
      const [row] = made.raw as { id: number }[];
      if (row) return row.id;
      throw new Refusal('KEY_TAKEN', 'There is a workspace with this key already.', { field: 'workspace.key' });
    });
  }

  /** The number of a workspace by its key, or null. */
  async find(key: string): Promise<number | null> {
    if (!workspaceKey.test(key)) return null;
    const known = this.#known.get(key);
    if (known && Date.now() - known.readAt < freshMs) return known.id;
    const row = await this.database.inSystem((db) => db.getRepository(Workspace).findOneBy({ key }));
    if (!row) return null;
    if (this.#known.size >= knownMax) this.#known.clear();
    this.#known.set(key, { id: row.id, readAt: Date.now() });
    return row.id;
  }

  async isEmpty(): Promise<boolean> {
    return this.database.inSystem(async (db) => !(await db.getRepository(Workspace).exists()));
  }
}
