import { graphqlBody, type SentTouchpoint } from './batches.js';
import { authorization } from './context.js';
import { type SentRequests, segmentRequests } from './segment-sdk.js';

/** A way in, as a client uses it. */
export interface Protocol {
  readonly path: string;
  /** How every answer begins that says that all is stored. */
  readonly answerStart: string;
  requestsOf(touchpoints: readonly SentTouchpoint[], perRequest: number, key: string): Promise<SentRequests>;
}

export const graphql: Protocol = {
  path: '/graphql',
  answerStart: '{"data":{"recordTouchpoints"',
  requestsOf: async (touchpoints, perRequest, key) => {
    const bodies: string[] = [];
    for (let at = 0; at < touchpoints.length; at += perRequest) {
      bodies.push(graphqlBody(touchpoints.slice(at, at + perRequest)));
    }
    return { headers: authorization(key), bodies };
  },
};

export const segment: Protocol = {
  path: '/v1/batch',
  answerStart: '{"success":true}',
  requestsOf: (touchpoints, perRequest, key) => segmentRequests(touchpoints, key, perRequest),
};
