import { limits } from '../../platform/limits.js';
import { Refusal } from '../../platform/refusal.js';
import type { MendInput } from './dead-letter.types.js';
import { applyPatch, type PatchOperation, readPatch } from './json-patch.js';

/** How items are mended. */
export type Mend = { readonly patch: readonly PatchOperation[]; readonly field: string } | { readonly item: unknown };

/** @param isOne whether there is one item to mend: only then can another take its place */
export function readMend({ patch, raw }: MendInput, isOne: boolean, path: string): Mend {
  if ((patch == null) === (raw == null)) {
    throw new Refusal('ONE_OF_REQUIRED', 'Items are mended by either a patch or a raw item.', { field: path });
  }
  if (raw == null) return { patch: readPatch(patch, `${path}.patch`), field: `${path}.patch` };
  const field = `${path}.raw`;
  if (!isOne) throw new Refusal('INPUT_INVALID', 'A raw item takes the place of one dead letter.', { field });
  const limit = limits.deadLetterRawCharactersMax;
  if (raw.length > limit) throw new Refusal('TOO_LONG', `An item has at most ${limit} characters.`, { field, limit });
  try {
    return { item: JSON.parse(raw) };
  } catch {
    throw new Refusal('INPUT_INVALID', 'The item is not JSON.', { field });
  }
}

/** @throws Refusal when the patch does not fit the item */
export function mended(item: unknown, mend: Mend): unknown {
  return 'item' in mend ? mend.item : applyPatch(item, mend.patch, mend.field);
}
