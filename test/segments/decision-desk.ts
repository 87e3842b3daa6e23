import { expect } from 'vitest';
import type { GraphqlAnswer, TestService } from '../setup/service.js';

const fields = `segment { key } cause since memberSince until expiresAt reason { text condition observed }`;

export interface Spell {
  readonly segment: { readonly key: string };
  readonly customer?: { readonly id: string } | null;
  readonly cause: string;
  readonly endedBy: string | null;
  readonly since: string;
  readonly memberSince: string;
  readonly until: string | null;
  readonly expiresAt: string | null;
  readonly reason: readonly { readonly text: string; readonly condition: unknown; readonly observed: unknown }[];
}

/** What a client does about who is in a segment by hand, in few words. */
export function decisionDesk(it: () => TestService) {
  const act = (name: string, input: object, key?: string): Promise<GraphqlAnswer> =>
    it().graphql(
      `mutation ($input: ${name === 'undoSegmentDecision' ? 'UndoSegmentDecisionInput' : 'DecideSegmentInput'}!) {
        ${name}(input: $input) { customer { id segments { segment { key } } } } }`,
      { input },
      key,
    );

  /** Does it, and waits until everybody has heard of it. */
  async function done(name: string, input: object): Promise<void> {
    expect((await act(name, input)).errors).toBeUndefined();
    await it().settled();
  }

  async function merge(survivorId: string, otherId: string): Promise<string> {
    const { data, errors } = await it().graphql(
      'mutation ($input: MergeCustomersInput!) { mergeCustomers(input: $input) { merge { id } } }',
      { input: { survivorId, otherId, overrideUniqueness: true, reason: 'test' } },
    );
    expect(errors).toBeUndefined();
    await it().settled();
    return data.mergeCustomers.merge.id;
  }

  async function part(mergeId: string): Promise<void> {
    const { errors } = await it().graphql(
      'mutation ($input: UndoMergeInput!) { undoMerge(input: $input) { isChanged } }',
      { input: { mergeId } },
    );
    expect(errors).toBeUndefined();
    await it().settled();
  }

  async function present(customer: string): Promise<Spell[]> {
    const { data, errors } = await it().graphql(`query ($id: ID!) { customer(id: $id) { segments { ${fields} } } }`, {
      id: customer,
    });
    expect(errors).toBeUndefined();
    return data.customer.segments;
  }

  async function history(customer: string, key?: string): Promise<Spell[]> {
    const { data, errors } = await it().graphql(
      `query ($id: ID!) { customer(id: $id) { segmentHistory(first: 100) { nodes { endedBy ${fields} } } } }`,
      { id: customer },
    );
    expect(errors).toBeUndefined();
    return (data.customer.segmentHistory.nodes as Spell[]).filter(
      (one) => key === undefined || one.segment.key === key,
    );
  }

  return { act, done, merge, part, present, history };
}
