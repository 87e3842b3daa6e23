import type { IdentifierBatch } from './identifier-batch.js';
import { noMarks } from './identifier-ledger.js';
import { type IdentifierType, keepsTrack } from './identifier-type.js';
import { type Cluster, countOf, takeFrom } from './resolution-cluster.js';
import type { Protection } from './resolution-conflicts.js';

/** What an item brings to a customer. */
export interface Arrival {
  /** Places of its identifiers in the batch, and of those the ones that belong to nobody yet. */
  readonly taking: readonly number[];
  readonly fresh: readonly number[];
  readonly at: number;
  readonly evidence: string;
}

/**
 * Lets the longest unseen go where a customer would have too many. A new one that is itself the oldest comes too late.
 */
export function makeRoom(
  root: Cluster,
  { taking, fresh, at, evidence }: Arrival,
  batch: IdentifierBatch,
  { types, since }: Protection,
): { late: number[]; roomy: number[] } {
  const late: number[] = [];
  const roomy: number[] = [];
  if (!root.isDetailed) return { late, roomy };
  for (const n of taking) if (keepsTrack(batch.type(n))) touch(root, batch, n, at);
  for (const name of new Set([...root.held.keys(), ...fresh.map((n) => batch.type(n).name)])) {
    const type = types.get(name);
    if (!type || type.overflow === 'demote') continue;
    const added = fresh.filter((n) => batch.type(n).name === name);
    const from = since(type);
    const excess = countOf(root, type, from) + added.length - type.limitPerCustomer;
    if (excess <= 0) continue;
    const all = [
      ...(root.held.get(name) ?? [])
        .filter((one) => one.firstSeen >= (from ?? Number.NEGATIVE_INFINITY))
        .map((one) => ({ ...one, n: null })),
      ...added.map((n) => ({ value: batch.at(n).value, profile: 0, lastSeen: at, n })),
    ];
    all.sort((a, b) => a.lastSeen - b.lastSeen || (a.value < b.value ? -1 : 1));
    for (const one of all.slice(0, excess)) {
      if (one.n === null) letGo(root, type, one.value, one.profile, batch, evidence);
      else late.push(one.n);
    }
    roomy.push(...added.filter((n) => !late.includes(n)));
  }
  return { late, roomy };
}

function touch(root: Cluster, batch: IdentifierBatch, n: number, at: number): void {
  const { type, value } = batch.at(n);
  const held = root.held.get(type.name);
  const place = held?.findIndex((one) => one.value === value) ?? -1;
  const one = held?.[place];
  if (held && one && one.lastSeen < at) held[place] = { ...one, lastSeen: at };
}

function letGo(
  root: Cluster,
  type: IdentifierType,
  value: string,
  profile: number,
  batch: IdentifierBatch,
  evidence: string,
): void {
  const n = batch.place(type, value);
  const row = n === undefined ? batch.ledger.row(type, value, null, { owner: profile, ...noMarks }) : batch.row(n);
  batch.ledger.detach(row, 'OLDEST_OUT', evidence);
  takeFrom(root, type, value);
  if (n !== undefined) batch.lead(n, null, null);
}
