import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../platform/database.js';
import { limits } from '../platform/limits.js';
import { Refusal } from '../platform/refusal.js';
import { plainText } from '../platform/text-argument.js';
import { isSame, keyOf, newKey } from './api-key.js';
import {
  type ApiKeyRow,
  bindToken,
  findPresentedKey,
  insertKey,
  listKeys,
  revokeKey,
  touchKey,
} from './api-key.queries.js';
import { Caller, type Scope, scopes } from './caller.js';

export interface KeyWish {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expiresAt?: string | null;
  readonly masked?: boolean;
}

/** Whom a portal token is bound to, and how. */
export interface Binding {
  readonly customer: string;
  /** True when nobody knows who she is: the token ends when somebody does. */
  readonly isVisitor: boolean;
  readonly isMasked: boolean;
}

/** A key just made: the only moment at which its secret is known. */
export interface MadeKey {
  readonly key: ApiKeyRow;
  readonly secret: string;
}

interface Remembered {
  readonly row: ApiKeyRow;
  readonly readAt: number;
  touchedAt: number;
}

/** A revocation made by another instance is noticed after at most this long. */
const freshMs = 5_000;
const touchMs = 60_000;
const rememberedMax = 10_000;

/** Makes, proves and revokes API keys and portal tokens. */
@Injectable()
export class ApiKeys {
  /** By prefix; proven anew by the hash at every use. */
  readonly #remembered = new Map<string, Remembered>();

  constructor(private readonly database: Database) {}

  async make(workspace: number, wish: KeyWish): Promise<MadeKey> {
    const name = plainText(limits.nameCharactersMax)(wish.name.trim(), null, 'input.name');
    if (name === '') throw new Refusal('TOO_FEW', 'A key needs a name.', { field: 'input.name', limit: 1 });
    for (const [i, scope] of wish.scopes.entries()) {
      if (scopes.includes(scope as Scope)) continue;
      throw new Refusal('SCOPE_UNKNOWN', `Scopes are ${scopes.join(', ')}.`, { field: `input.scopes[${i}]` });
    }
    if (wish.scopes.length === 0) {
      throw new Refusal('TOO_FEW', 'A key needs at least one scope.', { field: 'input.scopes', limit: 1 });
    }
    const expiresAt = wish.expiresAt ? new Date(wish.expiresAt) : null;
    if (expiresAt && expiresAt.getTime() <= Date.now()) {
      throw new Refusal('OUT_OF_RANGE', 'A key must expire in the future.', { field: 'input.expiresAt' });
    }
    const granted = [...new Set(wish.scopes)];
    return this.insert(workspace, newKey().secret, { name, scopes: granted, expiresAt, isMasked: wish.masked });
  }

  requirePortalSeconds(seconds: number): void {
    const limit = limits.portalTokenSecondsMax;
    if (Number.isInteger(seconds) && seconds >= 1 && seconds <= limit) return;
    throw new Refusal('OUT_OF_RANGE', `A portal token lives 1 to ${limit} seconds.`, {
      field: 'input.expiresInSeconds',
      limit,
    });
  }

  /** A token for the customer herself, who sees that customer only, nothing internal, and no more than the caller. */
  async makePortalToken(workspace: number, binding: Binding, seconds: number): Promise<MadeKey> {
    this.requirePortalSeconds(seconds);
    const expiresAt = new Date(Date.now() + seconds * 1000);
    return this.insert(workspace, newKey().secret, {
      name: 'portal token',
      scopes: [],
      expiresAt,
      ...binding,
    });
  }

  /**
   * The caller whom a visitor becomes who has proven, in a transaction that goes on, that a customer’s record is hers:
   * this token of hers alone. To be followed by `forget` once that stands.
   */
  async bind(db: EntityManager, visitor: Caller, profile: string): Promise<Caller> {
    await bindToken(db, visitor.workspace, prefixOf(visitor), profile);
    return new Caller(visitor.workspace, visitor.actor, visitor.scopes, profile, visitor.isMasked);
  }

