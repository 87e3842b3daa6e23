import { createHash } from 'node:crypto';
import { limits } from '../platform/limits.js';
import type { IdentifierType } from './identifier-type.js';

/** What the database knows of an identifier beyond its owner, where there is anything. */
export interface IdentifierMarks {
  /** The profile of its row: of a shared one the touchpoint may go to somebody else. */
  readonly owner: number;
  readonly isVerified: boolean;
  readonly isQuarantined: boolean;
  readonly isShared: boolean;
  /** A person said whether it is shared: behaviour no longer decides. */
  readonly isSharingDecided: boolean;
  readonly isDetached: boolean;
  /** Different ones that it tried to join and might not, hashed. */
  readonly rivals: readonly string[];
}

export const noMarks = {
  isVerified: false,
  isQuarantined: false,
  isShared: false,
  isSharingDecided: false,
  isDetached: false,
  rivals: [],
} as const;

/** A row of an identifier that the batch writes. */
export interface LedgerRow {
  readonly type: IdentifierType;
  readonly value: string;
  /** Its place in the batch; null for one that the batch does not name. */
  readonly identifier: number | null;
  /** What the row must still be; null when there is none yet. */
  readonly before: IdentifierMarks | null;
  profile: number;
  /** From when on it is that profile's, in epoch milliseconds, where the batch gave it to somebody; else null. */
  since: number | null;
  isVerified: boolean;
  isQuarantined: boolean;
  isShared: boolean;
  isDetached: boolean;
  rivals: readonly string[];
}

export interface IdentifierEvent {
  readonly type: string;
  readonly value: string;
  readonly act: 'DETACHED' | 'ATTACHED_AGAIN' | 'MOVED' | 'SHARED' | 'QUARANTINED';
  readonly reason: string;
  readonly evidence: string;
  readonly from: number | null;
  readonly to: number | null;
}

export interface IdentifierUse {
  readonly type: string;
  readonly value: string;
  readonly profile: number;
  uses: number;
  lastSeen: number;
}

/** What becomes of the rows of identifiers in one batch, and what is told of it. */
export class IdentifierLedger {
  readonly #rows = new Map<string, LedgerRow>();
  readonly #uses = new Map<string, IdentifierUse>();
  readonly events: IdentifierEvent[] = [];
  /** Grows with every change but uses. */
  acts = 0;

  get inserted(): LedgerRow[] {
    return [...this.#rows.values()].filter((row) => row.before === null);
  }

  get changed(): LedgerRow[] {
    return [...this.#rows.values()].filter(({ before, ...row }) => {
      if (before === null) return false;
      return (
        row.since !== null ||
        row.isVerified !== before.isVerified ||
        row.isQuarantined !== before.isQuarantined ||
        row.isShared !== before.isShared ||
        row.isDetached !== before.isDetached ||
        row.rivals.length !== before.rivals.length
      );
    });
  }

  get uses(): IdentifierUse[] {
    return [...this.#uses.values()];
  }

  /** The row while the batch is decided; `marks` is what is stored of it, null when nothing is. */
  row(type: IdentifierType, value: string, identifier: number | null, marks: IdentifierMarks | null): LedgerRow {
    const key = `${type.name} ${value}`;
    const known = this.#rows.get(key);
    if (known) return known;
    const { owner: profile, ...flags } = marks ?? { owner: 0, ...noMarks };
    const row = { type, value, identifier, before: marks, profile, since: null, ...flags };
    this.#rows.set(key, row);
    return row;
  }

  /** The row, if the batch changes it. */
  find(type: IdentifierType, value: string): LedgerRow | undefined {
    return this.#rows.get(`${type.name} ${value}`);
  }

  attach(row: LedgerRow, profile: number, evidence: string, at: number): void {
    this.acts++;
    if (row.isDetached) {
      this.tell(row, 'ATTACHED_AGAIN', 'it was named again', evidence, row.profile, profile);
      row.since = at;
    }
    row.profile = profile;
    row.isDetached = false;
  }

  detach(row: LedgerRow, reason: string, evidence: string): void {
    row.isDetached = true;
    this.tell(row, 'DETACHED', reason, evidence, row.profile, null);
  }

  move(row: LedgerRow, profile: number, reason: string, evidence: string, at: number): void {
    this.tell(row, 'MOVED', reason, evidence, row.profile, profile);
    row.profile = profile;
    row.since = at;
  }

  verify(row: LedgerRow): void {
    if (row.isVerified) return;
    row.isVerified = true;
    this.acts++;
  }

  /**
   * It tried to join somebody else and might not. With three different ones it is found to be shared, with more than
   * ten different unique ids it is quarantined.
   */
  addRival(row: LedgerRow, rival: { type: IdentifierType; value: string }, evidence: string): void {
    const hash = createHash('sha256').update(`${rival.type.name} ${rival.value}`).digest('hex').slice(0, 12);
    const key = `${rival.type.isUnique ? uniqueMark : ''}${hash}`;
    const isCounted = rival.type.isUnique ? !row.isQuarantined : row.rivals.length < limits.identifierRivalsSharedMin;
    if (!isCounted || row.rivals.includes(key)) return;
    row.rivals = [...row.rivals, key];
    this.acts++;
    const unique = row.rivals.filter((one) => one.startsWith(uniqueMark)).length;
    if (unique > limits.identifierUniqueRivalsMax) {
      row.isQuarantined = true;
      this.tell(row, 'QUARANTINED', `it tried to join ${unique} different unique ids`, evidence, row.profile, null);
    }
    const isDecided = row.before?.isSharingDecided || row.isShared || row.type.isUnique;
    if (!isDecided && row.rivals.length >= limits.identifierRivalsSharedMin) {
      row.isShared = true;
      this.tell(row, 'SHARED', `${row.rivals.length} different ones use it`, evidence, row.profile, null);
    }
  }

  use(type: IdentifierType, value: string, profile: number, lastSeen: number): void {
    const key = `${type.name} ${value} ${profile}`;
    const known = this.#uses.get(key);
    if (known) {
      known.uses++;
      known.lastSeen = Math.max(known.lastSeen, lastSeen);
    } else {
      this.#uses.set(key, { type: type.name, value, profile, uses: 1, lastSeen });
    }
  }

  private tell(
    row: LedgerRow,
    act: IdentifierEvent['act'],
    reason: string,
    evidence: string,
    from: number | null,
    to: number | null,
  ): void {
    this.acts++;
    this.events.push({ type: row.type.name, value: row.value, act, reason, evidence, from, to });
  }
}

/** Before the hash of a rival whose type is unique. */
const uniqueMark = '!';
