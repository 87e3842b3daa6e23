import { IdentifierBatch, type ResolvedIdentifier } from './identifier-batch.js';
import type { IdentifierLedger } from './identifier-ledger.js';
import { type IdentifierType, keepsTrack } from './identifier-type.js';
import { addTo, type Cluster, find, type KnownCluster, takeFrom } from './resolution-cluster.js';
import { type Conflict, conflictOf, isDevice, type Joining, type Protection } from './resolution-conflicts.js';
import { ResolutionCustomers } from './resolution-customers.js';
import { isLastWins, keepOut, noteUse } from './resolution-left-out.js';
import type { Brake, Claim, Guard, MergeDecision, Remark, Telling } from './resolution-outcome.js';
import { makeRoom } from './resolution-room.js';

const dayMs = 86_400_000;
const nobody: ReadonlySet<number> = new Set();

/**
 * Decides who is who in one batch: attach, create, merge, or demote what would break a protection. Pure: it knows no
 * clock and no database, so that the rules can be tested as a function. Items are resolved one after the other, in the
 * order of the batch; the outcome is read once all are.
 */
export class Resolution {
  readonly #batch: IdentifierBatch;
  readonly #protection: Protection;
  readonly #customers: ResolutionCustomers;
  readonly #clusterOfProfile = new Map<number, Cluster>();
  readonly attached: { readonly identifier: number; readonly profile: number }[] = [];
  readonly links: { readonly a: number; readonly b: number; readonly evidence: string }[] = [];
  readonly claims: Claim[] = [];

  constructor(
    /** All types of the workspace: two customers may break the limit of a type that the batch does not name. */
    types: ReadonlyMap<string, IdentifierType>,
    identifiers: readonly ResolvedIdentifier[],
    known: readonly KnownCluster[],
    private readonly nextProfileId: () => number,
    /** Epoch milliseconds of the receipt: windows of limits end here. */
    receivedAt: number,
    /** Customers of the profiles of touchpoints that are already stored. */
    profiles: ReadonlyMap<number, number> = new Map(),
  ) {
    const since = (type: IdentifierType) => (type.windowDays === null ? null : receivedAt - type.windowDays * dayMs);
    this.#protection = { types, since };
    this.#customers = new ResolutionCustomers(known, receivedAt);
    const clusterOf = (customer: number | null) => this.#customers.of(customer);
    this.#batch = new IdentifierBatch(identifiers, clusterOf);
    for (const [profile, customer] of profiles) this.#clusterOfProfile.set(profile, clusterOf(customer) as Cluster);
  }

