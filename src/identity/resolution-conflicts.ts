import { limits } from '../platform/limits.js';
import { devicePriorityMin, type IdentifierType, identifyingPriorityMax } from './identifier-type.js';
import { type Cluster, countOf, isIdentified } from './resolution-cluster.js';

/** What one item would join: the identifiers that it still takes, and the customers that they lead to. */
export interface Joining {
  readonly taking: readonly number[];
  readonly roots: readonly Cluster[];
  /** Of `taking`, those that belong to nobody yet. */
  readonly fresh: readonly number[];
  /** The customer of a stored touchpoint that the item tells more of. */
  readonly fixed: Cluster | null;
  readonly typeOf: (n: number) => IdentifierType;
  readonly rootOf: (n: number) => Cluster | null;
  readonly isQuarantined: (n: number) => boolean;
  readonly isShared: (n: number) => boolean;
  /** Of `taking`, those that the customer to whom they lead had then and has no more. */
  readonly former: readonly number[];
  /** Of `taking`, those of which the item says that the customer proved them. */
  readonly verified: ReadonlySet<number>;
  /** True when the item names a device: a visitor whom nobody has seen. */
  readonly isAnonymous: boolean;
}

export interface Conflict {
  /** `LIMIT email`, or one of the words that `docs/identity.md` lists. */
  readonly reason: string;
  /** The identifiers that take part in it; one of them is left out. */
  readonly between: readonly number[];
}

export interface Protection {
  /** All types of the workspace: two customers may break the limit of a type that the batch does not name. */
  readonly types: ReadonlyMap<string, IdentifierType>;
  /** Epoch milliseconds from which on identifiers of a type count for its limit; null when all do. */
  readonly since: (type: IdentifierType) => number | null;
}

/** The first protection that a joining would break, and who takes part in it. */
export function conflictOf(joining: Joining, protection: Protection): Conflict | null {
  if (joining.roots.length + joining.fresh.length < 2) return null;
  if (joining.roots.some((root) => !root.isDetailed)) {
    throw new Error('A cluster that may change was read without detail.');
  }
  const isMerge = joining.roots.length > 1;
  return (
    markedConflict(joining, 'QUARANTINED', joining.isQuarantined) ??
    markedConflict(joining, 'SHARED', joining.isShared) ??
    limitConflict(joining, protection) ??
    (isMerge ? (forbiddenLink(joining) ?? unverified(joining, protection) ?? tooManyMerges(joining)) : null) ??
    tooManyIdentifiers(joining)
  );
}

/** What many use says nothing of who it is, unless it leads where another identifier of the item leads too. */
function markedConflict(joining: Joining, reason: string, isMarked: (n: number) => boolean): Conflict | null {
  const marked = joining.taking.filter((n) => isMarked(n) && joining.rootOf(n) !== null);
  if (marked.length === 0) return null;
  const others = new Set<Cluster | null>([joining.fixed]);
  for (const n of joining.taking) if (!marked.includes(n)) others.add(joining.rootOf(n));
  const between = marked.filter((n) => !others.has(joining.rootOf(n)));
  return between.length > 0 ? { reason, between } : null;
}

function limitConflict(joining: Joining, protection: Protection): Conflict | null {
  const { taking, roots, fresh, former, typeOf, rootOf } = joining;
  const names = new Set([...fresh, ...former].map((n) => typeOf(n).name));
  for (const root of roots) for (const name of root.counts.keys()) names.add(name);
  for (const name of names) {
    const type = protection.types.get(name);
    // Of the others the oldest goes: there is always room.
    if (type?.overflow !== 'demote') continue;
    const since = protection.since(type);
    // What a customer had then counts as if it were there: late items end as they would have in order.
    const counted = (root: Cluster) =>
      countOf(root, type, since) + former.filter((n) => typeOf(n).name === name && rootOf(n) === root).length;
    let total = 0;
    let sides = 0;
    for (const root of roots) {
      const count = counted(root);
      total += count;
      if (count > 0) sides++;
    }
    for (const n of fresh) {
      if (typeOf(n).name !== name) continue;
      total++;
      sides++;
    }
    if (total <= type.limitPerCustomer || sides < 2) continue;
    const between = taking.filter((n) => {
      const root = rootOf(n);
      return root ? counted(root) > 0 : typeOf(n).name === name;
    });
    return { reason: `LIMIT ${name}`, between };
  }
  return null;
}

function forbiddenLink({ taking, roots, rootOf }: Joining): Conflict | null {
  for (const a of roots) {
    for (const b of roots) {
      if (a === b || !a.doNotLink.has(b.id)) continue;
      return { reason: 'DO_NOT_LINK', between: taking.filter((n) => rootOf(n) === a || rootOf(n) === b) };
    }
  }
  return null;
}

/**
 * An anonymous visitor who names what belongs to somebody else has proved nothing. Two identified customers are joined
 * by such an item only when it verifies an identifier of one of them, and holds the others by a device of theirs or by
 * a verified identifier too.
 */
function unverified(joining: Joining, { types }: Protection): Conflict | null {
  if (!joining.isAnonymous) return null;
  const { taking, former, rootOf, typeOf, verified, fixed } = joining;
  const wasIdentified = (root: Cluster) =>
    former.some((n) => rootOf(n) === root && typeOf(n).priority <= identifyingPriorityMax);
  const identified = new Set(joining.roots.filter((root) => isIdentified(root, types) || wasIdentified(root)));
  if (identified.size < 2) return null;
  const proven = new Set(taking.filter((n) => verified.has(n) && !isDevice(typeOf(n))).map(rootOf));
  const held = new Set([...proven, fixed, ...taking.filter((n) => isDevice(typeOf(n))).map(rootOf)]);
  const roots = [...identified];
  if (roots.some((root) => proven.has(root)) && roots.every((root) => held.has(root))) return null;
  const between = taking.filter((n) => identified.has(rootOf(n) as Cluster) && rootOf(n) !== fixed);
  return { reason: 'UNVERIFIED', between };
}

export const isDevice = (type: IdentifierType): boolean => type.priority >= devicePriorityMin;

function tooManyMerges({ taking, roots, rootOf, fixed }: Joining): Conflict | null {
  const merges = roots.length - 1 + roots.reduce((sum, root) => sum + root.merges, 0);
  if (merges <= limits.mergesPerCustomerMax) return null;
  return { reason: 'TOO_MANY_MERGES', between: taking.filter((n) => rootOf(n) !== null && rootOf(n) !== fixed) };
}

function tooManyIdentifiers({ taking, roots, fresh, fixed, rootOf }: Joining): Conflict | null {
  const total = fresh.length + roots.reduce((sum, root) => sum + root.identifiers, 0);
  if (total <= limits.identifiersPerCustomerMax) return null;
  const joined = fresh.length > 0 ? fresh : taking.filter((n) => rootOf(n) !== fixed);
  return { reason: 'TOO_MANY_IDENTIFIERS', between: joined };
}
