import { absorb, type Cluster, detailed, find, type KnownCluster, undetailed } from './resolution-cluster.js';
import type { Conflict } from './resolution-conflicts.js';
import type { Brake, Guard, MergeDecision } from './resolution-outcome.js';

const alarmEveryMs = 86_400_000;

/** The customers of one batch while it is decided: which are made, which become one, and which are past a brake. */
export class ResolutionCustomers {
  readonly #clusters = new Map<number, Cluster>();
  readonly #created: { profile: number; cluster: Cluster }[] = [];
  readonly merges: MergeDecision[] = [];
  readonly brakes: Brake[] = [];

  constructor(
    known: readonly KnownCluster[],
    /** Epoch milliseconds of the receipt. */
    private readonly receivedAt: number,
  ) {
    for (const cluster of known) this.#clusters.set(cluster.id, detailed(cluster));
  }

  /** One that was not read is one that nothing can change. */
  of(customer: number | null): Cluster | null {
    if (customer === null) return null;
    let cluster = this.#clusters.get(customer);
    if (!cluster) {
      cluster = undetailed(customer);
      this.#clusters.set(customer, cluster);
    }
    return cluster;
  }

  create(profile: number): Cluster {
    const cluster = undetailed(profile, true);
    this.#clusters.set(profile, cluster);
    this.#created.push({ profile, cluster });
    return cluster;
  }

  /** The survivor is a customer that was there before, then the one with the smallest id. */
  merge(roots: readonly Cluster[], evidence: string): Cluster {
    const oldestFirst = [...roots].sort(
      (a, b) => Number(a.version === null) - Number(b.version === null) || a.id - b.id,
    );
    const [survivor, ...absorbed] = oldestFirst as [Cluster, ...Cluster[]];
    for (const cluster of absorbed) {
      absorb(survivor, cluster);
      for (const other of this.#clusters.values())
        if (other.doNotLink.has(cluster.id)) other.doNotLink.add(survivor.id);
      this.merges.push({ survivor: survivor.id, absorbed: cluster.id, evidence });
    }
    return survivor;
  }

  /** An alarm, at most one a day for a customer: past a brake nothing is joined to it any more. */
  brake({ reason }: Conflict, roots: readonly Cluster[], evidence: string): void {
    if (reason !== 'TOO_MANY_MERGES' && reason !== 'TOO_MANY_IDENTIFIERS') return;
    const size = (root: Cluster) => (reason === 'TOO_MANY_MERGES' ? root.merges : root.identifiers);
    const [largest] = [...roots].sort((a, b) => size(b) - size(a) || a.id - b.id) as [Cluster];
    if (largest.brakedAt !== null && this.receivedAt - largest.brakedAt < alarmEveryMs) return;
    largest.brakedAt = this.receivedAt;
    largest.isBraked = true;
    largest.isChanged = true;
    this.brakes.push({ customer: largest.id, reason, evidence });
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
        isBraked: cluster.isBraked,
      }))
      .sort((a, b) => a.id - b.id);
  }

  get created(): { readonly profile: number; readonly customer: number }[] {
    return this.#created.map(({ profile, cluster }) => ({ profile, customer: find(cluster).id }));
  }
}
