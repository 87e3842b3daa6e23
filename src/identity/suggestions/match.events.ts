/** Published when a workspace's customers are all to be compared anew: other weights hold. */
export const MATCH_WHOLE = 'match.whole';

export interface MatchWhole {
  /** The last customer that was noted. */
  readonly after: string;
}
