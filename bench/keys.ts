import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { newKey } from '../src/access/api-key.js';
import { scopes } from '../src/access/caller.js';

/** A key of a workspace with every scope, made as the service makes one; a new one for each run. */
export async function makeKey(db: pg.Client, workspaceKey: string): Promise<{ workspace: number; key: string }> {
  const { rows } = await db.query('select id from workspace where key = $1', [workspaceKey]);
  const workspace: number = rows[0].id;
  const key = newKey();
  await db.query(
    `insert into api_key (workspace_id, id, prefix, name, scopes, hash, expires_at)
     values ($1, $2, $3, 'benchmark', $4, $5, now() + interval '1 day')`,
    [workspace, randomUUID(), key.prefix, scopes, key.hash],
  );
  return { workspace, key: key.secret };
}
