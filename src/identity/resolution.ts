import { limits } from '../platform/limits.js';
import type { IdentifierType } from './identifier-type.js';

/** One distinct identifier of a batch, and what the database knew of it. */
export interface ResolvedIdentifier {
  readonly type: IdentifierType;
  readonly value: string;
  /** The base profile that it belongs to, or null when it is new. */
  readonly profile: number | null;
  /** The customer that this profile belongs to now. */
  readonly customer: number | null;
  readonly isQuarantined: boolean;
}

/** A customer that the batch may change: its version guards the write. */
export interface KnownCluster {
  readonly id: number;
  readonly version: number;
  readonly merges: number;
  /** Identifiers per type name. */
  readonly counts: ReadonlyMap<string, number>;
  /** Customers that automatic rules must not join with this one. */
  readonly doNotLink: readonly number[];
}

export interface Demotion {
  readonly identifier: number;
  /** `LIMIT email`, `DO_NOT_LINK`, `QUARANTINED`, `TOO_MANY_MERGES` or `TOO_MANY_IDENTIFIERS`. */
  readonly reason: string;
}

export interface Guard {
  readonly id: number;
  readonly version: number;
  /** The customer it belongs to afterwards: itself, or the survivor of a merge. */
  readonly customer: number;
  /** Merges to add to the survivor's count. */
  readonly merges: number;
}

export interface MergeDecision {
  readonly survivor: number;
  readonly absorbed: number;
  readonly evidence: string;
}

interface Cluster {
  readonly id: number;
  readonly version: number | null;
  readonly isDetailed: boolean;
  readonly counts: Map<string, number>;
  readonly doNotLink: Set<number>;
  identifiers: number;
  merges: number;
  mergesAdded: number;
  mergedInto: Cluster | null;
  isChanged: boolean;
}

/**
 * Decides who is who in one batch: attach, create, merge, or demote what would break a protection. Pure: it knows no
 * clock and no database, so that the rules can be tested as a function. Items are resolved one after the other, in the
 * order of the batch; the outcome is read once all are.
 */
export class Resolution {
  readonly #profileOf: (number | null)[];
  readonly #clusterOf: (Cluster | null)[];
  readonly #clusters = new Map<number, Cluster>();
  readonly #clusterOfProfile = new Map<number, Cluster>();
  readonly attached: { readonly identifier: number; readonly profile: number }[] = [];
  readonly merges: MergeDecision[] = [];
  readonly links: { readonly a: number; readonly b: number; readonly evidence: string }[] = [];
  readonly #created: { profile: number; cluster: Cluster }[] = [];

  constructor(
    /** All types of the workspace: two customers may break the limit of a type that the batch does not name. */
    private readonly types: ReadonlyMap<string, IdentifierType>,
    private readonly identifiers: readonly ResolvedIdentifier[],
    known: readonly KnownCluster[],
    private readonly nextProfileId: () => number,
    /** Customers of the profiles of touchpoints that are already stored. */
    profiles: ReadonlyMap<number, number> = new Map(),
  ) {
    for (const cluster of known) this.#clusters.set(cluster.id, detailed(cluster));
    const clusterOf = (customer: number | null) => {
      if (customer === null) return null;
      let cluster = this.#clusters.get(customer);
      if (!cluster) {
        cluster = undetailed(customer);
        this.#clusters.set(customer, cluster);
      }
      return cluster;
    };
    this.#profileOf = identifiers.map((identifier) => identifier.profile);
    this.#clusterOf = identifiers.map((identifier) => clusterOf(identifier.customer));
    for (const [profile, customer] of profiles) this.#clusterOfProfile.set(profile, clusterOf(customer) as Cluster);
  }

