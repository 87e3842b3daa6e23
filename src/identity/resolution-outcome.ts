/** What became of an identifier that an item named, where it is not plainly linked. */
export interface Remark {
  readonly identifier: number;
  readonly status: 'DEMOTED' | 'LINKED';
  /** `LIMIT email`, `UNVERIFIED`, `SHARED` …: `docs/identity.md` lists them. */
  readonly reason: string;
}

/** How an item says who it is about. */
export interface Telling {
  /** Its id, kept on links and merges. */
  readonly evidence: string;
  /** Epoch milliseconds: when what it says was so. */
  readonly at: number;
  /** Identifiers that the customer has proved, as the item says. */
  readonly verified?: ReadonlySet<number>;
}

export interface Guard {
  readonly id: number;
  readonly version: number;
  /** The customer it belongs to afterwards: itself, or the survivor of a merge. */
  readonly customer: number;
  /** Merges to add to the survivor's count. */
  readonly merges: number;
  readonly isBraked: boolean;
}

export interface MergeDecision {
  readonly survivor: number;
  readonly absorbed: number;
  readonly evidence: string;
}

/** Two profiles that an item said are one, and that were not joined because nobody proved it. */
export interface Claim {
  readonly a: number;
  readonly b: number;
  readonly evidence: string;
  readonly at: number;
}

export interface Brake {
  readonly customer: number;
  readonly reason: string;
  readonly evidence: string;
}
