/** The one query: all that somebody who answers a call must know, by the telephone number of the caller. */
export const oneQuery = `query Context($identifier: IdentifierInput!, $first: Int!) {
  customer(identifier: $identifier) {
    id
    displayName
    createdAt
    lastSeenAt
    identifiers { type value verification firstSeenAt lastSeenAt }
    segments { segment { key name entitlements } since }
    issues(first: 20) { edges { node { id status priority topic subject openedAt } } }
    metrics { contacts7d contacts30d channelsUsed30d channelSwitches30d repeatContacts30d averageWaitSeconds30d }
    touchpoints(first: $first) {
      edges {
        cursor
        node {
          id channel direction kind status occurredAt durationSeconds subject summary topic agentId source attributes
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

export interface ContextVariables {
  readonly identifier: { readonly type: string; readonly value: string };
  readonly first: number;
}

export function contextVariables(phone: string, first: number): ContextVariables {
  return { identifier: { type: 'phone', value: phone }, first };
}

export function contextBody(phone: string, first: number): string {
  return JSON.stringify({ query: oneQuery, variables: contextVariables(phone, first) });
}