  /**
   * @param named indexes of the identifiers that one item names
   * @param evidence id of the item, kept on links and merges
   * @param fixedProfile the profile of a touchpoint that is already stored: it keeps it whatever is learnt later
   */
  resolve(named: readonly number[], evidence: string, fixedProfile: number | null = null) {
    if (fixedProfile !== null && named.length === 0) return { profile: fixedProfile, demoted: [] };
    let taking = [...new Set(named)].sort((a, b) => this.type(a).priority - this.type(b).priority || a - b);
    const demoted: Demotion[] = [];
    const fixed = fixedProfile === null ? null : find(this.#clusterOfProfile.get(fixedProfile) as Cluster);
    let roots: Cluster[];
    for (;;) {
      roots = this.rootsOf(taking, fixed);
      const fresh = taking.filter((n) => !this.#clusterOf[n]);
      const conflict = this.conflictOf(taking, roots, fresh);
      if (!conflict) break;
      if (conflict.between.length === 0) throw new Error(`Nothing can be demoted to avoid ${conflict.reason}.`);
      const weakest = conflict.between.reduce((a, b) => (this.type(b).priority >= this.type(a).priority ? b : a));
      demoted.push({ identifier: weakest, reason: conflict.reason });
      taking = taking.filter((n) => n !== weakest);
    }
    const profile = fixedProfile ?? this.strongestProfile(taking) ?? this.create(roots);
    const root = this.merge(roots, evidence);
    this.#clusterOfProfile.set(profile, root);
    this.attach(taking, profile, root);
    for (const n of taking) {
      const other = this.#profileOf[n] as number;
      if (other !== profile) this.links.push({ a: Math.min(profile, other), b: Math.max(profile, other), evidence });
    }
    return { profile, demoted };
  }

  /** The customer that a profile belongs to after this batch, when the batch resolved it. */
  customerOf(profile: number): number | null {
    const cluster = this.#clusterOfProfile.get(profile);
    return cluster ? find(cluster).id : null;
  }

  /** Customers whose row the write must find at the expected version, in the order of their ids. */
  get guards(): Guard[] {
    return [...this.#clusters.values()]
      .filter((cluster) => cluster.version !== null && cluster.isChanged)
      .map((cluster) => ({
        id: cluster.id,
        version: cluster.version as number,
        customer: find(cluster).id,
        merges: cluster.mergedInto ? 0 : cluster.mergesAdded,
      }))
      .sort((a, b) => a.id - b.id);
  }

  get created(): { readonly profile: number; readonly customer: number }[] {
    return this.#created.map(({ profile, cluster }) => ({ profile, customer: find(cluster).id }));
  }

  private type(n: number): IdentifierType {
    return (this.identifiers[n] as ResolvedIdentifier).type;
  }

  private rootsOf(taking: readonly number[], fixed: Cluster | null): Cluster[] {
    const roots = new Set<Cluster>(fixed ? [fixed] : []);
    for (const n of taking) {
      const cluster = this.#clusterOf[n];
      if (cluster) roots.add(find(cluster));
    }
    return [...roots];
  }

  /** The first protection that joining these clusters and fresh identifiers would break, and who takes part in it. */
  private conflictOf(taking: readonly number[], roots: readonly Cluster[], fresh: readonly number[]) {
    if (roots.length + fresh.length < 2) return null;
    if (roots.some((root) => !root.isDetailed)) throw new Error('A cluster that may change was read without detail.');
    const rootOf = (n: number) => {
      const cluster = this.#clusterOf[n];
      return cluster ? find(cluster) : null;
    };
    return (
      this.limitConflict(taking, roots, fresh, rootOf) ??
      (roots.length > 1 ? this.mergeConflict(taking, roots, rootOf) : null) ??
      tooManyIdentifiers(taking, roots, fresh)
    );
  }

  private limitConflict(
    taking: readonly number[],
    roots: readonly Cluster[],
    fresh: readonly number[],
    rootOf: (n: number) => Cluster | null,
  ) {
    const names = new Set(fresh.map((n) => this.type(n).name));
    for (const root of roots) for (const name of root.counts.keys()) names.add(name);
    for (const name of names) {
      const type = this.types.get(name);
      if (!type) continue;
      let total = 0;
      let sides = 0;
      for (const root of roots) {
        const count = root.counts.get(type.name) ?? 0;
        total += count;
        if (count > 0) sides++;
      }
      for (const n of fresh) {
        if (this.type(n).name !== type.name) continue;
        total++;
        sides++;
      }
      if (total <= type.limitPerCustomer || sides < 2) continue;
      const between = taking.filter((n) => {
        const root = rootOf(n);
        return root ? (root.counts.get(type.name) ?? 0) > 0 : this.type(n).name === type.name;
      });
      return { reason: `LIMIT ${type.name}`, between };
    }
    return null;
  }

  private mergeConflict(taking: readonly number[], roots: readonly Cluster[], rootOf: (n: number) => Cluster | null) {
    for (const a of roots) {
      for (const b of roots) {
        if (a === b || !a.doNotLink.has(b.id)) continue;
        return { reason: 'DO_NOT_LINK', between: taking.filter((n) => rootOf(n) === a || rootOf(n) === b) };
      }
    }
    const merges = roots.length - 1 + roots.reduce((sum, root) => sum + root.merges, 0);
    if (merges > limits.mergesPerCustomerMax) {
      return { reason: 'TOO_MANY_MERGES', between: taking.filter((n) => rootOf(n) !== null) };
    }
    const quarantined = taking.filter((n) => this.identifiers[n]?.isQuarantined);
    return quarantined.length > 0 ? { reason: 'QUARANTINED', between: quarantined } : null;
  }

  private strongestProfile(taking: readonly number[]): number | null {
    for (const n of taking) if (this.#profileOf[n] !== null) return this.#profileOf[n] as number;
    return null;
  }

  private create(roots: Cluster[]): number {
    const profile = this.nextProfileId();
    const cluster = { ...undetailed(profile), isDetailed: true };
    this.#clusters.set(profile, cluster);
    this.#created.push({ profile, cluster });
    roots.push(cluster);
    return profile;
  }

  /** The survivor is a customer that was there before, then the one with the smallest id. */
  private merge(roots: Cluster[], evidence: string): Cluster {
    roots.sort((a, b) => Number(a.version === null) - Number(b.version === null) || a.id - b.id);
    const [survivor, ...absorbed] = roots as [Cluster, ...Cluster[]];
    for (const cluster of absorbed) {
      cluster.mergedInto = survivor;
      cluster.isChanged = true;
      survivor.isChanged = true;
      survivor.identifiers += cluster.identifiers;
      survivor.merges += cluster.merges + 1;
      survivor.mergesAdded += cluster.merges + 1;
      for (const [type, count] of cluster.counts) survivor.counts.set(type, (survivor.counts.get(type) ?? 0) + count);
      for (const other of cluster.doNotLink) survivor.doNotLink.add(other);
      for (const other of this.#clusters.values())
        if (other.doNotLink.has(cluster.id)) other.doNotLink.add(survivor.id);
      this.merges.push({ survivor: survivor.id, absorbed: cluster.id, evidence });
    }
    return survivor;
  }

  private attach(taking: readonly number[], profile: number, root: Cluster): void {
    for (const n of taking) {
      if (this.#clusterOf[n]) continue;
      this.#clusterOf[n] = root;
      this.#profileOf[n] = profile;
      const { name } = this.type(n);
      root.counts.set(name, (root.counts.get(name) ?? 0) + 1);
      root.identifiers++;
      root.isChanged = true;
      this.attached.push({ identifier: n, profile });
    }
  }
}

function tooManyIdentifiers(taking: readonly number[], roots: readonly Cluster[], fresh: readonly number[]) {
  const total = fresh.length + roots.reduce((sum, root) => sum + root.identifiers, 0);
  if (total <= limits.identifiersPerCustomerMax) return null;
  return { reason: 'TOO_MANY_IDENTIFIERS', between: fresh.length > 0 ? fresh : taking };
}

function find(cluster: Cluster): Cluster {
  let root = cluster;
  while (root.mergedInto) root = root.mergedInto;
  return root;
}

function detailed(known: KnownCluster): Cluster {
  let identifiers = 0;
  for (const count of known.counts.values()) identifiers += count;
  return {
    id: known.id,
    version: known.version,
    isDetailed: true,
    counts: new Map(known.counts),
    doNotLink: new Set(known.doNotLink),
    identifiers,
    merges: known.merges,
    mergesAdded: 0,
    mergedInto: null,
    isChanged: false,
  };
}

/** A customer that stays as it is, or one that does not exist yet: nothing of it had to be read. */
function undetailed(id: number): Cluster {
  return {
    id,
    version: null,
    isDetailed: false,
    counts: new Map(),
    doNotLink: new Set(),
    identifiers: 0,
    merges: 0,
    mergesAdded: 0,
    mergedInto: null,
    isChanged: false,
  };
}
