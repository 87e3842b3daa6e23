import type { Handovers, ResolvedIdentifier } from '../identity/identifier-batch.js';
import type { IdentifierMarks } from '../identity/identifier-ledger.js';
import type { IdentifierType } from '../identity/identifier-type.js';
import { Resolution } from '../identity/resolution.js';
import type { KnownCluster } from '../identity/resolution-cluster.js';
import type { CheckedIdentifier } from './identifier-check.js';
import type { PreparedBatch, StoredState } from './prepared-batch.js';
import { countRemarks, mergeSeen, withRemarks } from './seen-identifiers.js';
import type { CheckedItem } from './touchpoint-check.js';
import {
  combinedHash,
  type FoldedTouchpoint,
  fold,
  type SeenIdentifier,
  type VersionedMessage,
} from './touchpoint-message.js';
import { internal } from './vocabulary.js';

/** What the database knew when it was asked. */
export interface ReadState {
  readonly profile: readonly (number | null)[];
  readonly customer: readonly (number | null)[];
  /** By place, of identifiers of which more is known than their owner. */
  readonly marks: ReadonlyMap<number, IdentifierMarks>;
  /** By place, of identifiers that changed hands. */
  readonly handovers: ReadonlyMap<number, Handovers>;
  /** Epoch seconds of the last sighting. */
  readonly lastSeen: readonly (number | null)[];
  readonly clusters: readonly KnownCluster[];
  /** Customers of `PreparedBatch.profiles`. */
  readonly customerOfProfile: ReadonlyMap<number, number>;
  /** By touchpoint id. */
  readonly stored: ReadonlyMap<string, StoredState>;
}

export type Outcome = 'CREATED' | 'UPDATED' | 'DUPLICATE' | 'CONFLICT' | 'IDENTIFIED';

export interface Verdict {
  readonly outcome: Outcome;
  /** Base profile; for a duplicate that of the stored touchpoint. */
  readonly profile: number;
  /** The customer that it belongs to now. */
  readonly customer: number;
}

export interface TouchpointRow {
  readonly item: CheckedItem;
  readonly profile: number;
  readonly folded: FoldedTouchpoint;
  readonly version: number;
  readonly hash: string;
  readonly identifiersSeen: readonly SeenIdentifier[];
  /** True when identity was changed because of it: if another batch stored it first, everything is decided again. */
  isDecisive: boolean;
  /** For an update: what the row must still be. */
  readonly expected: { readonly version: number; readonly hash: string } | null;
  /** True when sums change by it: in time, in its conversation, or in whether the customer may see it. */
  readonly moved: boolean;
}

export interface StoredMessage extends VersionedMessage {
  readonly touchpoint: string;
}

export interface TraitRow {
  readonly profile: number;
  readonly key: string;
  readonly value: string;
  readonly at: number;
}

export interface Decision {
  readonly verdicts: readonly Verdict[];
  readonly resolution: Resolution;
  readonly rows: readonly TouchpointRow[];
  readonly messages: readonly StoredMessage[];
  readonly traits: readonly TraitRow[];
  /** Per item, the places at which its identifiers stood for whoever had them then. */
  readonly named: readonly (readonly number[])[];
  /** Identifiers that did not plainly link, as `outcome reason`. */
  readonly remarks: ReadonlyMap<string, number>;
}

/** One touchpoint while the messages of the batch about it are worked off. */
interface Told {
  readonly profile: number;
  readonly stored: StoredState | null;
  readonly messages: VersionedMessage[];
  readonly fresh: VersionedMessage[];
  readonly item: CheckedItem;
  seen: SeenIdentifier[];
  isDecisive: boolean;
}

/**
 * One verdict for every item, and what has to be written. Pure: no clock, no database, so that it is tested as a
 * function. The same batch against the same state always decides the same.
 */
