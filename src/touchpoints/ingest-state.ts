import type { Handovers } from '../identity/identifier-batch.js';
import type { IdentifierMarks } from '../identity/identifier-ledger.js';
import type { HeldIdentifier } from '../identity/resolution-cluster.js';
import type { Sightings } from './batch-parameters.js';
import type { ReadState } from './decide.js';
import type { StoredState } from './prepared-batch.js';
import { messageOf, type StoredTouchpoint, type VersionedMessage } from './touchpoint-message.js';

/** What the read statement tells, and what becomes of it. */
export type State = ReadState & Sightings;

export interface ReadRow {
  readonly profiles: string | null;
  readonly customers: string | null;
  readonly first_seen: string | null;
  readonly last_seen: string | null;
  readonly marks: (IdentifierMarks & { readonly n: number })[] | null;
  readonly handovers:
    | { readonly n: number; readonly since: number; readonly former: readonly [number, number, number | null][] }[]
    | null;
  readonly updated: [number, number][] | null;
  readonly clusters:
    | {
        id: number;
        version: number;
        merges: number;
        brakedAt: number | null;
        counts: Record<string, number>;
        held: Record<string, [string, number, number, number][]>;
        doNotLink: number[];
      }[]
    | null;
  readonly stored: StoredRow[] | null;
}

interface StoredRow {
  readonly id: string;
  readonly version: number;
  readonly hash: string;
  readonly profile: number;
  readonly customer: number;
  readonly detail: (StoredTouchpoint & { messages: VersionedMessage[] | null; conversation_id: string | null }) | null;
}

const numbersOf = (text: string | null): (number | null)[] =>
  text === null
    ? []
    : text
        .slice(1, -1)
        .split(',')
        .map((part) => (part === 'NULL' ? null : Number(part)));

export function stateOf(row: ReadRow): State {
  return {
    profile: numbersOf(row.profiles),
    customer: numbersOf(row.customers),
    firstSeen: numbersOf(row.first_seen),
    lastSeen: numbersOf(row.last_seen),
    marks: new Map((row.marks ?? []).map((marks) => [marks.n - 1, marks])),
    handovers: new Map((row.handovers ?? []).map((one) => [one.n - 1, handoversOf(one)])),
    customerOfProfile: new Map(row.updated ?? []),
    clusters: (row.clusters ?? []).map((cluster) => ({
      ...cluster,
      brakedAt: cluster.brakedAt === null ? null : cluster.brakedAt * 1000,
      counts: new Map(Object.entries(cluster.counts)),
      held: new Map(Object.entries(cluster.held).map(([type, all]) => [type, all.map(heldIdentifier)])),
    })),
    stored: new Map((row.stored ?? []).map((stored) => [stored.id, storedState(stored)])),
  };
}

function handoversOf({ since, former }: NonNullable<ReadRow['handovers']>[number]): Handovers {
  return {
    since: Math.round(since * 1000),
    former: former.map(([profile, customer, from]) => ({
      profile,
      customer,
      since: from === null ? Number.NEGATIVE_INFINITY : Math.round(from * 1000),
    })),
  };
}

function heldIdentifier([value, profile, first, last]: [string, number, number, number]): HeldIdentifier {
  return { value, profile, firstSeen: first * 1000, lastSeen: last * 1000 };
}

function storedState(row: StoredRow): StoredState {
  const { version, hash, profile, customer, detail } = row;
  return {
    version,
    hash,
    profile,
    customer,
    detail: detail && {
      messages: detail.messages ?? [{ version, hash, message: messageOf(detail) }],
      areStored: detail.messages !== null,
      identifiersSeen: detail.identifiers_seen,
      recordedAt: Date.parse(detail.recorded_at),
      occurredAt: Date.parse(detail.occurred_at),
      direction: detail.direction,
      conversation: detail.conversation_id?.replaceAll('-', '') ?? null,
    },
  };
}
