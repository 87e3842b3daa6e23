import { IdentifierLedger, type IdentifierMarks, type LedgerRow, noMarks } from './identifier-ledger.js';
import type { IdentifierType } from './identifier-type.js';
import { type Cluster, find } from './resolution-cluster.js';

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
}

/** The identifiers of a batch while it is decided: to whom each leads, by its place in the batch. */
export class IdentifierBatch {
  readonly ledger = new IdentifierLedger();
  readonly profileOf: (number | null)[];
  readonly lastSeen: (number | null)[];
  readonly #clusterOf: (Cluster | null)[];
  #places: Map<string, number> | null = null;

  constructor(
    readonly identifiers: readonly ResolvedIdentifier[],
    clusterOf: (customer: number | null) => Cluster | null,
  ) {
    this.profileOf = identifiers.map((identifier) => identifier.profile);
    this.lastSeen = identifiers.map((identifier) => identifier.lastSeen);
    this.#clusterOf = identifiers.map((identifier) => clusterOf(identifier.customer));
  }

  at(n: number): ResolvedIdentifier {
    return this.identifiers[n] as ResolvedIdentifier;
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
    const { type, value, profile, marks } = this.at(n);
    return this.ledger.row(type, value, n, marks ?? (profile === null ? null : { owner: profile, ...noMarks }));
  }

  marked(n: number): { isQuarantined: boolean; isShared: boolean; rivals: readonly string[] } {
    const { type, value, marks } = this.at(n);
    return this.ledger.find(type, value) ?? marks ?? noMarks;
  }

  /** Where the batch names an identifier, if it does. */
  place(type: IdentifierType, value: string): number | undefined {
    this.#places ??= new Map(this.identifiers.map((one, n) => [`${one.type.name} ${one.value}`, n]));
    return this.#places.get(`${type.name} ${value}`);
  }
}