export function decide(
  batch: PreparedBatch,
  state: ReadState,
  types: ReadonlyMap<string, IdentifierType>,
  nextProfileId: () => number,
  receivedAt: number,
): Decision {
  const identifiers: ResolvedIdentifier[] = batch.identifiers.map((identifier, n) => ({
    type: identifier.type,
    value: identifier.value,
    profile: state.profile[n] ?? null,
    customer: state.customer[n] ?? null,
    lastSeen: toMs(state.lastSeen[n]),
    marks: state.marks.get(n) ?? null,
    handovers: state.handovers.get(n) ?? null,
  }));
  const { clusters, customerOfProfile } = state;
  const resolution = new Resolution(types, identifiers, clusters, nextProfileId, receivedAt, customerOfProfile);
  const told = new Map<string, Told>();
  const traits = new Map<string, TraitRow>();
  const counts = new Map<string, number>();
  const named: (readonly number[])[] = [];

  const judged = batch.items.map((item, i): Omit<Verdict, 'customer'> => {
    const stored = state.stored.get(item.id) ?? null;
    const earlier = told.get(item.id);
    const messages = earlier?.messages ?? stored?.detail?.messages;
    const profileOfStored = earlier?.profile ?? stored?.profile ?? null;
    const places = resolution.placesAt(batch.named[i] ?? [], timeOf(item, messages));
    named.push(places);
    if (profileOfStored !== null && item.touchpoint) {
      // Without detail the stored touchpoint says exactly what this message says.
      if (!messages || messages.some((message) => message.hash === item.hash)) {
        return { outcome: 'DUPLICATE', profile: profileOfStored };
      }
      if (messages.some((message) => message.version === item.version)) {
        return { outcome: 'CONFLICT', profile: profileOfStored };
      }
    }
    const before = resolution.acts;
    const telling = { evidence: item.id, at: item.at, verified: verifiedOf(item, places) };
    const seenBefore = earlier?.seen ?? stored?.detail?.identifiersSeen ?? [];
    const asked = places.filter((_, place) => !isSettled(resolution, batch, i, place, seenBefore));
    const { profile, remarks } = resolution.resolve(asked, telling, profileOfStored);
    const isDecisive = resolution.acts > before;
    countRemarks(counts, item, remarks);
    keepTraits(traits, item, profile);
    if (!item.touchpoint) return { outcome: 'IDENTIFIED', profile };

    const seen = remarks.length === 0 ? [...item.seen] : withRemarks(item.seen, remarks, batch.identifiers);
    const message: VersionedMessage = { version: item.version, hash: item.hash, message: item.touchpoint };
    if (earlier) {
      earlier.messages.push(message);
      earlier.fresh.push(message);
      earlier.seen = mergeSeen(earlier.seen, seen);
      earlier.isDecisive ||= isDecisive;
    } else {
      told.set(item.id, {
        profile,
        stored,
        item,
        messages: [...(stored?.detail?.messages ?? []), message],
        fresh: [message],
        seen: mergeSeen([...(stored?.detail?.identifiersSeen ?? [])], seen),
        isDecisive,
      });
    }
    return { outcome: earlier || stored ? 'UPDATED' : 'CREATED', profile };
  });

  const verdicts = judged.map((verdict, i): Verdict => {
    const stored = state.stored.get((batch.items[i] as CheckedItem).id);
    return { ...verdict, customer: resolution.customerOf(verdict.profile) ?? stored?.customer ?? verdict.profile };
  });
  const rows: TouchpointRow[] = [];
  const messages: StoredMessage[] = [];
  for (const [id, one] of told) {
    const folded = fold(one.messages, one.stored?.detail?.recordedAt ?? receivedAt);
    const detail = one.stored?.detail;
    rows.push({
      item: one.item,
      profile: one.profile,
      folded,
      version: Math.max(...one.messages.map((message) => message.version)),
      hash: combinedHash(one.messages.map((message) => message.hash)),
      identifiersSeen: one.seen,
      // Its messages are written beside it, so it must be this batch that writes it.
      isDecisive: one.isDecisive || one.messages.length > 1,
      expected: one.stored ? { version: one.stored.version, hash: one.stored.hash } : null,
      moved:
        detail != null &&
        (detail.occurredAt !== folded.occurredAt ||
          detail.conversation !== (folded.conversation?.id ?? null) ||
          (detail.direction === internal) !== (folded.direction === internal)),
    });
    if (one.messages.length === 1) continue;
    for (const message of detail?.areStored ? one.fresh : one.messages) messages.push({ touchpoint: id, ...message });
  }
  return { verdicts, resolution, rows, messages, traits: [...traits.values()], named, remarks: counts };
}

/** When a touchpoint took place, as this message or another one about it tells. */
function timeOf(item: CheckedItem, messages: readonly VersionedMessage[] = []): number {
  const told = messages.find(({ message }) => message.occurredAt !== null);
  return item.touchpoint?.occurredAt ?? told?.message.occurredAt ?? item.at;
}

/**
 * Whether an identifier has said already whose the touchpoint is, and changed hands: asked again, by a message that
 * tells no time or another one, it would join who had it with who has it.
 */
function isSettled(
  resolution: Resolution,
  batch: PreparedBatch,
  item: number,
  place: number,
  seenBefore: readonly SeenIdentifier[],
): boolean {
  const n = batch.named[item]?.[place] as number;
  const named = batch.identifiers[n] as CheckedIdentifier;
  return (
    resolution.hasChangedHands(n) &&
    seenBefore.some(
      ({ type, value, status }) => status === 'LINKED' && type === named.type.name && value === named.value,
    )
  );
}

/** The latest value of each trait; among equals in time the greater text, so that the order makes no difference. */
function keepTraits(traits: Map<string, TraitRow>, item: CheckedItem, profile: number): void {
  for (const { key, value } of item.traits) {
    const place = `${profile} ${key}`;
    const known = traits.get(place);
    if (known && (known.at > item.at || (known.at === item.at && known.value >= value))) continue;
    traits.set(place, { profile, key, value, at: item.at });
  }
}

const toMs = (seconds: number | null | undefined): number | null => (seconds == null ? null : seconds * 1000);

/** Places of the identifiers that the item says the customer has proved; nothing is made where there is none. */
function verifiedOf(item: CheckedItem, named: readonly number[]): ReadonlySet<number> | undefined {
  if (!item.identifiers.some((identifier) => identifier.isVerified)) return undefined;
  return new Set(named.filter((_, place) => item.identifiers[place]?.isVerified));
}
