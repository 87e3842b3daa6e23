import type { ResolvedIdentifier } from '../../src/identity/identifier-batch.js';
import { type IdentifierMarks, noMarks } from '../../src/identity/identifier-ledger.js';
import { defaultIdentifierTypes, type IdentifierType, keepsTrack } from '../../src/identity/identifier-type.js';
import { Resolution } from '../../src/identity/resolution.js';
import type { HeldIdentifier, KnownCluster } from '../../src/identity/resolution-cluster.js';

export const types: ReadonlyMap<string, IdentifierType> = new Map(
  defaultIdentifierTypes.map((type) => [type.name, type]),
);

/** The default types with some of them changed. */
export function typesWith(changes: Record<string, Partial<IdentifierType>>): ReadonlyMap<string, IdentifierType> {
  return new Map([...types].map(([name, type]) => [name, { ...type, ...changes[name] }]));
}

/** When tests receive what they tell; a known identifier was last seen an hour before, unless it says otherwise. */
export const receivedAt = Date.UTC(2026, 5, 1);
export const hourMs = 3_600_000;

export interface Known {
  readonly id: number;
  readonly identifiers: readonly string[];
  readonly merges?: number;
  readonly brakedAt?: number;
  readonly doNotLink?: readonly number[];
  readonly quarantined?: readonly string[];
  readonly marks?: Readonly<Record<string, Partial<IdentifierMarks>>>;
  /** Epoch milliseconds, by identifier. */
  readonly seen?: Readonly<Record<string, number>>;
  /** Further identifiers that it has of a type, beyond those it names. */
  readonly more?: Readonly<Record<string, number>>;
}

export interface Item {
  readonly identifiers: readonly string[];
  readonly at?: number;
  readonly verified?: readonly string[];
  readonly fixedProfile?: number;
}

const typeName = (name: string) => name.slice(0, name.indexOf(':'));
const textOf = (name: string) => name.slice(name.indexOf(':') + 1);

/** Resolves items against known customers; identifiers are written `type:value`. */
export function resolve(
  known: readonly Known[],
  given: readonly (readonly string[] | Item)[],
  using: ReadonlyMap<string, IdentifierType> = types,
) {
  const items = given.map((one): Item => ('identifiers' in one ? one : { identifiers: one }));
  const names = [...new Set(items.flatMap((item) => item.identifiers))];
  const typeOf = (name: string) => using.get(typeName(name)) as IdentifierType;
  const seenAt = (one: Known, name: string) => one.seen?.[name] ?? receivedAt - hourMs;
  const identifiers = names.map((name): ResolvedIdentifier => {
    const owner = known.find((one) => one.identifiers.includes(name));
    const isQuarantined = owner?.quarantined?.includes(name) ?? false;
    const marks = owner && { owner: owner.id, ...noMarks, isQuarantined, ...owner.marks?.[name] };
    const isKnown = owner && !marks?.isDetached;
    return {
      type: typeOf(name),
      value: textOf(name),
      profile: isKnown ? owner.id : null,
      customer: isKnown ? owner.id : null,
      lastSeen: owner ? seenAt(owner, name) : null,
      marks: marks ?? null,
      handovers: null,
    };
  });
  const clusters = known.map((one): KnownCluster => {
    const counts = new Map<string, number>(Object.entries(one.more ?? {}));
    const held = new Map<string, HeldIdentifier[]>();
    for (const name of one.identifiers) {
      if (one.marks?.[name]?.isDetached) continue;
      const type = typeOf(name);
      counts.set(type.name, (counts.get(type.name) ?? 0) + 1);
      const lastSeen = seenAt(one, name);
      const each = { value: textOf(name), profile: one.id, firstSeen: lastSeen, lastSeen };
      if (keepsTrack(type)) held.set(type.name, [...(held.get(type.name) ?? []), each]);
    }
    const { id, merges = 0, brakedAt = null, doNotLink = [] } = one;
    return { id, version: 1, merges, brakedAt, counts, held, doNotLink };
  });
  let next = 1_000;
  const stored = new Map(known.map((one) => [one.id, one.id]));
  const resolution = new Resolution(using, identifiers, clusters, () => next++, receivedAt, stored);
  const results = items.map((item, i) => {
    const at = item.at ?? receivedAt;
    const placesOf = (all: readonly string[]) =>
      resolution.placesAt(
        all.map((name) => names.indexOf(name)),
        at,
      );
    const { profile, remarks } = resolution.resolve(
      placesOf(item.identifiers),
      { evidence: `item ${i}`, at, verified: new Set(placesOf(item.verified ?? [])) },
      item.fixedProfile ?? null,
    );
    const texts = (status: string) =>
      remarks.filter((one) => one.status === status).map((one) => `${names[one.identifier]} ${one.reason}`);
    return { profile, demoted: texts('DEMOTED'), noted: texts('LINKED') };
  });
  const { ledger } = resolution;
  const rowName = (row: { type: IdentifierType; value: string }) => `${row.type.name}:${row.value}`;
  return {
    results,
    customers: results.map((result) => resolution.customerOf(result.profile)),
    merges: resolution.merges.map((merge) => [merge.survivor, merge.absorbed]),
    attached: resolution.attached.map((one) => [names[one.identifier], one.profile]),
    links: resolution.links.map((link) => [link.a, link.b]),
    guards: resolution.guards.map(({ isBraked, ...guard }) => (isBraked ? { ...guard, isBraked } : guard)),
    brakes: resolution.brakes.map((brake) => [brake.customer, brake.reason]),
    claims: resolution.claims.map((claim) => [claim.a, claim.b]),
    events: ledger.events.map((event) => `${event.type}:${event.value} ${event.act} ${event.reason}`),
    uses: ledger.uses.map((use) => [`${use.type}:${use.value}`, use.profile, use.uses]),
    changed: new Map(ledger.changed.map((row) => [rowName(row), row])),
    inserted: new Map(ledger.inserted.map((row) => [rowName(row), row])),
  };
}
