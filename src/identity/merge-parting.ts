import type { EntityManager } from 'typeorm';
import { type Cut, findPairs } from './link.queries.js';
import { byAge, type Pair } from './link-graph.js';
import { findMergesAmong, movePointers, type PointerRow } from './merge.queries.js';
import { announce, type Held } from './merge-acts.js';
import { markUndone } from './merge-evidence.queries.js';
import { partsOf } from './merge-split.js';
import { insertProhibitions } from './prohibition.queries.js';

/** Who takes evidence back, and why. */
export interface Why {
  readonly actor: string;
  readonly reason: string | null;
}

export interface Parted {
  readonly isSplit: boolean;
  /** Merges that no longer hold. */
  readonly undone: readonly string[];
  /** What still joins the profiles of these customers. */
  readonly pairs: readonly Pair[];
  /** The customer to which a profile belongs now. */
  customerOf(profile: string): string;
}

/**
 * Recomputes customers from the evidence that is left after some was taken back: parts them where nothing holds them
 * together any more, with pointers, history and versions, and forbids automatic rules to join again what was parted.
 * It costs the profiles of the customers and the pairs that are linked, whatever their history.
 * @param forbidden pairs that rules may not join again, as far as they are parted now
 */
export async function partCustomers(
  db: EntityManager,
  workspace: number,
  held: Held,
  cut: Cut,
  forbidden: Cut['pairs'],
  why: Why,
): Promise<Parted> {
  const ends = new Set([...cut.pairs, ...forbidden].flatMap(({ a, b }) => [a, b]));
  const roots = [...new Set([...ends].map((end) => rootOf(held, end)))].sort(byAge);
  const members = roots.flatMap((root) => held.membersOf(root));
  const undone = await markUndone(db, workspace, cut.merges, why, held.at);
  const pairs = await findPairs(db, workspace, members, 1);
  const merges = await findMergesAmong(db, workspace, members);

  const customers = new Map<string, string>();
  const rows: PointerRow[] = [];
  for (const root of roots) {
    const own = pairs.filter(({ a, b }) => held.rootOf(a) === root && held.rootOf(b) === root);
    const parts = partsOf(held.membersOf(root), root, own, ends, merges);
    for (const part of parts) {
      for (const id of part.members) customers.set(id, part.root);
      if (parts.length > 1) rows.push(...pointersOf(part.root, part.members, part.root !== root));
    }
  }
  const customerOf = (profile: string) => customers.get(profile) ?? rootOf(held, profile);
  const isSplit = rows.length > 0;
  if (isSplit) {
    await movePointers(db, workspace, rows, held.at);
    const parted = forbidden.filter(({ a, b }) => customerOf(a) !== customerOf(b));
    await insertProhibitions(db, workspace, parted, why, held.at);
    await announce(db, workspace, members);
  }
  return { isSplit, undone, pairs, customerOf };
}

/** The rows that make profiles one customer: all of them when it is a new one, else only the profile that stands for it. */
export function pointersOf(root: string, members: readonly string[], isMoved: boolean): PointerRow[] {
  return members
    .filter((id) => isMoved || id === root)
    .map((id) => ({ id, root, isMoved, merges: id === root ? members.length - 1 : null }));
}

function rootOf(held: Held, profile: string): string {
  const root = held.rootOf(profile);
  if (root === null) throw new Error(`Profile ${profile} is linked to a customer that was not locked.`);
  return root;
}
