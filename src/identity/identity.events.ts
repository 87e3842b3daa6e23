/** Published in the transaction of an act by which people change who belongs to whom. */
export const IDENTITY_CHANGED = 'identity.changed';

export interface IdentityChanged {
  /** Profiles whose customer has changed. */
  readonly profiles: readonly string[];
}
