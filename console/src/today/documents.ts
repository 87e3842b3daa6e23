import { graphql, type ResultOf } from '../graphql.js';

const hours = graphql(`
  fragment Hours on ServiceFigures @_unmask {
    key
    bucketAt
    touchpoints
    contacts
    abandonment { count of }
    wait { count average }
    sentiment { count mean }
  }
`);

export type Hour = ResultOf<typeof hours>;

/** Today by channel and hour, and what came in the last day by topic and queue beside the week before. */
export const todayFigures = graphql(
  `
  query TodayFigures($today: AnalyticsFilter!, $lastDay: AnalyticsFilter!, $weekBefore: AnalyticsFilter!) {
    today: analytics(filter: $today) {
      service(by: CHANNEL, bucket: HOUR, first: 9) { ...Hours }
    }
    lastDay: analytics(filter: $lastDay) {
      topics: service(by: TOPIC, first: 30) { key isRest contacts }
      queues: service(by: QUEUE, first: 8) { key isRest contacts abandonment { rate } wait { average } }
    }
    weekBefore: analytics(filter: $weekBefore) {
      topics: service(by: TOPIC, first: 200) { key isRest contacts }
    }
  }
`,
  [hours],
);

export type TodayFigures = ResultOf<typeof todayFigures>;

/** The same weekday of the four weeks before. */
export const usualFigures = graphql(
  `
  query UsualFigures(
    $one: AnalyticsFilter!, $two: AnalyticsFilter!, $three: AnalyticsFilter!, $four: AnalyticsFilter!
  ) {
    one: analytics(filter: $one) { service(by: CHANNEL, bucket: HOUR, first: 9) { ...Hours } }
    two: analytics(filter: $two) { service(by: CHANNEL, bucket: HOUR, first: 9) { ...Hours } }
    three: analytics(filter: $three) { service(by: CHANNEL, bucket: HOUR, first: 9) { ...Hours } }
    four: analytics(filter: $four) { service(by: CHANNEL, bucket: HOUR, first: 9) { ...Hours } }
  }
`,
  [hours],
);

const promised = graphql(`
  fragment Promised on Issue @_unmask {
    id
    subject
    openedAt
    firstResponseAt
    sla { firstResponseDueAt resolutionDueAt }
    customer { id displayName }
  }
`);

export const promises = graphql(
  `
  query Promises {
    openIssueTotals { open unassigned late }
    late: issues(first: 8, isLate: true) { nodes { ...Promised } }
    open: issues(first: 60, isLate: false) { nodes { ...Promised } }
  }
`,
  [promised],
);

export type PromisedIssue = ResultOf<typeof promised>;

export const workspaceChanges = graphql(`
  subscription WorkspaceChanges($after: String) {
    workspaceChanged(after: $after, kinds: [TOUCHPOINT_RECORDED, TOUCHPOINT_UPDATED, ISSUE_CHANGED]) {
      cursor
      kind
    }
  }
`);
