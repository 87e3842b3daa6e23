/** Who may read a field: callers with the scope and, when `customer` is set, a portal token for its own customer. */
export interface FieldAccess {
  readonly scope: string;
  /** True when the field holds nothing internal, so that the customer herself may see it. */
  readonly customer?: boolean;
}

/** What reading needs to know of a caller; `access` decides who that is. */
export interface Asker {
  readonly workspace: number;
  /** The profile id of the only customer that a portal token may see; null for everybody else. */
  readonly customer: string | null;
  /** True for the token of a visitor: it opens her customer only as long as nobody knows who she is. */
  readonly isVisitor: boolean;
  /** True when personal data must leave the database masked. */
  readonly isMasked: boolean;
  may(access: FieldAccess): boolean;
}