  /** The places at which identifiers stand for whoever had them at an instant: what `resolve` takes. */
  placesAt(named: readonly number[], at: number): readonly number[] {
    return named.map((n) => this.#batch.placeAt(n, at));
  }

  /** Whether an identifier was somebody else's before. */
  hasChangedHands(n: number): boolean {
    return this.#batch.hasChangedHands(n);
  }

  /**
   * @param named places of the identifiers that one item names, as `placesAt` gives them
   * @param fixedProfile the profile of a touchpoint that is already stored: it keeps it whatever is learnt later
   */
  resolve(
    named: readonly number[],
    telling: Telling,
    fixedProfile: number | null = null,
  ): { profile: number; remarks: Remark[] } {
    if (fixedProfile !== null && named.length === 0) return { profile: fixedProfile, remarks: [] };
    let taking = [...new Set(named)].sort((a, b) => this.type(a).priority - this.type(b).priority || a - b);
    const fixed = fixedProfile === null ? null : find(this.#clusterOfProfile.get(fixedProfile) as Cluster);
    const remarks: Remark[] = [];
    const left: { n: number; reason: string }[] = [];
    const isAnonymous = named.some((n) => isDevice(this.type(n)));
    let joining: Joining;
    for (;;) {
      joining = this.joining(taking, fixed, telling.verified ?? nobody, isAnonymous);
      const conflict = conflictOf(joining, this.#protection);
      if (!conflict) break;
      const weakest = this.weakest(conflict);
      this.#customers.brake(conflict, joining.roots, telling.evidence);
      left.push({ n: weakest, reason: conflict.reason });
      taking = taking.filter((n) => n !== weakest);
    }
    const roots = [...joining.roots];
    let profile = fixedProfile ?? this.strongestProfile(taking);
    if (profile === null) {
      profile = this.nextProfileId();
      roots.push(this.#customers.create(profile));
    }
    const root = this.#customers.merge(roots, telling.evidence);
    this.#clusterOfProfile.set(profile, root);
    const arrival = { taking, fresh: joining.fresh, at: telling.at, evidence: telling.evidence };
    const { late, roomy } = makeRoom(root, arrival, this.#batch, this.#protection);
    for (const n of roomy) remarks.push({ identifier: n, status: 'LINKED', reason: 'OLDEST_OUT' });
    for (const n of late) remarks.push({ identifier: n, status: 'DEMOTED', reason: `LIMIT ${this.type(n).name}` });
    // One that had to go itself has said whose the item is, and is attached to nobody any more.
    const gone = taking.filter((n) => !joining.fresh.includes(n) && !this.#batch.root(n));
    for (const n of gone) remarks.push({ identifier: n, status: 'LINKED', reason: 'DETACHED' });
    taking = taking.filter((n) => !late.includes(n) && !gone.includes(n));
    this.attach(taking, profile, root, telling);
    for (const { n, reason } of left) {
      if (isLastWins(this.#batch, n, reason, telling.at)) {
        this.move(n, profile, root, reason, telling);
        remarks.push({ identifier: n, status: 'LINKED', reason: 'MOVED' });
      } else {
        keepOut(this.#batch, this.claims, n, reason, { profile, root, strongest: taking[0], telling });
        remarks.push({ identifier: n, status: 'DEMOTED', reason });
      }
    }
    for (const n of taking) remarks.push(...noteUse(this.#batch, n, profile, taking.length === 1, telling.at));
    return {
      profile,
      remarks: remarks.map((one) => ({ ...one, identifier: this.#batch.presentPlace(one.identifier) })),
    };
  }

  /** The customer that a profile belongs to after this batch, when the batch resolved it. */
  customerOf(profile: number): number | null {
    const cluster = this.#clusterOfProfile.get(profile);
    return cluster ? find(cluster).id : null;
  }

  /** How much was decided that another decision about the same touchpoint would repeat. */
  get acts(): number {
    return this.merges.length + this.links.length + this.claims.length + this.ledger.acts;
  }

  get merges(): readonly MergeDecision[] {
    return this.#customers.merges;
  }

  get brakes(): readonly Brake[] {
    return this.#customers.brakes;
  }

  get guards(): Guard[] {
    return this.#customers.guards;
  }

  get created(): { readonly profile: number; readonly customer: number }[] {
    return this.#customers.created;
  }

  get ledger(): IdentifierLedger {
    return this.#batch.ledger;
  }

  private type(n: number): IdentifierType {
    return this.#batch.type(n);
  }

  private joining(
    taking: readonly number[],
    fixed: Cluster | null,
    verified: ReadonlySet<number>,
    isAnonymous: boolean,
  ): Joining {
    const roots = new Set<Cluster>(fixed ? [fixed] : []);
    for (const n of taking) {
      const root = this.#batch.root(n);
      if (root) roots.add(root);
    }
    return {
      taking,
      roots: [...roots],
      fresh: taking.filter((n) => !this.#batch.root(n)),
      fixed,
      typeOf: (n) => this.type(n),
      rootOf: (n) => this.#batch.root(n),
      isQuarantined: (n) => this.#batch.marked(n).isQuarantined,
      isShared: (n) => this.#batch.marked(n).isShared,
      former: taking.filter((n) => this.isLost(n)),
      verified,
      isAnonymous,
    };
  }

  /** True when the customer that it leads to had it once and has it no more: counts do not know of it. */
  private isLost(n: number): boolean {
    const batch = this.#batch;
    return batch.isFormer(n) && batch.root(n) !== batch.root(batch.presentPlace(n));
  }

  private weakest({ reason, between }: Conflict): number {
    if (between.length === 0) throw new Error(`Nothing can be demoted to avoid ${reason}.`);
    return between.reduce((a, b) => (this.type(b).priority >= this.type(a).priority ? b : a));
  }

  private strongestProfile(taking: readonly number[]): number | null {
    for (const n of taking) if (this.#batch.profileOf[n] !== null) return this.#batch.profileOf[n] as number;
    return null;
  }

  private attach(taking: readonly number[], profile: number, root: Cluster, { evidence, at, verified }: Telling): void {
    const batch = this.#batch;
    for (const n of taking) {
      if (!batch.root(n)) {
        const { type, value } = batch.at(n);
        batch.lead(n, profile, root);
        addTo(root, type, { value, profile, firstSeen: at, lastSeen: at }, keepsTrack(type));
        this.ledger.attach(batch.row(n), profile, evidence, at);
        this.attached.push({ identifier: n, profile });
      }
      if (verified?.has(n) && !batch.isFormer(n)) this.ledger.verify(batch.row(n));
      batch.see(n, at);
      const other = batch.profileOf[n] as number;
      if (other !== profile) this.links.push({ a: Math.min(profile, other), b: Math.max(profile, other), evidence });
    }
  }

  /** Gives an identifier that was left out to who used it last; room is made for it. */
  private move(n: number, profile: number, root: Cluster, reason: string, { evidence, at }: Telling): void {
    const batch = this.#batch;
    const { type, value } = batch.at(n);
    const former = batch.root(n) as Cluster;
    if (former !== root) {
      takeFrom(former, type, value);
      addTo(root, type, { value, profile, firstSeen: at, lastSeen: at }, true);
    }
    this.ledger.move(batch.row(n), profile, reason, evidence, at);
    batch.handOver(n, profile, root, at);
    batch.see(n, at);
    makeRoom(root, { taking: [], fresh: [], at, evidence }, batch, this.#protection);
  }
}
