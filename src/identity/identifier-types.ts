import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../platform/database.js';
import { Refusal } from '../platform/refusal.js';
import { blocklistOf, nothingBlocked } from './identifier-blocklist.js';
import {
  type Comparison,
  defaultIdentifierTypes,
  type EmailFolding,
  type IdentifierType,
  type Overflow,
} from './identifier-type.js';
import { normaliseIdentifier } from './normalise.js';

/** What a workspace's identifiers are: its types by name and the region of its national telephone numbers. */
export interface IdentityRules {
  readonly types: ReadonlyMap<string, IdentifierType>;
  readonly defaultRegion: string;
  /**
   * What stored values were normalised by while they wait to be normalised anew: the types that compared otherwise, and
   * the region. Until then an identifier is found by either form.
   */
  readonly former?: { readonly types: ReadonlyMap<string, IdentifierType>; readonly defaultRegion: string } | null;
}

/** An identifier in the form of the present rules and, where stored ones may still have it, in the former one. */
export type IdentifierForms =
  | { readonly value: string; readonly former: string | null }
  | { readonly refused: 'BLOCKED' | 'INVALID'; readonly reason: string };

/** @param region as given with a telephone number; null stands for the workspace's */
export function formsOf(
  rules: IdentityRules,
  type: IdentifierType,
  raw: string,
  region: string | null,
): IdentifierForms {
  const normalised = normaliseIdentifier(type, raw, region ?? rules.defaultRegion);
  if ('refused' in normalised) return normalised;
  const { value } = normalised;
  const formerType = rules.former?.types.get(type.name);
  if (!rules.former || !formerType) return { value, former: null };
  const before = normaliseIdentifier(formerType, raw, region ?? rules.former.defaultRegion);
  return { value, former: 'value' in before && before.value !== value ? before.value : null };
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

  /** What was read may be used no longer: it was changed here. Other processes notice within 30 seconds. */
  forget(workspace: number): void {
    this.#cached.delete(workspace);
  }

  private async read(workspace: number): Promise<IdentityRules> {
    return this.database.inWorkspace(workspace, (db) => readRules(db, workspace));
  }
}

/** The rules as they are in the database; a workspace without any gets the defaults. */
export async function readRules(db: EntityManager, workspace: number): Promise<IdentityRules> {
  const [row]: { defaultRegion: string; former: FormerRules | null }[] = await db.query(
    `select w.default_region as "defaultRegion", s.former
     from workspace w
     left join identity_settings s on s.workspace_id = w.id
     where w.id = $1`,
    [workspace],
  );
  if (!row) throw new Error('The workspace of a caller does not exist.');
  let types = await readTypes(db, workspace);
  if (types.size === 0) {
    await insertDefaultTypes(db, workspace);
    types = await readTypes(db, workspace);
  }
  return { types, defaultRegion: row.defaultRegion, former: row.former && formerOf(row.former, types) };
}

/** As `identity_settings.former` holds them: only what makes the form of a value. */
export interface FormerRules {
  readonly defaultRegion: string;
  readonly folding: EmailFolding;
  /** Of the types whose stored values wait. */
  readonly comparisons: Readonly<Record<string, Comparison>>;
  /** Which of these were scoped; absent where they were kept before there was scoping. */
  readonly scoped?: readonly string[];
}

function formerOf(former: FormerRules, types: ReadonlyMap<string, IdentifierType>) {
  const { defaultRegion, folding } = former;
  const before = Object.entries(former.comparisons).flatMap(([name, comparison]) => {
    const type = types.get(name);
    const isScoped = former.scoped?.includes(name) ?? false;
    return type ? [[name, { ...type, comparison, isScoped, folding, blocked: nothingBlocked }] as const] : [];
  });
  return { types: new Map(before), defaultRegion };
}

async function readTypes(db: EntityManager, workspace: number): Promise<Map<string, IdentifierType>> {
  const rows: TypeRow[] = await db.query(
    `select t.name, t.priority, t.limit_per_customer, t.window_days, t.is_unique, t.is_scoped, t.comparison, t.overflow,
       t.blocked_values, t.blocked_patterns, coalesce(s.folds_plus, false) as folds_plus,
       coalesce(s.folds_dots, false) as folds_dots
     from identifier_type t
     left join identity_settings s on s.workspace_id = $1
     where t.workspace_id = $1 and t.removed_at is null
     order by t.priority, t.name`,
    [workspace],
  );
  return new Map(rows.map((row) => [row.name, typeOf(row)]));
}

interface TypeRow {
  readonly name: string;
  readonly priority: number;
  readonly limit_per_customer: number;
  readonly window_days: number | null;
  readonly is_unique: boolean;
  readonly is_scoped: boolean;
  readonly comparison: Comparison;
  readonly overflow: Overflow;
  readonly blocked_values: string[];
  readonly blocked_patterns: string[];
  readonly folds_plus: boolean;
  readonly folds_dots: boolean;
}

function typeOf(row: TypeRow): IdentifierType {
  return {
    name: row.name,
    priority: row.priority,
    limitPerCustomer: row.limit_per_customer,
    windowDays: row.window_days,
    isUnique: row.is_unique,
    isScoped: row.is_scoped,
    comparison: row.comparison,
    overflow: row.overflow,
    blocked: blocklistOf(row.blocked_values, row.blocked_patterns),
    folding: { plus: row.folds_plus, dots: row.folds_dots },
  };
}

/** A workspace gets its types when they are needed first. */
async function insertDefaultTypes(db: EntityManager, workspace: number): Promise<void> {
  await db.query(
    `insert into identifier_type (workspace_id, name, priority, limit_per_customer, is_unique, is_scoped, comparison,
       overflow)
     select $1, u.*
     from unnest($2::text[], $3::smallint[], $4::int[], $5::boolean[], $6::boolean[], $7::text[], $8::text[]) u
     on conflict do nothing`,
    [
      workspace,
      defaultIdentifierTypes.map((type) => type.name),
      defaultIdentifierTypes.map((type) => type.priority),
      defaultIdentifierTypes.map((type) => type.limitPerCustomer),
      defaultIdentifierTypes.map((type) => type.isUnique),
      defaultIdentifierTypes.map((type) => type.isScoped),
      defaultIdentifierTypes.map((type) => type.comparison),
      defaultIdentifierTypes.map((type) => type.overflow),
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
