import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { GraphqlAnswer, TestService } from '../setup/service.js';

export interface Touch {
  readonly touchpoint: string;
  readonly customer: string;
}

export type Identifier = { readonly type: string; readonly value: string };

export const email = (value = randomUUID()): Identifier => ({ type: 'email', value: `${value}@example.com` });
export const userId = (value: string = randomUUID()): Identifier => ({ type: 'user_id', value });
export const device = (value: string = randomUUID()): Identifier => ({ type: 'device_id', value });

export const stepFields =
  'fromId toId rule linkedAt evidenceCount mergeId actor reason fromIdentifiers { type value } toIdentifiers { type value }';
export const mergeFields =
  'id survivorId absorbedId rule mergedAt actor reason undoneAt undoneBy undoReason touchpoint { id identifiersSeen { type value } }';

export interface MergeNode {
  readonly id: string;
  readonly survivorId: string;
  readonly absorbedId: string;
  readonly rule: string;
  readonly undoneAt: string | null;
  readonly [field: string]: unknown;
}

/** What a client does with customers that are one, or are not, in few words. */
export function mergeDesk(it: () => TestService) {
  async function ask<T>(query: string, variables: object = {}, key?: string): Promise<T> {
    const { data, errors } = await it().graphql(query, variables, key);
    expect(errors).toBeUndefined();
    return data as T;
  }

  async function record(...touchpoints: object[]): Promise<Touch[]> {
    const filled = touchpoints.map((one) => ({
      source: 'phone',
      externalId: randomUUID(),
      channel: 'CALL',
      kind: 'call.completed',
      ...one,
    }));
    const { recordTouchpoints } = await ask<{
      recordTouchpoints: { results: { touchpointId: string; customerId: string; error: unknown }[] };
    }>(
      `mutation ($input: RecordTouchpointsInput!) {
        recordTouchpoints(input: $input) { results { touchpointId customerId error { message } } } }`,
      { input: { touchpoints: filled } },
    );
    return recordTouchpoints.results.map((one) => ({ touchpoint: one.touchpointId, customer: one.customerId }));
  }

  /** A touchpoint that names these; answers with its customer. */
  async function touch(...identifiers: Identifier[]): Promise<string> {
    return ((await record({ identifiers }))[0] as Touch).customer;
  }

  /** The customer that an identifier leads to now. */
  async function customerOf(identifier: Identifier, more = ''): Promise<string | null> {
    const data = await ask<{ customer: { id: string } | null }>(
      `query ($identifier: IdentifierInput!) { customer(identifier: $identifier ${more}) { id } }`,
      { identifier },
    );
    return data.customer?.id ?? null;
  }

  const tryMerge = (input: object, key?: string): Promise<GraphqlAnswer> =>
    it().graphql(
      `mutation ($input: MergeCustomersInput!) { mergeCustomers(input: $input) {
        isNew customer { id mergedIds } merge { ${mergeFields} } } }`,
      { input },
      key,
    );

  async function merge(survivorId: string, otherId: string, more: object = {}) {
    const answer = await tryMerge({ survivorId, otherId, ...more });
    expect(answer.errors).toBeUndefined();
    return answer.data.mergeCustomers as {
      isNew: boolean;
      customer: { id: string; mergedIds: string[] };
      merge: MergeNode | null;
    };
  }

  const tryUndo = (input: object): Promise<GraphqlAnswer> =>
    it().graphql(
      `mutation ($input: UndoMergeInput!) { undoMerge(input: $input) {
        isChanged merge { ${mergeFields} } customers { id mergedIds } stillJoinedBy { ${stepFields} } } }`,
      { input },
    );

  async function undo(mergeId: string, reason?: string) {
    const answer = await tryUndo({ mergeId, reason });
    expect(answer.errors).toBeUndefined();
    return answer.data.undoMerge as {
      isChanged: boolean;
      merge: MergeNode;
      customers: { id: string; mergedIds: string[] }[];
      stillJoinedBy: Step[];
    };
  }

  const tryForbid = (input: object): Promise<GraphqlAnswer> =>
    it().graphql(
      `mutation ($input: ForbidLinkInput!) { forbidLink(input: $input) {
        isSplit isChanged customers { id mergedIds } undoneMerges { ${mergeFields} } } }`,
      { input },
    );

  async function forbid(customerId: string, otherId: string, reason?: string) {
    const answer = await tryForbid({ customerId, otherId, reason });
    expect(answer.errors).toBeUndefined();
    return answer.data.forbidLink as {
      isSplit: boolean;
      isChanged: boolean;
      customers: { id: string; mergedIds: string[] }[];
      undoneMerges: MergeNode[];
    };
  }

  async function allow(customerId: string, otherId: string) {
    const data = await ask<{ allowLink: { isChanged: boolean; customers: { id: string }[] } }>(
      `mutation ($input: AllowLinkInput!) { allowLink(input: $input) { isChanged customers { id } } }`,
      { input: { customerId, otherId } },
    );
    return data.allowLink;
  }

  async function history(customer: string, more = ''): Promise<MergeNode[]> {
    const data = await ask<{ customer: { mergeHistory: { nodes: MergeNode[] } } }>(
      `query ($id: ID!) { customer(id: $id ${more}) { mergeHistory { nodes { ${mergeFields} } } } }`,
      { id: customer },
    );
    return data.customer.mergeHistory.nodes;
  }

  async function why(args: object) {
    const data = await ask<{ whyLinked: { customer: { id: string }; steps: Step[] } | null }>(
      `query ($a: ID, $b: ID, $identifierA: IdentifierInput, $identifierB: IdentifierInput) {
        whyLinked(a: $a, b: $b, identifierA: $identifierA, identifierB: $identifierB) {
          customer { id } steps { ${stepFields} touchpoint { id } } } }`,
      args,
    );
    return data.whyLinked;
  }

  return { ask, record, touch, customerOf, tryMerge, merge, tryUndo, undo, tryForbid, forbid, allow, history, why };
}

export interface Step {
  readonly fromId: string;
  readonly toId: string;
  readonly rule: string;
  readonly linkedAt: string;
  readonly evidenceCount: number;
  readonly mergeId: string | null;
  readonly actor: string | null;
  readonly reason: string | null;
  readonly fromIdentifiers: Identifier[];
  readonly toIdentifiers: Identifier[];
  readonly touchpoint?: { id: string } | null;
}

export function refused(answer: GraphqlAnswer): Record<string, unknown> {
  return answer.errors?.[0]?.extensions ?? {};
}
