import { type IdentifierType, identifyingPriorityMax } from './identifier-type.js';

/** One identifier of a customer, of a type whose limit keeps track of each; times are epoch milliseconds. */
export interface HeldIdentifier {
  readonly value: string;
  readonly profile: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
}

/** A customer that the batch may change: its version guards the write. */
export interface KnownCluster {
  readonly id: number;
  readonly version: number;
  readonly merges: number;
  /** Epoch milliseconds of the last alarm that it is past a brake. */
  readonly brakedAt: number | null;
  /** Identifiers per type name. */
  readonly counts: ReadonlyMap<string, number>;
  /** Its identifiers of the types that `keepsTrack` names. */
  readonly held: ReadonlyMap<string, readonly HeldIdentifier[]>;
  /** Customers that automatic rules must not join with this one. */
  readonly doNotLink: readonly number[];
}

/** A customer while the batch is decided. */
export interface Cluster {
  readonly id: number;
  /** Null when it does not exist yet, or was not read because nothing can change it. */
  readonly version: number | null;
  readonly isDetailed: boolean;
  readonly counts: Map<string, number>;
  readonly held: Map<string, HeldIdentifier[]>;
  readonly doNotLink: Set<number>;
  brakedAt: number | null;
  isBraked: boolean;
  identifiers: number;
  merges: number;
  mergesAdded: number;
  mergedInto: Cluster | null;
  isChanged: boolean;
}

export function detailed(known: KnownCluster): Cluster {
  let identifiers = 0;
  for (const count of known.counts.values()) identifiers += count;
  return {
    ...undetailed(known.id),
    version: known.version,
    isDetailed: true,
    counts: new Map(known.counts),
    held: new Map([...known.held].map(([type, all]) => [type, [...all]])),
    doNotLink: new Set(known.doNotLink),
    brakedAt: known.brakedAt,
    identifiers,
    merges: known.merges,
  };
}

/** A customer that stays as it is, or one that does not exist yet: nothing of it had to be read. */
export function undetailed(id: number, isDetailed = false): Cluster {
  return {
    id,
    version: null,
    isDetailed,
    counts: new Map(),
    held: new Map(),
    doNotLink: new Set(),
    brakedAt: null,
    isBraked: false,
    identifiers: 0,
    merges: 0,
    mergesAdded: 0,
    mergedInto: null,
    isChanged: false,
  };
}

export function find(cluster: Cluster): Cluster {
  let root = cluster;
  while (root.mergedInto) root = root.mergedInto;
  return root;
}

/** Joins the clusters into the first of them, which becomes one that was there before, with the smallest id. */
export function absorb(survivor: Cluster, absorbed: Cluster): void {
  absorbed.mergedInto = survivor;
  absorbed.isChanged = true;
  survivor.isChanged = true;
  survivor.identifiers += absorbed.identifiers;
  survivor.merges += absorbed.merges + 1;
  survivor.mergesAdded += absorbed.merges + 1;
  for (const [type, count] of absorbed.counts) survivor.counts.set(type, (survivor.counts.get(type) ?? 0) + count);
  for (const [type, held] of absorbed.held) survivor.held.set(type, [...(survivor.held.get(type) ?? []), ...held]);
  for (const other of absorbed.doNotLink) survivor.doNotLink.add(other);
}

export function addTo(cluster: Cluster, type: IdentifierType, one: HeldIdentifier, isTracked: boolean): void {
  cluster.counts.set(type.name, (cluster.counts.get(type.name) ?? 0) + 1);
  cluster.identifiers++;
  cluster.isChanged = true;
  if (!isTracked) return;
  const held = cluster.held.get(type.name);
  if (held) held.push(one);
  else cluster.held.set(type.name, [one]);
}

export function takeFrom(cluster: Cluster, type: IdentifierType, value: string): void {
  cluster.counts.set(type.name, (cluster.counts.get(type.name) ?? 0) - 1);
  cluster.identifiers--;
  cluster.isChanged = true;
  const held = cluster.held.get(type.name);
  const place = held?.findIndex((one) => one.value === value) ?? -1;
  if (place >= 0) held?.splice(place, 1);
}

/** How many identifiers of a type count for its limit. */
export function countOf(cluster: Cluster, type: IdentifierType, since: number | null): number {
  if (since === null) return cluster.counts.get(type.name) ?? 0;
  return (cluster.held.get(type.name) ?? []).filter((one) => one.firstSeen >= since).length;
}

/** True when somebody said who the customer is: it has an identifier of a type of priority 4 or stronger. */
export function isIdentified(cluster: Cluster, types: ReadonlyMap<string, IdentifierType>): boolean {
  for (const [name, count] of cluster.counts) {
    if (count > 0 && (types.get(name)?.priority ?? Number.POSITIVE_INFINITY) <= identifyingPriorityMax) return true;
  }
  return false;
}
