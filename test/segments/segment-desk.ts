import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { GraphqlAnswer, TestService } from '../setup/service.js';

export const dayMs = 86_400_000;
export const daysAgo = (days: number) => new Date(Date.now() - days * dayMs).toISOString();

export const recordMutation = `mutation ($input: RecordTouchpointsInput!) {
  recordTouchpoints(input: $input) { results { customerId error { reason field message } } }
}`;

export const someone = () => ({ identifiers: [{ type: 'email', value: `${randomUUID()}@example.com` }] });

export const threeCalls = { touchpoints: { channel: 'CALL', topic: 'billing', within: { days: 7 } }, atLeast: 3 };

export interface Membership {
  readonly segment: { readonly key: string; readonly entitlements: readonly string[] };
  readonly since: string;
  readonly until: string | null;
  readonly reason: readonly { readonly text: string; readonly observed: unknown }[];
}

/** What a client does with segments, in few words. */
export function segmentDesk(it: () => TestService) {
  /** Records and waits until everybody has heard of it; answers with the customer of the first. */
  async function record(...touchpoints: object[]): Promise<string> {
    const filled = touchpoints.map((one) => ({
      source: 'test',
      externalId: randomUUID(),
      channel: 'CALL',
      kind: 'call.completed',
      ...one,
    }));
    const answer = await it().graphql(recordMutation, { input: { touchpoints: filled } });
    expect(answer.errors).toBeUndefined();
    await it().settled();
    return answer.data.recordTouchpoints.results[0].customerId;
  }

  async function create(rule: unknown, more: object = {}): Promise<string> {
    const key = `s-${randomUUID()}`;
    const answer = await it().graphql(
      `mutation ($input: CreateSegmentInput!) { createSegment(input: $input) { segment { key version } } }`,
      { input: { key, name: 'A segment', rule, ...more } },
    );
    expect(answer.errors).toBeUndefined();
    await it().settled();
    return key;
  }

  const update = (input: object) =>
    it().graphql(
      `mutation ($input: UpdateSegmentInput!) { updateSegment(input: $input) {
        segment { version name rule } change { isComplete customers members entering leaving } } }`,
      { input },
    );

  const remove = (key: string) =>
    it().graphql(`mutation ($key: String!) { deleteSegment(input: { key: $key }) { deletedId } }`, { key });

  async function memberships(customer: string, more = ''): Promise<Membership[]> {
    const { data, errors } = await it().graphql(
      `query ($id: ID!) { customer(id: $id ${more}) {
        segments { segment { key name entitlements } since until reason { text condition observed } } } }`,
      { id: customer },
    );
    expect(errors).toBeUndefined();
    return data.customer.segments;
  }

  const keysOf = async (customer: string, more = '') =>
    (await memberships(customer, more)).map((one) => one.segment.key);

  return { record, create, update, remove, memberships, keysOf };
}

export function refused(answer: GraphqlAnswer): Record<string, unknown> {
  return answer.errors?.[0]?.extensions ?? {};
}
