import { graphql, type ResultOf } from '../graphql.js';

export const blueprintList = graphql(`
  query BlueprintList {
    blueprints { key name goal version }
  }
`);

export const blueprintFlow = graphql(`
  query BlueprintFlow($filter: AnalyticsFilter!, $blueprint: String!, $from: DateTime!) {
    analytics(filter: $filter) {
      paths(of: JOURNEY, by: CHANNEL, first: 8) {
        cases
        throughput { median p90 }
        variantCount
        variants { steps isCut cases throughput { median } }
        links { place from to cases }
      }
    }
    journeys(blueprint: $blueprint, isStuck: true, status: [ACTIVE, PAUSED], from: $from, first: 100) {
      nodes { step { key title } }
      pageInfo { hasNextPage }
    }
  }
`);

type Paths = ResultOf<typeof blueprintFlow>['analytics']['paths'];

export type Variant = Paths['variants'][number];

export const journeyList = graphql(`
  query JourneyList($blueprint: String, $status: [JourneyStatus!], $isStuck: Boolean, $isOverdue: Boolean) {
    journeys(first: 100, blueprint: $blueprint, status: $status, isStuck: $isStuck, isOverdue: $isOverdue) {
      nodes {
        id status startedAt stepSince isStuck isOverdue
        step { title }
        turn { name }
        customer { id displayName }
      }
      pageInfo { hasNextPage }
    }
  }
`);

export type ListedJourney = ResultOf<typeof journeyList>['journeys']['nodes'][number];
