import { IdentifierLedger, type IdentifierMarks, type LedgerRow, noMarks } from './identifier-ledger.js';
import type { IdentifierType } from './identifier-type.js';
import { type Cluster, find } from './resolution-cluster.js';

/** Whose an identifier was before it became its present owner's. */
export interface FormerOwner {
  readonly profile: number;
  readonly customer: number;
  /** Epoch milliseconds from which on it was theirs; minus infinity from the beginning. */
  readonly since: number;
}

/** That an identifier changed hands: by a person's word, or because a rule gave it to who used it later. */
export interface Handovers {
  /** Epoch milliseconds from which on it is its present owner's. */
  readonly since: number;
  /** The latest decision first: what was decided later counts from its instant on. */
  readonly former: readonly FormerOwner[];
}

/** One distinct identifier of a batch, and what the database knew of it. */
export interface ResolvedIdentifier {
  readonly type: IdentifierType;
  readonly value: string;
  /** The base profile that it leads to, or null when it is new or detached. Of a shared one: who used it last. */
  readonly profile: number | null;
  /** The customer that this profile belongs to now. */
  readonly customer: number | null;
  /** Epoch milliseconds. */
  readonly lastSeen: number | null;
  readonly marks: IdentifierMarks | null;
  /** Null when it was never anybody else's. */
  readonly handovers: Handovers | null;
}

/**
 * The identifiers of a batch while it is decided: to whom each leads, by its place in the batch. Behind them stand, with
 * places of their own, those that changed hands as who had them before: such a place leads to the former owner, for an
 * item that is older than the hand-over, and nothing of the identifier itself is changed by it.
 */
export class IdentifierBatch {
  readonly ledger = new IdentifierLedger();
  readonly profileOf: (number | null)[];
  readonly lastSeen: (number | null)[];
  readonly #clusterOf: (Cluster | null)[];
  /** Per former place, the place of the identifier itself. */
  readonly #present: number[] = [];
  /** Of identifiers that changed hands: from when on each is its present owner's. */
  readonly #since = new Map<number, number>();
  /** The places of their former owners, the latest decision first. */
  readonly #former = new Map<number, readonly { readonly place: number; readonly since: number }[]>();
  #places: Map<string, number> | null = null;

  constructor(
    readonly identifiers: readonly ResolvedIdentifier[],
    clusterOf: (customer: number | null) => Cluster | null,
  ) {
    this.profileOf = identifiers.map((identifier) => identifier.profile);
    this.lastSeen = identifiers.map((identifier) => identifier.lastSeen);
    this.#clusterOf = identifiers.map((identifier) => clusterOf(identifier.customer));
    for (const [n, { handovers }] of identifiers.entries()) {
      if (!handovers) continue;
      this.#since.set(n, handovers.since);
      this.#former.set(
        n,
        handovers.former.map(({ profile, customer, since }) => ({
          place: this.addFormer(n, profile, clusterOf(customer)),
          since,
        })),
      );
    }
  }

  private addFormer(n: number, profile: number | null, cluster: Cluster | null): number {
    this.#present.push(n);
    this.#clusterOf.push(cluster);
    this.lastSeen.push(null);
    return this.profileOf.push(profile) - 1;
  }

  /** The place at which an identifier stands for whoever had it at an instant. */
  placeAt(n: number, at: number): number {
    const since = this.#since.get(n);
    if (since === undefined || at >= since) return n;
    const former = this.#former.get(n) ?? [];
    return (former.find((one) => one.since <= at) ?? former.at(-1))?.place ?? n;
  }

  hasChangedHands(n: number): boolean {
    return this.#since.has(n);
  }

  /** Gives an identifier to somebody else from an instant on. */
  handOver(n: number, profile: number, root: Cluster, at: number): void {
    const before = {
      place: this.addFormer(n, this.profileOf[n] ?? null, this.#clusterOf[n] ?? null),
      since: this.#since.get(n) ?? Number.NEGATIVE_INFINITY,
    };
    this.#former.set(n, [before, ...(this.#former.get(n) ?? [])]);
    this.#since.set(n, at);
    this.lead(n, profile, root);
  }

  isFormer(n: number): boolean {
    return n >= this.identifiers.length;
  }

  /** The place of the identifier itself, whoever a place stands for. */
  presentPlace(n: number): number {
    return this.isFormer(n) ? (this.#present[n - this.identifiers.length] as number) : n;
  }

  at(n: number): ResolvedIdentifier {
    return this.identifiers[this.presentPlace(n)] as ResolvedIdentifier;
  }

  type(n: number): IdentifierType {
    return this.at(n).type;
  }

  /** The customer that an identifier leads to now, or null when to nobody. */
  root(n: number): Cluster | null {
    const cluster = this.#clusterOf[n];
    return cluster ? find(cluster) : null;
  }

  lead(n: number, profile: number | null, root: Cluster | null): void {
    this.#clusterOf[n] = root;
    this.profileOf[n] = profile;
  }

  see(n: number, at: number): void {
    this.lastSeen[n] = Math.max(this.lastSeen[n] ?? at, at);
  }

  /** The row of an identifier as the batch leaves it. */
  row(n: number): LedgerRow {
    if (this.isFormer(n)) throw new Error('What a former owner had is not changed any more.');
    const { type, value, profile, marks } = this.at(n);
    return this.ledger.row(type, value, n, marks ?? (profile === null ? null : { owner: profile, ...noMarks }));
  }

  /** That it is shared or quarantined speaks of its present owner only. */
  marked(n: number): { isQuarantined: boolean; isShared: boolean; rivals: readonly string[] } {
    if (this.isFormer(n)) return noMarks;
    const { type, value, marks } = this.at(n);
    return this.ledger.find(type, value) ?? marks ?? noMarks;
  }

  /** Where the batch names an identifier, if it does. */
  place(type: IdentifierType, value: string): number | undefined {
    this.#places ??= new Map(this.identifiers.map((one, n) => [`${one.type.name} ${one.value}`, n]));
    return this.#places.get(`${type.name} ${value}`);
  }
}
