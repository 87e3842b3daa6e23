/**
 * Advisory locks that a transaction takes on one workspace, as `(number, workspace)`. They stand in one table, since two
 * that share a number would wait for each other, and deadlock.
 */
export const workspaceLocks = {
  /** Shared by batches; alone by whoever changes who is who, and by a batch that lost its race twice: progress only. */
  ingest: 7_001,
  /** One at a time brings match suggestions up to date or decides on one. */
  matchUpkeep: 7_002,
  /** One at a time begins journeys because of touchpoints. */
  journeyBeginning: 7_003,
  /** One at a time invites to surveys: who was asked lately is counted before. */
  surveyInviting: 7_004,
  /** One at a time begins exports, so that they are counted. */
  exportBeginning: 7_005,
} as const;
