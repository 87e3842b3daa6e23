import type { IdentifierBatch } from './identifier-batch.js';
import type { Cluster } from './resolution-cluster.js';
import type { Claim, Remark, Telling } from './resolution-outcome.js';

/** The item that an identifier was left out of. */
export interface LeavingOut {
  readonly profile: number;
  readonly root: Cluster;
  /** The strongest of the identifiers that it kept, by place. */
  readonly strongest: number | undefined;
  readonly telling: Telling;
}

/** Whether an identifier that was left out belongs to whoever used it last, by the time of the event. */
export function isLastWins(batch: IdentifierBatch, n: number, reason: string, at: number): boolean {
  if (batch.isFormer(n)) return false;
  const canMove = reason.startsWith('LIMIT ') || reason === 'DO_NOT_LINK' || reason === 'UNVERIFIED';
  const isOld = at <= (batch.lastSeen[n] ?? at);
  return canMove && !isOld && batch.type(n).overflow === 'last_wins' && batch.root(n) !== null;
}

/**
 * An identifier was left out. One that belongs to somebody else was used by this customer too; a new one that found no
 * room says that the identifier which leads to the full customer may be used by many.
 */
export function keepOut(
  batch: IdentifierBatch,
  claims: Claim[],
  n: number,
  reason: string,
  { profile, root, strongest, telling: { evidence, at } }: LeavingOut,
): void {
  const { ledger } = batch;
  const owner = batch.profileOf[n] ?? null;
  if (owner !== null && batch.root(n) !== root) {
    if (reason === 'UNVERIFIED')
      claims.push({ a: Math.min(owner, profile), b: Math.max(owner, profile), evidence, at });
    if (batch.isFormer(n)) return;
    const row = batch.row(n);
    const isFirst = row.rivals.length === 0 && !row.isShared && !row.isQuarantined;
    if (isFirst) ledger.use(row.type, row.value, row.profile, batch.lastSeen[n] ?? at);
    ledger.use(row.type, row.value, profile, at);
    if (strongest !== undefined) ledger.addRival(row, batch.at(strongest), evidence);
  } else if (reason.startsWith('LIMIT ') && strongest !== undefined) {
    const isSuspect = !batch.type(strongest).isUnique && !batch.isFormer(strongest);
    if (isSuspect) ledger.addRival(batch.row(strongest), batch.at(n), evidence);
  }
}

/** What there is to say of an identifier that links; of one that many use, every use beside another is kept. */
export function noteUse(batch: IdentifierBatch, n: number, profile: number, isAlone: boolean, at: number): Remark[] {
  if (batch.isFormer(n)) return [{ identifier: n, status: 'LINKED', reason: 'FORMER_OWNER' }];
  const { isShared, isQuarantined, rivals } = batch.marked(n);
  const { type, value } = batch.at(n);
  if ((isShared || rivals.length > 0) && !isAlone) batch.ledger.use(type, value, profile, at);
  if (!isShared && !isQuarantined) return [];
  return [{ identifier: n, status: 'LINKED', reason: isQuarantined ? 'QUARANTINED' : 'SHARED' }];
}
