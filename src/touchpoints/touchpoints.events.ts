/** Published once per stored batch, in its transaction. */
export const TOUCHPOINTS_RECORDED = 'touchpoints.recorded';

export interface TouchpointsRecorded {
  /** Base profiles of the touchpoints that were created or updated, and of traits and merges that came with them. */
  readonly profiles: readonly string[];
  /** Of these, the customers that took others in by this batch. */
  readonly merged: readonly string[];
  /** Those of them of whom the batch told traits or identifiers. */
  readonly told: readonly string[];
  /** Profiles whose customers the batch joined, or claimed to be one. */
  readonly joined: readonly string[];
  /** Touchpoints created or updated, as 32 hexadecimal digits. */
  readonly touchpoints: readonly string[];
  /** Those of them that were stored before, and of which the batch told more. */
  readonly updated: readonly string[];
  /** Issues that the batch refers to: to be opened when they are not there yet. */
  readonly issues: readonly IssueReference[];
  /** True for imported history, which must raise no alarm. */
  readonly backfill: boolean;
}

export interface IssueReference {
  readonly id: string;
  readonly source: string;
  readonly externalId: string;
  readonly profile: string;
  readonly touchpoint: string;
  readonly occurredAt: string;
  readonly subject: string | null;
  readonly topic: string | null;
}
