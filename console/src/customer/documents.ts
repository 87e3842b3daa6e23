import { graphql, type ResultOf } from '../graphql.js';
import { touchpointFields } from './touchpoint-fields.js';

export type { Touchpoint } from './touchpoint-fields.js';

/** Everything of the page in one question, which the service answers with one statement. */
export const customerPage = graphql(
  `
  query CustomerPage($id: ID!, $asOf: DateTime, $first: Int!) {
    customer(id: $id, asOf: $asOf) {
      id
      asOf
      displayName
      mergedIds
      traits
      createdAt
      lastSeenAt
      identifiers { type value verification primary shared quarantined }
      segments { since segment { key name entitlements } reason { text } }
      signals { kind severity message since touchpointIds }
      likelyReasons { topic confidence message }
      nextSteps { kind because }
      metrics { attitude }
      openIssueCount
      issues(first: 10, status: [OPEN, PENDING, ON_HOLD]) {
        nodes {
          id subject status priority topic queue assignee openedAt
          sla { firstResponseDueAt firstResponseBreached resolutionDueAt resolutionBreached tier }
          firstResponseAt
        }
      }
      journeys(first: 5) {
        nodes {
          id status startedAt endedAt stepSince expectedAt isOverdue isStuck
          step { key title }
          turn { to name }
          channels { channel since }
          history { step status cause { channel } }
          blueprint { key name goal steps { key title next terminal } }
        }
      }
      metrics {
        contacts7d contacts30d channelsUsed30d channelSwitches30d repeatContacts30d averageWaitSeconds30d
        longestWaitSeconds30d averageSentiment30d abandonedContacts30d transfers30d startedOver30d carriedOver30d
        storyTold30d effortScore30d isPartial
      }
      mergeHistory(first: 10) { nodes { id mergedAt rule reason undoneAt absorbedId survivorId } }
      touchpoints(first: $first) {
        nodes { ...TouchpointFields }
        pageInfo { hasNextPage endCursor }
      }
      coverage {
        oldestTouchpointAt newestTouchpointAt totalTouchpoints sources
        redactedFields { field reason }
      }
    }
  }
`,
  [touchpointFields],
);

export type Customer = NonNullable<ResultOf<typeof customerPage>['customer']>;
export type Journey = Customer['journeys']['nodes'][number];
export type OpenIssue = Customer['issues']['nodes'][number];

export const historyPage = graphql(
  `
  query HistoryPage(
    $id: ID!, $asOf: DateTime, $first: Int!, $after: String
    $channels: [Channel!], $topic: String, $from: DateTime, $to: DateTime
  ) {
    customer(id: $id, asOf: $asOf) {
      touchpoints(first: $first, after: $after, channels: $channels, topic: $topic, from: $from, to: $to) {
        nodes { ...TouchpointFields }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`,
  [touchpointFields],
);

export const customerBrief = graphql(`
  query CustomerBrief($id: ID!) {
    customer(id: $id) { brief { text isComplete } }
  }
`);

export const openBrief = graphql(`
  mutation OpenBrief($input: OpenBriefInput!) {
    openBrief(input: $input) { customer { id brief { text isComplete } } }
  }
`);

export const customerChanges = graphql(
  `
  subscription CustomerChanges($id: ID!, $after: String) {
    customerChanged(id: $id, after: $after) {
      cursor
      kind
      touchpoint { ...TouchpointFields }
    }
  }
`,
  [touchpointFields],
);
