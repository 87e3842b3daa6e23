/** Published in the transaction of each change of issues: opened, updated, resolved or linked to touchpoints, and of their deadlines. */
export const ISSUES_CHANGED = 'issues.changed';

export interface IssuesChanged {
  /** Base profiles that the issues, and touchpoints newly linked to them, arrived with. */
  readonly profiles: readonly string[];
  /** As 32 hexadecimal digits. */
  readonly issues: readonly string[];
}

/** The event for issues that changed, each with the profile that it arrived with. */
export function changeOf(issues: readonly { readonly id: string; readonly profile: string }[]): IssuesChanged {
  return {
    profiles: [...new Set(issues.map(({ profile }) => profile))],
    issues: issues.map(({ id }) => id),
  };
}
