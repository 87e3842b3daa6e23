import { graphql, type ResultOf } from '../graphql.js';

export const segmentList = graphql(`
  query SegmentList {
    segments { id key name description rule entitlements memberCount version }
  }
`);

export type Segment = ResultOf<typeof segmentList>['segments'][number];

export const rulePreview = graphql(`
  query RulePreview($rule: JSON!) {
    previewSegment(rule: $rule) { members customers isComplete sampleIds }
  }
`);

export const ruleChangePreview = graphql(`
  query RuleChangePreview($key: String!, $rule: JSON!) {
    previewSegmentChange(key: $key, rule: $rule) { members entering leaving customers isComplete sampleIds }
  }
`);

export const sampleCustomers = graphql(`
  query SampleCustomers($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Customer { id displayName lastSeenAt identifiers { type value } }
    }
  }
`);

export const createSegment = graphql(`
  mutation CreateSegment($input: CreateSegmentInput!) {
    createSegment(input: $input) { segment { key } }
  }
`);

export const updateSegment = graphql(`
  mutation UpdateSegment($input: UpdateSegmentInput!) {
    updateSegment(input: $input) { segment { key version } }
  }
`);
