import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { GraphqlAnswer, TestService } from '../setup/service.js';

export interface Recorded {
  readonly touchpoint: string;
  readonly customer: string;
}

const recordMutation = `mutation ($input: RecordTouchpointsInput!) {
  recordTouchpoints(input: $input) { results { outcome touchpointId customerId error { reason field message } } }
}`;

export const issueFields =
  'id status isOpen priority subject description resolution topic openedAt resolvedAt version source externalId';

/** What a client does with issues, in few words. */
export function issueDesk(it: () => TestService) {
  async function record(...touchpoints: object[]): Promise<Recorded[]> {
    const filled = touchpoints.map((one) => ({
      source: 'phone',
      externalId: randomUUID(),
      channel: 'CALL',
      kind: 'call.completed',
      ...one,
    }));
    const answer = await it().graphql(recordMutation, { input: { touchpoints: filled } });
    expect(answer.errors).toBeUndefined();
    return answer.data.recordTouchpoints.results.map((one: { touchpointId: string; customerId: string }) => ({
      touchpoint: one.touchpointId,
      customer: one.customerId,
    }));
  }

  async function customer(): Promise<Recorded & { email: string }> {
    const email = `${randomUUID()}@example.com`;
    const [one] = await record({ identifiers: [{ type: 'email', value: email }] });
    return { ...(one as Recorded), email };
  }

  const open = (input: object, key?: string) =>
    it().graphql(
      `mutation ($input: OpenIssueInput!) { openIssue(input: $input) { isNew issue { ${issueFields} customer { id } } } }`,
      { input },
      key,
    );
  const update = (input: object, key?: string) =>
    it().graphql(
      `mutation ($input: UpdateIssueInput!) { updateIssue(input: $input) { issue { ${issueFields} } } }`,
      { input },
      key,
    );
  const resolve = (input: object, key?: string) =>
    it().graphql(
      `mutation ($input: ResolveIssueInput!) { resolveIssue(input: $input) { issue { ${issueFields} } } }`,
      { input },
      key,
    );
  const link = (input: object, key?: string) =>
    it().graphql(
      `mutation ($input: LinkTouchpointsInput!) { linkTouchpoints(input: $input) { issue { id touchpoints { nodes { id } } } } }`,
      { input },
      key,
    );

  async function opened(input: object) {
    const answer = await open({ subject: 'No heating', ...input });
    expect(answer.errors).toBeUndefined();
    return answer.data.openIssue.issue;
  }

  const ask = (id: string, selection: string, key?: string, more = '') =>
    it().graphql(`query ($id: ID!) { customer(id: $id ${more}) { id ${selection} } }`, { id }, key);

  return { record, customer, open, update, resolve, link, opened, ask };
}

export function refused(answer: GraphqlAnswer): Record<string, unknown> {
  return answer.errors?.[0]?.extensions ?? {};
}
