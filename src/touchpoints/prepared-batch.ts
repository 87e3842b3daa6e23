import type { CheckedIdentifier } from './identifier-check.js';
import type { CheckedItem } from './touchpoint-check.js';
import type { SeenIdentifier, VersionedMessage } from './touchpoint-message.js';

/** What the database holds of a touchpoint that the batch tells of. */
export interface StoredState {
  readonly version: number;
  /** Combined over all its messages. */
  readonly hash: string;
  readonly profile: number;
  readonly customer: number;
  /** All its messages; null when this batch says only what it says. */
  readonly detail: {
    readonly messages: readonly VersionedMessage[];
    /** False while there is only one, which is read back from the row. */
    readonly areStored: boolean;
    readonly identifiersSeen: readonly SeenIdentifier[];
    readonly recordedAt: number;
    readonly occurredAt: number;
    readonly conversation: string | null;
    readonly direction: number;
  } | null;
}

/** A batch made ready for reading: each distinct identifier once, in groups that may become one customer. */
export interface PreparedBatch {
  readonly items: readonly CheckedItem[];
  readonly identifiers: readonly CheckedIdentifier[];
  /** Per item, indexes into `identifiers`. */
  readonly named: readonly (readonly number[])[];
  /** Per identifier, the number of its group. */
  readonly groups: readonly number[];
  /** Profiles of stored touchpoints that this batch updates, with their groups. */
  readonly profiles: readonly { readonly id: number; readonly group: number }[];
  /** Groups that an update may change though none of their identifiers is new. */
  readonly changing: readonly number[];
  /** Epoch milliseconds of the earliest touchpoint: what changed hands since is read with who had it. */
  readonly earliest: number;
}

/** Distinct identifiers and their groups: a union-find over the batch. */
export function prepare(
  items: readonly CheckedItem[],
  stored: ReadonlyMap<string, StoredState> = new Map(),
): PreparedBatch {
  const index = new Map<string, number>();
  const identifiers: CheckedIdentifier[] = [];
  const parent: number[] = [];
  const find = (n: number): number => {
    let root = n;
    while (parent[root] !== root) root = parent[root] as number;
    return root;
  };
  const union = (a: number, b: number) => {
    const [low, high] = [find(a), find(b)].sort((x, y) => x - y) as [number, number];
    parent[high] = low;
  };
  const add = (identifier: CheckedIdentifier): number => {
    const key = `${identifier.type.name} ${identifier.value}`;
    let n = index.get(key);
    if (n === undefined) {
      n = identifiers.push(identifier) - 1;
      index.set(key, n);
      parent[n] = n;
    }
    return n;
  };
  const named = items.map((item) => {
    const all = item.identifiers.map(add);
    for (const n of all.slice(1)) union(all[0] as number, n);
    return all;
  });
  // Messages about one touchpoint share its profile, so what they name may become one customer.
  const firstOf = new Map<string, number>();
  const profiles = new Map<number, number>();
  const changing: number[] = [];
  const join = <Key>(places: Map<Key, number>, key: Key, n: number) => {
    const other = places.get(key);
    if (other === undefined) places.set(key, n);
    else union(other, n);
  };
  const ids = new Set<string>();
  items.forEach((item, i) => {
    const first = named[i]?.[0];
    const isRepeated = ids.has(item.id);
    ids.add(item.id);
    if (first === undefined) return;
    join(firstOf, item.id, first);
    const state = stored.get(item.id);
    if (state?.detail) join(profiles, state.profile, first);
    if (isRepeated || state?.detail) changing.push(first);
  });
  return {
    items,
    identifiers,
    named,
    groups: identifiers.map((_, n) => find(n)),
    profiles: [...profiles].map(([id, n]) => ({ id, group: find(n) })),
    changing: [...new Set(changing.map(find))],
    earliest: Math.min(...items.map((item) => Math.min(item.at, stored.get(item.id)?.detail?.occurredAt ?? item.at))),
  };
}
