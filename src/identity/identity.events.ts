/**
 * Published in the transaction of what changes who belongs to whom, or who has which identifier, but for ingest, which
 * tells of it in `touchpoints.recorded`.
 */
export const IDENTITY_CHANGED = 'identity.changed';

export interface IdentityChanged {
  /** Profiles whose customer has changed. */
  readonly profiles: readonly string[];
}

/** Told in the feed, at most once a day for a customer, when ingest joins nothing to it any more. */
export const IDENTITY_BRAKE = 'identity.brake';

export interface IdentityBrake {
  /** The customer that is past the brake. */
  readonly customer: string;
  /** `TOO_MANY_MERGES` or `TOO_MANY_IDENTIFIERS`. */
  readonly reason: string;
  /** The touchpoint that met the brake, as 32 hexadecimal digits. */
  readonly touchpoint: string;
}

/** Published for each stretch of stored identifiers that is to be normalised anew. */
export const IDENTITY_REAPPLY = 'identity.reapply';

export interface IdentityReapply {
  /** The last identifier that was looked at. */
  readonly after: { readonly type: string; readonly value: string };
  /** The second pass finds what was written while the first one ran. */
  readonly pass: 1 | 2;
}

/** Identifiers of different customers have become the same: ingest is to decide whether the customers are one. */
export const FORMS_COLLIDED = 'identity.forms_collided';

/** Ingest has decided. */
export const COLLISIONS_DECIDED = 'identity.collisions_decided';

export interface FormsCollided {
  readonly pairs: readonly FormCollision[];
}

export interface FormCollision {
  readonly type: string;
  /** As it is stored; it becomes `to`. */
  readonly value: string;
  /** The value that another customer has. */
  readonly to: string;
  /** Epoch milliseconds of the last sighting of either: the decision is no sighting of its own. */
  readonly seenAt: number;
  /** 32 hexadecimal digits: the same however often it is told. */
  readonly evidence: string;
}
