import type { Caller } from '../access/caller.js';
import { Refusal } from '../platform/refusal.js';
import type { ExportReader } from './export-reader.service.js';
import type { ExportWish } from './export-wish.js';
import { readsOf } from './formats/file-formats.js';

/**
 * What the caller must be allowed to read for a wish.
 * @throws Refusal when it may not export, or not what is wished
 */
export async function requireRights(reader: ExportReader, caller: Caller, wish: ExportWish): Promise<string[]> {
  const scopes = new Set(['exports:read', 'customers:read']);
  for (const read of readsOf(wish)) for (const scope of await reader.scopesOf(caller, read)) scopes.add(scope);
  requireScopes(caller, [...scopes]);
  return [...scopes];
}

/** @throws Refusal SCOPE_MISSING */
export function requireScopes(caller: Caller, scopes: readonly string[]): void {
  const missing = scopes.find((scope) => !caller.may({ scope }));
  if (missing !== undefined) throw new Refusal('SCOPE_MISSING', `This needs the scope ${missing}.`);
}
