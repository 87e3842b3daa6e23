import { graphql, type ResultOf } from '../graphql.js';

/** What the timeline shows of a touchpoint. */
export const touchpointFields = graphql(`
  fragment TouchpointFields on Touchpoint @_unmask {
    id
    occurredAt
    recordedAt
    endedAt
    status
    channel
    direction
    kind
    subject
    summary
    topic
    sentiment
    waitSeconds
    durationSeconds
    abandoned
    agentId
    queue
    source
    journeyId
    continuity { kind by fromChannel }
    conversation { id subject touchpointCount }
    issue { id subject }
  }
`);

export type Touchpoint = ResultOf<typeof touchpointFields>;
