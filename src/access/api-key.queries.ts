import type { EntityManager } from 'typeorm';

export interface ApiKeyRow {
  readonly id: string;
  readonly workspace_id: number;
  readonly prefix: string;
  readonly name: string;
  readonly scopes: string[];
  readonly hash: Buffer;
  readonly is_masked: boolean;
  readonly customer_profile_id: string | null;
  readonly is_visitor: boolean;
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
  readonly last_used_at: Date | null;
}

const columns = `id, workspace_id, prefix, name, scopes, hash, is_masked, customer_profile_id, is_visitor, created_at,
  expires_at, revoked_at, last_used_at`;

/** By the unique index of the prefix; the policy shows the presenter this one row and no other. */
export async function findPresentedKey(db: EntityManager, prefix: string): Promise<ApiKeyRow | null> {
  await db.query(`select set_config('app.key_prefix', $1, true)`, [prefix]);
  const rows: ApiKeyRow[] = await db.query(`select ${columns} from api_key where prefix = $1`, [prefix]);
  return rows[0] ?? null;
}

/** Portal tokens are short-lived and many, so they are not listed among the keys. */
export async function listKeys(db: EntityManager, workspace: number): Promise<ApiKeyRow[]> {
  return db.query(
    `select ${columns}
     from api_key
     where workspace_id = $1 and customer_profile_id is null
     order by created_at, id
     limit 1000`,
    [workspace],
  );
}

export async function insertKey(
  db: EntityManager,
  key: Omit<ApiKeyRow, 'created_at' | 'revoked_at' | 'last_used_at'>,
): Promise<ApiKeyRow> {
  const rows: ApiKeyRow[] = await db.query(
    `insert into api_key (workspace_id, id, prefix, name, scopes, hash, is_masked, customer_profile_id, is_visitor, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (prefix) do update set scopes = excluded.scopes
     returning ${columns}`,
    [
      key.workspace_id,
      key.id,
      key.prefix,
      key.name,
      key.scopes,
      key.hash,
      key.is_masked,
      key.customer_profile_id,
      key.is_visitor,
      key.expires_at,
    ],
  );
  return rows[0] as ApiKeyRow;
}

/** Null when the workspace has no such key. A key that was revoked before keeps its first time. */
export async function revokeKey(db: EntityManager, workspace: number, id: string): Promise<ApiKeyRow | null> {
  const [rows]: [ApiKeyRow[], number] = await db.query(
    `update api_key
     set revoked_at = coalesce(revoked_at, now())
     where workspace_id = $1 and id = $2
     returning ${columns}`,
    [workspace, id],
  );
  return rows[0] ?? null;
}

export async function touchKey(db: EntityManager, workspace: number, id: string): Promise<void> {
  await db.query('update api_key set last_used_at = now() where workspace_id = $1 and id = $2', [workspace, id]);
}

/** Makes the token of a visitor one of a customer who is known. */
export async function bindToken(db: EntityManager, workspace: number, prefix: string, profile: string): Promise<void> {
  await db.query(
    `update api_key
     set customer_profile_id = $3::bigint, is_visitor = false
     where workspace_id = $1 and prefix = $2 and is_visitor`,
    [workspace, prefix, profile],
  );
}
