import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { GraphqlAnswer, TestService } from '../setup/service.js';

export const hour = 3_600_000;
export const ago = (hours: number) => new Date(Date.now() - hours * hour).toISOString();

/** What clients do with preferences and consents, in few words. */
export function treatmentDesk(it: () => TestService) {
  /** Touchpoints of somebody new, or of `email`. */
  async function tell(touchpoints: readonly object[], email = `${randomUUID()}@example.com`, key?: string) {
    const answer = await it().graphql(
      `mutation ($t: [TouchpointInput!]!) { recordTouchpoints(input: { touchpoints: $t }) {
        results { touchpointId customerId error { message } } } }`,
      {
        t: touchpoints.map((one) => ({
          source: 'desk',
          externalId: randomUUID(),
          channel: 'CALL',
          kind: 'contact',
          identifiers: [{ type: 'email', value: email }],
          ...one,
        })),
      },
      key,
    );
    expect(answer.errors).toBeUndefined();
    await it().settled();
    const { results } = answer.data.recordTouchpoints as { results: { touchpointId: string; customerId: string }[] };
    return { customer: results[0]?.customerId as string, ids: results.map((one) => one.touchpointId), email };
  }

  const customer = async (key?: string) => (await tell([{ occurredAt: ago(24 * 300) }], undefined, key)).customer;

  async function ask(id: string, selection: string, key?: string, asOf = '') {
    const answer = await it().graphql(`query ($id: ID!) { customer(id: $id${asOf}) { ${selection} } }`, { id }, key);
    expect(answer.errors).toBeUndefined();
    return answer.data.customer;
  }

  const act = (name: string, type: string, selection: string) => (input: object, key?: string) =>
    it().graphql(`mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} } }`, { input }, key);

  async function merge(survivorId: string, otherId: string, key?: string): Promise<string> {
    const answer = await it().graphql(
      `mutation ($a: ID!, $b: ID!) { mergeCustomers(input: { survivorId: $a, otherId: $b, overrideUniqueness: true,
        reason: "test" }) { merge { id } } }`,
      { a: survivorId, b: otherId },
      key,
    );
    expect(answer.errors).toBeUndefined();
    await it().settled();
    return answer.data.mergeCustomers.merge.id;
  }

  async function unmerge(mergeId: string, key?: string): Promise<void> {
    const answer = await it().graphql(
      'mutation ($id: ID!) { undoMerge(input: { mergeId: $id }) { isChanged } }',
      { id: mergeId },
      key,
    );
    expect(answer.errors).toBeUndefined();
    await it().settled();
  }

  const refused = (answer: GraphqlAnswer) => answer.errors?.[0]?.extensions;

  return { tell, customer, ask, act, merge, unmerge, refused };
}
