import { graphql, type ResultOf } from '../graphql.js';

export const refusedTotals = graphql(`
  query RefusedTotals {
    deadLetterTotals { dialect source reason count oldestAt newestAt }
  }
`);

export type Total = ResultOf<typeof refusedTotals>['deadLetterTotals'][number];

export const refusedItems = graphql(`
  query RefusedItems($source: String!, $reason: String!) {
    deadLetters(state: WAITING, source: $source, reason: $reason, first: 50) {
      nodes { id receivedAt dialect source reason field message raw mended attempts triedAt }
      pageInfo { hasNextPage }
    }
  }
`);

export type Item = ResultOf<typeof refusedItems>['deadLetters']['nodes'][number];

export const replay = graphql(`
  mutation Replay($input: ReplayDeadLettersInput!) {
    replayDeadLetters(input: $input) {
      results { id outcome touchpointId customerId error { reason message field } }
      skippedIds
      hasMore
    }
  }
`);

export const discard = graphql(`
  mutation Discard($input: DiscardDeadLettersInput!) {
    discardDeadLetters(input: $input) { discardedIds hasMore }
  }
`);

export const connectorList = graphql(`
  query ConnectorList {
    connectors {
      id key name kind enabled version receivedCount waitingCount failedCount lastReceivedAt lastRejectedAt
      lastFailure { at reason }
    }
  }
`);

export type Connector = ResultOf<typeof connectorList>['connectors'][number];

export const switchConnector = graphql(`
  mutation SwitchConnector($input: UpdateConnectorInput!) {
    updateConnector(input: $input) { connector { id } }
  }
`);

export const mappingTest = graphql(`
  query TryMapping($mapping: JSON!, $sample: JSON!) {
    testMapping(mapping: $mapping, sample: $sample) {
      touchpoints { rule touchpoint errors { field reason message } }
    }
  }
`);
