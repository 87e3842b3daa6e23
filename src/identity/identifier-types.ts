import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../platform/database.js';
import { Refusal } from '../platform/refusal.js';
import { defaultIdentifierTypes, type IdentifierType } from './identifier-type.js';

/** What a workspace's identifiers are: its types by name and the region of its national telephone numbers. */
export interface IdentityRules {
  readonly types: ReadonlyMap<string, IdentifierType>;
  readonly defaultRegion: string;
}

const freshMs = 30_000;

/** The identity rules of each workspace, read again at most every 30 seconds. */
@Injectable()
export class IdentifierTypes {
  readonly #cached = new Map<number, { readAt: number; rules: Promise<IdentityRules> }>();

  constructor(private readonly database: Database) {}

  of(workspace: number): Promise<IdentityRules> {
    const cached = this.#cached.get(workspace);
    if (cached && Date.now() - cached.readAt < freshMs) return cached.rules;
    const rules = this.read(workspace);
    this.#cached.set(workspace, { readAt: Date.now(), rules });
    rules.catch(() => this.#cached.delete(workspace));
    return rules;
  }

  private async read(workspace: number): Promise<IdentityRules> {
    return this.database.inWorkspace(workspace, async (db) => {
      const [{ default_region: defaultRegion }] = await db.query('select default_region from workspace where id = $1', [
        workspace,
      ]);
      const types = await readTypes(db, workspace);
      if (types.size > 0) return { types, defaultRegion };
      await insertDefaultTypes(db, workspace);
      return { types: await readTypes(db, workspace), defaultRegion };
    });
  }
}

async function readTypes(db: EntityManager, workspace: number): Promise<Map<string, IdentifierType>> {
  const rows = await db.query(
    `select name, priority, limit_per_customer, is_unique, comparison
     from identifier_type
     where workspace_id = $1
     order by priority, name`,
    [workspace],
  );
  return new Map(
    rows.map((row: Record<string, never>) => [
      row['name'],
      {
        name: row['name'],
        priority: row['priority'],
        limitPerCustomer: row['limit_per_customer'],
        isUnique: row['is_unique'],
        comparison: row['comparison'],
      },
    ]),
  );
}

/** A workspace gets its types when they are needed first. */
async function insertDefaultTypes(db: EntityManager, workspace: number): Promise<void> {
  await db.query(
    `insert into identifier_type (workspace_id, name, priority, limit_per_customer, is_unique, comparison)
     select $1, u.*
     from unnest($2::text[], $3::smallint[], $4::int[], $5::boolean[], $6::text[]) u
     on conflict do nothing`,
    [
      workspace,
      defaultIdentifierTypes.map((type) => type.name),
      defaultIdentifierTypes.map((type) => type.priority),
      defaultIdentifierTypes.map((type) => type.limitPerCustomer),
      defaultIdentifierTypes.map((type) => type.isUnique),
      defaultIdentifierTypes.map((type) => type.comparison),
    ],
  );
}

/** The type of that name, or a refusal that lists the names there are. */
export function requireType(rules: IdentityRules, name: string, field: string): IdentifierType {
  const type = rules.types.get(name);
  if (type) return type;
  const names = [...rules.types.keys()].join(', ');
  throw new Refusal('IDENTIFIER_TYPE_UNKNOWN', `There is no identifier type of that name. Known types: ${names}.`, {
    field,
  });
}
