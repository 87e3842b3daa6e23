import { graphql, type ResultOf } from '../graphql.js';

const personFields = graphql(`
  fragment PersonFields on Customer @_unmask {
    id
    displayName
    createdAt
    lastSeenAt
    identifiers { type value verification }
    segments { segment { key name } }
    openIssueCount
    coverage { totalTouchpoints }
    touchpoints(first: 12) { nodes { id channel } }
  }
`);

export type Person = ResultOf<typeof personFields>;

export const suggestionQueue = graphql(
  `
  query SuggestionQueue {
    matchSuggestions(status: OPEN, first: 50) {
      nodes {
        id score band since
        customer { ...PersonFields }
        other { ...PersonFields }
        fields { field level value otherValue bits }
        claims { rule times lastAt }
      }
      pageInfo { hasNextPage }
    }
  }
`,
  [personFields],
);

export type Suggestion = ResultOf<typeof suggestionQueue>['matchSuggestions']['nodes'][number];

/** Two people that somebody picked: whether they are one already, and what a merge would change. */
export const twoPeople = graphql(
  `
  query TwoPeople($a: ID!, $b: ID!) {
    a: customer(id: $a) { ...PersonFields }
    b: customer(id: $b) { ...PersonFields }
  }
`,
  [personFields],
);

export const mergePreview = graphql(`
  query MergePreview($survivorId: ID!, $otherId: ID!) {
    previewMerge(survivorId: $survivorId, otherId: $otherId) {
      isAllowed
      isOneAlready
      identifiers { side type value }
      conflicts { key survivorValue otherValue winner }
      segmentsGained { key name }
      segmentsLost { key name }
      openIssues { id subject }
      openJourneys { id step { title } blueprint { name } }
      brokenLimits { type count limit isUnique }
      prohibitions { since actor reason }
    }
  }
`);

export const whyLinked = graphql(`
  query WhyLinked($a: ID!, $b: ID!) {
    whyLinked(a: $a, b: $b) {
      steps {
        fromId toId rule reason actor linkedAt evidenceCount mergeId
        fromIdentifiers { type value }
        toIdentifiers { type value }
        touchpoint { id channel occurredAt source }
      }
    }
  }
`);

export const confirmSuggestion = graphql(`
  mutation Confirm($input: ConfirmSuggestionInput!) {
    confirmSuggestion(input: $input) { customer { id } merge { id } }
  }
`);

export const rejectSuggestion = graphql(`
  mutation Reject($input: RejectSuggestionInput!) {
    rejectSuggestion(input: $input) { isChanged }
  }
`);

export const reopenSuggestion = graphql(`
  mutation Reopen($input: ReopenSuggestionInput!) {
    reopenSuggestion(input: $input) { isChanged }
  }
`);

export const mergeCustomers = graphql(`
  mutation Merge($input: MergeCustomersInput!) {
    mergeCustomers(input: $input) { isNew customer { id } merge { id } }
  }
`);

export const undoMerge = graphql(`
  mutation Undo($input: UndoMergeInput!) {
    undoMerge(input: $input) { isChanged customers { id } stillJoinedBy { rule } }
  }
`);