  /** What is remembered of a caller’s key holds no longer. */
  forget(caller: Caller): void {
    this.#remembered.delete(prefixOf(caller));
  }

  /** The operator's own key: the same secret at every start gives the same key. */
  async ensure(workspace: number, secret: string, name: string): Promise<void> {
    await this.insert(workspace, secret, { name, scopes, expiresAt: null });
  }

  async list(caller: Caller): Promise<ApiKeyRow[]> {
    return this.database.inWorkspace(caller.workspace, (db) => listKeys(db, caller.workspace));
  }

  async revoke(caller: Caller, id: string): Promise<ApiKeyRow> {
    const row = await this.database.inWorkspace(caller.workspace, (db) => revokeKey(db, caller.workspace, id));
    if (!row) throw new Refusal('NOT_FOUND', 'There is no such key.', { field: 'input.id' });
    this.#remembered.delete(row.prefix);
    return row;
  }

  /** Who presents this key; refuses one that is unknown, expired or revoked. */
  async prove(secret: string): Promise<Caller> {
    const { prefix, hash } = keyOf(secret);
    const remembered = await this.remember(prefix);
    if (!remembered || !isSame(remembered.row.hash, hash)) {
      throw new Refusal('KEY_UNKNOWN', 'This API key is not known.');
    }
    const { row } = remembered;
    const now = Date.now();
    if (row.revoked_at) throw new Refusal('KEY_REVOKED', 'This API key was revoked.');
    if (row.expires_at && row.expires_at.getTime() <= now) {
      throw new Refusal('KEY_EXPIRED', 'This API key has expired.');
    }
    if (now - remembered.touchedAt > touchMs) this.touch(remembered, now);
    const granted = new Set(row.scopes as Scope[]);
    const { workspace_id, customer_profile_id, is_masked, is_visitor } = row;
    return new Caller(workspace_id, `key:${row.prefix}`, granted, customer_profile_id, is_masked, is_visitor);
  }

  private async remember(prefix: string): Promise<Remembered | null> {
    const known = this.#remembered.get(prefix);
    if (known && Date.now() - known.readAt < freshMs) return known;
    const row = await this.database.source.transaction((db) => findPresentedKey(db, prefix));
    if (!row) {
      this.#remembered.delete(prefix);
      return null;
    }
    if (this.#remembered.size >= rememberedMax) this.#remembered.clear();
    const fresh = { row, readAt: Date.now(), touchedAt: known?.touchedAt ?? row.last_used_at?.getTime() ?? 0 };
    this.#remembered.set(prefix, fresh);
    return fresh;
  }

  /** When a key was last used is good to know and not worth a failure of the request. */
  private touch(remembered: Remembered, now: number): void {
    remembered.touchedAt = now;
    const { workspace_id: workspace, id } = remembered.row;
    this.database.inWorkspace(workspace, (db) => touchKey(db, workspace, id)).catch(() => undefined);
  }

  private async insert(
    workspace: number,
    secret: string,
    key: {
      name: string;
      scopes: readonly string[];
      expiresAt: Date | null;
      isMasked?: boolean;
      isVisitor?: boolean;
      customer?: string;
    },
  ): Promise<MadeKey> {
    const { prefix, hash } = keyOf(secret);
    const row = await this.database.inWorkspace(workspace, (db) =>
      insertKey(db, {
        id: randomUUID(),
        workspace_id: workspace,
        prefix,
        hash,
        name: key.name,
        scopes: [...key.scopes],
        expires_at: key.expiresAt,
        is_masked: key.isMasked ?? false,
        customer_profile_id: key.customer ?? null,
        is_visitor: key.isVisitor ?? false,
      }),
    );
    return { key: row, secret };
  }
}

const prefixOf = ({ actor }: Caller) => actor.slice('key:'.length);
