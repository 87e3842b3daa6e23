import { graphql, type ResultOf } from '../graphql.js';

export const issueList = graphql(`
  query IssueList(
    $status: [IssueStatus!], $queue: String, $isAssigned: Boolean, $isEscalated: Boolean, $isLate: Boolean
  ) {
    openIssueTotals { queue open unassigned escalated late }
    issues(
      first: 50, status: $status, queue: $queue, isAssigned: $isAssigned, isEscalated: $isEscalated, isLate: $isLate
    ) {
      nodes {
        id subject status priority topic openedAt firstResponseAt resolvedAt
        sla { firstResponseDueAt resolutionDueAt }
        customer { id displayName }
      }
      pageInfo { hasNextPage }
    }
  }
`);

export type ListedIssue = ResultOf<typeof issueList>['issues']['nodes'][number];

export const issuePage = graphql(`
  query IssuePage($id: ID!) {
    issue(id: $id) {
      id version subject description status priority topic queue assignee openedAt updatedAt resolvedAt resolution
      escalatedAt escalationReason reopenCount firstResponseAt firstContactResolved isOpen
      sla { firstResponseDueAt resolutionDueAt tier }
      customer { id displayName }
      comments(first: 50) { nodes { body isPublic actor createdAt } pageInfo { hasNextPage } }
      links { relation issue { id subject isOpen } }
      tickets { system externalId url }
      possibleDuplicates { id subject openedAt }
      touchpoints(first: 20) {
        nodes { id channel direction kind subject summary occurredAt }
        pageInfo { hasNextPage }
      }
      history { version status priority assignee queue changedAt actor }
    }
  }
`);

export type Issue = NonNullable<ResultOf<typeof issuePage>['issue']>;

export const updateIssue = graphql(`
  mutation UpdateIssue($input: UpdateIssueInput!) {
    updateIssue(input: $input) { issue { id version } }
  }
`);

export const resolveIssue = graphql(`
  mutation ResolveIssue($input: ResolveIssueInput!) {
    resolveIssue(input: $input) { issue { id version } }
  }
`);

export const commentIssue = graphql(`
  mutation CommentIssue($input: CommentIssueInput!) {
    commentIssue(input: $input) { issue { id } }
  }
`);
