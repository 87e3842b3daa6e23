import { touchpointFields } from '../customer/touchpoint-fields.js';
import { graphql, type ResultOf } from '../graphql.js';

/** Everything that the panel shows, in one question. */
export const panelCustomer = graphql(
  `
  query PanelCustomer($id: ID, $identifier: IdentifierInput, $touchpoints: Int!) {
    customer(id: $id, identifier: $identifier) {
      id
      asOf
      displayName
      identifiers { type value verification }
      segments { segment { key name } }
      metrics { attitude }
      likelyReasons { topic confidence message }
      nextSteps { kind because }
      signals { kind severity message }
      openIssueCount
      issues(first: 3, status: [OPEN, PENDING, ON_HOLD]) {
        nodes {
          id subject openedAt firstResponseAt
          sla { firstResponseDueAt resolutionDueAt }
        }
      }
      touchpoints(first: $touchpoints) { nodes { ...TouchpointFields } }
      coverage { totalTouchpoints redactedFields { field } }
    }
  }
`,
  [touchpointFields],
);

export type PanelCustomer = NonNullable<ResultOf<typeof panelCustomer>['customer']>;

export const panelBrief = graphql(`
  query PanelBrief($id: ID!) {
    customer(id: $id) { brief { text } }
  }
`);

/** The panel asks for what it shows again: it needs to know that something changed, no more. */
export const panelChanges = graphql(`
  subscription PanelChanges($id: ID!, $after: String) {
    customerChanged(id: $id, after: $after) { cursor kind }
  }
`);
