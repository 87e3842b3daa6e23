/** Published in the transaction of each change of issues: opened, updated, resolved or linked to touchpoints. */
export const ISSUES_CHANGED = 'issues.changed';

export interface IssuesChanged {
  /** Base profiles that the issues, and touchpoints newly linked to them, arrived with. */
  readonly profiles: readonly string[];
  /** As 32 hexadecimal digits. */
  readonly issues: readonly string[];
}
